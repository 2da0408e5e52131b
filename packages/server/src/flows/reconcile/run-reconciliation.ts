import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { Finding } from '@trunkline/contracts/crm/reconciliation'
import { HubError } from '@trunkline/contracts/errors'
import {
  type ContactId,
  type IntegrationId,
  isId,
  type PortalId,
  type StepId,
  type WorkspaceId,
} from '@trunkline/contracts/ids'
import {
  cardName,
  compareContact,
  findingKey,
  type LedgerWord,
  type PortalSight,
  strayCards,
  type WrittenContact,
} from '@trunkline/domain/reconcile/compare'
import { type Pump, readOwnCards, readWritten, type WrittenQuestion } from '@trunkline/portal'
import { newId } from '../../ids.ts'
import type { Database, Tx } from '../../store/database.ts'
import type { Claim } from '../../store/mailbox.ts'
import { loadPortal } from '../../store/portals.ts'
import { appendRealtime } from '../../store/realtime.ts'
import {
  type Checked,
  endRun,
  openRun,
  type RunRow,
  saveFindings,
  saveProgress,
  startRun,
  vanishUnfound,
} from '../../store/reconciliations.ts'
import type { LaneContext } from '../../store/run-lane.ts'
import { contactsWritten, stepsById } from '../../store/written.ts'
import { writtenContacts } from './written-contacts.ts'

export interface ReconcileDeps {
  readonly database: Database
  readonly pumpOf: (portalId: string) => Pump | undefined
}

/** What was written longer ago is not compared: an old card is the company's own business. */
export const WINDOW_MS = 30 * 24 * 3_600_000
/** Contacts of one round: about four batches of the portal. */
const CONTACTS = 150

/** Handler of `RECONCILE_LANE`. */
export function createReconcile(deps: ReconcileDeps) {
  return async (claim: Claim, context: LaneContext): Promise<undefined> => {
    await runReconciliation(
      deps,
      claim.workspaceId as WorkspaceId,
      claim.key as IntegrationId,
      context.signal,
    )
  }
}

/**
 * Compares what an integration wrote in the last month with what its portal has.
 *
 * 1. Round by round of contacts: reads from the portal what our tables say should be there. 2. Compares, and keeps what
 * differs. 3. Reads the cards that carry our mark and keeps those that no step made. Only reads; a person chooses the
 * repairs. Goes on from the last round after a crash, and after a portal that was away.
 *
 * @throws HubError when the portal cannot be asked for a moment: the lane comes again. What wants a person ends the
 * comparison as failed, with the words of the error.
 */
export async function runReconciliation(
  deps: ReconcileDeps,
  workspaceId: WorkspaceId,
  integrationId: IntegrationId,
  signal: AbortSignal,
): Promise<void> {
  const { database } = deps
  const run = await database.inWorkspace(workspaceId, async (tx) => {
    const open = await openRun(tx, integrationId)
    if (open !== undefined) await startRun(tx, open.id)
    return open
  })
  if (run === undefined) return
  try {
    const pump = deps.pumpOf(run.portalId)
    if (pump === undefined) throw new HubError('portal/reauthorise')
    const since = new Date(run.askedAt.getTime() - WINDOW_MS)
    let cursor = run.cursor
    for (;;) {
      const next = await compareRound(deps, pump, workspaceId, run, { since, after: cursor, signal })
      if (next === undefined) break
      cursor = next
    }
    await compareMarked(deps, pump, workspaceId, run, { since, signal })
  } catch (error) {
    if (error instanceof HubError && (error.kind === 'rate-limit' || error.kind === 'retryable')) throw error
    if (signal.aborted) throw error
    const shown = error instanceof HubError ? error : new HubError('server/bug')
    await end(database, workspaceId, run, { state: 'failed', error: shown.publicText })
    if (shown !== error) throw error
    return
  }
  await end(database, workspaceId, run, { state: 'done' })
}

/** One round. @returns the contact it ended at; undefined when there was none left. */
async function compareRound(
  { database }: ReconcileDeps,
  pump: Pump,
  workspaceId: WorkspaceId,
  run: RunRow,
  how: { readonly since: Date; readonly after: ContactId | null; readonly signal: AbortSignal },
): Promise<ContactId | undefined> {
  const before = await database.inWorkspace(workspaceId, (tx) => atRest(tx, run, how))
  const last = before.contacts.at(-1)?.id
  if (last === undefined) return undefined
  const asked = questionOf(before.written)
  const sight: PortalSight = await readWritten(pump, asked, { signal: how.signal })
  await database.inWorkspace(workspaceId, async (tx) => {
    // What was written while the portal was read is not judged: only what differs before and after it does.
    const after = await atRest(tx, run, how)
    const still = new Set(after.written.flatMap((one) => compareContact(one, sight)).map(findingKey))
    const found = before.written
      .flatMap((one) => compareContact(one, sight))
      .filter((finding) => still.has(findingKey(finding)))
    await keep(tx, run, found)
    const judged = after.written.map(({ contactId }) => contactId)
    await vanishUnfound(tx, run, {
      contactIds: before.written.map(({ contactId }) => contactId).filter((id) => judged.includes(id)),
    })
    await saveProgress(tx, run.id, { cursor: last, checked: checkedOf(before.written, asked) })
  })
  return last
}

/** Contacts of a round, and what was written for those whose conversations rest. */
async function atRest(
  tx: Tx,
  run: RunRow,
  how: { readonly since: Date; readonly after: ContactId | null },
): Promise<{ contacts: readonly { id: ContactId }[]; written: WrittenContact[] }> {
  const contacts = await contactsWritten(tx, run, {
    after: how.after,
    since: how.since,
    limit: CONTACTS,
  })
  const resting = contacts.filter(({ busy }) => !busy).map(({ id }) => id)
  return { contacts, written: await writtenContacts(tx, run, resting) }
}

/** Each card, timeline and to-do once, however many conversations share it. */
export function questionOf(written: readonly WrittenContact[]): WrittenQuestion {
  const cards = new Map<string, EntityRef>()
  const timelines = new Map<string, { card: EntityRef; commentIds: string[] }>()
  const activityIds = new Set<string>()
  for (const { cards: tied, comments, activities } of written.flatMap(({ conversations }) => conversations)) {
    for (const { type, id } of [
      ...tied,
      ...comments.map(({ card }) => card),
      ...activities.map(({ card }) => card),
    ])
      cards.set(cardName({ type, id }), { type, id })
    for (const { card, commentId } of comments) {
      const timeline = timelines.get(cardName(card)) ?? { card, commentIds: [] }
      timeline.commentIds.push(commentId)
      timelines.set(cardName(card), timeline)
    }
    for (const { activityId } of activities) activityIds.add(activityId)
  }
  return { cards: [...cards.values()], timelines: [...timelines.values()], activityIds: [...activityIds] }
}

function checkedOf(written: readonly WrittenContact[], asked: WrittenQuestion): Checked {
  return {
    conversations: written.reduce((sum, { conversations }) => sum + conversations.length, 0),
    cards: asked.cards.length,
    comments: asked.timelines.reduce((sum, { commentIds }) => sum + commentIds.length, 0),
    activities: asked.activityIds.length,
  }
}

/** Cards with our mark against the step ledger. */
async function compareMarked(
  { database }: ReconcileDeps,
  pump: Pump,
  workspaceId: WorkspaceId,
  run: RunRow,
  how: { readonly since: Date; readonly signal: AbortSignal },
): Promise<void> {
  const found = await markedFindings(database, pump, workspaceId, run, how)
  await database.inWorkspace(workspaceId, async (tx) => {
    await keep(tx, run, found)
    await vanishUnfound(tx, run, { kind: 'card-stray', since: how.since })
  })
}

/** Cards that carry our mark and that no step made. */
export async function markedFindings(
  database: Database,
  pump: Pump,
  workspaceId: WorkspaceId,
  { portalId }: { readonly portalId: PortalId },
  how: { readonly since: Date; readonly signal?: AbortSignal },
): Promise<Finding[]> {
  const crmMode = await database.inWorkspace(
    workspaceId,
    async (tx) => (await loadPortal(tx, portalId))?.crmMode ?? 'simple',
  )
  const options = how.signal === undefined ? {} : { signal: how.signal }
  const marked = await readOwnCards(pump, { since: how.since.toISOString(), crmMode }, options)
  return database.inWorkspace(workspaceId, async (tx) => {
    const ids = [...new Set(marked.map(({ originId }) => originId.toLowerCase()))].filter(isId) as StepId[]
    const ledger = new Map(
      (await stepsById(tx, ids)).flatMap(({ id, open, remoteId, ...of }): [string, LedgerWord][] => {
        if (open) return [[id, { state: 'open' }]]
        return remoteId === null ? [] : [[id, { state: 'done', remoteId, ...of }]]
      }),
    )
    return strayCards(marked, ledger)
  })
}

async function keep(tx: Tx, run: RunRow, findings: readonly Finding[]): Promise<void> {
  const byKey = new Map(findings.map((finding) => [findingKey(finding), finding]))
  await saveFindings(
    tx,
    run,
    [...byKey].map(([key, finding]) => ({ id: newId(), key, finding })),
  )
}

async function end(
  database: Database,
  workspaceId: WorkspaceId,
  run: RunRow,
  how: Parameters<typeof endRun>[2],
): Promise<void> {
  await database.inWorkspace(workspaceId, async (tx) => {
    await endRun(tx, run.id, how)
    await appendRealtime(tx, 'cabinet', { kind: 'reconciliation' })
  })
}
