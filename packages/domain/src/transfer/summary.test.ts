import type { InboundEvent } from '@trunkline/contracts/channel/inbound-event'
import { expect, test } from 'vitest'
import { outcomeWithoutDecision } from './summary.ts'

test.each<[InboundEvent['kind'], string | undefined]>([
  ['receipt', 'service-event'],
  ['typing', 'service-event'],
  ['allowed', 'service-event'],
  ['unsupported', 'unsupported-event'],
  ['message-received', undefined],
  ['message-edited', undefined],
  ['message-removed', undefined],
  ['contact-shared', undefined],
  ['closed-by-contact', undefined],
])('%s ends without a decision as %s', (kind, reason) => {
  expect(outcomeWithoutDecision({ kind })).toEqual(
    reason === undefined ? undefined : { outcome: 'not_passed', reason },
  )
})
