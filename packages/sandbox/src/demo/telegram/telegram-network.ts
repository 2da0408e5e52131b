/**
 * The demo's pretend Telegram: the channel's own emulator of the Bot API, with people, a page to write from, and a
 * memory on disk. Token, chats and undelivered updates are the same after `kill -9`.
 */
import { randomBytes, randomInt } from 'node:crypto'
import {
  type EmulatorAnswer,
  type EmulatorRequest,
  startEmulatorServer,
} from '@trunkline/channels/kit/emulator-server'
import { refusal, serveMethod } from '@trunkline/channels/telegram/emulator-methods'
import { type Chat, type EmulatorState, nowSeconds } from '@trunkline/channels/telegram/emulator-state'
import type { WireMessage } from '@trunkline/channels/telegram/wire'
import { createDurableDelivery } from './durable-delivery.ts'
import { loadTelegramMemory, saveTelegramMemory, type TelegramPerson } from './telegram-memory.ts'

/** A picture that a person sends. */
export interface TelegramPhoto {
  readonly bytes: Uint8Array
  readonly caption: string
}

/** One line of a talk as the page shows it. */
export interface TelegramLine {
  readonly id: number
  readonly mine: boolean
  readonly text: string
  readonly at: number
  readonly hasFile: boolean
}

export interface TelegramTalk {
  readonly person: TelegramPerson
  readonly lines: readonly TelegramLine[]
  /** Updates of this talk that the bot's owner has not taken yet. */
  readonly waiting: number
}

export interface TelegramNetwork {
  readonly url: string
  /** What a person types into the channel's form. */
  readonly settings: { readonly botToken: string; readonly apiRoot: string }
  readonly bot: EmulatorState['bot']
  readonly talks: readonly TelegramTalk[]
  /** Grows with every change, for the page. */
  readonly revision: number
  readonly delivery: EmulatorState['delivery']
  /** A person of this name: the one who exists, or a new one. */
  person(name: string, phone?: string): TelegramPerson
  /** Sends as the person. @returns the id of the message in the talk. @throws RangeError for an unknown person. */
  write(personId: number, text: string): number
  sendPhoto(personId: number, photo: TelegramPhoto): number
  /** Presses "share my phone number": proof that the phone is theirs. */
  sharePhone(personId: number): void
  stop(): Promise<void>
}

export interface TelegramNetworkOptions {
  readonly port: number
  readonly memoryFile: string
  readonly botName: string
  /** Answers whatever is not a call of the Bot API: the page of the pretend messenger. */
  readonly page?: (network: TelegramNetwork, request: EmulatorRequest) => EmulatorAnswer | undefined
}

const NOT_FOUND: EmulatorAnswer = {
  status: 404,
  headers: { 'content-type': 'text/plain' },
  body: 'Not Found',
}

/** Starts it on 127.0.0.1; what waited for delivery begins to be delivered at once. */
export async function startTelegramNetwork(options: TelegramNetworkOptions): Promise<TelegramNetwork> {
  const memory = loadTelegramMemory(options.memoryFile, options.botName)
  let revision = 1
  const save = (): void => {
    revision += 1
    saveTelegramMemory(options.memoryFile, memory)
  }
  const delivery = createDurableDelivery(memory.delivery, save)
  const state: EmulatorState = {
    bot: memory.bot,
    token: memory.token,
    isCloud: false,
    chats: memory.chats,
    files: memory.files,
    webhook: memory.webhook,
    sent: [],
    typingSeen: [],
    delivery,
  }
  save()

  const serve = async (request: EmulatorRequest): Promise<EmulatorAnswer> => {
    const [, file, token, rest] = /^\/(file\/)?bot([^/]+)\/(.+)$/.exec(request.path) ?? []
    if (token === undefined || rest === undefined) return options.page?.(network, request) ?? NOT_FOUND
    if (decodeURIComponent(token) !== state.token) return refusal(401, 'Unauthorized')
    if (file !== undefined) return serveFile(state, rest)
    const answer = await serveMethod(state, rest, request)
    if (memory.webhook !== state.webhook || rest.startsWith('send')) {
      memory.webhook = state.webhook
      // Only the chats are kept; these two are for tests of the emulator.
      state.sent.length = 0
      state.typingSeen.length = 0
      save()
    }
    return answer
  }

  const say = (personId: number, content: Partial<WireMessage>): number => {
    const person = memory.people.find(({ id }) => id === personId)
    const chat = memory.chats.get(personId)
    if (!person || !chat) throw new RangeError(`no person ${personId}`)
    const [first = person.name, ...last] = person.name.split(' ')
    chat.isOpen = true
    chat.lastMessageId += 1
    const from = {
      id: person.id,
      is_bot: false,
      first_name: first,
      ...(last.length > 0 ? { last_name: last.join(' ') } : {}),
    }
    const message: WireMessage = {
      message_id: chat.lastMessageId,
      from,
      chat: { id: chat.id, type: 'private' },
      date: nowSeconds(),
      ...content,
    }
    chat.messages.set(message.message_id, message)
    memory.updateId += 1
    delivery.enqueue(String(chat.id), JSON.stringify({ update_id: memory.updateId, message }))
    save()
    return message.message_id
  }

  const network: TelegramNetwork = {
    url: '',
    get settings() {
      return { botToken: state.token, apiRoot: network.url }
    },
    bot: memory.bot,
    get talks() {
      return memory.people.map((person) => talkOf(person, memory.chats.get(person.id), memory))
    },
    get revision() {
      return revision
    },
    delivery,
    person(name, phone) {
      const known = memory.people.find((one) => one.name === name)
      if (known) return known
      const id = randomInt(10_000_000, 9_000_000_000)
      const person = { id, name, phone: phone ?? `+7900${String(randomInt(1_000_000, 10_000_000))}` }
      memory.people.push(person)
      memory.chats.set(id, { id, isOpen: false, isBlocked: false, lastMessageId: 0, messages: new Map() })
      save()
      return person
    },
    write: (personId, text) => say(personId, { text }),
    sendPhoto(personId, { bytes, caption }) {
      const fileId = randomBytes(24).toString('base64url')
      // A copy: a Buffer would turn itself into JSON in its own way.
      memory.files.set(fileId, { bytes: new Uint8Array(bytes), path: `photos/file_${memory.files.size}` })
      const photo = [{ file_id: fileId, file_unique_id: fileId.slice(0, 12), file_size: bytes.byteLength }]
      return say(personId, { photo, ...(caption === '' ? {} : { caption }) })
    },
    sharePhone(personId) {
      const person = memory.people.find(({ id }) => id === personId)
      if (!person) throw new RangeError(`no person ${personId}`)
      const [first = person.name] = person.name.split(' ')
      say(personId, { contact: { phone_number: person.phone, first_name: first, user_id: person.id } })
    },
    async stop() {
      await server.stop()
      await delivery.stop()
    },
  }
  const server = await startEmulatorServer(serve, options.port)
  return Object.assign(network, { url: server.url })
}

function serveFile(state: EmulatorState, path: string): EmulatorAnswer {
  const file = [...state.files.values()].find((one) => one.path === decodeURIComponent(path))
  if (!file) return refusal(404, 'Not Found')
  return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: file.bytes }
}

function talkOf(
  person: TelegramPerson,
  chat: Chat | undefined,
  memory: { readonly delivery: { readonly waiting: readonly { readonly lane: string }[] } },
): TelegramTalk {
  const lines = [...(chat?.messages.values() ?? [])].map((message) => ({
    id: message.message_id,
    mine: message.from?.id === person.id,
    text: message.text ?? message.caption ?? message.contact?.phone_number ?? '',
    at: message.date * 1000,
    hasFile: message.photo !== undefined || message.document !== undefined,
  }))
  const waiting = memory.delivery.waiting.filter(({ lane }) => lane === String(person.id)).length
  return { person, lines, waiting }
}
