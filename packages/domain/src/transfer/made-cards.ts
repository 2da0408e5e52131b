import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { PlanStep, Target } from '@trunkline/contracts/crm/plan'

/** A step of the ledger, as far as it tells what it made. `remoteId`: the portal's number of it; null while there is none. */
export interface MakerStep {
  readonly key: string
  readonly step: PlanStep
  readonly remoteId: string | null
}

/** What kind of card a step makes; undefined for one that makes none. Pure. */
export function madeBy(step: PlanStep): 'contact' | 'lead' | 'deal' | undefined {
  if (step.kind === 'create-contact') return 'contact'
  if (step.kind === 'create-lead') return 'lead'
  if (step.kind === 'create-deal') return 'deal'
  return undefined
}

/** The name that a step makes its card under; undefined when it gives none, or makes no card. Pure. */
export function madeTitle(step: PlanStep): string | undefined {
  if (!('fields' in step) || step.kind === 'fill-fields') return undefined
  return step.fields.title ?? step.fields.name
}

/**
 * The card that a target means: by its number, or the one that a step of the same plan made. Undefined until that step
 * has made it. Of several steps of one key the first of the list counts. Pure.
 */
export function cardOfTarget(target: Target, steps: readonly MakerStep[]): EntityRef | undefined {
  if (!('step' in target)) return { type: target.type, id: target.id }
  const maker = steps.find((row) => row.key === target.step)
  const type = maker === undefined ? undefined : madeBy(maker.step)
  return type === undefined || maker?.remoteId == null ? undefined : { type, id: maker.remoteId }
}
