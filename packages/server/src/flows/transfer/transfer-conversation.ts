import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import { HubError } from '@trunkline/contracts/errors'
import type { ConversationId, IntegrationId, WorkspaceId } from '@trunkline/contracts/ids'
import { decide } from '@trunkline/domain/transfer/decide'
import { sectionOf } from '@trunkline/domain/transfer/input'
import { lookUp, type Pump } from '@trunkline/portal'
import { type CommentRow, saveComments } from '../../store/crm-links.ts'
import type { Database } from '../../store/database.ts'
import { retireUnmade } from '../../store/step-ledger.ts'
import { syncDirectory } from '../portals/sync-directory.ts'
import type { FilesDeps } from './attach-files.ts'
import { type CommentTexts, commentTexts, type Links } from './comment-texts.ts'
import { loadTransferWork, type TransferWork } from './load-work.ts'
import { noticeGone, noticeMissing } from './notice-gone.ts'
import { type Decided, settleDecision } from './settle-decision.ts'
import type { TransferWrites } from './transfer-writes.ts'
import { staleComments, updateComments } from './update-comments.ts'
import { refuseTransfer, takeBackStranded, writeSteps } from './write-steps.ts'

export interface TransferDeps {
  readonly database: Database
  /** What transfers save, shared by those of the same moment. */
  readonly writes: TransferWrites
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
 * anew from 1; so it does after a plan of some time ago, to which more was said meanwhile.
 *
 * `begun`: what was read just now by the caller, in place of 1. A conversation that another integration has taken over is
 * left to that one.
 *
 * May be killed between any two places and run again: the ledger knows what was sent.
 * @throws HubError when the portal cannot be asked now; nothing is lost, the lane tries again.
 */
export async function transferConversation(
  deps: TransferDeps,
  of: {
    readonly workspaceId: WorkspaceId
    readonly integrationId: IntegrationId
    readonly conversationId: ConversationId
  },
  signal: AbortSignal,
  begun?: TransferWork,
): Promise<TransferResult> {
  let onFieldRefused: 'stop' | 'leave-out' = 'stop'
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const loaded =
      round === 0 && begun !== undefined ? begun : await loadNow(deps, of.workspaceId, of.conversationId)
    if (loaded?.integrationId !== of.integrationId) return undefined
    const result = await transferOnce(deps, loaded, { signal, onFieldRefused })
    if (result === 'fields-refused') onFieldRefused = 'leave-out'
    else if (result !== 'card-gone' && result !== 'resumed') return result
  }
  return { nextAt: new Date(deps.now().getTime() + deps.commentEveryMs) }
}

async function loadNow(
  deps: TransferDeps,
  workspaceId: WorkspaceId,
  conversationId: ConversationId,
): Promise<TransferWork | undefined> {
  let work: TransferWork | undefined
  await deps.writes.share(workspaceId, async (tx) => {
    work = await loadTransferWork(tx, conversationId, deps.now())
  })
  return work
}

/**
 * One round; `card-gone` when a card was found deleted, `fields-refused` when the portal did not take a stage or field:
 * both change the facts. `resumed`: a plan of some time ago is written, and it does not hold all that there is now.
 */
async function transferOnce(
  deps: TransferDeps,
  loaded: TransferWork,
  how: { readonly signal: AbortSignal; readonly onFieldRefused: 'stop' | 'leave-out' },
): Promise<TransferResult | 'card-gone' | 'fields-refused' | 'resumed'> {
  const { signal, onFieldRefused } = how
  const { workspaceId } = loaded
  if (await takeBackStranded(deps.writes.share, loaded)) return 'card-gone'
  const settled: { work: TransferWork; texts: CommentTexts }[] = []
  const resumes =
    loaded.transfer.state === 'passed' &&
    loaded.steps.some((row) => row.status !== 'done' && row.status !== 'failed')
  if (resumes) {
    await deps.writes.share(workspaceId, async (tx) => {
      settled[0] = { work: loaded, texts: await commentTexts(tx, loaded, deps.links) }
    })
  } else {
    const made = await decideNow(deps, loaded, signal)
    if (made === 'card-gone') return made
    const { facts, decided } = made
    await deps.writes.share(workspaceId, async (tx) => {
      const texts = await commentTexts(tx, loaded, deps.links)
      const work = await settleDecision(tx, loaded, facts, decided, texts.parts.length)
      if (work !== undefined) settled[0] = { work, texts }
    })
    if (decided.outcome !== 'passed' || settled[0] === undefined) return undefined
  }
  const { work, texts } = settled[0]!

  const pump = deps.pumpOf(work.portal.id)
  if (pump === undefined) throw new HubError('portal/reauthorise')
  const written = await writeSteps({ ...deps, pump, signal, onFieldRefused }, work, texts)
  if (written.state === 'failed' && written.fieldsRefused && onFieldRefused === 'stop') {
    await readDirectoryAgain(deps, pump, work)
    return 'fields-refused'
  }
  if (written.state === 'failed') return refused(deps, pump, work, signal)
  if (written.state === 'later') return { nextAt: new Date(deps.now().getTime() + written.retryAfterMs) }
  if (resumes && !holdsAll(written.work, texts)) {
    const comments = written.comments.map((row) => ({ ...row, ...inPortal(work) }))
    await deps.writes.share(workspaceId, (tx) => saveComments(tx, comments))
    return 'resumed'
  }
  return bringUpToDate({ ...deps, pump, signal }, written, texts)
}

/** Whether every card has all parts of the transcript. Which files are missing is for a decision to say. */
function holdsAll({ comments, conversation, settings }: TransferWork, texts: CommentTexts): boolean {
  if (settings[sectionOf({ event: conversation.kind })].attachments === 'files') return false
  const cards = Map.groupBy(comments, ({ type, id }) => `${type} ${id}`)
  return [...cards.values()].every((parts) => parts.length >= texts.parts.length)
}

function inPortal({ integrationId, portal, conversation }: TransferWork) {
  return { integrationId, portalId: portal.id, conversationId: conversation.id }
}

/** What the portal refused was planned from a directory of some time ago: reads it, and lets the plan be made anew. */
async function readDirectoryAgain(deps: TransferDeps, pump: Pump, work: TransferWork): Promise<void> {
  const { portal, workspaceId, conversation } = work
  const readAt = portal.syncedAt?.getTime() ?? 0
  if (deps.now().getTime() - readAt > DIRECTORY_TRUSTED_MS)
    await syncDirectory(deps.database, pump, workspaceId, portal.id)
  await deps.writes.share(workspaceId, (tx) =>
    retireUnmade(tx, { portalId: portal.id, conversationId: conversation.id }),
  )
}

/** The portal refused for good: because a card is gone, which is decided anew, or for another reason, which a person sees. */
async function refused(
  deps: TransferDeps,
  pump: Pump,
  work: TransferWork,
  signal: AbortSignal,
): Promise<undefined | 'card-gone'> {
  if (await noticeGone({ share: deps.writes.share, pump, signal }, work)) return 'card-gone'
  await deps.writes.share(work.workspaceId, (tx) => refuseTransfer(tx, work))
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
  if (missing.length > 0 && (await noticeMissing({ share: deps.writes.share, pump, signal }, work, missing)))
    return 'card-gone'
  const facts = { ...work.facts, crm }
  const second = decide(facts, work.settings)
  if (second.need !== undefined) throw new HubError('server/bug', { detail: 'decide asked twice' })
  return { facts, decided: second }
}

/** Steps are done; now the comments that say something else than the transcript says today. */
async function bringUpToDate(
  deps: TransferDeps & { readonly pump: Pump; readonly signal: AbortSignal },
  written: { readonly work: TransferWork; readonly comments: readonly CommentRow[] },
  texts: CommentTexts,
): Promise<TransferResult | 'card-gone'> {
  const { work } = written
  const { workspaceId, conversation, transfer } = work
  const of = inPortal(work)
  const comments = written.comments.map((row) => ({ ...row, ...of }))
  const stale = staleComments(work, texts)
  if (stale.length > 0) {
    if (comments.length > 0) await deps.writes.share(workspaceId, (tx) => saveComments(tx, comments))
    const lastAt = transfer.writtenAt?.getTime() ?? 0
    const waitMs = lastAt + deps.commentEveryMs - deps.now().getTime()
    // An ended conversation is written at once: nobody adds to it any more.
    if (waitMs > 0 && conversation.status === 'open')
      return { nextAt: new Date(deps.now().getTime() + waitMs) }
    try {
      await updateComments(deps, work, stale)
    } catch (error) {
      if (!(error instanceof HubError && error.kind === 'permanent')) throw error
      return refused(deps, deps.pump, work, deps.signal)
    }
  }
  await deps.writes.written(workspaceId, {
    ...of,
    decisionId: transfer.decisionId,
    // What was rendered is at least the revision that was read before the messages were.
    upToRevision: conversation.revision,
    at: deps.now(),
    comments: stale.length > 0 ? [] : comments,
  })
  return undefined
}
