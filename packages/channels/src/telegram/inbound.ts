import type {
  ContactProfile,
  InboundAttachment,
  InboundEvent,
} from '@trunkline/contracts/channel/inbound-event'
import type { Json } from '@trunkline/contracts/json'
import type { HookEntry, HookSecrets, RawHook } from '../kit/channel-adapter.ts'
import { instantOfSeconds, readJsonBody, unknownEntry, unsupported } from '../kit/hook-body.ts'
import { matches } from '../kit/matches.ts'
import { isSameSecret } from '../kit/signature.ts'
import { eventKeyOf, messageId, talkOf } from './ids.ts'
import {
  SECRET_HEADER,
  Update,
  type WireFile,
  type WireMember,
  type WireMessage,
  type WireUser,
} from './wire.ts'

const isUpdate = matches(Update)

/** The secret that we gave to `setWebhook` comes back with every call; the body itself is not signed. */
export function verify(hook: RawHook, { hookSecret }: HookSecrets): 'genuine' | 'forged' {
  return isSameSecret(hook.headers[SECRET_HEADER], hookSecret) ? 'genuine' : 'forged'
}

/** One hook is one update; the chat is the lane. */
export function split(hook: RawHook): HookEntry[] {
  const part = readJsonBody(hook.body)
  if (part === undefined || !isUpdate(part)) return [unknownEntry(hook)]
  const chat = (part.message ?? part.edited_message ?? part.my_chat_member)?.chat
  return [{ eventKey: eventKeyOf(part), laneKey: chat ? talkOf(chat.id) : 'unknown', part }]
}

/** The update in our words. Albums come as single messages and stay so. */
export function parse(part: Json): InboundEvent[] {
  if (!isUpdate(part)) return [unsupported('not an update of the Bot API')]
  if (part.message) return [received(part.message)]
  if (part.edited_message) return [edited(part.edited_message)]
  if (part.my_chat_member) return [allowed(part.my_chat_member)]
  const kind = Object.keys(part).find((key) => key !== 'update_id')
  return [unsupported(kind ?? 'an empty update')]
}

function received(message: WireMessage): InboundEvent {
  const at = inTalk(message, message.date)
  const content = contentOf(message)
  const { from, chat } = message
  if (!isTalk(chat) || !from) return unsupported(`a message in a ${chat.type} chat`, at.talk, at.occurredAt)
  if (!content) return unsupported(`a message of ${kindOf(message)}`, at.talk, at.occurredAt)
  const start = /^\/start(?: ([\w-]{1,64}))?$/.exec(message.text ?? '')
  return {
    kind: 'message-received',
    ...at,
    externalMessageId: messageId(message.chat.id, message.message_id),
    author: 'contact',
    ...(isGroup(chat)
      ? { contact: groupProfile(chat), isGroup: true, authorName: fullName(from) }
      : { contact: { ...profile(from), ...sharedPhone(message, from) } }),
    text: start ? '/start' : content.text,
    attachments: content.attachments,
    ...(message.reply_to_message
      ? { replyToExternalId: messageId(message.chat.id, message.reply_to_message.message_id) }
      : {}),
    ...(start?.[1] ? { context: { extra: { start: start[1] } } } : {}),
  }
}

function edited(message: WireMessage): InboundEvent {
  const at = inTalk(message, message.edit_date ?? message.date)
  const content = contentOf(message)
  const { from, chat } = message
  if (!isTalk(chat) || !from) return unsupported(`an edit in a ${chat.type} chat`, at.talk, at.occurredAt)
  if (!content) return unsupported(`an edit of ${kindOf(message)}`, at.talk, at.occurredAt)
  return {
    kind: 'message-edited',
    ...at,
    externalMessageId: messageId(message.chat.id, message.message_id),
    contact: isGroup(chat) ? groupProfile(chat) : profile(from),
    text: content.text,
  }
}

/** `kicked` = the person blocked the bot, `member` = let it write again. */
function allowed({ chat, from, date, new_chat_member: { status } }: WireMember): InboundEvent {
  const at = inTalk({ chat }, date)
  if (chat.type !== 'private' || (status !== 'kicked' && status !== 'member')) {
    return unsupported(`membership ${status} in a ${chat.type} chat`, at.talk, at.occurredAt)
  }
  return { kind: 'allowed', ...at, allowed: status === 'member', contact: profile(from) }
}

function inTalk({ chat }: Pick<WireMessage, 'chat'>, seconds: number): { talk: string; occurredAt: string } {
  return { talk: talkOf(chat.id), occurredAt: instantOfSeconds(seconds) }
}

type Chat = WireMessage['chat']

function isGroup({ type }: Chat): boolean {
  return type === 'group' || type === 'supergroup'
}

function isTalk(chat: Chat): boolean {
  return chat.type === 'private' || isGroup(chat)
}

/** In a group the group is the contact: what one of its people shares is not the data of all of them. */
function groupProfile({ id, title }: Chat): ContactProfile {
  return { externalId: String(id), ...(title ? { name: title } : {}) }
}

function profile(from: WireUser): ContactProfile {
  return {
    externalId: String(from.id),
    name: fullName(from),
    ...(from.username ? { username: from.username } : {}),
    ...(from.language_code ? { locale: from.language_code } : {}),
  }
}

/** A shared card proves the sender's phone only if it is the sender's own. */
function sharedPhone({ contact }: WireMessage, from: WireUser): Partial<ContactProfile> {
  return contact?.user_id === from.id ? { phone: contact.phone_number, vouched: true } : {}
}

interface Content {
  readonly text: string
  readonly attachments: readonly InboundAttachment[]
}

/** What a message shows to a reader, or `undefined` for a kind that has nothing to show. */
function contentOf(message: WireMessage): Content | undefined {
  const caption = message.caption ?? ''
  const files = attachmentsOf(message)
  if (files.length > 0) return { text: caption, attachments: files }
  const text = message.text ?? textOf(message)
  return text === undefined ? undefined : { text, attachments: [] }
}

function attachmentsOf(message: WireMessage): InboundAttachment[] {
  const { photo, animation, document, voice, audio, video, video_note: note, sticker } = message
  const largest = photo?.at(-1)
  if (largest) return [attachment('image', largest, { mime: 'image/jpeg' })]
  // An animation fills `document` too, so it is asked first.
  if (animation) return [attachment('video', animation, { mime: 'video/mp4' })]
  if (voice) return [attachment('voice', voice, { mime: 'audio/ogg' })]
  if (audio) return [attachment('audio', audio)]
  if (video) return [attachment('video', video)]
  if (note) return [attachment('video', note, { mime: 'video/mp4' })]
  if (document) return [attachment('file', document)]
  if (sticker && !sticker.is_animated && !sticker.is_video) {
    return [attachment('image', sticker, { mime: 'image/webp', name: 'sticker.webp' })]
  }
  return []
}

function attachment(
  kind: InboundAttachment['kind'],
  file: WireFile,
  otherwise: { mime?: string; name?: string } = {},
): InboundAttachment {
  const name = file.file_name ?? otherwise.name
  const mime = file.mime_type ?? otherwise.mime
  return {
    kind,
    ...(name ? { name } : {}),
    ...(mime ? { mime } : {}),
    ...(file.file_size === undefined ? {} : { sizeBytes: file.file_size }),
    source: { reference: { fileId: file.file_id } },
  }
}

/** Things that are best read as a line of text. */
function textOf({ sticker, venue, location, contact, dice }: WireMessage): string | undefined {
  if (sticker) return sticker.emoji ?? '[sticker]'
  if (venue) return `📍 ${venue.title}, ${venue.address}\n${mapLink(venue.location)}`
  if (location) return `📍 ${mapLink(location)}`
  if (contact) return `👤 ${fullName(contact)}, ${contact.phone_number}`
  return dice ? `${dice.emoji} ${dice.value}` : undefined
}

function mapLink({ latitude, longitude }: { latitude: number; longitude: number }): string {
  const [lat, lon] = [latitude.toFixed(6), longitude.toFixed(6)]
  return `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=17/${lat}/${lon}`
}

function fullName({
  first_name: first,
  last_name: last,
}: {
  first_name: string
  last_name?: string
}): string {
  return last ? `${first} ${last}` : first
}

/** The field that tells what a message is, for a person who wonders. */
function kindOf(message: WireMessage): string {
  const ordinary = new Set(['message_id', 'date', 'edit_date', 'chat', 'from', 'reply_to_message'])
  return Object.keys(message).find((key) => !ordinary.has(key)) ?? 'nothing'
}
