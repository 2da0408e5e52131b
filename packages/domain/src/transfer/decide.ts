import type { Decision, TraceLine } from '@trunkline/contracts/crm/decision'
import type { Candidate, EntityRef } from '@trunkline/contracts/crm/entity'
import type { LookupRequest, TransferFacts } from '@trunkline/contracts/crm/facts'
import type { PlanStep } from '@trunkline/contracts/crm/plan'
import type { IntegrationSettings } from '@trunkline/contracts/settings/index'
import { activitySteps } from './activity.ts'
import { creationSteps } from './create.ts'
import { passGates } from './gates.ts'
import { identify, same } from './identity.ts'
import { conditionReaders, type DecisionInput, decisionInput } from './input.ts'
import { fillSteps } from './mappings.ts'
import { byFreshness, compareIds } from './order.ts'
import { commentKey } from './step-keys.ts'
import { chooseTarget, type TargetChoice } from './target.ts'
import { type CandidateReason, line, refText } from './trace.ts'

/**
 * Decides what a conversation or an offline request becomes in Bitrix24: the one procedure of requirements §1.6.
 *
 * Synchronous, total, deterministic: same facts and settings give the same answer byte for byte, whatever
 * the order of the portal's answer. Two calls: without `facts.crm` it may answer `need`; ask the portal and call
 * again with the answer. Nothing is asked when a gate stops, when the conversation is already written into
 * cards (the plan then only keeps their comments going), or when there is nothing to search by.
 */
export function decide(facts: TransferFacts, settings: IntegrationSettings): Decision {
  return decider(settings)(facts)
}

/** `decide` for many events under the same settings: conditions are read once. Nobody may change the settings meanwhile. */
export function decider(settings: IntegrationSettings): (facts: TransferFacts) => Decision {
  const readers = conditionReaders()
  return (facts) => decideOne(decisionInput(facts, settings, readers))
}

function decideOne(input: DecisionInput): Decision {
  const { facts } = input
  const trace: TraceLine[] = []
  const stopped = passGates(input, trace)
  if (stopped) return { ...stopped, plan: { steps: [] }, trace }

  const gone = facts.gone ?? []
  if (gone.length > 0) trace.push(line('card-gone', 'note', { cards: gone.map(refText) }))

  const bound = facts.bound.targets
  if (bound.length > 0) {
    trace.push(line('bound', 'chose', { targets: bound.map(refText) }))
    const steps = bound.map(commentStep)
    // Of a deleted deal only the copies in contact and company may be left: they go on, and a card is chosen anew.
    const isLeftWithoutCard = gone.length > 0 && bound.every(isPerson)
    if (!isLeftWithoutCard) return { outcome: 'passed', plan: { steps }, trace }
    return withSteps(decideAnew(input, trace), steps)
  }
  return decideAnew(input, trace)
}

function isPerson({ type }: EntityRef): boolean {
  return type === 'contact' || type === 'company'
}

/** A decision that passes with these steps too, each once; what was begun goes on even where no card can be chosen. */
function withSteps(decision: Decision, more: readonly PlanStep[]): Decision {
  if (decision.need) return decision
  const { steps } = decision.plan
  const missing = more.filter((step) => !steps.some(({ key }) => key === step.key))
  const { reason: _none, ...rest } = decision
  return { ...rest, outcome: 'passed', plan: { steps: [...steps, ...missing] } }
}

/** Asks the portal who the client is, unless there is nothing to ask by, and decides by what it has. */
function decideAnew(input: DecisionInput, trace: TraceLine[]): Decision {
  const { facts } = input
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
function decideByCards(input: DecisionInput, trace: TraceLine[]): Decision {
  const { facts, passing } = input
  const identity = identify(facts.crm?.candidates ?? [], facts)
  // A contact without a card is the first half of what this conversation began to make; it is not an old client.
  const begun = identity.cards.filter((card) => facts.bound.crmContact && same(card, facts.bound.crmContact))
  const cards = identity.cards.filter((card) => !begun.includes(card))

  if (identity.by) trace.push(line('identity', 'chose', { by: identity.by, cards: identity.cards.length }))
  const contactClass = cards.length > 0 ? 'repeated' : 'first'
  trace.push(line('class', 'chose', { class: contactClass, found: cards.length }))

  const makesAnyway = contactClass === 'repeated' && makesCard(passing.repeatedContactCreates)
  const choice = makesAnyway ? noTarget(cards) : chooseTarget(cards, passing)
  traceCandidates(trace, [
    ...choice.verdicts,
    ...begun.map((card) => ({ card, why: 'made-by-us-card-follows' as const })),
    ...identity.others.map((card) => ({ card, why: 'other-person' as const })),
  ])

  if (choice.targets.length > 0) {
    traceTarget(trace, choice, input)
    const steps = [
      ...foundSteps(choice.targets, input, trace),
      ...copies(cards, choice.targets, input, trace),
    ]
    return { outcome: 'passed', contactClass, plan: { steps }, trace }
  }

  if (makesAnyway) {
    trace.push(line('repeated-creates', 'chose', { repeatedContactCreates: passing.repeatedContactCreates }))
  } else if (contactClass === 'repeated') {
    trace.push(line('came-back', 'note', { closed: cards.length, addToClosed: passing.addToClosed }))
  } else if (facts.bound.crmContact) {
    trace.push(line('creation-continued', 'note', { contact: refText(facts.bound.crmContact) }))
  }
  // A client who came back and has nothing to write into is treated as a first contact (AMB-20, requirements §1.6).
  const creates = makesAnyway ? passing.repeatedContactCreates : passing.firstContactCreates
  if (creates === 'nothing') {
    trace.push(line('known-only', 'stop', { class: contactClass }))
    return { outcome: 'not_passed', reason: 'unknown-client', contactClass, plan: { steps: [] }, trace }
  }
  const steps = creationSteps(
    {
      list: makesAnyway ? 'repeated' : 'first',
      withActivity: creates === 'card-and-activity',
      foundContact: refOf(freshest(cards, 'contact')),
      foundCompany: refOf(freshest(cards, 'company')),
    },
    input,
    trace,
  )
  if (!steps) return { outcome: 'held', reason: 'no-responsible', contactClass, plan: { steps: [] }, trace }
  steps.push(...copies(cards, [], input, trace))
  return { outcome: 'passed', contactClass, plan: { steps }, trace }
}

function makesCard(creates: DecisionInput['passing']['repeatedContactCreates']): boolean {
  return creates === 'card' || creates === 'card-and-activity'
}

/** With a new card made on every contact nothing that was found is written into (CHAT-47). */
function noTarget(cards: readonly Candidate[]): TargetChoice {
  return { targets: [], rule: 'none', verdicts: cards.map((card) => ({ card, why: 'new-card-is-made' })) }
}

/** The comment in each card, its mapped fields, and one activity in the first of them (CHAT-45). */
function foundSteps(targets: readonly Candidate[], input: DecisionInput, trace: TraceLine[]): PlanStep[] {
  const steps = targets.map(commentStep)
  for (const target of targets) steps.push(...fillSteps(target, input, trace))
  const [first] = targets
  if (first && input.passing.repeatedContactCreates === 'activity') {
    steps.push(...activitySteps({ type: first.type, id: first.id }, first.responsibleId, input, trace))
  }
  return steps
}

/** The same comment in the contact and the company that were found, each once (CHAT-64). */
function copies(
  cards: readonly Candidate[],
  targets: readonly EntityRef[],
  { passing }: DecisionInput,
  trace: TraceLine[],
): PlanStep[] {
  if (!passing.copyToPerson) return []
  const people = [freshest(cards, 'contact'), freshest(cards, 'company')].filter((card) => card !== undefined)
  const also = people.filter((card) => !targets.some((target) => same(target, card)))
  trace.push(
    line('copy', also.length > 0 ? 'chose' : 'skip', {
      targets: also.map(refText),
      titles: also.map((card) => card.title),
      found: people.length,
    }),
  )
  return also.map(commentStep)
}

function freshest(cards: readonly Candidate[], type: Candidate['type']): Candidate | undefined {
  return cards.filter((card) => card.type === type).sort(byFreshness)[0]
}

function traceCandidates(
  trace: TraceLine[],
  verdicts: readonly { readonly card: Candidate; readonly why: CandidateReason }[],
): void {
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
}

function traceTarget(trace: TraceLine[], choice: TargetChoice, { passing }: DecisionInput): void {
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
}

function refOf(card: Candidate | undefined): EntityRef | undefined {
  return card && { type: card.type, id: card.id }
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
