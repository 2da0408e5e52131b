import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { ContactId, ConversationId, IntegrationId, PortalId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { Tx } from './database.ts'
import { keyOfPortal } from './portals.ts'
import type { InPortal } from './step-ledger.ts'

export interface CrmLinkRow extends EntityRef {
  readonly title: string | null
  readonly made: boolean
  /** `moved`: was a target until a person moved the transcript to another card. */
  readonly role: 'target' | 'contact' | 'moved'
}

/** As `CrmLinkRow`, with whose it is, and since when its card is known to be deleted. */
export type CrmLinkAround = CrmLinkRow & {
  readonly conversationId: ConversationId
  readonly contactId: ContactId
  readonly goneAt: Date | null
}

/** What ties a conversation, and whatever else this contact has with us, to cards of a portal; the oldest first. */
export async function crmLinksAround(
  tx: Tx,
  portalId: PortalId,
  of: { readonly conversationId: ConversationId; readonly contactId: ContactId },
): Promise<CrmLinkAround[]> {
  const { rows } =
    await sql<CrmLinkAround>`select conversation_id as "conversationId", contact_id as "contactId",
      entity_type as type, entity_id as id, title, made, role, gone_at as "goneAt" from crm_links
    where portal_key = ${keyOfPortal(portalId)}
      and (conversation_id = ${of.conversationId} or contact_id = ${of.contactId}) order by at, entity_type`.execute(
      tx.kysely,
    )
  return rows
}

/** The names of the cards of a portal that a conversation is or was tied to. */
export async function cardTitles(
  tx: Tx,
  portalId: PortalId,
  conversationId: ConversationId,
): Promise<(EntityRef & { readonly title: string })[]> {
  const { rows } = await sql<EntityRef & { title: string }>`select entity_type as type, entity_id as id, title
    from crm_links where conversation_id = ${conversationId} and portal_key = ${keyOfPortal(portalId)}
      and title is not null order by at`.execute(tx.kysely)
  return rows
}

export type NewCrmLink = CrmLinkRow &
  InPortal & { readonly integrationId: IntegrationId; readonly contactId: ContactId }

/** Ties conversations to cards that are there. Bitrix24 numbers are strings here. */
export async function saveCrmLinks(tx: Tx, links: readonly NewCrmLink[]): Promise<void> {
  if (links.length === 0) return
  // One statement may not change a row twice; two parts of one comment speak of the same card.
  const once = new Map<string, NewCrmLink>()
  for (const link of links) {
    const key = [link.portalId, link.conversationId, link.type, link.id].join(' ')
    const before = once.get(key) ?? link
    once.set(key, { ...before, title: link.title ?? before.title })
  }
  const rows = [...once.values()]
  await tx.query({
    name: 'crm-links-save',
    text: `insert into crm_links (workspace_id, integration_id, portal_key, conversation_id, contact_id, entity_type,
        entity_id, title, made, role)
      select $1, l.integration_id, p.key, l.conversation_id, l.contact_id, l.entity_type, l.entity_id, l.title, l.made, l.role
      from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::boolean[],
        $10::text[]) as l(integration_id, portal_id, conversation_id, contact_id, entity_type, entity_id, title, made, role)
        join portals p on p.id = l.portal_id
      on conflict (workspace_id, conversation_id, portal_key, entity_type, entity_id)
        do update set title = coalesce(excluded.title, crm_links.title), gone_at = null`,
    values: [
      tx.workspaceId,
      rows.map((link) => link.integrationId),
      rows.map((link) => link.portalId),
      rows.map((link) => link.conversationId),
      rows.map((link) => link.contactId),
      rows.map((link) => link.type),
      rows.map((link) => link.id),
      rows.map((link) => link.title),
      rows.map((link) => link.made),
      rows.map((link) => link.role),
    ],
  })
}

/** Makes a card the target of a transcript, whatever it was to it before. */
export async function enterCard(
  tx: Tx,
  card: EntityRef & { readonly title: string | null },
  of: InPortal & { readonly integrationId: IntegrationId; readonly contactId: ContactId },
): Promise<void> {
  await sql`insert into crm_links (workspace_id, integration_id, portal_key, conversation_id, contact_id, entity_type,
      entity_id, title, made, role)
    values (${tx.workspaceId}, ${of.integrationId}, ${keyOfPortal(of.portalId)}, ${of.conversationId}, ${of.contactId},
      ${card.type}, ${card.id}, ${card.title}, false, 'target')
    on conflict (workspace_id, conversation_id, portal_key, entity_type, entity_id)
      do update set title = coalesce(excluded.title, crm_links.title), role = 'target', gone_at = null`.execute(
    tx.kysely,
  )
}

/** One part of the rolling comment in one card. */
export interface CommentRow extends EntityRef {
  readonly part: number
  readonly remoteId: string | null
  readonly textHash: Buffer | null
}

export async function commentsOf(
  tx: Tx,
  portalId: PortalId,
  conversationId: ConversationId,
): Promise<CommentRow[]> {
  const { rows } =
    await sql<CommentRow>`select entity_type as type, entity_id as id, part, remote_id as "remoteId",
      text_hash as "textHash" from crm_comments
    where conversation_id = ${conversationId} and portal_key = ${keyOfPortal(portalId)}
    order by entity_type, entity_id, part`.execute(tx.kysely)
  return rows
}

export type NewComment = CommentRow & InPortal & { readonly integrationId: IntegrationId }

/** Keeps which text each part of a rolling comment shows; each part once. */
export async function saveComments(tx: Tx, comments: readonly NewComment[]): Promise<void> {
  if (comments.length === 0) return
  await tx.query({
    name: 'crm-comments-save',
    text: `insert into crm_comments (workspace_id, integration_id, portal_key, conversation_id, entity_type, entity_id, part,
        remote_id, text_hash, written_at)
      select $1, c.integration_id, p.key, c.conversation_id, c.entity_type, c.entity_id, c.part, c.remote_id, c.text_hash, now()
      from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::int[], $8::text[], $9::bytea[])
          as c(integration_id, portal_id, conversation_id, entity_type, entity_id, part, remote_id, text_hash)
        join portals p on p.id = c.portal_id
      on conflict (workspace_id, conversation_id, portal_key, entity_type, entity_id, part)
        do update set remote_id = excluded.remote_id, text_hash = excluded.text_hash, written_at = now()`,
    values: [
      tx.workspaceId,
      comments.map((row) => row.integrationId),
      comments.map((row) => row.portalId),
      comments.map((row) => row.conversationId),
      comments.map((row) => row.type),
      comments.map((row) => row.id),
      comments.map((row) => row.part),
      comments.map((row) => row.remoteId),
      comments.map((row) => row.textHash),
    ],
  })
}
