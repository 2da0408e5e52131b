import type { Attachment, Message } from '@trunkline/contracts/http/conversations'
import type { Text } from '@trunkline/contracts/locale'

/** A message of ours that the server has not confirmed yet, or refused. Its `clientId` makes a repeat harmless. */
export interface PendingMessage {
  readonly clientId: string
  readonly text: string
  readonly attachments: readonly Attachment[]
  readonly replyToId: string | null
  /** ISO 8601 UTC, by this browser's clock. */
  readonly at: string
  /** The newest sequence known when it was sent: its stored twin is newer than this. */
  readonly after: number
  readonly state: 'sending' | 'failed'
  /** What the person reads when `failed`. */
  readonly error: Text | null
}

/** What is loaded of one conversation's talk. */
export interface MessageLog {
  /** By rising sequence, without gaps between the oldest and the newest loaded. */
  readonly messages: readonly Message[]
  readonly hasEarlier: boolean
  readonly pending: readonly PendingMessage[]
  /** Messages that answered a send of this page: they are nobody else's twin. */
  readonly confirmed: readonly string[]
}

export const EMPTY_LOG: MessageLog = { messages: [], hasEarlier: false, pending: [], confirmed: [] }

/** The newest sequence loaded; 0 when none. */
export function newestSequence(log: MessageLog): number {
  return log.messages.at(-1)?.sequence ?? 0
}

/** The newest message of the contact up to a place of the talk; 0 when none is loaded. */
export function newestInbound(log: MessageLog, upTo: number): number {
  const found = log.messages.findLast(
    ({ direction, sequence }) => direction === 'inbound' && sequence <= upTo,
  )
  return found?.sequence ?? 0
}

/** The oldest sequence loaded, what `before` of the next page is; undefined when none. */
export function oldestSequence(log: MessageLog): number | undefined {
  return log.messages[0]?.sequence
}

/** Adds a page of earlier messages. */
export function withEarlier(log: MessageLog, page: { data: Message[]; hasEarlier: boolean }): MessageLog {
  return { ...log, messages: merge(log.messages, page.data), hasEarlier: page.hasEarlier }
}

/**
 * Adds the newest page: new messages, and new states of those already shown. When the page does not reach what is
 * loaded (a long absence), the older part is dropped, so that the talk never shows with a hole.
 */
export function withLatest(log: MessageLog, page: { data: Message[]; hasEarlier: boolean }): MessageLog {
  const first = page.data[0]
  const reaches = !first || !page.hasEarlier || first.sequence <= newestSequence(log) + 1
  if (log.messages.length === 0 || !reaches) {
    return { ...log, messages: page.data, hasEarlier: page.hasEarlier }
  }
  return { ...log, messages: merge(log.messages, page.data) }
}

function merge(loaded: readonly Message[], page: readonly Message[]): readonly Message[] {
  const byId = new Map(loaded.map((message) => [message.id, message]))
  for (const message of page) byId.set(message.id, message)
  return [...byId.values()].sort((a, b) => a.sequence - b.sequence)
}

/** Shows a message at once. The same `clientId` again (a double click) changes nothing but a failed state. */
export function withPending(log: MessageLog, message: PendingMessage): MessageLog {
  const others = log.pending.filter((each) => each.clientId !== message.clientId)
  return { ...log, pending: [...others, message] }
}

/** The server has it: the stored message takes the place of the pending one. */
export function withConfirmed(log: MessageLog, clientId: string, message: Message): MessageLog {
  return {
    ...log,
    messages: merge(log.messages, [message]),
    pending: log.pending.filter((each) => each.clientId !== clientId),
    confirmed: [...log.confirmed, message.id],
  }
}

/** The send did not go through; the message stays, with its reason and a "try again". */
export function withRefused(log: MessageLog, clientId: string, error: Text): MessageLog {
  return {
    ...log,
    pending: log.pending.map((each) =>
      each.clientId === clientId ? { ...each, state: 'failed', error } : each,
    ),
  }
}

/** Forgets a message that the person decided not to send. */
export function withoutPending(log: MessageLog, clientId: string): MessageLog {
  return { ...log, pending: log.pending.filter((each) => each.clientId !== clientId) }
}

/** Puts a new state of one stored message in its place. */
export function withMessage(log: MessageLog, message: Message): MessageLog {
  return { ...log, messages: merge(log.messages, [message]) }
}

/**
 * The pending messages that are still to be shown. One whose stored twin has already come by another way (the stream
 * was faster than the answer, or the answer was lost) is left out: each pending one claims at most one message.
 */
export function visiblePending(log: MessageLog): readonly PendingMessage[] {
  const taken = new Set(log.confirmed)
  return log.pending.filter((pending) => {
    const twin = log.messages.find(
      (message) => !taken.has(message.id) && (message.id === pending.clientId || isTwin(message, pending)),
    )
    if (twin) taken.add(twin.id)
    return !twin
  })
}

function isTwin(message: Message, pending: PendingMessage): boolean {
  return (
    message.direction === 'outbound' &&
    message.sequence > pending.after &&
    message.text === pending.text &&
    message.attachments.length === pending.attachments.length &&
    message.attachments.every((file, at) => file.id === pending.attachments[at]?.id)
  )
}
