import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { PlanStep } from '@trunkline/contracts/crm/plan'
import type { HubError } from '@trunkline/contracts/errors'
import type { StepId } from '@trunkline/contracts/ids'
import { activityText } from '@trunkline/domain/transfer/activity-text'
import { notificationText } from '@trunkline/domain/transfer/notification'
import { CARD_LINK, executeSteps, type LedgerStep, type Pump, type StepLedger } from '@trunkline/portal'
import { saveTransferMark } from '../../store/conversations.ts'
import type { Tx } from '../../store/database.ts'
import { settleEvents } from '../../store/events.ts'
import { appendRealtime } from '../../store/realtime.ts'
import {
  endStep,
  markSent,
  saveComment,
  saveCrmLink,
  saveTransfer,
  stayInCard,
  stepsOf,
} from '../../store/transfers.ts'
import type { TxBatch } from '../../store/tx-batch.ts'
import { type FilesDeps, filesComment, openFiles } from './attach-files.ts'
import type { CommentTexts } from './comment-texts.ts'
import type { TransferWork } from './load-work.ts'
import { cardOf, madeBy, partOfKey } from './written-comments.ts'

/** How writing a plan ended: all steps are in the portal, or when to go on. */
export type Written =
  | { readonly state: 'done' }
  | { readonly state: 'later'; readonly retryAfterMs: number }
  /** `fieldsRefused`: for a field that the card can be made without, such as a stage that was deleted. */
  | { readonly state: 'failed'; readonly fieldsRefused: boolean }

/**
 * Hands the open steps of a conversation to the portal, each at most once by the step ledger, and keeps what they made:
 * cards as links, comments by part. `failed`: the portal refused a step for good; what that means is the caller's matter.
 */
export async function writeSteps(
  deps: FilesDeps & {
    write: TxBatch
    pump: Pump
    settleMs: number
    signal: AbortSignal
    onFieldRefused: 'stop' | 'leave-out'
  },
  work: TransferWork,
  texts: CommentTexts,
): Promise<Written> {
  const stranded = strandedRemovals(work)
  if (stranded.length > 0) {
    const of = { integrationId: work.integrationId, conversationId: work.conversation.id }
    await deps.write(work.workspaceId, async (tx) => {
      for (const removal of stranded) await stayInCard(tx, removal, of)
    })
  }
  const open = work.steps.filter((row) => row.status !== 'done' && !stranded.some(({ id }) => id === row.id))
  if (open.length === 0) return { state: 'done' }
  const { pump } = deps
  const inTx = (fn: (tx: Tx) => Promise<void>) => deps.write(work.workspaceId, fn)
  const ledger: StepLedger = {
    sent: (ids) => inTx((tx) => markSent(tx, ids)),
    done: (id, remoteId, note) => inTx((tx) => stepDone(tx, work, id, remoteId, note)),
    failed: (id, error) => inTx((tx) => endStep(tx, id, { status: 'failed', error: errorOf(error) })),
    unknown: (id, error) => inTx((tx) => endStep(tx, id, { status: 'unknown', error: errorOf(error) })),
    released: (id, error) => inTx((tx) => endStep(tx, id, { status: 'planned', error: errorOf(error) })),
  }
  const result = await executeSteps(pump, ledgerSteps(deps, work, texts), ledger, {
    portalOrigin: work.portal.origin,
    ...(work.sourceId === undefined ? {} : { sourceId: work.sourceId }),
    settleMs: deps.settleMs,
    signal: deps.signal,
    onFieldRefused: deps.onFieldRefused,
  })
  if (result.state === 'unknown' || result.state === 'waiting')
    return { state: 'later', retryAfterMs: result.retryAfterMs ?? 1_000 }
  if (result.state === 'done') {
    await inTx((tx) => rememberTexts(tx, work, texts))
    return { state: 'done' }
  }
  return { state: 'failed', fieldsRefused: result.fieldsRefused === true }
}

/** Removals that wait for something which will never be written, because its card was deleted. */
function strandedRemovals(work: TransferWork): { id: StepId; target: EntityRef; commentId: string }[] {
  return work.steps.flatMap(({ id, step, status }) =>
    step.kind === 'remove-comment' &&
    status !== 'done' &&
    !step.after.every((key) => work.steps.some((other) => other.step.key === key))
      ? [{ id, target: step.target, commentId: step.commentId }]
      : [],
  )
}

/** The portal refused for good: the transfer and its events end as failed, visible in the journal. */
export async function refuseTransfer(tx: Tx, work: TransferWork): Promise<void> {
  const { integrationId, conversation } = work
  await saveTransfer(tx, integrationId, conversation.id, {
    state: 'failed',
    reason: 'portal-refused',
    decisionId: null,
  })
  await saveTransferMark(tx, conversation.id, 'failed')
  await settleEvents(tx, conversation.id, {
    outcome: 'failed',
    reason: 'portal-refused',
    decisionId: work.transfer.decisionId,
    upToRevision: conversation.revision,
  })
  await appendRealtime(tx, 'cabinet', { kind: 'transfer', conversationId: conversation.id })
  await appendRealtime(tx, 'cabinet', { kind: 'ledger' })
}

/** The steps as the portal room takes them: done ones too, because others refer to them. */
function ledgerSteps(deps: FilesDeps, work: TransferWork, texts: CommentTexts): LedgerStep[] {
  const { links } = deps
  return work.steps.map((row) => {
    const base = {
      id: row.id,
      step: row.step,
      ...(row.remoteId === null ? {} : { remoteId: row.remoteId }),
      ...(row.status === 'sent' || row.status === 'unknown' ? { sentAt: row.sentAt?.getTime() } : {}),
    }
    if (row.step.kind === 'comment') {
      const part = texts.parts[partOfKey(row.key) - 1]
      return { ...base, comment: part?.text, marker: part?.marker }
    }
    if (row.step.kind === 'attach-files')
      return {
        ...base,
        ...filesComment(work, row.id, deps.links),
        openFiles: () => openFiles(deps, work, row.step),
      }
    if (row.step.kind === 'create-activity')
      return {
        ...base,
        description: activityText({
          locale: work.locale,
          number: work.conversation.number,
          channelTitle: work.channelTitle,
          contactName: work.contactName ?? '',
          conversationUrl: `${links.conversation(work.conversation.id)}${activityMark(row.id)}`,
        }),
        marker: activityMark(row.id),
      }
    if (row.step.kind === 'notify')
      return {
        ...base,
        notifyText: notificationText({
          locale: work.locale,
          number: work.conversation.number,
          channelTitle: work.channelTitle,
          contactName: work.contactName ?? '',
          cardLink: CARD_LINK,
          ...(work.facts.event === undefined ? {} : { event: work.facts.event }),
        }),
      }
    return base
  })
}

/** One step is in the portal: the ledger, and what the conversation is tied to by it, in one transaction. */
async function stepDone(
  tx: Tx,
  work: TransferWork,
  id: StepId,
  remoteId: string,
  note: HubError | undefined,
): Promise<void> {
  await endStep(tx, id, {
    status: 'done',
    remoteId,
    ...(note === undefined ? {} : { error: errorOf(note) }),
  })
  const row = work.steps.find((step) => step.id === id)
  if (row === undefined) return
  const { integrationId, conversation, contactId } = work
  const made = madeBy(row.step)
  if (made !== undefined) {
    await saveCrmLink(tx, {
      integrationId,
      conversationId: conversation.id,
      contactId,
      type: made,
      id: remoteId,
      title: titleOf(row.step) ?? null,
      made: true,
      role: made === 'contact' ? 'contact' : 'target',
    })
  }
  if (row.step.kind === 'comment' && !('step' in row.step.target)) {
    const card = row.step.target
    const candidate = work.facts.crm?.candidates.find((one) => one.type === card.type && one.id === card.id)
    await saveCrmLink(tx, {
      type: card.type,
      id: card.id,
      integrationId,
      conversationId: conversation.id,
      contactId,
      title: candidate?.title ?? null,
      made: false,
      role: 'target',
    })
  }
}

/**
 * Keeps which text each comment shows that was written just now. One found again after a lost answer holds the text of
 * that time, so it is left without and brought up to date.
 */
async function rememberTexts(tx: Tx, work: TransferWork, texts: CommentTexts): Promise<void> {
  const { integrationId, conversation } = work
  const fresh = new Set(work.steps.filter((row) => row.status === 'planned').map((row) => row.key))
  const steps = await stepsOf(tx, integrationId, conversation.id)
  for (const row of steps) {
    if (row.step.kind !== 'comment' || row.status !== 'done' || !fresh.has(row.key)) continue
    const card = cardOf(steps, row.step)
    const part = partOfKey(row.key)
    if (card === undefined) continue
    await saveComment(tx, {
      ...card,
      integrationId,
      conversationId: conversation.id,
      part,
      remoteId: row.remoteId,
      textHash: texts.parts[part - 1]?.hash ?? null,
    })
  }
}

/** In the address in a to-do: what it is found by when the answer to its making was lost. */
function activityMark(stepId: StepId): string {
  return `#step-${stepId}`
}

/** The name that a card is made under. */
function titleOf(step: PlanStep): string | undefined {
  if (!('fields' in step) || step.kind === 'fill-fields') return undefined
  return step.fields.title ?? step.fields.name
}

function errorOf(error: HubError): { code: string; text: string } {
  return { code: error.code, text: (error.detail ?? error.message).slice(0, 500) }
}
