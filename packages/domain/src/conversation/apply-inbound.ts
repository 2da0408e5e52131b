import type {
  ContactProfile,
  InboundEvent,
  MessageReceived,
  ReceiptReceived,
  RequestReceived,
  VisitContext,
} from '@trunkline/contracts/channel/inbound-event'
import type { Locale } from '@trunkline/contracts/locale'
import { noteOf, withDelivery, withEdit, withOriginal, withRemoval } from './message-join.ts'
import { requestOpening, requestText } from './request-text.ts'
import {
  type Applied,
  type ConversationFact,
  type ConversationState,
  earliest,
  effectiveDelivery,
  instantOf,
  latest,
  type MessageState,
  newConversation,
} from './state.ts'

export interface InboundInput {
  /**
   * The latest conversation of the talk, open or closed; null when there is none. For a mark, edit or removal of a
   * known message: the conversation that holds it.
   */
  readonly conversation: ConversationState | null
  /** The message or note stored under the event's external id; null when there is none. */
  readonly message: MessageState | null
  readonly event: InboundEvent
  /** ISO 8601 UTC; only used where the network gave no readable time. */
  readonly now: string
  /** Language of the words that a request is written down in; Russian when absent. */
  readonly locale?: Locale
}

/**
 * What an event of a network changes.
 *
 * Pure and total. Events may come twice and in any order: the same set of events ends in the same messages and
 * status. Facts are only those that this event made true; an event that changes nothing has none.
 */
export function applyInbound(input: InboundInput): Applied {
  const { conversation, message, event } = input
  const at = instantOf(event.occurredAt, input.now)
  const unchanged: Applied = { conversation, opens: false, message, facts: [] }
  switch (event.kind) {
    case 'message-received':
      return received(input, event, at)
    case 'request-received':
      return requested(input, event, at)
    case 'message-edited': {
      const before = message ?? noteOf(event.externalMessageId, at)
      const after = withEdit(before, event, at)
      const facts: ConversationFact[] =
        before.known && after.text !== before.text ? [{ fact: 'message-edited' }] : []
      return { ...unchanged, message: after, facts }
    }
    case 'message-removed': {
      const before = message ?? noteOf(event.externalMessageId, at)
      const facts: ConversationFact[] =
        before.known && before.removedAt === null ? [{ fact: 'message-removed' }] : []
      return { ...unchanged, message: withRemoval(before, at), facts }
    }
    case 'receipt':
      return receipt(input, event, at)
    case 'contact-shared':
      return {
        ...unchanged,
        conversation:
          conversation && event.context ? withVisit(conversation, event.context, at) : conversation,
        facts: contactData(event.contact),
      }
    case 'closed-by-contact':
      return closedByContact(conversation, at)
    case 'allowed':
      return allowed(conversation, event.allowed, at)
    case 'typing':
      return { ...unchanged, facts: [{ fact: 'contact-typing' }] }
    case 'unsupported':
      return { ...unchanged, facts: [{ fact: 'unsupported-event', what: event.what }] }
  }
}

function received({ conversation, message }: InboundInput, event: MessageReceived, at: string): Applied {
  if (message?.known) return { conversation, opens: false, message, facts: [] }
  const fromContact = event.author === 'contact'
  // What is said in a talk never joins a request (AMB-24).
  const opens =
    conversation === null ||
    conversation.kind === 'request' ||
    (fromContact && isAfterClose(conversation, at))
  const before = opens ? successor(conversation, at) : conversation
  const stored = withOriginal(message, event, at)
  const late = before.status === 'closed'
  const answered = late || (before.lastElsewhereAt !== null && before.lastElsewhereAt >= at)

  let after: ConversationState = { ...before, startedAt: earliest(before.startedAt, at)! }
  if (fromContact) {
    after = {
      ...after,
      lastInboundAt: latest(before.lastInboundAt, at),
      unansweredSince: answered ? before.unansweredSince : earliest(before.unansweredSince, at),
      opening: first(before.opening, { at, text: event.text }),
      // Who writes to us can be written to.
      ...(before.writableAt !== null && at > before.writableAt ? { cannotWrite: false, writableAt: at } : {}),
    }
  } else {
    after = outboundAt({ ...after, lastElsewhereAt: latest(before.lastElsewhereAt, at) }, at)
    if (message?.upTo) after = upTo(after, message.upTo, at)
  }
  if (event.context) after = withVisit(after, event.context, at)
  if (event.isGroup === true) after = { ...after, isGroup: true }

  const facts: ConversationFact[] = [
    ...(opens ? [{ fact: 'conversation-opened', at: after.startedAt } as const] : []),
    { fact: 'message-received', origin: fromContact ? 'contact' : 'elsewhere', late },
    ...(fromContact ? contactData(event.contact) : []),
  ]
  return { conversation: after, opens, message: stored, facts }
}

/** Each request is a conversation of its own, whatever was talked about before it. */
function requested(input: InboundInput, event: RequestReceived, at: string): Applied {
  const { conversation, message } = input
  if (message?.known) return { conversation, opens: false, message, facts: [] }
  const text = requestText(event, input.locale ?? 'ru')
  const stored = withOriginal(
    message,
    { ...event, kind: 'message-received', author: 'contact', text, attachments: [] },
    at,
  )
  const begun: ConversationState = {
    ...newConversation(at, 'request'),
    lastInboundAt: at,
    unansweredSince: at,
    opening: { at, text: requestOpening(event.fields) },
  }
  return {
    conversation: event.context ? withVisit(begun, event.context, at) : begun,
    opens: true,
    message: stored,
    facts: [
      { fact: 'conversation-opened', at },
      { fact: 'message-received', origin: 'contact', late: false },
      ...contactData(event.contact),
    ],
  }
}

/** The earlier of two things; of two at one instant the one that sorts first, so that order does not matter. */
function first<T extends { readonly at: string }>(before: T | null, given: T): T {
  if (before === null || given.at < before.at) return given
  if (given.at > before.at) return before
  return JSON.stringify(given) < JSON.stringify(before) ? given : before
}

function withVisit(conversation: ConversationState, context: VisitContext, at: string): ConversationState {
  return { ...conversation, visit: first(conversation.visit, { at, context }) }
}

/**
 * Whether a message of the contact comes after the close, and so begins a new conversation.
 *
 * A close by the contact is stamped by the same network, so equal times mean "before the close". Our own close is
 * exact to the millisecond while networks cut to seconds, so a message of the same second counts as after it: rather
 * a conversation too many than a customer nobody sees.
 */
function isAfterClose(conversation: ConversationState, at: string): boolean {
  if (conversation.status !== 'closed' || conversation.closedAt === null) return false
  if (conversation.contactClosedAt !== null && at <= conversation.contactClosedAt) return false
  if (conversation.closeReason === 'by-contact') return true
  return at.slice(0, 19) >= conversation.closedAt.slice(0, 19)
}

/** The next conversation of the talk; whether we may write is known of the talk and goes over. */
function successor(previous: ConversationState | null, at: string): ConversationState {
  const fresh = newConversation(at)
  return previous ? { ...fresh, cannotWrite: previous.cannotWrite, writableAt: previous.writableAt } : fresh
}

/** The conversation after a message of ours at that time: who waited until then has an answer. */
export function outboundAt(conversation: ConversationState, at: string): ConversationState {
  const { unansweredSince, lastInboundAt } = conversation
  let waiting = unansweredSince
  if (waiting !== null && waiting <= at)
    waiting = lastInboundAt !== null && lastInboundAt > at ? lastInboundAt : null
  return {
    ...conversation,
    unansweredSince: waiting,
    lastOutboundAt: latest(conversation.lastOutboundAt, at),
    firstOutboundAt: earliest(conversation.firstOutboundAt, at),
  }
}

function receipt({ conversation, message }: InboundInput, event: ReceiptReceived, at: string): Applied {
  const before = message ?? noteOf(event.externalMessageId, at)
  if (before.known && before.direction === 'inbound')
    return { conversation, opens: false, message, facts: [] }
  const mark = event.upTo && (event.status === 'delivered' || event.status === 'read') ? event.status : null
  let after = withDelivery(before, event.status, event.reason ?? null)
  if (!before.known) {
    after = { ...after, upTo: after.upTo === 'read' ? 'read' : (mark ?? after.upTo) }
    return { conversation, opens: false, message: after, facts: [] }
  }
  const moved = conversation && mark ? upTo(conversation, mark, before.occurredAt) : conversation
  return {
    conversation: moved,
    opens: false,
    message: after,
    facts: deliveryFacts(before, after, conversation, moved),
  }
}

/** Raises the delivered or read mark of a conversation; what is read was delivered. */
export function upTo(
  conversation: ConversationState,
  status: 'delivered' | 'read',
  at: string,
): ConversationState {
  return {
    ...conversation,
    deliveredUpTo: latest(conversation.deliveredUpTo, at),
    ...(status === 'read' ? { readUpTo: latest(conversation.readUpTo, at) } : {}),
  }
}

/** What a report changed for people to see. */
export function deliveryFacts(
  messageBefore: MessageState,
  messageAfter: MessageState,
  before: ConversationState | null,
  after: ConversationState | null,
): ConversationFact[] {
  const none = { deliveredUpTo: null, readUpTo: null }
  const from = effectiveDelivery(messageBefore, before ?? none)
  const to = effectiveDelivery(messageAfter, after ?? none)
  const facts: ConversationFact[] = from === to ? [] : [{ fact: 'delivery-changed', from, to }]
  if (after && after.readUpTo !== (before?.readUpTo ?? null)) {
    facts.push({ fact: 'messages-read-up-to', status: 'read', at: after.readUpTo! })
  } else if (after && after.deliveredUpTo !== (before?.deliveredUpTo ?? null)) {
    facts.push({ fact: 'messages-read-up-to', status: 'delivered', at: after.deliveredUpTo! })
  }
  return facts
}

/**
 * The contact ended the talk. Stale when the contact wrote after it. A close that overtook every message makes a
 * closed conversation for them to fall into.
 */
function closedByContact(conversation: ConversationState | null, at: string): Applied {
  const before = conversation ?? newConversation(at)
  const unchanged: Applied = { conversation, opens: false, message: null, facts: [] }
  if (before.kind === 'request') return unchanged
  if (before.lastInboundAt !== null && before.lastInboundAt > at) return unchanged
  const contactClosedAt = latest(before.contactClosedAt, at)
  if (before.status === 'closed') {
    const closedAt = before.closeReason === 'by-contact' ? contactClosedAt : before.closedAt
    return { ...unchanged, conversation: { ...before, contactClosedAt, closedAt } }
  }
  const after: ConversationState = {
    ...before,
    status: 'closed',
    closeReason: 'by-contact',
    closedAt: at,
    contactClosedAt,
    unansweredSince: null,
  }
  if (conversation === null) return { ...unchanged, conversation: after, opens: true }
  return {
    ...unchanged,
    conversation: after,
    facts: [{ fact: 'conversation-closed', at, reason: 'by-contact' }],
  }
}

/** Whether we may write: the newest word of the network counts; of two at one instant the refusal. */
function allowed(conversation: ConversationState | null, may: boolean, at: string): Applied {
  const unchanged: Applied = { conversation, opens: false, message: null, facts: [] }
  if (!conversation) return unchanged
  const known = latest(conversation.writableAt, conversation.lastInboundAt)
  if (known !== null && (at < known || (at === known && may))) return unchanged
  const changed = conversation.cannotWrite === may
  return {
    ...unchanged,
    conversation: { ...conversation, cannotWrite: !may, writableAt: at },
    facts: changed ? [{ fact: may ? 'writing-allowed' : 'writing-denied' }] : [],
  }
}

function contactData(contact: ContactProfile): ConversationFact[] {
  const phone = contact.phone?.trim() || null
  const email = contact.email?.trim() || null
  if (phone === null && email === null) return []
  return [{ fact: 'contact-data-received', phone, email, vouched: contact.vouched === true }]
}
