/**
 * The demo's pretend Telegram: the channel's own emulator of the Bot API with a memory on disk, people who come back, and a
 * page to write from. Token, chats and undelivered updates are the same after `kill -9`.
 */
import { randomInt } from 'node:crypto'
import type { EmulatorAnswer, EmulatorRequest } from '@trunkline/channels/kit/emulator-server'
import {
  startTelegramEmulator,
  type TelegramEmulator,
  type TelegramPerson as Writer,
} from '@trunkline/channels/telegram/emulator'
import type { Chat, TelegramMemory } from '@trunkline/channels/telegram/emulator-state'
import { loadTelegramFile, saveTelegramFile, type TelegramPerson } from './telegram-memory.ts'

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
  readonly bot: TelegramMemory['bot']
  readonly talks: readonly TelegramTalk[]
  /** Grows with every change, for the page. */
  readonly revision: number
  readonly delivery: TelegramEmulator['delivery']
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

/** Shorter than Telegram's, so that a person at the demo sees a restarted server catch up at once. */
const RETRY = { firstRetryMs: 500, maxRetryMs: 5_000 }

/** Starts it on 127.0.0.1; what waited for delivery begins to be delivered at once. */
export async function startTelegramNetwork(options: TelegramNetworkOptions): Promise<TelegramNetwork> {
  const file = loadTelegramFile(options.memoryFile)
  const people: TelegramPerson[] = [...(file?.people ?? [])]
  let revision = 1
  let network: TelegramNetwork | undefined
  const save = (): void => {
    revision += 1
    // Nothing happens before it listens that the file does not hold yet.
    if (network !== undefined)
      saveTelegramFile(options.memoryFile, { version: 1, people, ...emulator.memory() })
  }
  const emulator = await startTelegramEmulator({
    ...RETRY,
    port: options.port,
    botName: options.botName,
    memory: file,
    onChange: save,
    onOther: (request) => (network === undefined ? undefined : options.page?.(network, request)),
  })
  const writers = new Map<number, Writer>()
  const join = ({ id, name }: TelegramPerson): void => {
    writers.set(id, emulator.person({ id, name }))
  }
  for (const person of people) join(person)
  const writer = (id: number): Writer => {
    const found = writers.get(id)
    if (found === undefined) throw new RangeError(`no person ${id}`)
    return found
  }

  network = {
    url: emulator.url,
    get settings() {
      const { token: botToken } = emulator.memory()
      return { botToken, apiRoot: emulator.url }
    },
    bot: emulator.memory().bot,
    get talks() {
      const { chats, delivery } = emulator.memory()
      return people.map((person) => talkOf(person, chats.get(person.id), delivery.waiting))
    },
    get revision() {
      return revision
    },
    delivery: emulator.delivery,
    person(name, phone) {
      const known = people.find((one) => one.name === name)
      if (known) return known
      const id = randomInt(10_000_000, 9_000_000_000)
      const person = { id, name, phone: phone ?? `+7900${String(randomInt(1_000_000, 10_000_000))}` }
      people.push(person)
      join(person)
      save()
      return person
    },
    write: (personId, text) => Number(writer(personId).write(text)),
    sendPhoto(personId, { bytes, caption }) {
      const photo = {
        kind: 'image',
        name: 'photo.png',
        mime: 'image/png',
        // A copy: a Buffer would turn itself into JSON in its own way.
        bytes: new Uint8Array(bytes),
        caption,
      } as const
      return Number(writer(personId).sendFile?.(photo))
    },
    sharePhone(personId) {
      const sharer = writer(personId)
      const { name, phone } = people.find(({ id }) => id === personId)!
      sharer.shareContact?.({ name: name.split(' ')[0] ?? name, phone })
    },
    stop: () => emulator.stop(),
  }
  save()
  return network
}

function talkOf(
  person: TelegramPerson,
  chat: Chat | undefined,
  waiting: TelegramMemory['delivery']['waiting'],
): TelegramTalk {
  const lines = [...(chat?.messages.values() ?? [])].map((message) => ({
    id: message.message_id,
    mine: message.from?.id === person.id,
    text: message.text ?? message.caption ?? message.contact?.phone_number ?? '',
    at: message.date * 1000,
    hasFile: message.photo !== undefined || message.document !== undefined,
  }))
  return { person, lines, waiting: waiting.filter(({ lane }) => lane === String(person.id)).length }
}
