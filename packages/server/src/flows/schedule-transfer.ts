import type { ContactId, ConversationId } from '@trunkline/contracts/ids'
import { loadConversation } from '../store/conversations.ts'
import type { Tx } from '../store/database.ts'
import { putLanes } from '../store/mailbox.ts'
import { type IntegrationInForce, integrationOfChannel, integrationsInForce } from '../store/settings.ts'
import { handOverTransfer, holdingIntegrations, openTransfer, transferOwner } from '../store/transfers.ts'
import { TRANSFER_LANE, transferKey } from './transfer/transfer-contact.ts'

/**
 * Wakes the transfer of a conversation, in the transaction that changed it.
 * @param integrations when the caller has read them in the same transaction.
 */
export async function scheduleTransfer(
  tx: Tx,
  what: { conversationId: ConversationId; contactId: ContactId },
  integrations?: readonly IntegrationInForce[],
): Promise<void> {
  const { conversationId, contactId } = what
  const integration = await integrationFor(
    tx,
    conversationId,
    integrations ?? (await integrationsInForce(tx)),
  )
  await openTransfer(tx, { conversationId, contactId, integrationId: integration.id })
  await putLanes(tx, [
    {
      lane: TRANSFER_LANE,
      key: transferKey(integration.id, contactId),
      route: integration.portalId,
    },
  ])
}

/** Wakes what is held of a contact of whom more is known now: contact data may be what it waits for (UIS-23). */
export async function wakeHeldOf(
  tx: Tx,
  contactId: ContactId,
  integrations: readonly IntegrationInForce[],
): Promise<void> {
  const ids = integrations.map(({ id }) => id)
  const holding = new Set(await holdingIntegrations(tx, ids, contactId))
  if (holding.size === 0) return
  await putLanes(
    tx,
    integrations
      .filter(({ id }) => holding.has(id))
      .map(({ id, portalId }) => ({
        lane: TRANSFER_LANE,
        key: transferKey(id, contactId),
        route: portalId,
      })),
  )
}

/**
 * The integration that a conversation belongs to: where something of it is already, it stays to its end; else the one that
 * passes its channel; else the one it was looked at by, or the oldest, which then says why it is not passed.
 */
async function integrationFor(
  tx: Tx,
  conversationId: ConversationId,
  integrations: readonly IntegrationInForce[],
): Promise<IntegrationInForce> {
  const oldest = integrations[0]!
  if (integrations.length === 1) return oldest
  const owner = await transferOwner(tx, conversationId)
  const present = integrations.find(({ id }) => id === owner?.integrationId)
  if (present !== undefined && owner?.begun) return present
  const conversation = await loadConversation(tx, conversationId)
  const passing =
    conversation === undefined
      ? undefined
      : integrationOfChannel(
          integrations,
          conversation.channelId,
          conversation.kind === 'request' ? 'requests' : 'chats',
        )
  const chosen = passing ?? present ?? oldest
  if (present === undefined || present === chosen) return chosen
  return (await handOverTransfer(tx, conversationId, present.id, chosen.id)) ? chosen : present
}
