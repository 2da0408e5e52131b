import type { Candidate } from '@trunkline/contracts/crm/entity'
import type { PassingSettings } from '@trunkline/contracts/settings/index'
import { byClosing, byFreshness } from './order.ts'
import type { CandidateReason } from './trace.ts'

/** Which step of the order found the target. */
export type TargetRule = 'active' | 'closed' | 'contact' | 'company' | 'none'

export interface TargetChoice {
  /** One card, or a deal and a lead by priority "both"; empty = nothing fits and a card must be made. */
  readonly targets: readonly Candidate[]
  readonly rule: TargetRule
  /** Why each card was or was not taken, in the order given. */
  readonly verdicts: readonly { readonly card: Candidate; readonly why: CandidateReason }[]
}

type Order = Pick<PassingSettings, 'commentPriority' | 'addToClosed'>

/**
 * The card that a repeated contact is written into (CHAT-46…53, 76…78).
 *
 * Active leads and deals by priority, the freshest of each; else, when allowed, the one lead or deal closed last;
 * else the freshest contact; else the freshest company; else none.
 */
export function chooseTarget(cards: readonly Candidate[], settings: Order): TargetChoice {
  const of = (type: Candidate['type']) => cards.filter((card) => card.type === type)
  const leadsAndDeals = [...of('deal'), ...of('lead')]
  const active = leadsAndDeals.filter((card) => !card.closed)
  const freshest = (type: Candidate['type']) =>
    active.filter((card) => card.type === type).sort(byFreshness)[0]

  const targets: Candidate[] = []
  let rule: TargetRule = 'none'
  if (active.length > 0) {
    rule = 'active'
    const deal = freshest('deal')
    const lead = freshest('lead')
    const ordered = settings.commentPriority === 'lead' ? [lead, deal] : [deal, lead]
    const found = ordered.filter((card) => card !== undefined)
    targets.push(...(settings.commentPriority === 'both' ? found : found.slice(0, 1)))
  } else if (settings.addToClosed && leadsAndDeals.length > 0) {
    rule = 'closed'
    targets.push(leadsAndDeals.sort(byClosing)[0]!)
  } else {
    const person = of('contact').sort(byFreshness)[0] ?? of('company').sort(byFreshness)[0]
    if (person) {
      rule = person.type === 'company' ? 'company' : 'contact'
      targets.push(person)
    }
  }

  const verdicts = cards.map((card) => ({ card, why: reasonFor(card, targets, rule, settings) }))
  return { targets, rule, verdicts }
}

function reasonFor(
  card: Candidate,
  targets: readonly Candidate[],
  rule: TargetRule,
  settings: Order,
): CandidateReason {
  if (targets.includes(card)) return 'chosen'
  if (card.type === 'contact' || card.type === 'company') {
    if (rule === 'active' || rule === 'closed') return 'card-found'
    return targets.some((target) => target.type === card.type) ? 'older' : 'lower-priority'
  }
  if (!card.closed) return targets.some((target) => target.type === card.type) ? 'older' : 'lower-priority'
  if (rule === 'active') return 'closed-while-active-exists'
  return settings.addToClosed ? 'closed-earlier' : 'closed-not-allowed'
}
