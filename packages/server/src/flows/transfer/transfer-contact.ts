import { HubError } from '@trunkline/contracts/errors'
import type { ContactId, ConversationId, IntegrationId, WorkspaceId } from '@trunkline/contracts/ids'
import { loadConversation, saveTransferMark } from '../../store/conversations.ts'
import type { Tx } from '../../store/database.ts'
import { settleEvents } from '../../store/events.ts'
import type { Claim } from '../../store/mailbox.ts'
import type { LaneContext, LaneFailure, LaneResult } from '../../store/run-lane.ts'
import { loadIntegrations } from '../../store/settings.ts'
import { saveTransfer, type TransferRow, transfersToWork } from '../../store/transfers.ts'
import { loadTransferWork, type TransferWork } from './load-work.ts'
import { type TransferDeps, transferConversation } from './transfer-conversation.ts'

/** The lane of the mailbox in which transfers run: one contact of one integration at a time. */
export const TRANSFER_LANE = 'transfer'

/**
 * Key of a contact's transfers. One lane for all conversations of a person, so that two channels at once never make
 * two cards: the second one finds what the first made.
 */
export function transferKey(integrationId: IntegrationId, contactId: ContactId): string {
  return `${integrationId}:${contactId}`
}

/** Works on every conversation of the contact that has something to transfer, oldest first. */
export function createTransferContact(deps: TransferDeps) {
  return async (claim: Claim, context: LaneContext): Promise<LaneResult> => {
    const workspaceId = claim.workspaceId as WorkspaceId
    const [integrationId, contactId] = claim.key.split(':') as [IntegrationId, ContactId]
    const { conversationIds, first } = await begin(deps, workspaceId, integrationId, contactId)
    let nextAt: Date | undefined
    for (const [index, conversationId] of conversationIds.entries()) {
      const begun = index === 0 ? first : undefined
      const of = { workspaceId, integrationId, conversationId }
      const result = await transferConversation(deps, of, context.signal, begun)
      if (result !== undefined && (nextAt === undefined || result.nextAt < nextAt)) nextAt = result.nextAt
    }
    return nextAt === undefined ? undefined : { nextAt }
  }
}

interface Begun {
  readonly conversationIds: readonly ConversationId[]
  /** Of the first conversation; undefined when there is none, or it must be read anew. */
  readonly first: TransferWork | undefined
}

/** What the contact has to transfer. Without a portal nothing: it is settled here. */
async function begin(
  deps: TransferDeps,
  workspaceId: WorkspaceId,
  integrationId: IntegrationId,
  contactId: ContactId,
): Promise<Begun> {
  let begun: Begun = { conversationIds: [], first: undefined }
  await deps.writes.share(workspaceId, async (tx) => {
    const transfers = await transfersToWork(tx, integrationId, contactId)
    const conversationIds = transfers.map((row) => row.conversationId)
    const [oldest] = conversationIds
    if (oldest === undefined) return
    const first = await loadTransferWork(tx, oldest, deps.now())
    if (first?.integrationId === integrationId || (await hasPortal(tx, integrationId))) {
      begun = { conversationIds, first }
      return
    }
    for (const transfer of transfers) await settleWithoutPortal(tx, integrationId, transfer)
  })
  return begun
}

async function hasPortal(tx: Tx, integrationId: IntegrationId): Promise<boolean> {
  return (await loadIntegrations(tx)).some(({ id, portalId }) => id === integrationId && portalId !== null)
}

/**
 * Nothing to decide about: no portal is chosen, or the integration was deleted. One that had passed is still that: what
 * was said meanwhile is written once there is a portal again.
 */
async function settleWithoutPortal(
  tx: Tx,
  integrationId: IntegrationId,
  { conversationId, state }: TransferRow,
): Promise<void> {
  const conversation = await loadConversation(tx, conversationId)
  if (conversation === undefined) return
  if (state !== 'passed') {
    await saveTransfer(tx, integrationId, conversationId, {
      state: 'not_passed',
      reason: 'no-integration',
      decisionId: null,
    })
    await saveTransferMark(tx, conversationId, 'not_passed')
  }
  await settleEvents(tx, conversationId, {
    outcome: 'not_passed',
    reason: 'no-integration',
    decisionId: null,
    upToRevision: conversation.revision,
  })
}

/** A portal that is away or wants a person costs no tries: its work waits, however long it takes. */
export function classifyTransferError(error: unknown): LaneFailure {
  if (!(error instanceof HubError))
    return { kind: 'retry', reason: error instanceof Error ? error.name : 'unknown' }
  if (error.kind === 'auth') return { kind: 'snooze', afterMs: 3_000 }
  if (error.kind === 'rate-limit' || error.kind === 'retryable')
    return { kind: 'snooze', afterMs: error.retryAfterMs ?? 1_000 }
  return { kind: 'retry', reason: error.code }
}
