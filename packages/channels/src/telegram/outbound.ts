import { setTimeout as delay } from 'node:timers/promises'
import type {
  OutboundAttachment,
  OutboundMessage,
  SendOutcome,
} from '@trunkline/contracts/channel/outbound-message'
import type { Json } from '@trunkline/contracts/json'
import { Value } from 'typebox/value'
import { splitText } from '../kit/split-text.ts'
import { type CallOutcome, callTelegram, type TelegramContext, uploadToTelegram } from './client.ts'
import { outcomeOfRefusal, type TelegramErrorCode } from './errors.ts'
import { chatOfTalk, messageId, readMessageId } from './ids.ts'
import { LIMITS, SentMessage, type UploadField } from './wire.ts'

/** One message of Telegram: a piece of text, or a file with its caption. */
type Part =
  | { readonly text: string }
  | { readonly attachment: OutboundAttachment; readonly field: UploadField; readonly caption: string }

/** Between the parts of one message a short wait is cheaper than a half-sent message. */
const LONGEST_WAIT_BETWEEN_PARTS_MS = 10_000
const TRIES_PER_PART = 3

/**
 * Sends one message of ours as one or more of Telegram's, in order.
 *
 * There is no idempotency key, so once the first part is out the message is never `retry`: what could not follow
 * after short waits makes it `uncertain`, and a person looks. Source: core.telegram.org/bots/api, read 2026-11.
 */
export async function send(message: OutboundMessage, context: TelegramContext): Promise<SendOutcome> {
  const chatId = chatOfTalk(message.talk)
  if (chatId === undefined) return reject('telegram/chat-not-found', 'recipient-unreachable')
  const parts = partsOf(message)
  if (parts.length === 0) return reject('telegram/refused', 'content-refused')

  const externalIds: string[] = []
  for (const part of parts) {
    const reply = externalIds.length === 0 ? replyTo(message, chatId) : {}
    const outcome = await sendPatiently(part, { chat_id: chatId, ...reply }, context, externalIds.length > 0)
    if (outcome.status === 'sent') externalIds.push(...outcome.externalIds)
    else if (externalIds.length > 0) return { status: 'uncertain', code: 'telegram/partly-sent' }
    else return outcome
  }
  return { status: 'sent', externalIds }
}

/** Shows "typing…" for at most five seconds. */
export async function typing(talk: string, context: TelegramContext): Promise<void> {
  const chatId = chatOfTalk(talk)
  if (chatId !== undefined)
    await callTelegram(context, 'sendChatAction', { chat_id: chatId, action: 'typing' })
}

/**
 * The parts of a message, in the order a reader expects. A text that fits goes as the caption of the first file;
 * a longer one goes before the files. Pieces of white space only are left out: Telegram refuses them.
 */
export function partsOf({ text, attachments }: Pick<OutboundMessage, 'text' | 'attachments'>): Part[] {
  const asCaption = attachments.length > 0 && text.length <= LIMITS.captionChars
  const pieces = asCaption ? [] : splitText(text, LIMITS.textChars).filter((piece) => piece.trim() !== '')
  return [
    ...pieces.map((piece) => ({ text: piece })),
    ...attachments.map((attachment, index) => ({
      attachment,
      field: fieldFor(attachment),
      caption: asCaption && index === 0 ? text : '',
    })),
  ]
}

/**
 * The method that shows the file best; what its method would refuse goes as a document.
 * Source: core.telegram.org/bots/api#sendphoto, #sendvoice, #sendaudio, #sendvideo, read 2026-11.
 */
function fieldFor({ kind, mime, sizeBytes }: OutboundAttachment): UploadField {
  const type = mime.split(';')[0]?.trim().toLowerCase() ?? ''
  if (kind === 'image' && /^image\/(jpeg|png|webp)$/.test(type) && sizeBytes <= LIMITS.photoBytes)
    return 'photo'
  if (kind === 'voice' && /^(audio|application)\/(ogg|mpeg|mp4|x-m4a)$/.test(type)) return 'voice'
  if (kind === 'audio' && /^audio\/(mpeg|mp3|mp4|x-m4a|aac)$/.test(type)) return 'audio'
  if (kind === 'video' && type === 'video/mp4') return 'video'
  return 'document'
}

interface Address extends Record<string, Json> {
  chat_id: number
}

async function sendPatiently(
  part: Part,
  address: Address,
  context: TelegramContext,
  isFollowUp: boolean,
): Promise<SendOutcome> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await sendPart(part, address, context)
    const mayWait = isFollowUp && outcome.status === 'retry' && attempt < TRIES_PER_PART
    if (!mayWait || outcome.afterMs > LONGEST_WAIT_BETWEEN_PARTS_MS || context.signal.aborted) return outcome
    // Given up while waiting: the part stays unsent, and the caller says so.
    await delay(outcome.afterMs, undefined, { signal: context.signal }).catch(() => undefined)
  }
}

async function sendPart(part: Part, address: Address, context: TelegramContext): Promise<SendOutcome> {
  if ('text' in part)
    return outcomeOf(await callTelegram(context, 'sendMessage', { ...address, text: part.text }))
  const outcome = await sendFile(part, part.field, address, context)
  // A picture that Telegram cannot show is still a file.
  const cannotShow = outcome.status === 'rejected' && /PHOTO|IMAGE|VOICE|VIDEO/.test(outcome.detail ?? '')
  return cannotShow && part.field !== 'document' ? sendFile(part, 'document', address, context) : outcome
}

async function sendFile(
  { attachment, caption }: Extract<Part, { attachment: unknown }>,
  field: UploadField,
  address: Address,
  context: TelegramContext,
): Promise<SendOutcome> {
  let stream: ReadableStream<Uint8Array>
  try {
    stream = (await context.openFile(attachment.id)).stream
  } catch {
    // Our own store; nothing has left. Its error is counted there, and this code says what to do here.
    return { status: 'retry', afterMs: 30_000, scope: 'talk', code: 'telegram/file-unavailable' }
  }
  const parameters = caption === '' ? address : { ...address, caption }
  const { name, mime } = attachment
  return outcomeOf(await uploadToTelegram(context, field, parameters, { name, mime, stream }))
}

function outcomeOf(call: CallOutcome): SendOutcome {
  switch (call.kind) {
    case 'done': {
      const { result } = call
      if (!Value.Check(SentMessage, result)) return { status: 'uncertain', code: 'telegram/no-answer' }
      return { status: 'sent', externalIds: [messageId(result.chat.id, result.message_id)] }
    }
    case 'refused':
      return outcomeOfRefusal(call)
    case 'not-telegram':
      return reject('telegram/not-telegram', 'auth', `HTTP ${call.httpStatus}`)
    case 'not-sent':
      return { status: 'retry', afterMs: 15_000, scope: 'account', code: 'telegram/unreachable' }
    case 'lost':
      return { status: 'uncertain', code: 'telegram/no-answer' }
  }
}

function reject(
  code: TelegramErrorCode,
  errorClass: Extract<SendOutcome, { status: 'rejected' }>['errorClass'],
  detail?: string,
): SendOutcome {
  return { status: 'rejected', errorClass, code, ...(detail ? { detail } : {}) }
}

/** A quote of a message that is gone, or of another chat, is left out rather than refused. */
function replyTo({ replyToExternalId }: OutboundMessage, chatId: number): Record<string, Json> {
  const quoted = replyToExternalId ? readMessageId(replyToExternalId) : undefined
  if (!quoted || quoted.chatId !== chatId) return {}
  return { reply_parameters: { message_id: quoted.messageId, allow_sending_without_reply: true } }
}
