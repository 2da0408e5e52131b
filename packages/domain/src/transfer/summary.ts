import type { InboundEvent } from '@trunkline/contracts/channel/inbound-event'
import type { Reason } from '@trunkline/contracts/outcome'

/**
 * The outcome of an event that no decision is needed for: marks, typing and the like never reach Bitrix24
 * by themselves. Undefined for an event that changes the conversation: `decide` gives its outcome.
 */
export function outcomeWithoutDecision(
  event: Pick<InboundEvent, 'kind'>,
): { readonly outcome: 'not_passed'; readonly reason: Reason } | undefined {
  switch (event.kind) {
    case 'receipt':
    case 'typing':
    case 'allowed':
      return { outcome: 'not_passed', reason: 'service-event' }
    case 'unsupported':
      return { outcome: 'not_passed', reason: 'unsupported-event' }
    case 'message-received':
    case 'request-received':
    case 'message-edited':
    case 'message-removed':
    case 'contact-shared':
    case 'closed-by-contact':
      return undefined
  }
}
