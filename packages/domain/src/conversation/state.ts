import type { InboundAttachment, VisitContext } from '@trunkline/contracts/channel/inbound-event'
import type { CloseReason, DELIVERY_STATES, RequestStatus } from '@trunkline/contracts/http/conversations'

export type DeliveryState = (typeof DELIVERY_STATES)[number]

/**
 * One conversation as the rules see it. The store keeps it with its own id, number, channel and contact.
 * All instants are ISO 8601 UTC with milliseconds, so that they compare as strings.
 */
export interface ConversationState {
  /** A talk, or one form left instead of it: a request holds its one message and nobody can answer in it. */
  readonly kind: 'chat' | 'request'
  readonly status: 'open' | 'closed'
  /** The earliest thing that happened in it. */
  readonly startedAt: string
  readonly closedAt: string | null
  readonly closeReason: CloseReason | null
  /** User who closed it; null when the contact or nobody did. */
  readonly closedBy: string | null
  /** Latest time the contact ended the talk, also after we had closed it. */
  readonly contactClosedAt: string | null
  readonly assigneeId: string | null
  /** Latest message of the contact. */
  readonly lastInboundAt: string | null
  /** Latest message of ours, from the hub or from elsewhere. */
  readonly lastOutboundAt: string | null
  /** Latest message that an employee wrote outside the hub. */
  readonly lastElsewhereAt: string | null
  /** First of our messages: for the time to the first answer. */
  readonly firstOutboundAt: string | null
  /**
   * The contact waits since then; null when answered or closed. When an answer from outside the hub arrives late,
   * between messages of the contact, the latest of these stands for the first that is still unanswered.
   */
  readonly unansweredSince: string | null
  /** Our messages up to these instants (by their `occurredAt`) were delivered to or read by the contact. */
  readonly deliveredUpTo: string | null
  readonly readUpTo: string | null
  /** The contact blocked us, as of `writableAt`. */
  readonly cannotWrite: boolean
  /** When the network last said whether we may write; null = never. */
  readonly writableAt: string | null
  /** Earliest words of the contact and when: for titles and rules. */
  readonly opening: { readonly at: string; readonly text: string } | null
  /** Earliest known page and advertising labels (first touch). */
  readonly visit: { readonly at: string; readonly context: VisitContext } | null
  /** Several people write in it; absent = no. */
  readonly isGroup?: true
}

/**
 * One message. Its order key is (`occurredAt`, order of arrival).
 *
 * `known: false` is a note about a message that has not come yet: an edit, removal or mark that overtook it. A note
 * is stored by (channel, talk, external id), never shown, and given back as the existing message when it comes.
 */
export interface MessageState {
  readonly known: boolean
  /** Ids in the network; several when a long text or an album was split. Empty until an outbound message is sent. */
  readonly externalIds: readonly string[]
  readonly direction: 'inbound' | 'outbound'
  /** Who wrote: the contact, an employee outside the hub, or one of us in the hub. */
  readonly origin: 'contact' | 'elsewhere' | 'hub'
  readonly occurredAt: string
  /** The text now: the newest edit, else the original. Kept when removed. */
  readonly text: string
  readonly attachments: readonly InboundAttachment[]
  readonly replyToExternalId: string | null
  readonly editedAt: string | null
  readonly removedAt: string | null
  /** What was reported for this very message; show `effectiveDelivery`. `none` for inbound ones. */
  readonly delivery: DeliveryState
  /** Code or words of the network, when failed or unknown. */
  readonly deliveryReason: string | null
  /** A mark "all up to this one" that came before the message was known. */
  readonly upTo: 'delivered' | 'read' | null
}

/** What happened, in past tense; the server makes work, realtime events and ledger rows of it. */
export type ConversationFact =
  | { readonly fact: 'conversation-opened'; readonly at: string }
  | { readonly fact: 'conversation-closed'; readonly at: string; readonly reason: CloseReason }
  | { readonly fact: 'conversation-assigned'; readonly userId: string | null; readonly before: string | null }
  | {
      readonly fact: 'message-received'
      readonly origin: 'contact' | 'elsewhere'
      /** It belongs to a conversation that was closed after it was written. */
      readonly late: boolean
    }
  | { readonly fact: 'message-edited' }
  | { readonly fact: 'message-removed' }
  | { readonly fact: 'message-queued' }
  | { readonly fact: 'delivery-changed'; readonly from: DeliveryState; readonly to: DeliveryState }
  | { readonly fact: 'messages-read-up-to'; readonly status: 'delivered' | 'read'; readonly at: string }
  | {
      readonly fact: 'contact-data-received'
      readonly phone: string | null
      readonly email: string | null
      readonly vouched: boolean
    }
  | { readonly fact: 'request-status-changed'; readonly from: RequestStatus; readonly to: RequestStatus }
  | { readonly fact: 'contact-typing' }
  | { readonly fact: 'writing-allowed' }
  | { readonly fact: 'writing-denied' }
  | { readonly fact: 'unsupported-event'; readonly what: string }

/** What a step of a conversation leads to. */
export interface Applied {
  /** The state to save; null when there is no conversation (a mark or form without any talk yet). */
  readonly conversation: ConversationState | null
  /** True: `conversation` is a new one and gets a row and number of its own. */
  readonly opens: boolean
  /** The message to save; null when the event is about no message. */
  readonly message: MessageState | null
  /** Nothing happened when empty. */
  readonly facts: readonly ConversationFact[]
}

const RISING: readonly DeliveryState[] = [
  'none',
  'queued',
  'sending',
  'unknown',
  'sent',
  'failed',
  'delivered',
  'read',
]

/**
 * Two reports about one message: the later in the life of a message wins, in whatever order they came.
 * `failed` is final unless the message turns out delivered.
 */
export function laterDelivery(a: DeliveryState, b: DeliveryState): DeliveryState {
  return RISING.indexOf(a) >= RISING.indexOf(b) ? a : b
}

/**
 * Delivery to show: what was reported for the message, raised by "delivered or read up to" marks.
 * A failed, queued or unknown message is not raised by marks of later ones.
 */
export function effectiveDelivery(
  message: Pick<MessageState, 'delivery' | 'occurredAt'>,
  conversation: Pick<ConversationState, 'deliveredUpTo' | 'readUpTo'>,
): DeliveryState {
  if (message.delivery !== 'sent' && message.delivery !== 'delivered') return message.delivery
  const upTo = (mark: string | null) => mark !== null && message.occurredAt <= mark
  if (upTo(conversation.readUpTo)) return 'read'
  return upTo(conversation.deliveredUpTo) ? 'delivered' : message.delivery
}

/** The later of two instants, the earlier, where null = none. */
export function latest(a: string | null, b: string | null): string | null {
  return a === null ? b : b === null || a >= b ? a : b
}
export function earliest(a: string | null, b: string | null): string | null {
  return a === null ? b : b === null || a <= b ? a : b
}

/** A network's time as ours: ISO 8601 UTC with milliseconds; `now` when it cannot be read. */
export function instantOf(occurredAt: string, now: string): string {
  const ms = Date.parse(occurredAt)
  return new Date(Number.isNaN(ms) ? Date.parse(now) : ms).toISOString()
}

/** A conversation that begins at `at` with nothing in it. */
export function newConversation(at: string, kind: ConversationState['kind'] = 'chat'): ConversationState {
  return {
    kind,
    status: 'open',
    startedAt: at,
    closedAt: null,
    closeReason: null,
    closedBy: null,
    contactClosedAt: null,
    assigneeId: null,
    lastInboundAt: null,
    lastOutboundAt: null,
    lastElsewhereAt: null,
    firstOutboundAt: null,
    unansweredSince: null,
    deliveredUpTo: null,
    readUpTo: null,
    cannotWrite: false,
    writableAt: null,
    opening: null,
    visit: null,
  }
}
