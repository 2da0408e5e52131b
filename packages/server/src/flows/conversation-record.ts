import type { ConversationId, MessageId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import type { ConversationState, MessageState } from '@trunkline/domain/conversation/state'
import type { ConversationColumns, ConversationRow } from '../store/conversations.ts'
import type { MessageRow } from '../store/messages.ts'

/** The state that the rules work on, as it was stored. */
export function stateOf(row: Pick<ConversationRow, 'state' | 'kind'>): ConversationState {
  // The column, because a state saved before there were requests says nothing of its kind.
  return { ...(row.state as unknown as ConversationState), kind: row.kind }
}

/** A state with its counters as the columns of its row. */
export function columnsOf(
  state: ConversationState,
  counters: { sequence: number; revision: number; consent?: Json },
  before: Record<string, Json> = {},
): ConversationColumns {
  return {
    status: state.status,
    startedAt: state.startedAt,
    closedAt: state.closedAt,
    closeReason: state.closeReason,
    closedBy: state.closedBy,
    assigneeUserId: state.assigneeId,
    unansweredSince: state.unansweredSince,
    lastInboundAt: state.lastInboundAt,
    lastOutboundAt: state.lastOutboundAt,
    sequence: counters.sequence,
    revision: counters.revision,
    context: {
      ...before,
      ...((state.visit?.context ?? {}) as Record<string, Json>),
      ...(counters.consent === undefined ? {} : { consent: counters.consent }),
    },
    state: state as unknown as Json,
  }
}

/** A stored message as the rules see it. Its attachments are rows of their own and no longer references. */
export function messageState(row: MessageRow): MessageState {
  return {
    known: true,
    externalIds: row.externalId === null ? [] : [row.externalId],
    direction: row.direction === 'inbound' ? 'inbound' : 'outbound',
    origin: row.origin === 'system' ? 'hub' : row.origin,
    occurredAt: row.occurredAt.toISOString(),
    text: row.text,
    attachments: [],
    replyToExternalId: row.replyToExternalId,
    editedAt: row.editedAt?.toISOString() ?? null,
    removedAt: row.removedAt?.toISOString() ?? null,
    delivery: row.delivery as MessageState['delivery'],
    deliveryReason: row.deliveryReason,
    upTo: null,
  }
}

/** A new message as a row. */
export function messageRow(
  state: MessageState,
  at: {
    id: MessageId
    conversationId: ConversationId
    sequence: number
    receivedAt: Date
    clientId?: string
    authorUserId?: string
    authorName?: string
    replyToId?: MessageId
  },
): MessageRow {
  return {
    id: at.id,
    conversationId: at.conversationId,
    sequence: at.sequence,
    direction: state.direction,
    clientId: at.clientId ?? null,
    externalId: state.externalIds[0] ?? null,
    authorUserId: at.authorUserId ?? null,
    authorName: at.authorName ?? null,
    text: state.text,
    occurredAt: new Date(state.occurredAt),
    receivedAt: at.receivedAt,
    editedAt: state.editedAt === null ? null : new Date(state.editedAt),
    removedAt: state.removedAt === null ? null : new Date(state.removedAt),
    origin: state.origin,
    delivery: state.delivery,
    deliveryReason: state.deliveryReason,
    replyToExternalId: state.replyToExternalId,
    replyToId: at.replyToId ?? null,
  }
}

/** What may change about a stored message, from its new state. */
export function messageChange(
  state: MessageState,
): Parameters<typeof import('../store/messages.ts').saveMessage>[2] {
  return {
    text: state.text,
    occurredAt: new Date(state.occurredAt),
    editedAt: state.editedAt === null ? null : new Date(state.editedAt),
    removedAt: state.removedAt === null ? null : new Date(state.removedAt),
    delivery: state.delivery,
    deliveryReason: state.deliveryReason,
  }
}
