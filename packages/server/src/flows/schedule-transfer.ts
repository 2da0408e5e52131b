import type { ContactId, ConversationId } from '@trunkline/contracts/ids'
import { loadConversation } from '../store/conversations.ts'
import type { Tx } from '../store/database.ts'
import { putLanes } from '../store/mailbox.ts'
import { type IntegrationRow, integrationOfChannel, loadIntegrations } from '../store/settings.ts'
import { ensureTransfer, handOverTransfer, reopenTransfer, transferOwner } from '../store/transfers.ts'
import { TRANSFER_LANE, transferKey } from './transfer/transfer-contact.ts'

/** Wakes the transfer of a conversation, in the transaction that changed it. */
export async function scheduleTransfer(
  tx: Tx,
  what: { conversationId: ConversationId; contactId: ContactId },
): Promise<void> {
  const integration = await integrationFor(tx, what.conversationId)
  await ensureTransfer(tx, { ...what, integrationId: integration.id })
  await reopenTransfer(tx, integration.id, what.conversationId)
  await putLanes(tx, [
    {
      lane: TRANSFER_LANE,
      key: transferKey(integration.id, what.contactId),
      ...(integration.portalId === null ? {} : { route: integration.portalId }),
    },
  ])
}

/**
 * The integration that a conversation belongs to: where something of it is already, it stays to its end; else the one that
 * passes its channel; else the one it was looked at by, or the oldest, which then says why it is not passed.
 */
async function integrationFor(tx: Tx, conversationId: ConversationId): Promise<IntegrationRow> {
  const integrations = await loadIntegrations(tx)
  const oldest = integrations[0]!
  if (integrations.length === 1) return oldest
  const owner = await transferOwner(tx, conversationId)
  const present = integrations.find(({ id }) => id === owner?.integrationId)
  if (present !== undefined && owner?.begun) return present
  const conversation = await loadConversation(tx, conversationId)
  const passing =
    conversation === undefined
      ? undefined
      : await integrationOfChannel(
          tx,
          conversation.channelId,
          conversation.kind === 'request' ? 'requests' : 'chats',
        )
  const chosen = integrations.find(({ id }) => id === passing) ?? present ?? oldest
  if (present !== undefined && present !== chosen)
    await handOverTransfer(tx, conversationId, present.id, chosen.id)
  return chosen
}
