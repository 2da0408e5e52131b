import { randomBytes, randomInt } from 'node:crypto'
import type { ChannelType } from '@trunkline/contracts/ids'
import {
  createFaultScript,
  type EmulatedFile,
  type EmulatedPerson,
  type Emulator,
  type EmulatorOptions,
} from '../kit/emulator.ts'
import {
  type EmulatorAnswer,
  type EmulatorRequest,
  startEmulatorServer,
  underFault,
} from '../kit/emulator-server.ts'
import { createHookDelivery } from '../kit/hook-delivery.ts'
import { refusal, serveMethod } from './emulator-methods.ts'
import { type Chat, type EmulatorState, nowSeconds, type TelegramMemory } from './emulator-state.ts'
import type { Update, WireMessage } from './wire.ts'

export interface TelegramEmulator extends Emulator {
  readonly bot: { readonly id: number; readonly username: string }
  /** Makes the token invalid, as BotFather's /revoke does. */
  revokeToken(): void
  /**
   * A new person, or with `id` the one whom the server remembers; unlike others they may press Start with a payload, send
   * things or sit in a group.
   */
  person(profile?: TelegramProfile): TelegramPerson
  /** Everything it would go on with; a snapshot whose maps are its own. */
  memory(): TelegramMemory
}

export interface TelegramProfile {
  readonly name?: string
  readonly username?: string
  /** Also the id of their talk with the bot. */
  readonly id?: number
}

export interface TelegramPerson extends EmulatedPerson {
  start(payload?: string): string
  edit(messageId: string, text: string): void
  block(): void
  unblock(): void
  sendLocation(latitude: number, longitude: number): string
  /** Somebody else's card: proves nobody's phone. */
  sendCard(contact: { readonly name: string; readonly phone: string }): string
}

export interface TelegramEmulatorOptions extends EmulatorOptions {
  readonly botName?: string
  /** Refuses webhooks that the public API refuses: not https, other ports. Otherwise it acts as a local server. */
  readonly isCloud?: boolean
  /** Goes on from what an earlier one remembered. What tests look at (`sent`, `typingSeen`) is not kept then. */
  readonly memory?: TelegramMemory | undefined
  /** Called after every change of `memory()`, and before whoever caused it is answered. */
  readonly onChange?: () => void
  /** Answers what is no call of the Bot API: a page to look at. */
  readonly onOther?: (request: EmulatorRequest) => EmulatorAnswer | undefined
}

/** How a person's file arrives in a message. */
const FIELD_OF_KIND = {
  image: 'photo',
  voice: 'voice',
  audio: 'audio',
  video: 'video',
  file: 'document',
} as const

/**
 * A strict pretend Bot API server with one bot and any number of people.
 * Unknown methods, parameters and chats are refused in Telegram's words; updates are delivered in order of their chat.
 */
export async function startTelegramEmulator(
  options: TelegramEmulatorOptions = {},
): Promise<TelegramEmulator> {
  const faults = createFaultScript()
  const { memory, onChange, onOther } = options
  const delivery = createHookDelivery({
    firstRetryMs: options.firstRetryMs ?? 1000,
    maxRetryMs: options.maxRetryMs ?? 60_000,
    memory: memory?.delivery,
    onChange,
  })
  const botId = memory?.bot.id ?? randomInt(1_000_000_000, 9_000_000_000)
  const newToken = (): string => `${botId}:${randomBytes(26).toString('base64url')}`
  const state: EmulatorState = {
    bot: memory?.bot ?? {
      id: botId,
      first_name: options.botName ?? 'Demo bot',
      username: `demo_${botId}_bot`,
    },
    token: memory?.token ?? newToken(),
    isCloud: options.isCloud ?? false,
    chats: memory?.chats ?? new Map(),
    files: memory?.files ?? new Map(),
    webhook: memory?.webhook,
    sent: [],
    typingSeen: [],
    delivery,
  }
  let updateId = memory?.updateId ?? randomInt(1, 1_000_000_000)

  function emit(
    chatId: number,
    kind: 'message' | 'edited_message' | 'my_chat_member',
    content: object,
  ): void {
    updateId += 1
    const allowed = state.webhook?.allowedUpdates
    if (allowed && allowed.length > 0 && !allowed.includes(kind)) {
      onChange?.()
      return
    }
    delivery.enqueue(String(chatId), JSON.stringify({ update_id: updateId, [kind]: content }))
  }

  async function answer(request: EmulatorRequest): Promise<EmulatorAnswer | 'cut'> {
    const called = calledMethod(request.path)
    if (called === undefined) return onOther?.(request) ?? refusal(404, 'Not Found')
    const outcome = await serve(state, faults.take, request, called)
    if (onChange !== undefined && !called.isFile && !called.name.startsWith('get')) {
      state.sent.length = 0
      state.typingSeen.length = 0
      onChange()
    }
    return outcome
  }

  const server = await startEmulatorServer(answer, options.port)

  return {
    type: 'telegram' as ChannelType,
    url: server.url,
    bot: state.bot,
    get settings() {
      return { botToken: state.token, apiRoot: server.url }
    },
    sent: state.sent,
    typingSeen: state.typingSeen,
    faults,
    delivery,
    // A bot learns where its updates go from `setWebhook` only.
    pointAt: () => undefined,
    revokeToken() {
      state.token = newToken()
    },
    person: (profile) => newPerson(state, emit, profile ?? {}),
    memory: () => ({
      bot: state.bot,
      token: state.token,
      updateId,
      chats: state.chats,
      files: state.files,
      webhook: state.webhook,
      delivery: delivery.memory(),
    }),
    async stop() {
      await delivery.stop()
      await server.stop()
    },
  }
}

interface Called {
  readonly token: string
  /** The method, or the path of the file. */
  readonly name: string
  readonly isFile: boolean
}

/** What of the Bot API an address names; undefined when it names nothing of it. */
function calledMethod(path: string): Called | undefined {
  const [, kind, token, name] = /^\/(file\/)?bot([^/]+)\/(.+)$/.exec(path) ?? []
  if (token === undefined || name === undefined) return undefined
  return { token: decodeURIComponent(token), name, isFile: kind !== undefined }
}

async function serve(
  state: EmulatorState,
  takeFault: ReturnType<typeof createFaultScript>['take'],
  request: EmulatorRequest,
  { token, name, isFile }: Called,
): Promise<EmulatorAnswer | 'cut'> {
  if (token !== state.token) return refusal(401, 'Unauthorized')
  return underFault(
    takeFault(isFile ? 'file' : name),
    {
      rateLimit: (seconds) =>
        refusal(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds }),
      // 500 comes from the server itself, the others from the gateway before it.
      serverError: (status) =>
        status === 500
          ? refusal(500, 'Internal Server Error')
          : { status, headers: { 'content-type': 'text/html' }, body: '<html>Bad Gateway</html>' },
    },
    () => (isFile ? serveFile(state, name) : serveMethod(state, name, request)),
  )
}

function serveFile(state: EmulatorState, path: string): EmulatorAnswer {
  const file = [...state.files.values()].find((one) => one.path === decodeURIComponent(path))
  if (!file) return refusal(404, 'Not Found')
  return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: file.bytes }
}

function newPerson(
  state: EmulatorState,
  emit: (chatId: number, kind: keyof Omit<Update, 'update_id'>, content: object) => void,
  { name = 'Анна Петрова', username, id = randomInt(10_000_000, 9_000_000_000) }: TelegramProfile,
): TelegramPerson {
  const [firstName = name, ...lastNames] = name.split(' ')
  const from = {
    id,
    is_bot: false,
    first_name: firstName,
    ...(lastNames.length > 0 ? { last_name: lastNames.join(' ') } : {}),
    ...(username ? { username } : {}),
    language_code: 'ru',
  }
  const chat = { id, first_name: firstName, ...(username ? { username } : {}), type: 'private' }
  // The chat exists for the bot once the person wrote or pressed Start.
  const shared: Chat = state.chats.get(id) ?? {
    id,
    isOpen: false,
    isBlocked: false,
    lastMessageId: 0,
    messages: new Map(),
  }
  state.chats.set(id, shared)

  function say(content: Partial<WireMessage>): string {
    shared.isOpen = true
    shared.lastMessageId += 1
    const message = { message_id: shared.lastMessageId, from, chat, date: nowSeconds(), ...content }
    shared.messages.set(message.message_id, message)
    emit(id, 'message', message)
    return String(message.message_id)
  }
  function member(status: 'kicked' | 'member', before: 'kicked' | 'member'): void {
    shared.isBlocked = status === 'kicked'
    const user = {
      id: state.bot.id,
      is_bot: true,
      first_name: state.bot.first_name,
      username: state.bot.username,
    }
    const change = {
      old_chat_member: { user, status: before },
      new_chat_member: { user, status, until_date: 0 },
    }
    emit(id, 'my_chat_member', { chat, from, date: nowSeconds(), ...change })
  }
  function fileMessage({ kind, name: fileName, mime, bytes, caption }: EmulatedFile & { caption?: string }) {
    const fileId = randomBytes(24).toString('base64url')
    const field = FIELD_OF_KIND[kind]
    state.files.set(fileId, { bytes, path: `${field}s/file_${state.files.size}` })
    const info = { file_id: fileId, file_unique_id: fileId.slice(0, 12), file_size: bytes.byteLength }
    const described = { ...info, file_name: fileName, mime_type: mime, duration: 3, width: 640, height: 480 }
    const content =
      field === 'photo' ? { photo: [{ ...info, width: 640, height: 480 }] } : { [field]: described }
    return say({ ...content, ...(caption ? { caption } : {}) })
  }

  return {
    talk: String(id),
    write: (text) => say({ text }),
    start: (payload) => say({ text: payload ? `/start ${payload}` : '/start' }),
    sendFile: fileMessage,
    reply(toMessageId, text) {
      const quoted = shared.messages.get(Number(toMessageId))
      return say({ text, ...(quoted ? { reply_to_message: quoted } : {}) })
    },
    edit(messageId, text) {
      const message = shared.messages.get(Number(messageId))
      if (!message) throw new Error(`no message ${messageId} in this chat`)
      Object.assign(message, { text, edit_date: nowSeconds() })
      emit(id, 'edited_message', message)
    },
    shareContact({ name: first_name, phone }) {
      say({ contact: { phone_number: phone, first_name, user_id: id } })
    },
    sendCard: ({ name: first_name, phone }) => say({ contact: { phone_number: phone, first_name } }),
    sendLocation: (latitude, longitude) => say({ location: { latitude, longitude } }),
    block: () => member('kicked', 'member'),
    unblock: () => member('member', 'kicked'),
  }
}
