import type { Message } from '@trunkline/contracts/http/conversations'
import type { PendingMessage } from './message-log.ts'

/**
 * One message as the virtual list shows it, with the separators that stand above it. They are part of the item, so that
 * keys are the messages' own and the place on screen is kept when earlier messages are loaded in front.
 */
export type TalkItem = {
  readonly key: string
  /** An instant of the day that begins with this message; null inside a day. */
  readonly day: string | null
  /** The unread line stands above it. */
  readonly unread: boolean
  readonly quoted: Message | null
} & (
  | {
      readonly kind: 'message'
      readonly message: Message
      /** First and last of a run by one author within a few minutes: name above, tail below. */
      readonly first: boolean
      readonly last: boolean
    }
  | { readonly kind: 'pending'; readonly pending: PendingMessage }
)

const RUN_GAP_MS = 5 * 60_000

/** Day of an instant in this browser's time zone, such as `2026-11-22`. */
export function dayOf(at: string): string {
  const date = new Date(at)
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`
}

/**
 * The talk as items: messages with the place in their run, then what is being sent; a day above its first message, the
 * unread line above the first one not read when the conversation was opened.
 *
 * @param unreadFrom sequence of the first unread message; null for none.
 */
export function talkItems(
  messages: readonly Message[],
  pending: readonly PendingMessage[],
  unreadFrom: number | null,
): TalkItem[] {
  const items: TalkItem[] = []
  const byId = new Map(messages.map((message) => [message.id, message]))
  const quotedBy = (id: string | null) => (id === null ? null : (byId.get(id) ?? null))
  let today = ''
  const newDay = (at: string) => {
    const day = dayOf(at)
    if (day === today) return null
    today = day
    return at
  }
  let unreadShown = false
  messages.forEach((message, index) => {
    const after = messages[index + 1]
    const day = newDay(message.at)
    const unread = !unreadShown && unreadFrom !== null && message.sequence >= unreadFrom
    if (unread) unreadShown = true
    items.push({
      kind: 'message',
      key: message.id,
      message,
      day,
      unread,
      first: day !== null || unread || !sameRun(messages[index - 1], message),
      last: !sameRun(message, after) || (after !== undefined && dayOf(after.at) !== today),
      quoted: quotedBy(message.replyToId),
    })
  })
  for (const each of pending) {
    const quoted = quotedBy(each.replyToId)
    items.push({
      kind: 'pending',
      key: each.clientId,
      pending: each,
      day: newDay(each.at),
      unread: false,
      quoted,
    })
  }
  return items
}

function sameRun(a: Message | undefined, b: Message | undefined): boolean {
  if (!a || !b || a.direction !== b.direction || a.direction === 'system') return false
  if ((a.author?.userId ?? a.author?.name) !== (b.author?.userId ?? b.author?.name)) return false
  return Date.parse(b.at) - Date.parse(a.at) < RUN_GAP_MS
}

/** Sequence of the first of the last `unread` inbound messages: where the unread line stands. Null when all is read. */
export function firstUnread(messages: readonly Message[], unread: number): number | null {
  if (unread <= 0) return null
  const inbound = messages.filter((message) => message.direction === 'inbound')
  return (inbound[Math.max(0, inbound.length - unread)] ?? null)?.sequence ?? null
}
