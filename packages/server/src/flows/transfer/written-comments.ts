import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { PlanStep } from '@trunkline/contracts/crm/plan'
import type { CommentRow } from '../../store/crm-links.ts'
import type { StepRow } from '../../store/step-ledger.ts'

/**
 * The comments that a conversation has in the portal, told by the step ledger: every comment step that is done. The
 * stored rows only add which text each of them shows.
 *
 * Derived and never stored twice, because steps of one batch end in any order: a comment may be known as written a
 * moment before the number of its card is.
 */
export function writtenComments(steps: readonly StepRow[], rows: readonly CommentRow[]): CommentRow[] {
  return steps.flatMap((row) => {
    if (row.step.kind !== 'comment' || row.status !== 'done' || row.remoteId === null) return []
    const card = cardOf(steps, row.step)
    if (card === undefined) return []
    const part = partOfKey(row.key)
    const shown = rows.find((one) => one.type === card.type && one.id === card.id && one.part === part)
    return [{ ...card, part, remoteId: row.remoteId, textHash: shown?.textHash ?? null }]
  })
}

/** The card a comment stands in; for one that the plan made, by the number that the ledger has. */
export function cardOf(
  steps: readonly StepRow[],
  step: Extract<PlanStep, { kind: 'comment' | 'attach-files' }>,
): EntityRef | undefined {
  if (!('step' in step.target)) return { type: step.target.type, id: step.target.id }
  const wanted = step.target.step
  const maker = steps.find((row) => row.key === wanted)
  const type = maker === undefined ? undefined : madeBy(maker.step)
  return type === undefined || maker?.remoteId == null ? undefined : { type, id: maker.remoteId }
}

/** What kind of card a step makes. */
export function madeBy(step: PlanStep): 'contact' | 'lead' | 'deal' | undefined {
  if (step.kind === 'create-contact') return 'contact'
  if (step.kind === 'create-lead') return 'lead'
  if (step.kind === 'create-deal') return 'deal'
  return undefined
}

/** Key of a comment part in the step ledger: the first has the plan's key, the others their number added. */
export function partKey(planKey: string, part: number): string {
  return part === 1 ? planKey : `${planKey}#${part}`
}

/** The part that a ledger key speaks of. */
export function partOfKey(key: string): number {
  const at = key.lastIndexOf('#')
  return at < 0 ? 1 : Number(key.slice(at + 1))
}
