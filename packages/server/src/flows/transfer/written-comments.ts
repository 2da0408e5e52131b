import { cardOfTarget } from '@trunkline/domain/transfer/made-cards'
import { partOfKey } from '@trunkline/domain/transfer/step-keys'
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
    const card = cardOfTarget(row.step.target, steps)
    if (card === undefined) return []
    const part = partOfKey(row.key)
    const shown = rows.find((one) => one.type === card.type && one.id === card.id && one.part === part)
    return [{ ...card, part, remoteId: row.remoteId, textHash: shown?.textHash ?? null }]
  })
}
