import type { EntityType } from '@trunkline/contracts/crm/entity'
import type { ChannelId, ConversationId, DecisionId, InboundEventId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import type { Outcome, Reason } from '@trunkline/contracts/outcome'
import { type RawBuilder, sql } from 'kysely'
import { EXACT, fromCursor, toCursor } from './cursor.ts'
import type { Tx } from './database.ts'

/** One accepted event with how it ended. */
export interface JournalEventRow {
  readonly id: InboundEventId
  readonly receivedAt: Date
  readonly channelId: ChannelId
  readonly channelType: string
  readonly channelTitle: string
  readonly kind: string | null
  readonly outcome: Outcome
  readonly reason: Reason | null
  readonly conversationId: ConversationId | null
  readonly number: number | null
  readonly contactName: string | null
  readonly decisionId: DecisionId | null
}

export interface JournalQuery {
  readonly outcome: string | undefined
  readonly reason: string | undefined
  readonly channelId: string | undefined
  readonly search: string
  readonly cursor: string | undefined
  readonly limit: number
}

const columns = sql`e.id, e.received_at as "receivedAt", e.channel_id as "channelId", h.type as "channelType",
  h.title as "channelTitle", e.kind, e.outcome, e.reason, e.conversation_id as "conversationId", c.number,
  coalesce(k.name, (select i.value from contact_identities i where i.contact_id = c.contact_id and i.kind in ('phone', 'email')
    order by i.kind desc, i.created_at limit 1)) as "contactName",
  e.decision_id as "decisionId"`

const tables = sql`inbound_events e
  join channels h on h.workspace_id = e.workspace_id and h.id = e.channel_id
  left join conversations c on c.workspace_id = e.workspace_id and c.id = e.conversation_id
  left join contacts k on k.workspace_id = c.workspace_id and k.id = c.contact_id`

/** A page of accepted events, the newest first. */
export async function journalPage(
  tx: Tx,
  query: JournalQuery,
): Promise<{ rows: JournalEventRow[]; nextCursor: string | null }> {
  const [at, id] = query.cursor === undefined ? [] : fromCursor(query.cursor, 2)
  const equals = (column: RawBuilder<unknown>, value: string | undefined) =>
    value === undefined ? sql`true` : sql`${column} = ${value}`
  const { rows } = await sql<JournalEventRow & { exactAt: string }>`select ${columns},
      to_char(e.received_at at time zone 'UTC', ${sql.lit(EXACT)}) as "exactAt"
    from ${tables}
    where ${equals(sql`e.outcome`, query.outcome)} and ${equals(sql`e.reason`, query.reason)}
      and ${equals(sql`e.channel_id`, query.channelId)} and ${searchFilter(query.search)}
      and ${at == null ? sql`true` : sql`(e.received_at, e.id) < (${at}::timestamptz, ${id ?? null}::uuid)`}
    order by e.received_at desc, e.id desc limit ${query.limit + 1}`.execute(tx.kysely)
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined
  return {
    rows: rows.slice(0, query.limit),
    nextCursor: last === undefined ? null : toCursor([last.exactAt, last.id]),
  }
}

/** Contact's name, phone or e-mail, number of the conversation, or the event's own id. */
function searchFilter(search: string): RawBuilder<unknown> {
  const wanted = search.trim()
  if (wanted === '') return sql`true`
  const pattern = `%${wanted.replace(/[\\%_]/g, (special) => `\\${special}`)}%`
  const digits = wanted.replace(/\D/g, '').replace(/^[78](?=\d{10}$)/, '')
  const number = /^[#№]?\s*(\d{1,15})$/.exec(wanted)?.[1]
  return sql`(k.name ilike ${pattern} or e.id::text = ${wanted.toLowerCase()}
    ${number === undefined ? sql`` : sql`or c.number = ${number}::bigint`}
    or exists (select from contact_identities i where i.contact_id = c.contact_id and (
      (i.kind = 'email' and i.value ilike ${pattern})
      ${digits.length >= 4 ? sql`or (i.kind = 'phone' and i.value like ${`%${digits}%`})` : sql``})))`
}

/** One event with what was stored of it. */
export async function loadJournalEvent(
  tx: Tx,
  id: InboundEventId,
): Promise<(JournalEventRow & { hook: Json; body: Buffer | null }) | undefined> {
  const { rows } = await sql<
    JournalEventRow & { hook: Json; body: Buffer | null }
  >`select ${columns}, e.hook, e.body
    from ${tables} where e.id = ${id}`.execute(tx.kysely)
  return rows[0]
}

/** How an event ended, each time that changed, the oldest first. */
export async function outcomesOf(
  tx: Tx,
  id: InboundEventId,
): Promise<{ at: Date; outcome: Outcome; reason: Reason | null }[]> {
  const { rows } = await sql<{
    at: Date
    outcome: Outcome
    reason: Reason | null
  }>`select at, outcome, reason from outcomes
    where event_id = ${id} order by seq`.execute(tx.kysely)
  return rows
}

export interface LinkOfConversation {
  /** Where its portal is opened; null when it is connected no more. */
  readonly origin: string | null
  readonly conversationId: ConversationId
  readonly type: EntityType
  readonly id: string
  readonly title: string | null
  readonly made: boolean
  readonly goneAt: Date | null
}

/** Cards of several conversations at once. */
export async function linksOfConversations(
  tx: Tx,
  conversationIds: readonly ConversationId[],
): Promise<LinkOfConversation[]> {
  if (conversationIds.length === 0) return []
  const { rows } =
    await sql<LinkOfConversation>`select conversation_id as "conversationId", entity_type as type,
      entity_id as id, title, made, gone_at as "goneAt",
      (select origin from portals p where p.key = crm_links.portal_key and p.deleted_at is null) as origin
    from crm_links
    where conversation_id = any(${conversationIds}::uuid[]) order by at, entity_type`.execute(tx.kysely)
  return rows
}
