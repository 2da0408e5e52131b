import type { Decision } from '@trunkline/contracts/crm/decision'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { PlanStep } from '@trunkline/contracts/crm/plan'
import type { DecisionId, StepId } from '@trunkline/contracts/ids'
import { partKey } from '@trunkline/domain/transfer/step-keys'
import { newId } from '../../ids.ts'
import { saveTransferMark } from '../../store/conversations.ts'
import type { Tx } from '../../store/database.ts'
import { insertDecision } from '../../store/decisions.ts'
import { settleEvents } from '../../store/events.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { insertSteps, replanFailed, stepsOf } from '../../store/step-ledger.ts'
import { lockTransfer, saveTransfer, type TransferRow } from '../../store/transfers.ts'
import { filesToAttach } from './attach-files.ts'
import { commentIn } from './comment-texts.ts'
import type { TransferWork } from './load-work.ts'
import { writtenComments } from './written-comments.ts'

export type Decided = Extract<Decision, { outcome: string }>

/**
 * Writes a decision down, in the caller's transaction: the decision with its facts and trace, its steps in the ledger,
 * where the transfer stands, and the outcome of every event that it speaks for. A decision equal to the one before is
 * not stored again.
 * @param parts how many comment parts the transcript has now.
 * @returns the work as it stands then: with the steps that are to be made; undefined when another integration has taken
 * the conversation over meanwhile: then nothing is written down, because that one decides.
 */
export async function settleDecision(
  tx: Tx,
  work: TransferWork,
  facts: TransferFacts,
  decided: Decided,
  parts: number,
): Promise<TransferWork | undefined> {
  const { conversation, integrationId } = work
  const last = work.lastDecision
  const unchanged =
    last !== undefined &&
    last.outcome === decided.outcome &&
    last.reason === (decided.reason ?? null) &&
    (decided.outcome !== 'passed' || decided.plan.steps.every((step) => isKnown(work, step))) &&
    JSON.stringify(last.versions) === JSON.stringify(work.settings.versions)
  const id = unchanged ? last.id : newId<DecisionId>()
  const transfer = {
    ...work.transfer,
    state: decided.outcome,
    reason: decided.reason ?? null,
    decisionId: id,
  }
  const isOurs = isSame(transfer, work.transfer)
    ? await lockTransfer(tx, integrationId, conversation.id)
    : await saveTransfer(tx, integrationId, conversation.id, transfer)
  if (!isOurs) return undefined
  if (!unchanged) {
    await insertDecision(tx, {
      id,
      integrationId,
      conversationId: conversation.id,
      decision: decided,
      facts,
      versions: work.settings.versions,
    })
  }
  const settled = { ...work, facts, transfer }
  if (decided.outcome === 'passed') return { ...settled, ...(await planSteps(tx, work, decided, parts, id)) }
  await saveTransferMark(tx, conversation.id, decided.outcome)
  const changed = await settleEvents(tx, conversation.id, {
    outcome: decided.outcome,
    reason: decided.reason ?? null,
    decisionId: id,
    upToRevision: conversation.revision,
  })
  if (changed > 0 || !unchanged) {
    await appendRealtime(tx, 'cabinet', { kind: 'transfer', conversationId: conversation.id })
    await appendRealtime(tx, 'cabinet', { kind: 'ledger' })
  }
  return settled
}

function isSame(a: TransferRow, b: TransferRow): boolean {
  return a.state === b.state && a.reason === b.reason && a.decisionId === b.decisionId
}

/** Puts the steps of a plan into the ledger. Those that failed before are to be tried again. */
async function planSteps(
  tx: Tx,
  work: TransferWork,
  decided: Decided,
  parts: number,
  decisionId: DecisionId,
): Promise<Pick<TransferWork, 'steps' | 'comments'>> {
  const { integrationId, conversation, portal } = work
  const of = { portalId: portal.id, conversationId: conversation.id }
  const hasFailed = work.steps.some((row) => row.status === 'failed')
  if (hasFailed) await replanFailed(tx, of)
  const steps = [...stepsToMake(work, decided, parts), ...(await filesToAttach(tx, work, decided))]
  const added = await insertSteps(tx, steps, { ...of, integrationId, decisionId })
  // A key that was there already is a step that this work does not know, or knows under its old state.
  const known = hasFailed || added.length < steps.length
  const all = known ? await stepsOf(tx, portal.id, conversation.id) : [...work.steps, ...added]
  return { steps: all, comments: writtenComments(all, work.comments) }
}

/** Whether a step of a plan is one that an earlier decision of this conversation has made already. */
function isKnown(work: TransferWork, step: PlanStep): boolean {
  if (step.kind === 'comment' && !('step' in step.target) && commentIn(work, step.target, 1) !== undefined)
    return true
  return work.steps.some((row) => row.key === step.key)
}

/** Ledger rows for a plan: each comment once for each part that is not in its card yet. */
function stepsToMake(
  work: TransferWork,
  decided: Decided,
  parts: number,
): { id: StepId; key: string; step: PlanStep }[] {
  return decided.plan.steps.flatMap((step) => {
    if (step.kind !== 'comment') return [{ id: newId<StepId>(), key: step.key, step }]
    const missing: { id: StepId; key: string; step: PlanStep }[] = []
    for (let part = 1; part <= parts; part++) {
      const written = !('step' in step.target) && commentIn(work, step.target, part) !== undefined
      if (!written) missing.push({ id: newId<StepId>(), key: partKey(step.key, part), step })
    }
    return missing
  })
}
