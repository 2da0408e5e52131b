import type { WidgetChatMessage, WidgetEvent } from '@trunkline/contracts/widget/protocol'
import type { OutboxEntry } from './outbox.ts'

/**
 * Joins what is known with what came: by id, the newer word wins, in the order of the talk. The same event twice, or a
 * list that overlaps, changes nothing.
 */
export function mergeMessages(
  known: readonly WidgetChatMessage[],
  came: readonly WidgetChatMessage[],
): WidgetChatMessage[] {
  const byId = new Map(known.map((message) => [message.id, message]))
  for (const message of came) {
    const before = byId.get(message.id)
    byId.set(
      message.id,
      before?.status === 'read' && message.status ? { ...message, status: 'read' } : message,
    )
  }
  return [...byId.values()].sort((a, b) => a.sequence - b.sequence)
}

/** The visitor's messages up to a place were read. */
export function withRead(messages: readonly WidgetChatMessage[], upTo: number): WidgetChatMessage[] {
  return messages.map((message) =>
    message.from === 'visitor' && message.sequence <= upTo
      ? { ...message, status: 'read' as const }
      : message,
  )
}

/** Whoever answers has read what stands before the answer; the hub counts it so too. */
export function withAnswer(
  messages: readonly WidgetChatMessage[],
  came: WidgetChatMessage,
): readonly WidgetChatMessage[] {
  return came.from === 'operator' ? withRead(messages, came.sequence - 1) : messages
}

/** Place of the newest message of all, or of the newest of the company's. */
export function newestOf(messages: readonly WidgetChatMessage[], whose: 'all' | 'operator'): number {
  return messages.reduce(
    (newest, { from, sequence }) =>
      whose === 'all' || from !== 'visitor' ? Math.max(newest, sequence) : newest,
    0,
  )
}

/** How many of the company's messages stand after the place up to which the visitor has read; removed ones do not count. */
export function unreadCount(messages: readonly WidgetChatMessage[], readUpTo: number): number {
  return messages.filter(
    (message) => message.from !== 'visitor' && !message.removed && message.sequence > readUpTo,
  ).length
}

/** A visitor's message as it is shown before the hub has told it back. */
export interface PendingMessage {
  readonly entry: OutboxEntry
  readonly state: 'sending' | 'sent' | 'failed'
}

/**
 * The visitor's messages that the list does not hold yet: accepted ones first, because they are before what waits.
 * One that has come back is in the list and nowhere else.
 */
export function pendingMessages(
  messages: readonly WidgetChatMessage[],
  accepted: readonly OutboxEntry[],
  waiting: readonly OutboxEntry[],
): PendingMessage[] {
  const told = new Set(messages.map((message) => message.clientId))
  const seen = new Set<string>()
  const fresh = (entry: OutboxEntry) => {
    if (told.has(entry.clientId) || seen.has(entry.clientId)) return false
    seen.add(entry.clientId)
    return true
  }
  return [
    ...accepted.filter(fresh).map((entry): PendingMessage => ({ entry, state: 'sent' })),
    ...waiting
      .filter(fresh)
      .map((entry): PendingMessage => ({ entry, state: entry.failed === undefined ? 'sending' : 'failed' })),
  ]
}

/** Whether an event says something that only a person at the other side does. */
export function endsTyping(event: WidgetEvent): boolean {
  return event.kind === 'message' && event.message.from !== 'visitor'
}
