import type { InboxCounts, RequestStatus } from '@trunkline/contracts/http/conversations'
import type { ChannelId, ContactId, ConversationId, UserId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import { type RawBuilder, sql } from 'kysely'
import { EXACT, fromCursor, toCursor } from './cursor.ts'
import type { Tx } from './database.ts'
import type { MessageRow } from './messages.ts'

/** A row of the inbox. */
export interface InboxRow {
  readonly id: ConversationId
  readonly number: number
  readonly kind: 'chat' | 'request'
  readonly requestStatus: RequestStatus | null
  readonly channelId: ChannelId
  readonly channelType: string
  readonly channelTitle: string
  readonly contactId: ContactId
  /** The name, else a phone or e-mail; null when nothing is known. */
  readonly contactName: string | null
  readonly status: 'open' | 'closed'
  readonly assigneeUserId: UserId | null
  readonly unansweredSince: Date | null
  readonly unread: number
  readonly lastMessage: { text: string; direction: string; at: string; attachments: number } | null
  readonly transfer: string
  readonly updatedAt: Date
  readonly startedAt: Date
  readonly closedAt: Date | null
  readonly closeReason: string | null
  readonly closedBy: UserId | null
  readonly context: Record<string, Json>
}

export interface InboxQuery {
  readonly userId: UserId
  readonly status: 'open' | 'closed' | 'all'
  readonly assignee: 'me' | 'none' | 'any'
  readonly kind: 'chat' | 'request' | 'any'
  readonly search: string
  readonly cursor: string | undefined
  readonly limit: number
}

const rowColumns = (userId: UserId) => sql`c.id, c.number, c.kind,
  (select q.status from offline_requests q where q.conversation_id = c.id) as "requestStatus", c.channel_id as "channelId", h.type as "channelType",
  h.title as "channelTitle", c.contact_id as "contactId",
  coalesce(k.name, (select i.value from contact_identities i where i.contact_id = c.contact_id and i.kind in ('phone', 'email')
    order by i.kind desc, i.created_at limit 1)) as "contactName",
  c.status, c.assignee_user_id as "assigneeUserId", c.unanswered_since as "unansweredSince",
  (select count(*) from messages m where m.conversation_id = c.id and m.direction = 'inbound' and m.sequence > coalesce(
    (select r.up_to from conversation_reads r where r.conversation_id = c.id and r.user_id = ${userId}), 0))::int as unread,
  c.last_message as "lastMessage", c.transfer, c.updated_at as "updatedAt", c.started_at as "startedAt",
  c.closed_at as "closedAt", c.close_reason as "closeReason", c.closed_by as "closedBy", c.context`

const tables = sql`conversations c
  join channels h on h.workspace_id = c.workspace_id and h.id = c.channel_id
  join contacts k on k.workspace_id = c.workspace_id and k.id = c.contact_id`

/**
 * One page of the inbox: who waits for an answer first, the longest waiting on top, then what moved last. Pages follow
 * the place of the last row, so rows that move meanwhile do not shift the others.
 */
export async function inboxPage(
  tx: Tx,
  query: InboxQuery,
): Promise<{ rows: InboxRow[]; nextCursor: string | null }> {
  const { rows } = await sql<InboxRow & { exactUnanswered: string | null; exactUpdated: string }>`
    select ${rowColumns(query.userId)},
      to_char(c.unanswered_since at time zone 'UTC', ${sql.lit(EXACT)}) as "exactUnanswered",
      to_char(c.updated_at at time zone 'UTC', ${sql.lit(EXACT)}) as "exactUpdated"
    from ${tables}
    where ${query.status === 'all' ? sql`true` : sql`c.status = ${query.status}`}
      and ${query.kind === 'any' ? sql`true` : sql`c.kind = ${query.kind}`}
      and ${assigneeFilter(query)} and ${searchFilter(query.search)} and ${afterCursor(query.cursor)}
    order by c.unanswered_since asc nulls last, c.updated_at desc, c.id desc
    limit ${query.limit + 1}`.execute(tx.kysely)
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined
  return {
    rows: rows.slice(0, query.limit),
    nextCursor: last === undefined ? null : toCursor([last.exactUnanswered, last.exactUpdated, last.id]),
  }
}

function assigneeFilter({ assignee, userId }: InboxQuery): RawBuilder<unknown> {
  if (assignee === 'me') return sql`c.assignee_user_id = ${userId}`
  return assignee === 'none' ? sql`c.assignee_user_id is null` : sql`true`
}

function afterCursor(cursor: string | undefined): RawBuilder<unknown> {
  if (cursor === undefined) return sql`true`
  const [unanswered, updated, id] = fromCursor(cursor, 3)
  const below = sql`(c.updated_at, c.id) < (${updated ?? null}::timestamptz, ${id ?? null}::uuid)`
  return unanswered == null
    ? sql`(c.unanswered_since is null and ${below})`
    : sql`(c.unanswered_since is null or c.unanswered_since > ${unanswered}::timestamptz
        or (c.unanswered_since = ${unanswered}::timestamptz and ${below}))`
}

/** Name, phone, e-mail, number of the conversation, or words of a message; ё and е are one letter. */
function searchFilter(search: string): RawBuilder<unknown> {
  const wanted = search.trim().replaceAll('ё', 'е').replaceAll('Ё', 'Е')
  if (wanted === '') return sql`true`
  const pattern = `%${wanted.replace(/[\\%_]/g, (special) => `\\${special}`)}%`
  // People type 8 900 … for +7 900 …: the country part is left out of what is compared.
  const digits = wanted.replace(/\D/g, '').replace(/^[78](?=\d{10}$)/, '')
  const number = /^[#№]?\s*(\d{1,15})$/.exec(wanted)?.[1]
  return sql`(translate(k.name, 'ёЁ', 'еЕ') ilike ${pattern}
    or exists (select from contact_identities i where i.contact_id = c.contact_id and (
      (i.kind = 'email' and translate(i.value, 'ёЁ', 'еЕ') ilike ${pattern})
      ${digits.length >= 4 ? sql`or (i.kind = 'phone' and i.value like ${`%${digits}%`})` : sql``}))
    ${number === undefined ? sql`` : sql`or c.number = ${number}::bigint`}
    or c.id in (select m.conversation_id from messages m where m.search @@ websearch_to_tsquery('russian', ${wanted})))`
}

export async function inboxRow(tx: Tx, id: ConversationId, userId: UserId): Promise<InboxRow | undefined> {
  const { rows } =
    await sql<InboxRow>`select ${rowColumns(userId)} from ${tables} where c.id = ${id}`.execute(tx.kysely)
  return rows[0]
}

/** Numbers above the list; all of them of open conversations. */
export async function inboxCounts(tx: Tx, userId: UserId): Promise<InboxCounts> {
  const { rows } = await sql<InboxCounts>`select
      count(*)::int as open,
      count(*) filter (where assignee_user_id = ${userId})::int as mine,
      count(*) filter (where assignee_user_id is null)::int as unassigned,
      count(*) filter (where unanswered_since is not null)::int as unanswered,
      count(*) filter (where kind = 'request')::int as requests
    from conversations where status = 'open'`.execute(tx.kysely)
  return rows[0]!
}

/** Messages before a place, the newest of them last. */
export async function messagesBefore(
  tx: Tx,
  conversationId: ConversationId,
  before: number | undefined,
  limit: number,
): Promise<MessageRow[]> {
  const { rows } = await sql<MessageRow>`select id, conversation_id as "conversationId", sequence, direction,
      client_id as "clientId", external_id as "externalId", author_user_id as "authorUserId", author_name as "authorName", text,
      occurred_at as "occurredAt", received_at as "receivedAt", edited_at as "editedAt", removed_at as "removedAt", origin,
      delivery, delivery_reason as "deliveryReason", reply_to_external_id as "replyToExternalId", reply_to_id as "replyToId"
    from messages where conversation_id = ${conversationId} ${before === undefined ? sql`` : sql`and sequence < ${before}`}
    order by sequence desc limit ${limit}`.execute(tx.kysely)
  return rows.reverse()
}

/** Messages that answers of customers point at by the network's names → our ids. */
export async function idsOfExternal(
  tx: Tx,
  channelId: ChannelId,
  talk: string,
  externalIds: readonly string[],
): Promise<Map<string, string>> {
  if (externalIds.length === 0) return new Map()
  const { rows } = await sql<{
    externalId: string
    id: string
  }>`select external_id as "externalId", message_id as id
    from message_external_ids where channel_id = ${channelId} and talk = ${talk}
      and external_id = any(${externalIds}::text[])`.execute(tx.kysely)
  return new Map(rows.map((row) => [row.externalId, row.id]))
}

/** How far somebody has read; never goes back. @returns whether it moved. */
export async function saveRead(
  tx: Tx,
  conversationId: ConversationId,
  userId: UserId,
  upTo: number,
): Promise<boolean> {
  const { rows } = await sql<{
    moved: number
  }>`insert into conversation_reads as r (workspace_id, conversation_id, user_id, up_to)
    values (${tx.workspaceId}, ${conversationId}, ${userId}, ${upTo})
    on conflict (workspace_id, conversation_id, user_id) do update set up_to = excluded.up_to, at = now()
      where r.up_to < excluded.up_to
    returning 1 as moved`.execute(tx.kysely)
  return rows.length > 0
}

/** Open conversations of an employee. */
export async function openConversationsOf(tx: Tx, userId: UserId): Promise<ConversationId[]> {
  const { rows } = await sql<{ id: ConversationId }>`select id from conversations
    where assignee_user_id = ${userId} and status = 'open' order by id`.execute(tx.kysely)
  return rows.map((row) => row.id)
}

/** Every conversation of a contact, the newest first. */
export async function conversationsOfContact(
  tx: Tx,
  contactId: ContactId,
): Promise<{ id: ConversationId; number: number; channelTitle: string; status: string; at: Date }[]> {
  const { rows } = await sql<{
    id: ConversationId
    number: number
    channelTitle: string
    status: string
    at: Date
  }>`
    select c.id, c.number, h.title as "channelTitle", c.status, c.started_at as at
    from conversations c join channels h on h.workspace_id = c.workspace_id and h.id = c.channel_id
    where c.contact_id = ${contactId} order by c.started_at desc, c.number desc limit 50`.execute(tx.kysely)
  return rows
}

/** What the contact agreed to last, as it was kept with a conversation of theirs; undefined when nothing was asked. */
export async function consentOfContact(tx: Tx, contactId: ContactId): Promise<Json | undefined> {
  const { rows } = await sql<{ consent: Json }>`select context -> 'consent' as consent from conversations
    where contact_id = ${contactId} and context ? 'consent' order by started_at desc, number desc limit 1`.execute(
    tx.kysely,
  )
  return rows[0]?.consent
}

/**
 * Marks the conversation as changed for the portal, so that its lane finds something to write. Whoever writes at this
 * moment writes an older revision: what it saves does not undo this. @returns its new revision.
 */
export async function bumpRevision(tx: Tx, id: ConversationId): Promise<number> {
  const { rows } = await sql<{
    revision: number
  }>`update conversations set revision = revision + 1, updated_at = now()
    where id = ${id} returning revision`.execute(tx.kysely)
  return rows[0]?.revision ?? 0
}

/** Every conversation of a contact, the oldest first. */
export async function conversationIdsOf(tx: Tx, contactId: ContactId): Promise<ConversationId[]> {
  const { rows } = await sql<{
    id: ConversationId
  }>`select id from conversations where contact_id = ${contactId}
    order by started_at, number`.execute(tx.kysely)
  return rows.map((row) => row.id)
}

/** What an operator noted when closing; for colleagues only. */
export async function saveCloseNote(tx: Tx, id: ConversationId, note: string): Promise<void> {
  await sql`update conversations set close_note = ${note} where id = ${id}`.execute(tx.kysely)
}
