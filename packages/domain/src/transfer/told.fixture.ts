import type { Decision } from '@trunkline/contracts/crm/decision'
import type { Candidate } from '@trunkline/contracts/crm/entity'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { PlanStep } from '@trunkline/contracts/crm/plan'
import type { ChatsSettings, IntegrationSettings } from '@trunkline/contracts/settings/index'
import { decide } from './decide.ts'
import { someFacts, someSettings } from './facts.fixture.ts'

/** Short ways to ask `decide` and to look at its answer, for tests. */

export type Decided = Extract<Decision, { outcome: string }>

/** Decides with an answer of the portal and fails if the decision still asks. */
export function decided(facts: TransferFacts, settings: IntegrationSettings): Decided {
  const decision = decide(facts, settings)
  if (decision.need) throw new Error('the decision still needs a lookup')
  return decision
}

/** The decision about a chat of whose client the portal has these cards. */
export function found(candidates: readonly Candidate[], chats: Partial<ChatsSettings> = {}): Decided {
  return decided(someFacts({ crm: { candidates } }), someSettings(chats))
}

export const keys = (decision: Decided) => decision.plan.steps.map((step) => step.key)

/** Why each candidate was or was not taken, by card. */
export const lost = (decision: Decided) =>
  Object.fromEntries(
    decision.trace
      .filter((line) => line.code === 'candidate')
      .map((line) => [`${line.values.type}:${line.values.id}`, line.values.why]),
  )

/** The steps of one kind. */
export function stepsOf<K extends PlanStep['kind']>(
  decision: Decided,
  kind: K,
): Extract<PlanStep, { kind: K }>[] {
  return decision.plan.steps.filter((step): step is Extract<PlanStep, { kind: K }> => step.kind === kind)
}

/** Verdicts of the trace lines of one code. */
export const verdicts = (decision: Decided, code: string) =>
  decision.trace.filter((line) => line.code === code).map((line) => line.verdict)

/** Values of the first trace line of one code. */
export const told = (decision: Decided, code: string) =>
  decision.trace.find((line) => line.code === code)?.values
