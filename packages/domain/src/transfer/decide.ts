import type { Decision, TraceLine } from '@trunkline/contracts/crm/decision'
import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { LookupRequest, TransferFacts } from '@trunkline/contracts/crm/facts'
import type { PlanStep } from '@trunkline/contracts/crm/plan'
import type { IntegrationSettings } from '@trunkline/contracts/settings/index'
import { creationSteps } from './create.ts'
import { type GateInput, passGates } from './gates.ts'
import { identify, same } from './identity.ts'
import { compareIds } from './order.ts'
import { ruleFacts } from './rule-facts.ts'
import { passingOf } from './section.ts'
import { commentKey } from './step-keys.ts'
import { chooseTarget } from './target.ts'
import { line, refText } from './trace.ts'

/**
 * Decides what a conversation becomes in Bitrix24: the one procedure of requirements §1.6.
 *
 * Synchronous, total, deterministic: same facts and settings give the same answer byte for byte, whatever
 * the order of the portal's answer. Two calls: without `facts.crm` it may answer `need`; ask the portal and call
 * again with the answer. Nothing is asked when a gate stops, when the conversation is already written into
 * cards (the plan then only keeps their comments going), or when there is nothing to search by.
 */
export function decide(facts: TransferFacts, settings: IntegrationSettings): Decision {
  const trace: TraceLine[] = []
  const input: GateInput = { facts, settings, values: ruleFacts(facts) }
  const stopped = passGates(input, trace)
  if (stopped) return { ...stopped, plan: { steps: [] }, trace }

  const gone = facts.gone ?? []
  if (gone.length > 0) trace.push(line('card-gone', 'note', { cards: gone.map(refText) }))

  if (facts.bound.targets.length > 0) {
    trace.push(line('bound', 'chose', { targets: facts.bound.targets.map(refText) }))
    return { outcome: 'passed', plan: { steps: facts.bound.targets.map(commentStep) }, trace }
  }

  const request = lookupRequest(facts)
  const keys = {
    phones: request.phones.length,
    emails: request.emails.length,
    known: request.known.length,
  }
  if (keys.phones + keys.emails + keys.known === 0) trace.push(line('no-keys', 'note', {}))
  else {
    trace.push(line('lookup', 'note', { ...keys, found: facts.crm?.candidates.length ?? null }))
    if (!facts.crm) return { need: request, trace }
  }
  return decideByCards(input, trace)
}

/** CLASS, TARGET and CREATE, once it is known what the portal has. */
function decideByCards(input: GateInput, trace: TraceLine[]): Decision {
  const { facts, settings } = input
  const passing = passingOf(facts, settings)
  const identity = identify(facts.crm?.candidates ?? [], facts)
  // A contact without a card is the first half of what this conversation began to make; it is not an old client.
  const begun = identity.cards.filter((card) => facts.bound.crmContact && same(card, facts.bound.crmContact))
  const cards = identity.cards.filter((card) => !begun.includes(card))

  if (identity.by) trace.push(line('identity', 'chose', { by: identity.by, cards: identity.cards.length }))
  const contactClass = cards.length > 0 ? 'repeated' : 'first'
  trace.push(line('class', 'chose', { class: contactClass, found: cards.length }))

  const choice = chooseTarget(cards, passing)
  const verdicts = [
    ...choice.verdicts,
    ...begun.map((card) => ({ card, why: 'made-by-us-card-follows' as const })),
    ...identity.others.map((card) => ({ card, why: 'other-person' as const })),
  ]
  for (const { card, why } of verdicts) {
    trace.push(
      line('candidate', why === 'chosen' ? 'chose' : 'skip', {
        type: card.type,
        id: card.id,
        title: card.title,
        createdAt: card.createdAt,
        ...(card.closedAt === undefined ? {} : { closedAt: card.closedAt }),
        closed: card.closed,
        by: card.by,
        why,
      }),
    )
  }

  if (choice.targets.length > 0) {
    trace.push(
      line('target', 'chose', {
        rule: choice.rule,
        repeatedContactCreates: passing.repeatedContactCreates,
        commentPriority: passing.commentPriority,
        addToClosed: passing.addToClosed,
        targets: choice.targets.map(refText),
        titles: choice.targets.map((card) => card.title),
      }),
    )
    const steps = choice.targets.map(({ type, id }) => commentStep({ type, id }))
    return { outcome: 'passed', contactClass, plan: { steps }, trace }
  }

  if (contactClass === 'repeated') {
    trace.push(line('came-back', 'note', { closed: cards.length, addToClosed: passing.addToClosed }))
  } else if (facts.bound.crmContact) {
    trace.push(line('creation-continued', 'note', { contact: refText(facts.bound.crmContact) }))
  }
  const steps = creationSteps(input, trace)
  if (!steps) return { outcome: 'held', reason: 'no-responsible', contactClass, plan: { steps: [] }, trace }
  return { outcome: 'passed', contactClass, plan: { steps }, trace }
}

function commentStep(target: EntityRef): PlanStep {
  const ref: EntityRef = { type: target.type, id: target.id }
  return { kind: 'comment', key: commentKey(ref), target: ref }
}

/** What to ask the portal for: keys without repetition, in a fixed order. */
function lookupRequest(facts: TransferFacts): LookupRequest {
  const known: EntityRef[] = []
  for (const ref of [...facts.knownCards, ...(facts.bound.crmContact ? [facts.bound.crmContact] : [])]) {
    if (!known.some((other) => same(other, ref))) known.push({ type: ref.type, id: ref.id })
  }
  known.sort((a, b) => (a.type === b.type ? compareIds(a.id, b.id) : a.type < b.type ? -1 : 1))
  return {
    phones: [...new Set(facts.contact.phones)].sort(),
    emails: [...new Set(facts.contact.emails)].sort(),
    known,
  }
}
