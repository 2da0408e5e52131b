import type { ContactId, ConversationId, IntegrationId, PortalId, StepId } from '@trunkline/contracts/ids'
import type { Tx } from './database.ts'
import type { CommentRow, CrmLinkRow, StepRow } from './transfers.ts'

/** How one step of the ledger ended, or that it is open again. */
export interface StepEnd {
  readonly id: StepId
  readonly status: StepRow['status']
  readonly remoteId?: string
  readonly error?: { readonly code: string; readonly text: string }
}

/** What the rows of a conversation in the portal's part of the database have in common. */
interface OfConversation {
  readonly integrationId: IntegrationId
  readonly conversationId: ConversationId
}

/** Something that was written into a portal. */
interface InPortal extends OfConversation {
  readonly portalId: PortalId
}

export type NewCrmLink = CrmLinkRow & InPortal & { readonly contactId: ContactId }
export type NewComment = CommentRow & InPortal

/** Writes the ends of steps of any number of conversations down; each step at most once. */
export async function endSteps(tx: Tx, ends: readonly StepEnd[]): Promise<void> {
  await tx.query({
    name: 'steps-end',
    text: `update plan_steps s set status = e.status, remote_id = coalesce(e.remote_id, s.remote_id), ended_at = now(),
        error = e.error
      from unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[]) as e(id, status, remote_id, error)
      where s.id = e.id`,
    values: [
      ends.map((end) => end.id),
      ends.map((end) => end.status),
      ends.map((end) => end.remoteId ?? null),
      ends.map((end) => (end.error === undefined ? null : JSON.stringify(end.error))),
    ],
  })
}

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

/** A conversation of which the portal now holds everything up to a revision. */
export interface WrittenUpTo extends OfConversation {
  readonly upToRevision: number
  readonly at: Date
}

/**
 * Notes how much of each conversation the portal holds. Whatever is to be written besides has a revision above that, so
 * the lane, which was woken for it, finds it.
 */
export async function saveWritten(tx: Tx, rows: readonly WrittenUpTo[]): Promise<void> {
  await tx.query({
    name: 'transfers-written',
    text: `update transfers t set written_up_to = w.up_to, written_at = w.at, updated_at = now()
      from unnest($1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[]) as w(integration_id, conversation_id, up_to, at)
      where t.integration_id = w.integration_id and t.conversation_id = w.conversation_id`,
    values: [
      rows.map((row) => row.integrationId),
      rows.map((row) => row.conversationId),
      rows.map((row) => row.upToRevision),
      rows.map((row) => row.at),
    ],
  })
}

/** Conversations whose transfer is done show it. */
export async function markPassed(tx: Tx, conversationIds: readonly ConversationId[]): Promise<void> {
  await tx.query({
    name: 'conversations-passed',
    text: `update conversations set transfer = 'passed' where id = any($1::uuid[]) and transfer <> 'passed'`,
    values: [conversationIds],
  })
}
