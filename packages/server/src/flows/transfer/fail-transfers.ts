import type { ContactId, IntegrationId, WorkspaceId } from '@trunkline/contracts/ids'
import { loadConversation, saveTransferMark } from '../../store/conversations.ts'
import type { Database } from '../../store/database.ts'
import { settleEvents } from '../../store/events.ts'
import type { Claim } from '../../store/mailbox.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { saveTransfer, transfersToWork } from '../../store/transfers.ts'

/** The lane gave a contact up: its open transfers end as failed, visible in the journal, to be tried again by a person. */
export async function failTransfers(database: Database, claim: Claim): Promise<undefined> {
  const [integrationId, contactId] = claim.key.split(':') as [IntegrationId, ContactId]
  await database.inWorkspace(claim.workspaceId as WorkspaceId, async (tx) => {
    for (const { conversationId, decisionId } of await transfersToWork(tx, integrationId, contactId)) {
      const conversation = await loadConversation(tx, conversationId)
      if (conversation === undefined) continue
      await saveTransfer(tx, integrationId, conversationId, {
        state: 'failed',
        reason: 'bug',
        decisionId: null,
      })
      await saveTransferMark(tx, conversationId, 'failed')
      await settleEvents(tx, conversationId, {
        outcome: 'failed',
        reason: 'bug',
        decisionId,
        upToRevision: conversation.revision,
      })
      await appendRealtime(tx, 'cabinet', { kind: 'transfer', conversationId })
    }
    await appendRealtime(tx, 'cabinet', { kind: 'ledger' })
  })
}
