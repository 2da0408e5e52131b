import { HubError } from '@trunkline/contracts/errors'
import type { ConversationId, InboundEventId } from '@trunkline/contracts/ids'
import { loadConversation, saveTransferMark } from '../../store/conversations.ts'
import type { Tx } from '../../store/database.ts'
import { reopenEvent, reopenEvents } from '../../store/events.ts'
import { loadJournalEvent } from '../../store/journal.ts'
import { putLanes } from '../../store/mailbox.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { integrationOfTransfer, loadIntegration } from '../../store/settings.ts'
import { replanFailed } from '../../store/step-ledger.ts'
import { ensureTransfer, loadTransfer, saveTransfer } from '../../store/transfers.ts'
import { TALK_LANE } from '../ingest-talk.ts'
import { TRANSFER_LANE, transferKey } from '../transfer/transfer-contact.ts'

/**
 * Tries the transfer of a conversation again: failed steps are planned anew (what the portal has already is found, not
 * made twice), and failed events wait for their outcome once more.
 * @throws HubError `request/not-found`.
 */
export async function retryTransfer(tx: Tx, conversationId: ConversationId): Promise<void> {
  const conversation = await loadConversation(tx, conversationId, 'lock')
  if (conversation === undefined) throw new HubError('request/not-found')
  const integration = (await integrationOfTransfer(tx, conversationId)) ?? (await loadIntegration(tx))
  const of = { integrationId: integration.id, conversationId, contactId: conversation.contactId }
  await ensureTransfer(tx, of)
  const transfer = await loadTransfer(tx, integration.id, conversationId)
  if (transfer?.state === 'failed') {
    const { portalId } = integration
    if (portalId !== null) await replanFailed(tx, { portalId, conversationId })
    await saveTransfer(tx, integration.id, conversationId, {
      state: 'pending',
      reason: null,
      decisionId: null,
    })
    await saveTransferMark(tx, conversationId, 'pending')
    await reopenEvents(tx, conversationId)
  }
  const key = transferKey(integration.id, conversation.contactId)
  await putLanes(tx, [{ lane: TRANSFER_LANE, key, route: integration.portalId }])
  await appendRealtime(tx, 'cabinet', { kind: 'transfer', conversationId })
  await appendRealtime(tx, 'cabinet', { kind: 'ledger' })
}

/**
 * Tries an event of the journal again: its conversation's transfer, or the event itself when it never became part of a
 * conversation.
 * @throws HubError `request/not-found`, `request/conflict` when there is nothing to try again.
 */
export async function retryEvent(tx: Tx, id: InboundEventId): Promise<void> {
  const event = await loadJournalEvent(tx, id)
  if (event === undefined) throw new HubError('request/not-found')
  if (event.conversationId !== null && event.outcome === 'failed')
    return retryTransfer(tx, event.conversationId)
  const reopened = await reopenEvent(tx, id)
  if (reopened === undefined) throw new HubError('request/conflict')
  await putLanes(tx, [{ lane: TALK_LANE, key: reopened.laneKey }])
  await appendRealtime(tx, 'cabinet', { kind: 'ledger' })
}
