import type { Opts } from 'grammy/types'
import { type Static, Type } from 'typebox'

/**
 * The Bot API's own JSON: the part of it that we read, written down from its documentation. Fields that we do not
 * read are left out and let through. What we send is typed by the library's `Opts`.
 * Source: core.telegram.org/bots/api, Bot API 10, read 2026-11.
 */

// Ids exceed 32 bits but fit a double exactly, as the documentation promises ("at most 52 significant bits").
const Id = Type.Integer({ minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })
const Seconds = Type.Integer({ minimum: 0, maximum: 253_402_300_799 })
const Size = Type.Optional(Type.Integer({ minimum: 0 }))
const Words = Type.Optional(Type.String())

const User = Type.Object({
  id: Id,
  first_name: Type.String(),
  last_name: Words,
  username: Words,
  language_code: Words,
})
export type WireUser = Static<typeof User>

const Chat = Type.Object({ id: Id, type: Type.String(), title: Words })

const File = Type.Object({ file_id: Type.String({ maxLength: 500 }), file_size: Size })
const NamedFile = Type.Object({ ...File.properties, file_name: Words, mime_type: Words })
export type WireFile = Static<typeof NamedFile>

const Sticker = Type.Object({
  ...File.properties,
  emoji: Words,
  is_animated: Type.Boolean(),
  is_video: Type.Boolean(),
})
const Location = Type.Object({ latitude: Type.Number(), longitude: Type.Number() })

const Message = Type.Object({
  message_id: Id,
  date: Seconds,
  edit_date: Type.Optional(Seconds),
  chat: Chat,
  from: Type.Optional(User),
  reply_to_message: Type.Optional(Type.Object({ message_id: Id })),
  text: Words,
  caption: Words,
  photo: Type.Optional(Type.Array(File)),
  document: Type.Optional(NamedFile),
  animation: Type.Optional(NamedFile),
  audio: Type.Optional(NamedFile),
  voice: Type.Optional(NamedFile),
  video: Type.Optional(NamedFile),
  video_note: Type.Optional(File),
  sticker: Type.Optional(Sticker),
  location: Type.Optional(Location),
  venue: Type.Optional(Type.Object({ location: Location, title: Type.String(), address: Type.String() })),
  contact: Type.Optional(
    Type.Object({
      phone_number: Type.String(),
      first_name: Type.String(),
      last_name: Words,
      user_id: Type.Optional(Id),
    }),
  ),
  dice: Type.Optional(Type.Object({ emoji: Type.String(), value: Type.Integer() })),
})
export type WireMessage = Static<typeof Message>

const ChatMemberUpdated = Type.Object({
  chat: Chat,
  from: User,
  date: Seconds,
  new_chat_member: Type.Object({ status: Type.String() }),
})
export type WireMember = Static<typeof ChatMemberUpdated>

/** One update: at most one of the optional fields is there, none when it is of a kind that we do not read. */
export const Update = Type.Object({
  update_id: Id,
  message: Type.Optional(Message),
  edited_message: Type.Optional(Message),
  my_chat_member: Type.Optional(ChatMemberUpdated),
})
export type Update = Static<typeof Update>

/** The kinds of update that we ask for; the rest is never sent to us. */
export const ALLOWED_UPDATES = ['message', 'edited_message', 'my_chat_member'] as const

/** Header of every webhook call. Source: core.telegram.org/bots/api#setwebhook. */
export const SECRET_HEADER = 'x-telegram-bot-api-secret-token'

/** Every answer of the API. */
export const Answer = Type.Union([
  Type.Object({ ok: Type.Literal(true), result: Type.Unknown() }),
  Type.Object({
    ok: Type.Literal(false),
    error_code: Type.Integer(),
    description: Type.String(),
    parameters: Type.Optional(
      Type.Object({ retry_after: Type.Optional(Type.Number()), migrate_to_chat_id: Type.Optional(Id) }),
    ),
  }),
])

export const Bot = Type.Object({ id: Id, first_name: Type.String(), username: Words })
export const SentMessage = Type.Object({ message_id: Id, chat: Type.Object({ id: Id }) })
export const FilePath = Type.Object({ file_path: Type.String(), file_size: Size })
export const WebhookInfo = Type.Object({
  url: Type.String(),
  pending_update_count: Type.Integer(),
  last_error_date: Type.Optional(Seconds),
  last_error_message: Words,
})

/** Methods that upload a file, by the field that carries it. */
export const UPLOADS = {
  photo: 'sendPhoto',
  document: 'sendDocument',
  voice: 'sendVoice',
  audio: 'sendAudio',
  video: 'sendVideo',
} as const
export type UploadField = keyof typeof UPLOADS

/** Parameters of the methods that we call with JSON. */
export interface Methods {
  getMe: Record<never, never>
  getWebhookInfo: Record<never, never>
  setWebhook: Opts<'setWebhook'>
  deleteWebhook: Opts<'deleteWebhook'>
  sendMessage: Opts<'sendMessage'>
  sendChatAction: Opts<'sendChatAction'>
  getFile: Opts<'getFile'>
}

// What the API promises. Source: core.telegram.org/bots/api "sendMessage", "sendPhoto", "Sending files", read 2026-11.
export const LIMITS = {
  textChars: 4096,
  captionChars: 1024,
  photoBytes: 10 * 1024 * 1024,
  uploadBytes: 50 * 1024 * 1024,
  downloadBytes: 20 * 1024 * 1024,
} as const
