import type { Update } from './wire.ts'

/** A message id is unique only inside its chat, so ours names both: `<chat>:<message>`. */
export function messageId(chatId: number, telegramMessageId: number): string {
  return `${chatId}:${telegramMessageId}`
}

/** The two numbers of `messageId`, or `undefined` for a text that is none of ours. */
export function readMessageId(externalId: string): { chatId: number; messageId: number } | undefined {
  const [, chat, message] = /^(-?\d{1,16}):(-?\d{1,16})$/.exec(externalId) ?? []
  if (chat === undefined || message === undefined) return undefined
  const ids = { chatId: Number(chat), messageId: Number(message) }
  return Number.isSafeInteger(ids.chatId) && Number.isSafeInteger(ids.messageId) ? ids : undefined
}

/** The talk: the chat's id. */
export function talkOf(chatId: number): string {
  return String(chatId)
}

/** The chat of a talk, or `undefined` for a talk that is none of ours. */
export function chatOfTalk(talk: string): number | undefined {
  return /^-?\d{1,16}$/.test(talk) && Number.isSafeInteger(Number(talk)) ? Number(talk) : undefined
}

/**
 * Names one delivery. The update id alone would do for repeats, but Telegram may restart it at random after a quiet
 * week, and then an old number would swallow a new message; so the key also says what the update is about.
 */
export function eventKeyOf(update: Update): string {
  const { update_id, message, edited_message: edited, my_chat_member: member } = update
  if (message) return `${update_id}:new:${messageId(message.chat.id, message.message_id)}`
  if (edited) {
    return `${update_id}:edit:${messageId(edited.chat.id, edited.message_id)}:${edited.edit_date ?? edited.date}`
  }
  if (member) return `${update_id}:member:${member.chat.id}:${member.date}`
  return `${update_id}:other`
}
