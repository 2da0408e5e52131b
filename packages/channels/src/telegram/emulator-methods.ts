import type { EmulatorAnswer, EmulatorRequest } from '../kit/emulator-server.ts'
import { type Chat, type EmulatorState, nowSeconds } from './emulator-state.ts'
import { LIMITS, SECRET_HEADER, UPLOADS, type WireMessage } from './wire.ts'

/** What a call brought: JSON values, or the fields of a form with a file among them. */
type Parameters = Readonly<Record<string, unknown>>

interface Method {
  /** Parameters this server knows. The real one ignores others; we refuse them, so that a typing error shows. */
  readonly knows: readonly string[]
  readonly run: (state: EmulatorState, parameters: Parameters) => EmulatorAnswer
}

const SENDING = ['chat_id', 'reply_parameters', 'disable_notification']
const BAD_PHOTO = 'Bad Request: IMAGE_PROCESS_FAILED'

const METHODS: Readonly<Record<string, Method>> = {
  getMe: { knows: [], run: (state) => done({ ...state.bot, is_bot: true, can_join_groups: false }) },
  getWebhookInfo: { knows: [], run: webhookInfo },
  setWebhook: {
    knows: ['url', 'secret_token', 'allowed_updates', 'drop_pending_updates', 'max_connections'],
    run: setWebhook,
  },
  deleteWebhook: {
    knows: ['drop_pending_updates'],
    run(state) {
      state.webhook = undefined
      state.delivery.setTarget(undefined)
      return done(true)
    },
  },
  sendMessage: { knows: [...SENDING, 'text'], run: sendMessage },
  sendChatAction: {
    knows: ['chat_id', 'action'],
    run: (state, { chat_id, action }) =>
      inChat(state, chat_id, (chat) => {
        if (action !== 'typing') return refusal(400, 'Bad Request: wrong parameter action in request')
        state.typingSeen.push(String(chat.id))
        return done(true)
      }),
  },
  getFile: { knows: ['file_id'], run: getFile },
  ...Object.fromEntries(
    Object.entries(UPLOADS).map(([field, method]) => [
      method,
      {
        knows: [...SENDING, 'caption', field],
        run: (state: EmulatorState, parameters: Parameters) => sendFile(state, parameters, field),
      },
    ]),
  ),
}

/** Serves one method as the Bot API words it. */
export async function serveMethod(
  state: EmulatorState,
  name: string,
  request: EmulatorRequest,
): Promise<EmulatorAnswer> {
  const method = METHODS[name]
  if (!method) return refusal(404, 'Not Found')
  if (request.body.byteLength > LIMITS.uploadBytes + 10_000) return refusal(413, 'Request Entity Too Large')
  const parameters = await readParameters(request)
  if (!parameters) return refusal(400, "Bad Request: can't parse request")
  const stranger = Object.keys(parameters).find((key) => !method.knows.includes(key))
  if (stranger) return refusal(400, `Bad Request: unknown parameter "${stranger}"`)
  return method.run(state, parameters)
}

/** `{"ok":false}` in Telegram's shape; the HTTP status repeats the code. */
export function refusal(errorCode: number, description: string, parameters?: object): EmulatorAnswer {
  return json(errorCode, {
    ok: false,
    error_code: errorCode,
    description,
    ...(parameters ? { parameters } : {}),
  })
}

function done(result: unknown): EmulatorAnswer {
  return json(200, { ok: true, result })
}

function json(status: number, body: object): EmulatorAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function webhookInfo({ webhook, delivery }: EmulatorState): EmulatorAnswer {
  const problem = delivery.lastProblem()
  return done({
    url: webhook?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: delivery.pendingCount(),
    ...(problem
      ? { last_error_date: Math.floor(problem.atMs / 1000), last_error_message: problem.what }
      : {}),
    ...(webhook ? { max_connections: 40, allowed_updates: webhook.allowedUpdates } : {}),
  })
}

/** Source of the rules: core.telegram.org/bots/api#setwebhook, read 2026-11; a local server takes http and any port. */
function setWebhook(
  state: EmulatorState,
  { url, secret_token, allowed_updates }: Parameters,
): EmulatorAnswer {
  const address = typeof url === 'string' ? URL.parse(url) : null
  if (!address) return refusal(400, 'Bad Request: bad webhook: invalid URL')
  if (state.isCloud && address.protocol !== 'https:') {
    return refusal(400, 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook')
  }
  if (state.isCloud && !['', '80', '88', '443', '8443'].includes(address.port)) {
    return refusal(400, 'Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443')
  }
  if (secret_token !== undefined && !/^[\w-]{1,256}$/.test(String(secret_token))) {
    return refusal(400, 'Bad Request: secret token contains unallowed characters')
  }
  const allowedUpdates = Array.isArray(allowed_updates) ? allowed_updates.map(String) : []
  state.webhook = { url: address.href, allowedUpdates }
  state.delivery.setTarget({
    url: address.href,
    headers: secret_token === undefined ? {} : { [SECRET_HEADER]: String(secret_token) },
  })
  return done(true)
}

function sendMessage(state: EmulatorState, parameters: Parameters): EmulatorAnswer {
  const { chat_id, text } = parameters
  return inChat(state, chat_id, (chat) => {
    if (typeof text !== 'string' || text.trim() === '') {
      return refusal(400, 'Bad Request: message text is empty')
    }
    if (text.length > LIMITS.textChars) return refusal(400, 'Bad Request: message is too long')
    return deliver(state, chat, parameters, { text: text.trim() })
  })
}

function sendFile(state: EmulatorState, parameters: Parameters, field: string): EmulatorAnswer {
  const { chat_id, caption = '', [field]: file } = parameters
  return inChat(state, chat_id, (chat) => {
    if (!(file instanceof UploadedFile))
      return refusal(400, 'Bad Request: wrong remote file identifier specified')
    if (file.bytes.byteLength === 0) return refusal(400, 'Bad Request: file must be non-empty')
    if (field === 'photo' && (file.bytes.byteLength > LIMITS.photoBytes || !file.mime.startsWith('image/'))) {
      return refusal(400, BAD_PHOTO)
    }
    if (String(caption).length > LIMITS.captionChars) {
      return refusal(400, 'Bad Request: message caption is too long')
    }
    return deliver(state, chat, parameters, { caption: String(caption).trim() }, file)
  })
}

function getFile(state: EmulatorState, { file_id }: Parameters): EmulatorAnswer {
  const file = state.files.get(String(file_id))
  if (!file) return refusal(400, 'Bad Request: wrong file_id or the file is temporarily unavailable')
  if (file.bytes.byteLength > LIMITS.downloadBytes) return refusal(400, 'Bad Request: file is too big')
  return done({
    file_id,
    file_unique_id: String(file_id).slice(0, 12),
    file_size: file.bytes.byteLength,
    file_path: file.path,
  })
}

/** A chat that the bot may write to, or the refusal it gets. */
function inChat(
  { chats }: EmulatorState,
  chatId: unknown,
  act: (chat: Chat) => EmulatorAnswer,
): EmulatorAnswer {
  if (chatId === undefined) return refusal(400, 'Bad Request: chat_id is empty')
  const chat = chats.get(Number(chatId))
  if (!chat?.isOpen) return refusal(400, 'Bad Request: chat not found')
  if (chat.isBlocked) return refusal(403, 'Forbidden: bot was blocked by the user')
  return act(chat)
}

function deliver(
  state: EmulatorState,
  chat: Chat,
  parameters: Parameters,
  words: { text: string } | { caption: string },
  file?: UploadedFile,
): EmulatorAnswer {
  const reply = parameters.reply_parameters as { message_id?: number; allow_sending_without_reply?: boolean }
  const quoted = reply?.message_id === undefined ? undefined : chat.messages.get(reply.message_id)
  if (reply && !quoted && !reply.allow_sending_without_reply) {
    return refusal(400, 'Bad Request: message to be replied not found')
  }
  chat.lastMessageId += 1
  const message: WireMessage = {
    message_id: chat.lastMessageId,
    date: nowSeconds(),
    chat: { id: chat.id, type: 'private' },
    from: { id: state.bot.id, first_name: state.bot.first_name, username: state.bot.username },
    ...words,
  }
  chat.messages.set(message.message_id, message)
  state.sent.push({
    id: String(message.message_id),
    talk: String(chat.id),
    text: 'text' in words ? words.text : words.caption,
    files: file ? [file] : [],
    ...(quoted ? { replyTo: String(quoted.message_id) } : {}),
  })
  return done(message)
}

/** The file part of a form. */
class UploadedFile {
  readonly name: string
  readonly mime: string
  readonly bytes: Uint8Array
  constructor(name: string, mime: string, bytes: Uint8Array) {
    this.name = name
    this.mime = mime
    this.bytes = bytes
  }
}

async function readParameters({ headers, body }: EmulatorRequest): Promise<Parameters | undefined> {
  const contentType = headers['content-type'] ?? ''
  try {
    if (contentType.startsWith('application/json')) return JSON.parse(body.toString('utf8'))
    if (!contentType.startsWith('multipart/form-data')) return body.byteLength === 0 ? {} : undefined
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': contentType },
    }).formData()
    const parameters: Record<string, unknown> = {}
    for (const [name, value] of form)
      parameters[name] = typeof value === 'string' ? readValue(value) : await readFile(value)
    return parameters
  } catch {
    // Like the real server: whatever is wrong with the body, the answer is one refusal.
    return undefined
  }
}

/** Objects travel in forms as JSON; all else stays text. */
function readValue(value: string): unknown {
  return value.startsWith('{') ? JSON.parse(value) : value
}

async function readFile(file: File): Promise<UploadedFile> {
  return new UploadedFile(file.name, file.type, new Uint8Array(await file.arrayBuffer()))
}
