import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { ContactId, IntegrationId, PortalId } from '@trunkline/contracts/ids'
import type { WrittenCard, WrittenContact, WrittenConversation } from '@trunkline/domain/reconcile/compare'
import { cardOfTarget, madeBy } from '@trunkline/domain/transfer/made-cards'
import { partOfKey } from '@trunkline/domain/transfer/step-keys'
import type { Tx } from '../../store/database.ts'
import { conversationsWritten, linksWritten, stepsWritten, type WrittenStep } from '../../store/written.ts'

/** What we wrote for these contacts, told by links and step ledger: what a comparison expects to find. */
export async function writtenContacts(
  tx: Tx,
  of: { readonly integrationId: IntegrationId; readonly portalId: PortalId },
  contactIds: readonly ContactId[],
): Promise<WrittenContact[]> {
  const conversations = await conversationsWritten(tx, of.integrationId, contactIds)
  const ids = conversations.map(({ id }) => id)
  const links = await linksWritten(tx, of.portalId, ids)
  const steps = await stepsWritten(tx, of.portalId, ids)
  return contactIds.map((contactId) => ({
    contactId,
    conversations: conversations
      .filter((one) => one.contactId === contactId)
      .map(({ id, number }): WrittenConversation => {
        const own = steps.filter((step) => step.conversationId === id)
        return {
          id,
          number,
          cards: links
            .filter((link) => link.conversationId === id)
            .flatMap(({ type, id: cardId, title, role, made }): WrittenCard[] =>
              role === 'moved'
                ? []
                : [
                    {
                      type,
                      id: cardId,
                      title,
                      role,
                      origin: made ? originOf(own, { type, id: cardId }) : 'found',
                    },
                  ],
            ),
          comments: own.flatMap(({ id: stepId, key, step, remoteId }) => {
            const card = step.kind === 'comment' ? cardOfTarget(step.target, own) : undefined
            return card === undefined || remoteId === null
              ? []
              : [{ stepId, card, part: partOfKey(key), commentId: remoteId }]
          }),
          activities: own.flatMap(({ id: stepId, step, remoteId }) => {
            const card = step.kind === 'create-activity' ? cardOfTarget(step.target, own) : undefined
            return card === undefined || remoteId === null ? [] : [{ stepId, card, activityId: remoteId }]
          }),
        }
      }),
  }))
}

/** What a card was made for: as if for a new client unless the decision took the contact for a known one. */
function originOf(steps: readonly WrittenStep[], card: EntityRef): 'first' | 'repeated' {
  const maker = steps.find(({ step, remoteId }) => madeBy(step) === card.type && remoteId === card.id)
  return maker?.contactClass === 'repeated' ? 'repeated' : 'first'
}
