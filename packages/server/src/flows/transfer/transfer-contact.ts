import { HubError } from '@trunkline/contracts/errors'
import type { ContactId, IntegrationId, WorkspaceId } from '@trunkline/contracts/ids'
import { loadConversation, saveTransferMark } from '../../store/conversations.ts'
import type { Tx } from '../../store/database.ts'
import { settleEvents } from '../../store/events.ts'
import type { Claim } from '../../store/mailbox.ts'
import type { LaneContext, LaneFailure, LaneResult } from '../../store/run-lane.ts'
import { loadIntegrations } from '../../store/settings.ts'
import { saveTransfer, transfersToWork } from '../../store/transfers.ts'
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
    const conversationIds = await deps.database.inWorkspace(workspaceId, async (tx) => {
      const transfers = await transfersToWork(tx, integrationId, contactId)
      const integration = (await loadIntegrations(tx)).find(({ id }) => id === integrationId)
      if (integration !== undefined && integration.portalId !== null)
        return transfers.map((row) => row.conversationId)
      for (const row of transfers) await settleWithoutPortal(tx, integrationId, row.conversationId)
      return []
    })
    let nextAt: Date | undefined
    for (const conversationId of conversationIds) {
      const result = await transferConversation(deps, workspaceId, conversationId, context.signal)
      if (result !== undefined && (nextAt === undefined || result.nextAt < nextAt)) nextAt = result.nextAt
    }
    return nextAt === undefined ? undefined : { nextAt }
  }
}

/** Nothing to decide about: no portal is chosen, or the integration was deleted. */
async function settleWithoutPortal(
  tx: Tx,
  integrationId: IntegrationId,
  conversationId: Parameters<typeof loadConversation>[1],
): Promise<void> {
  const conversation = await loadConversation(tx, conversationId)
  if (conversation === undefined) return
  await saveTransfer(tx, integrationId, conversationId, {
    state: 'not_passed',
    reason: 'no-integration',
    decisionId: null,
  })
  await saveTransferMark(tx, conversationId, 'not_passed')
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
