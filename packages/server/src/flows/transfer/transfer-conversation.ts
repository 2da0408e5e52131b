import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import { HubError } from '@trunkline/contracts/errors'
import type { ConversationId, WorkspaceId } from '@trunkline/contracts/ids'
import { decide } from '@trunkline/domain/transfer/decide'
import { lookUp, type Pump } from '@trunkline/portal'
import { saveTransferMark } from '../../store/conversations.ts'
import type { Database } from '../../store/database.ts'
import { settleEvents } from '../../store/events.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { retireUnmade, saveWritten } from '../../store/transfers.ts'
import type { TxBatch } from '../../store/tx-batch.ts'
import { syncDirectory } from '../portals/sync-directory.ts'
import type { FilesDeps } from './attach-files.ts'
import { type CommentTexts, commentTexts, type Links } from './comment-texts.ts'
import { loadTransferWork, reloadWork, type TransferWork } from './load-work.ts'
import { noticeGone, noticeMissing } from './notice-gone.ts'
import { type Decided, settleDecision } from './settle-decision.ts'
import { staleComments, updateComments } from './update-comments.ts'
import { refuseTransfer, writeSteps } from './write-steps.ts'

export interface TransferDeps {
  readonly database: Database
  /** Small writes shared by conversations that are settled at the same moment. */
  readonly write: TxBatch
  /** The pump of a portal that this node owns; undefined when it does not, or the portal was never connected. */
  readonly pumpOf: (portalId: string) => Pump | undefined
  readonly links: Links
  /** Opens an attachment that is kept here, to be put into a card. @throws HubError `request/not-found`. */
  readonly openFile: FilesDeps['openFile']
  readonly now: () => Date
  /** How long after a lost request its writes may still appear in the portal. */
  readonly settleMs: number
  /** Least time between two updates of one conversation's comment (CHAT-62). */
  readonly commentEveryMs: number
}

/** What is left to do for a conversation: nothing, or when to look again. */
export type TransferResult = { readonly nextAt: Date } | undefined

/** A directory read so lately is not read again because the portal refused a field. */
const DIRECTORY_TRUSTED_MS = 10_000
/** Cards that vanish one after another while we write; after so many rounds the lane comes back for the rest. */
const MAX_ROUNDS = 5

/**
 * Brings one conversation to Bitrix24.
 *
 * 1. Reads the facts. 2. Unless a plan is under way, decides, asking the portal for what is not known. 3. Writes the
 * decision, its steps and the outcomes down in one transaction. 4. Hands the steps to the portal by the step ledger.
 * 5. Brings the rolling comment up to date, at most once in `commentEveryMs`. 6. Settles the events whose content the
 * portal now holds. A card that somebody deleted in the portal meanwhile is noticed, kept as gone, and all of it begins
 * anew from 1.
 *
 * May be killed between any two places and run again: the ledger knows what was sent.
 * @throws HubError when the portal cannot be asked now; nothing is lost, the lane tries again.
 */
export async function transferConversation(
  deps: TransferDeps,
  workspaceId: WorkspaceId,
  conversationId: ConversationId,
  signal: AbortSignal,
): Promise<TransferResult> {
  let onFieldRefused: 'stop' | 'leave-out' = 'stop'
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const result = await transferOnce(deps, workspaceId, conversationId, { signal, onFieldRefused })
    if (result === 'fields-refused') onFieldRefused = 'leave-out'
    else if (result !== 'card-gone') return result
  }
  return { nextAt: new Date(deps.now().getTime() + deps.commentEveryMs) }
}

/**
 * One round; `card-gone` when a card was found deleted, `fields-refused` when the portal did not take a stage or field:
 * both change the facts.
 */
async function transferOnce(
  deps: TransferDeps,
  workspaceId: WorkspaceId,
  conversationId: ConversationId,
  how: { readonly signal: AbortSignal; readonly onFieldRefused: 'stop' | 'leave-out' },
): Promise<TransferResult | 'card-gone' | 'fields-refused'> {
  const { signal, onFieldRefused } = how
  const { database } = deps
  const loaded = await database.inWorkspace(workspaceId, (tx) =>
    loadTransferWork(tx, conversationId, deps.now()),
  )
  if (loaded === undefined) return undefined

  let work = loaded
  let texts: CommentTexts
  const underWay = work.steps.some((row) => row.status !== 'done' && row.status !== 'failed')
  if (underWay && work.transfer.state === 'passed') {
    texts = await database.inWorkspace(workspaceId, (tx) => commentTexts(tx, loaded, deps.links))
  } else {
    const made = await decideNow(deps, loaded, signal)
    if (made === 'card-gone') return made
    const { facts, decided } = made
    const settled = await database.inWorkspace(workspaceId, async (tx) => {
      const known: TransferWork = { ...loaded, facts }
      const rendered = await commentTexts(tx, known, deps.links)
      await settleDecision(tx, known, facts, decided, rendered.parts.length)
      return { work: decided.outcome === 'passed' ? await reloadWork(tx, known) : undefined, rendered }
    })
    if (settled.work === undefined) return undefined
    work = settled.work
    texts = settled.rendered
  }

  const pump = deps.pumpOf(work.portal.id)
  if (pump === undefined) throw new HubError('portal/reauthorise')
  const written = await writeSteps({ ...deps, pump, signal, onFieldRefused }, work, texts)
  if (written.state === 'failed' && written.fieldsRefused && onFieldRefused === 'stop') {
    await readDirectoryAgain(deps, pump, work)
    return 'fields-refused'
  }
  if (written.state === 'failed') return refused(deps, pump, work, signal)
  if (written.state === 'later') return { nextAt: new Date(deps.now().getTime() + written.retryAfterMs) }
  // What was rendered is at least the revision that was read before the messages were.
  return bringUpToDate(deps, pump, work, texts, loaded.conversation.revision, signal)
}

/** What the portal refused was planned from a directory of some time ago: reads it, and lets the plan be made anew. */
async function readDirectoryAgain(deps: TransferDeps, pump: Pump, work: TransferWork): Promise<void> {
  const { portal, workspaceId, integrationId, conversation } = work
  const readAt = portal.syncedAt?.getTime() ?? 0
  if (Date.now() - readAt > DIRECTORY_TRUSTED_MS)
    await syncDirectory(deps.database, pump, workspaceId, portal.id)
  await deps.write(workspaceId, (tx) => retireUnmade(tx, integrationId, conversation.id))
}

/** The portal refused for good: because a card is gone, which is decided anew, or for another reason, which a person sees. */
async function refused(
  deps: TransferDeps,
  pump: Pump,
  work: TransferWork,
  signal: AbortSignal,
): Promise<undefined | 'card-gone'> {
  if (await noticeGone({ write: deps.write, pump, signal }, work)) return 'card-gone'
  await deps.write(work.workspaceId, (tx) => refuseTransfer(tx, work))
  return undefined
}

/** Decides; asks the portal once if the decision needs it. */
async function decideNow(
  deps: TransferDeps,
  work: TransferWork,
  signal: AbortSignal,
): Promise<{ facts: TransferFacts; decided: Decided } | 'card-gone'> {
  const first = decide(work.facts, work.settings)
  if (first.need === undefined) return { facts: work.facts, decided: first }
  const pump = deps.pumpOf(work.portal.id)
  if (pump === undefined) throw new HubError('portal/reauthorise')
  const { crmMode } = work.facts.portal
  const crm = await lookUp(pump, first.need, crmMode, { signal })
  const missing = first.need.known.filter(
    (card) =>
      // Leads are not looked for in the simple mode.
      !(card.type === 'lead' && crmMode === 'simple') &&
      !crm.candidates.some((one) => one.type === card.type && one.id === card.id),
  )
  if (missing.length > 0 && (await noticeMissing({ write: deps.write, pump, signal }, work, missing)))
    return 'card-gone'
  const facts = { ...work.facts, crm }
  const second = decide(facts, work.settings)
  if (second.need !== undefined) throw new HubError('server/bug', { detail: 'decide asked twice' })
  return { facts, decided: second }
}

/** Steps are done; now the comments that say something else than the transcript says today. */
async function bringUpToDate(
  deps: TransferDeps,
  pump: Pump,
  written: TransferWork,
  texts: CommentTexts,
  upToRevision: number,
  signal: AbortSignal,
): Promise<TransferResult | 'card-gone'> {
  const { workspaceId, integrationId } = written
  const work = await deps.database.inWorkspace(workspaceId, (tx) => reloadWork(tx, written))
  if (work === undefined) return undefined
  const { conversation, transfer } = work
  const stale = staleComments(work, texts)
  if (stale.length > 0) {
    const lastAt = transfer.writtenAt?.getTime() ?? 0
    const waitMs = lastAt + deps.commentEveryMs - deps.now().getTime()
    // An ended conversation is written at once: nobody adds to it any more.
    if (waitMs > 0 && conversation.status === 'open')
      return { nextAt: new Date(deps.now().getTime() + waitMs) }
    try {
      await updateComments({ database: deps.database, pump, signal }, work, stale)
    } catch (error) {
      if (!(error instanceof HubError && error.kind === 'permanent')) throw error
      return refused(deps, pump, work, signal)
    }
  }
  await deps.write(workspaceId, async (tx) => {
    await saveWritten(tx, integrationId, conversation.id, upToRevision, deps.now())
    await saveTransferMark(tx, conversation.id, 'passed')
    await settleEvents(tx, conversation.id, {
      outcome: 'passed',
      reason: null,
      decisionId: transfer.decisionId,
      upToRevision,
    })
    await appendRealtime(tx, 'cabinet', { kind: 'transfer', conversationId: conversation.id })
    await appendRealtime(tx, 'cabinet', { kind: 'ledger' })
  })
  return conversation.revision > upToRevision
    ? { nextAt: new Date(deps.now().getTime() + deps.commentEveryMs) }
    : undefined
}
