import type { EntityType } from '@trunkline/contracts/crm/entity'
import type { CrmLink } from '@trunkline/contracts/http/conversations'
import type { ConversationId } from '@trunkline/contracts/ids'
import { cardPath } from '@trunkline/portal'
import type { Static } from 'typebox'
import type { Tx } from '../../store/database.ts'
import { linksOfConversations } from '../../store/journal.ts'

export type CrmLinkView = Static<typeof CrmLink>

/** A card of the portal to open, or to name where no portal is chosen any more. */
export function crmLink(
  origin: string | null,
  card: { type: EntityType; id: string; title: string | null; made: boolean; goneAt?: Date | null },
): CrmLinkView {
  return {
    type: card.type,
    id: card.id,
    title: card.title ?? '',
    url: cardUrl(origin, card.type, card.id),
    made: card.made,
    ...(card.goneAt == null ? {} : { gone: true as const }),
  }
}

/** The cards that each of these conversations is tied to, in whichever portal, by an integration that stands or stood. */
export async function crmLinksOfConversations(
  tx: Tx,
  ids: readonly ConversationId[],
): Promise<ReadonlyMap<ConversationId, readonly CrmLinkView[]>> {
  const found = Map.groupBy(await linksOfConversations(tx, [...new Set(ids)]), (link) => link.conversationId)
  return new Map([...found].map(([id, links]) => [id, links.map((link) => crmLink(link.origin, link))]))
}

/** Address of a card in its portal; empty without a portal. */
export function cardUrl(origin: string | null, type: EntityType, id: string): string {
  return origin === null ? '' : `${origin}${cardPath(type, id)}`
}
