import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { CardFields } from '@trunkline/contracts/crm/plan'
import type { DecisionInput } from './input.ts'
import { line } from './trace.ts'

/**
 * The advertising labels of a new card (TEL-30): those that the settings pass, of the visit they name. Where the first
 * visit was never seen the labels are of this one.
 */
export function utmFor({ facts, passing }: DecisionInput, trace: TraceLine[]): Pick<CardFields, 'utm'> {
  const { utm: lastUtm, firstTouch } = facts.conversation
  const touch = passing.utmTouch === 'first' && firstTouch !== undefined ? 'first' : 'last'
  const given = (touch === 'first' ? firstTouch?.utm : lastUtm) ?? {}
  const labels = passing.utmLabels.filter((label) => (given[label] ?? '') !== '').sort()
  if (labels.length === 0) return {}
  trace.push(line('utm', 'note', { touch, setting: passing.utmTouch, labels }))
  return { utm: Object.fromEntries(labels.map((label) => [label, given[label]!])) }
}
