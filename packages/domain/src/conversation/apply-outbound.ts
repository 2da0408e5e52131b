import type { InboundAttachment } from '@trunkline/contracts/channel/inbound-event'
import type { SendOutcome } from '@trunkline/contracts/channel/outbound-message'
import type { CloseReason } from '@trunkline/contracts/http/conversations'
import { deliveryFacts, outboundAt, upTo } from './apply-inbound.ts'
import { noteOf, withDelivery, withNote } from './message-join.ts'
import type { Applied, ConversationFact, ConversationState, MessageState } from './state.ts'

/** What happens to a message of ours on its way to the contact. */
export type OutboundAction =
  | {
      readonly kind: 'queue'
      readonly text: string
      readonly attachments: readonly InboundAttachment[]
      readonly replyToExternalId?: string
    }
  | { readonly kind: 'sending' }
  | {
      readonly kind: 'outcome'
      readonly outcome: SendOutcome
      /** Notes stored under the external ids of the outcome: marks that came before the answer. */
      readonly notes?: readonly MessageState[]
    }
  /** An operator tries a failed or unknown message again. */
  | { readonly kind: 'retry' }

export interface OutboundInput {
  readonly conversation: ConversationState
  /** Null only for `queue`. */
  readonly message: MessageState | null
  readonly action: OutboundAction
  /** ISO 8601 UTC with milliseconds. */
  readonly now: string
}

/** Why nothing may be written now; null when it may. Asked before a message is queued. */
export function writeRefusal(
  conversation: Pick<ConversationState, 'kind' | 'status' | 'cannotWrite'>,
): 'is-a-request' | 'conversation-closed' | 'contact-blocked-us' | null {
  if (conversation.kind === 'request') return 'is-a-request'
  if (conversation.status === 'closed') return 'conversation-closed'
  return conversation.cannotWrite ? 'contact-blocked-us' : null
}

/**
 * A message of ours takes a step: queued → sending → sent, failed or unknown; later marks come by `applyInbound`.
 *
 * `queue` answers whoever waited. A step that does not fit the message's state changes nothing: a mark may have
 * come first. `accepted` stays `sending` under its tracking id until a receipt comes.
 */
export function applyOutbound({ conversation, message, action, now }: OutboundInput): Applied {
  if (action.kind === 'queue') {
    if (message) return unchanged(conversation, message)
    return {
      conversation: outboundAt(conversation, now),
      opens: false,
      message: queued(action, now),
      facts: [{ fact: 'message-queued' }],
    }
  }
  if (!message) return unchanged(conversation, null)
  switch (action.kind) {
    case 'sending':
      return message.delivery === 'queued'
        ? moved(conversation, message, { ...message, delivery: 'sending', deliveryReason: null })
        : unchanged(conversation, message)
    case 'retry':
      return message.delivery === 'failed' || message.delivery === 'unknown'
        ? moved(conversation, message, {
            ...message,
            externalIds: [],
            delivery: 'queued',
            deliveryReason: null,
          })
        : unchanged(conversation, message)
    case 'outcome':
      return withOutcome(conversation, message, action.outcome, action.notes ?? [])
  }
}

function withOutcome(
  conversation: ConversationState,
  message: MessageState,
  outcome: SendOutcome,
  notes: readonly MessageState[],
): Applied {
  switch (outcome.status) {
    case 'sent':
    case 'accepted': {
      const ids = outcome.status === 'sent' ? outcome.externalIds : [outcome.trackingId]
      const identified = { ...message, externalIds: [...new Set([...message.externalIds, ...ids])] }
      const reported = withDelivery(identified, outcome.status === 'sent' ? 'sent' : 'sending', null)
      const after = notes.reduce(withNote, reported)
      return moved(
        after.upTo ? upTo(conversation, after.upTo, after.occurredAt) : conversation,
        message,
        after,
        conversation,
      )
    }
    case 'retry':
      return message.delivery === 'sending'
        ? moved(conversation, message, { ...message, delivery: 'queued', deliveryReason: outcome.code })
        : unchanged(conversation, message)
    case 'rejected': {
      const after = withDelivery(message, 'failed', outcome.code)
      const unreachable = outcome.errorClass === 'recipient-unreachable' && !conversation.cannotWrite
      const result = moved(
        unreachable
          ? { ...conversation, cannotWrite: true, writableAt: conversation.writableAt ?? message.occurredAt }
          : conversation,
        message,
        after,
      )
      return unreachable ? { ...result, facts: [...result.facts, { fact: 'writing-denied' }] } : result
    }
    case 'uncertain':
      return moved(conversation, message, withDelivery(message, 'unknown', outcome.code))
  }
}

function queued(action: Extract<OutboundAction, { kind: 'queue' }>, now: string): MessageState {
  return {
    ...noteOf('', now),
    known: true,
    externalIds: [],
    direction: 'outbound',
    origin: 'hub',
    text: action.text,
    attachments: action.attachments,
    replyToExternalId: action.replyToExternalId ?? null,
    delivery: 'queued',
  }
}

/** Closes a conversation; one already closed stays as it is. */
export function close(input: {
  readonly conversation: ConversationState
  readonly reason: CloseReason
  /** User, or null for timers and the contact. */
  readonly by: string | null
  readonly now: string
}): Applied {
  const { conversation, reason, by, now } = input
  if (conversation.status === 'closed') return unchanged(conversation, null)
  return {
    conversation: {
      ...conversation,
      status: 'closed',
      closedAt: now,
      closeReason: reason,
      closedBy: by,
      unansweredSince: null,
    },
    opens: false,
    message: null,
    facts: [{ fact: 'conversation-closed', at: now, reason }],
  }
}

/** Gives a conversation to an operator, or to nobody. */
export function assign(conversation: ConversationState, userId: string | null): Applied {
  const before = conversation.assigneeId
  if (before === userId) return unchanged(conversation, null)
  return {
    conversation: { ...conversation, assigneeId: userId },
    opens: false,
    message: null,
    facts: [{ fact: 'conversation-assigned', userId, before }],
  }
}

function unchanged(conversation: ConversationState, message: MessageState | null): Applied {
  return { conversation, opens: false, message, facts: [] }
}

function moved(
  conversation: ConversationState,
  before: MessageState,
  after: MessageState,
  conversationBefore: ConversationState = conversation,
): Applied {
  const facts: ConversationFact[] = deliveryFacts(before, after, conversationBefore, conversation)
  return { conversation, opens: false, message: after, facts }
}
