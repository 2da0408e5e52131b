import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { HubError } from '@trunkline/contracts/errors'
import type { StepId } from '@trunkline/contracts/ids'
import { activityText } from '@trunkline/domain/transfer/activity-text'
import { madeBy, madeTitle } from '@trunkline/domain/transfer/made-cards'
import { notificationText } from '@trunkline/domain/transfer/notification'
import { partOfKey } from '@trunkline/domain/transfer/step-keys'
import { CARD_LINK, executeSteps, type LedgerStep, type Pump, type StepLedger } from '@trunkline/portal'
import { saveTransferMark } from '../../store/conversations.ts'
import type { CommentRow, NewCrmLink } from '../../store/crm-links.ts'
import type { Tx } from '../../store/database.ts'
import { settleEvents } from '../../store/events.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { type StepEnd, type StepRow, stayInCard } from '../../store/step-ledger.ts'
import { saveTransfer } from '../../store/transfers.ts'
import type { TxBatch } from '../../store/tx-batch.ts'
import { type FilesDeps, filesComment, openFiles } from './attach-files.ts'
import type { CommentTexts } from './comment-texts.ts'
import type { TransferWork } from './load-work.ts'
import type { TransferWrites } from './transfer-writes.ts'
import { writtenComments } from './written-comments.ts'

/** How writing a plan ended: all steps are in the portal, or when to go on. */
export type Written =
  | {
      readonly state: 'done'
      /** The work as it stands then. */
      readonly work: TransferWork
      /** Comments written just now: which text they show is not saved yet. */
      readonly comments: readonly CommentRow[]
    }
  | { readonly state: 'later'; readonly retryAfterMs: number }
  /** `fieldsRefused`: for a field that the card can be made without, such as a stage that was deleted. */
  | { readonly state: 'failed'; readonly fieldsRefused: boolean }

/**
 * Hands the open steps of a conversation to the portal, each at most once by the step ledger, and keeps the cards that
 * they made as links. `failed`: the portal refused a step for good; what that means is the caller's matter.
 */
export async function writeSteps(
  deps: FilesDeps & {
    writes: TransferWrites
    pump: Pump
    settleMs: number
    signal: AbortSignal
    onFieldRefused: 'stop' | 'leave-out'
  },
  work: TransferWork,
  texts: CommentTexts,
): Promise<Written> {
  const { pump, writes } = deps
  const { workspaceId } = work
  if (work.steps.every((row) => row.status === 'done')) return { state: 'done', work, comments: [] }
  const ends = new Map<StepId, StepEnd>()
  const endAs = (end: StepEnd, link?: NewCrmLink) => {
    ends.set(end.id, end)
    return writes.ended(workspaceId, { end, ...(link === undefined ? {} : { link }) })
  }
  const ledger: StepLedger = {
    sent: (ids) => writes.sent(workspaceId, ids),
    done: (id, remoteId, note) => {
      const error = note === undefined ? {} : { error: errorOf(note) }
      return endAs({ id, status: 'done', remoteId, ...error }, linkMade(work, id, remoteId))
    },
    failed: (id, error) => endAs({ id, status: 'failed', error: errorOf(error) }),
    unknown: (id, error) => endAs({ id, status: 'unknown', error: errorOf(error) }),
    released: (id, error) => endAs({ id, status: 'planned', error: errorOf(error) }),
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
  if (result.state === 'failed') return { state: 'failed', fieldsRefused: result.fieldsRefused === true }
  return { state: 'done', ...withEnds(work, ends, texts) }
}

/** The work after its steps ended so, with the text that each comment shows which was written just now. */
function withEnds(
  work: TransferWork,
  ends: ReadonlyMap<StepId, StepEnd>,
  texts: CommentTexts,
): { work: TransferWork; comments: readonly CommentRow[] } {
  const steps = work.steps.map((row): StepRow => {
    const end = ends.get(row.id)
    if (end === undefined) return row
    return { ...row, status: end.status, remoteId: end.remoteId ?? row.remoteId, error: end.error ?? null }
  })
  // One found again after a lost answer holds the text of that time, so it is left without and brought up to date.
  const fresh = new Set(work.steps.filter((row) => row.status === 'planned').map((row) => row.id))
  const written = writtenComments(
    steps.filter((row) => fresh.has(row.id) || row.step.kind !== 'comment'),
    [],
  )
  const comments = written.map((row) => ({ ...row, textHash: texts.parts[row.part - 1]?.hash ?? null }))
  return {
    work: { ...work, steps, comments: writtenComments(steps, [...comments, ...work.comments]) },
    comments,
  }
}

/**
 * Takes removals back that wait for something which will never be written, because its card was deleted: their comments
 * stay, and go on.
 * @returns whether there were any: then the work is to be read anew.
 */
export async function takeBackStranded(share: TxBatch, work: TransferWork): Promise<boolean> {
  const stranded = strandedRemovals(work)
  if (stranded.length === 0) return false
  const of = { portalId: work.portal.id, conversationId: work.conversation.id }
  await share(work.workspaceId, async (tx) => {
    for (const removal of stranded) await stayInCard(tx, removal, of)
  })
  return true
}

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
          kind: work.conversation.kind,
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

/** The card that a conversation is tied to by a step that is done: the one it made, or the one it wrote into. */
function linkMade(work: TransferWork, id: StepId, remoteId: string): NewCrmLink | undefined {
  const step = work.steps.find((row) => row.id === id)?.step
  if (step === undefined) return undefined
  const { integrationId, portal, conversation, contactId } = work
  const of = { integrationId, portalId: portal.id, conversationId: conversation.id, contactId }
  const type = madeBy(step)
  if (type !== undefined) {
    const role = type === 'contact' ? 'contact' : 'target'
    return { ...of, type, id: remoteId, title: madeTitle(step) ?? null, made: true, role }
  }
  if (step.kind !== 'comment' || 'step' in step.target) return undefined
  const card = step.target
  const candidate = work.facts.crm?.candidates.find((one) => one.type === card.type && one.id === card.id)
  return {
    ...of,
    type: card.type,
    id: card.id,
    title: candidate?.title ?? null,
    made: false,
    role: 'target',
  }
}

/** In the address in a to-do: what it is found by when the answer to its making was lost. */
function activityMark(stepId: StepId): string {
  return `#step-${stepId}`
}

function errorOf(error: HubError): { code: string; text: string } {
  return { code: error.code, text: (error.detail ?? error.message).slice(0, 500) }
}
