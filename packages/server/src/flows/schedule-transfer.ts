import type { ContactId, ConversationId } from '@trunkline/contracts/ids'
import type { Tx } from '../store/database.ts'
import { putLanes } from '../store/mailbox.ts'
import { loadIntegration } from '../store/settings.ts'
import { ensureTransfer, reopenTransfer } from '../store/transfers.ts'
import { TRANSFER_LANE, transferKey } from './transfer/transfer-contact.ts'

/** Wakes the transfer of a conversation, in the transaction that changed it. */
export async function scheduleTransfer(
  tx: Tx,
  what: { conversationId: ConversationId; contactId: ContactId },
): Promise<void> {
  const integration = await loadIntegration(tx)
  await ensureTransfer(tx, { ...what, integrationId: integration.id })
  await reopenTransfer(tx, what.conversationId)
  await putLanes(tx, [
    {
      lane: TRANSFER_LANE,
      key: transferKey(integration.id, what.contactId),
      ...(integration.portalId === null ? {} : { route: integration.portalId }),
    },
  ])
}
