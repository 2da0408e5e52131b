import type { RequestStatus } from '@trunkline/contracts/http/conversations'
import { close } from './apply-outbound.ts'
import type { Applied, ConversationState } from './state.ts'

/**
 * A request moves to another status: a new one waits, one in work waits no longer, a processed one is closed. Back
 * from `processed` it is open again. Pure; the same status again changes nothing, and a chat has no such status.
 */
export function setRequestStatus(input: {
  readonly conversation: ConversationState
  readonly from: RequestStatus
  readonly to: RequestStatus
  /** User who does it. */
  readonly by: string
  /** ISO 8601 UTC with milliseconds. */
  readonly now: string
}): Applied {
  const { conversation, from, to, by, now } = input
  const fact = { fact: 'request-status-changed', from, to } as const
  if (conversation.kind !== 'request' || from === to)
    return { conversation, opens: false, message: null, facts: [] }
  if (to === 'processed') {
    const closed = close({ conversation, reason: 'resolved', by, now })
    return { ...closed, facts: [fact, ...closed.facts] }
  }
  const open: ConversationState = {
    ...conversation,
    status: 'open',
    closedAt: null,
    closeReason: null,
    closedBy: null,
    unansweredSince: to === 'not_processed' ? conversation.lastInboundAt : null,
  }
  return { conversation: open, opens: false, message: null, facts: [fact] }
}
