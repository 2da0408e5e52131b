import type { EntityRef } from '@trunkline/contracts/crm/entity'
import { cardOfTarget, madeBy } from '@trunkline/domain/transfer/made-cards'
import { partOfKey } from '@trunkline/domain/transfer/step-keys'
import { findGone, type Pump } from '@trunkline/portal'
import type { Tx } from '../../store/database.ts'
import { markCardGone, retireComment } from '../../store/gone-cards.ts'
import { type StepRow, stepsOf } from '../../store/step-ledger.ts'
import type { TxBatch } from '../../store/tx-batch.ts'
import type { TransferWork } from './load-work.ts'

export interface NoticeDeps {
  readonly share: TxBatch
  readonly pump: Pump
  readonly signal: AbortSignal
}

/**
 * The portal refused what this conversation writes: asks whether somebody deleted its cards or our comments in them, and
 * keeps what is gone, so that the conversation is decided and written anew.
 * @returns whether anything was gone; false means that the refusal has another reason.
 * @throws HubError when the portal cannot be asked now.
 */
export async function noticeGone(deps: NoticeDeps, work: TransferWork): Promise<boolean> {
  let steps: readonly StepRow[] = []
  await deps.share(work.workspaceId, async (tx) => {
    steps = await stepsOf(tx, work.portal.id, work.conversation.id)
  })
  const comments = steps.flatMap((row) => {
    const card =
      row.step.kind === 'comment' && row.remoteId !== null ? cardOfTarget(row.step.target, steps) : undefined
    return card === undefined
      ? []
      : [{ ...card, stepId: row.id, part: partOfKey(row.key), commentId: row.remoteId! }]
  })
  const gone = await findGone(
    deps.pump,
    { cards: cardsOf(work, steps), commentIds: comments.map((one) => one.commentId) },
    { signal: deps.signal },
  )
  if (gone.cards.length + gone.commentIds.length === 0) return false
  await deps.share(work.workspaceId, async (tx) => {
    await markGone(tx, work, gone.cards)
    for (const comment of comments) {
      if (!gone.commentIds.includes(comment.commentId)) continue
      await retireComment(tx, comment, {
        portalId: work.portal.id,
        conversationId: work.conversation.id,
      })
    }
  })
  return true
}

/**
 * Cards that we know and that the portal did not list: those that were deleted are kept as gone.
 * @returns whether there were any.
 */
export async function noticeMissing(
  deps: NoticeDeps,
  work: TransferWork,
  missing: readonly EntityRef[],
): Promise<boolean> {
  const { cards } = await findGone(deps.pump, { cards: missing, commentIds: [] }, { signal: deps.signal })
  if (cards.length === 0) return false
  await deps.share(work.workspaceId, (tx) => markGone(tx, work, cards))
  return true
}

async function markGone(tx: Tx, work: TransferWork, cards: readonly EntityRef[]): Promise<void> {
  const by = {
    integrationId: work.integrationId,
    portalId: work.portal.id,
    conversationId: work.conversation.id,
    contactId: work.contactId,
  }
  for (const card of cards) await markCardGone(tx, card, by)
}

/** Every card that the conversation is tied to or that its steps name, each once. */
function cardsOf(work: TransferWork, steps: readonly StepRow[]): EntityRef[] {
  const cards = new Map<string, EntityRef>()
  const add = ({ type, id }: EntityRef) => cards.set(`${type}:${id}`, { type, id })
  for (const link of work.links) add(link)
  for (const { step, remoteId } of steps) {
    const made = madeBy(step)
    if (made !== undefined && remoteId !== null) add({ type: made, id: remoteId })
    for (const named of [
      'target' in step ? step.target : undefined,
      'about' in step ? step.about : undefined,
      'contact' in step ? step.contact : undefined,
    ]) {
      if (named !== undefined && 'id' in named) add(named)
    }
  }
  return [...cards.values()]
}
