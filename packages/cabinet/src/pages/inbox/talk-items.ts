import type { Message } from '@trunkline/contracts/http/conversations'
import type { PendingMessage } from './message-log.ts'

/** One line of the talk as the virtual list shows it. `key` is stable while messages come and go. */
export type TalkItem =
  | { readonly kind: 'day'; readonly key: string; readonly at: string }
  | { readonly kind: 'unread'; readonly key: string }
  | {
      readonly kind: 'message'
      readonly key: string
      readonly message: Message
      /** First and last of a run by one author within a few minutes: name above, tail below. */
      readonly first: boolean
      readonly last: boolean
      readonly quoted: Message | null
    }
  | {
      readonly kind: 'pending'
      readonly key: string
      readonly pending: PendingMessage
      readonly quoted: Message | null
    }

const RUN_GAP_MS = 5 * 60_000

/** Day of an instant in this browser's time zone, such as `2026-11-22`. */
export function dayOf(at: string): string {
  const date = new Date(at)
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`
}

/**
 * The talk as lines: a separator before each new day, the unread line before the first message not read when the
 * conversation was opened, messages with the place in their run, then what is being sent.
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
  let day = ''
  let unreadShown = false
  messages.forEach((message, index) => {
    const before = messages[index - 1]
    const after = messages[index + 1]
    const today = dayOf(message.at)
    const newDay = today !== day
    if (newDay) {
      day = today
      items.push({ kind: 'day', key: `day:${today}:${message.sequence}`, at: message.at })
    }
    const unreadHere = !unreadShown && unreadFrom !== null && message.sequence >= unreadFrom
    if (unreadHere) {
      unreadShown = true
      items.push({ kind: 'unread', key: 'unread' })
    }
    items.push({
      kind: 'message',
      key: message.id,
      message,
      first: newDay || unreadHere || !sameRun(before, message),
      last: !sameRun(message, after) || (after !== undefined && dayOf(after.at) !== today),
      quoted: quotedBy(message.replyToId),
    })
  })
  for (const each of pending) {
    if (dayOf(each.at) !== day) {
      day = dayOf(each.at)
      items.push({ kind: 'day', key: `day:${day}:pending`, at: each.at })
    }
    items.push({ kind: 'pending', key: each.clientId, pending: each, quoted: quotedBy(each.replyToId) })
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
