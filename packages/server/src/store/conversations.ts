import type { ChannelId, ContactId, ConversationId, MessageId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** One conversation. `state` is the ConversationState of domain/conversation; the other columns repeat parts of it for queries. */
export interface ConversationRow {
  readonly id: ConversationId
  readonly number: number
  readonly kind: 'chat' | 'request'
  readonly channelId: ChannelId
  readonly talk: string
  readonly contactId: ContactId
  readonly status: 'open' | 'closed'
  readonly startedAt: Date
  readonly closedAt: Date | null
  readonly assigneeUserId: string | null
  /** Sequence of the newest message. */
  readonly sequence: number
  /** Grows with everything that changes what the portal should hold. */
  readonly revision: number
  readonly context: Record<string, Json>
  readonly state: Json
  /** What people sort it by, in alphabetical order. */
  readonly tags: readonly string[]
  /** Whether it began in working time; null when that is not known. */
  readonly workingTime: boolean | null
}

/** What lists and rules ask of a conversation, taken from its state by whoever saves it. */
export interface ConversationColumns {
  readonly status: 'open' | 'closed'
  readonly startedAt: string
  readonly closedAt: string | null
  readonly closeReason: string | null
  readonly closedBy: string | null
  readonly assigneeUserId: string | null
  readonly unansweredSince: string | null
  readonly lastInboundAt: string | null
  readonly lastOutboundAt: string | null
  readonly sequence: number
  readonly revision: number
  readonly context: Record<string, Json>
  readonly state: Json
}

/** What a row is read from, as a part of a statement whose only table with such columns is `conversations`. */
export const conversationColumns = sql`id, number, kind, channel_id as "channelId", talk, contact_id as "contactId", status, started_at as "startedAt",
  closed_at as "closedAt", assignee_user_id as "assigneeUserId", sequence, revision, context, state, tags,
  working_time as "workingTime"`

/** The newest conversation of a talk, locked. The talk's lane is ours, so only operators may wait for this lock. */
export async function latestOfTalk(
  tx: Tx,
  channelId: ChannelId,
  talk: string,
): Promise<ConversationRow | undefined> {
  const { rows } = await sql<ConversationRow>`select ${conversationColumns} from conversations
    where channel_id = ${channelId} and talk = ${talk} order by started_at desc, number desc limit 1 for update`.execute(
    tx.kysely,
  )
  return rows[0]
}

export async function loadConversation(
  tx: Tx,
  id: ConversationId,
  lock: 'lock' | 'read' = 'read',
): Promise<ConversationRow | undefined> {
  const { rows } =
    await sql<ConversationRow>`select ${conversationColumns} from conversations where id = ${id}
    ${lock === 'lock' ? sql`for update` : sql``}`.execute(tx.kysely)
  return rows[0]
}

/** Inserts a conversation that has no number yet; `numberConversations` gives it one before the commit. */
export async function insertConversation(
  tx: Tx,
  row: Pick<ConversationRow, 'id' | 'kind' | 'channelId' | 'talk' | 'contactId' | 'tags' | 'workingTime'> &
    ConversationColumns & { readonly last?: LastMessage },
): Promise<void> {
  await sql`insert into conversations (workspace_id, id, kind, channel_id, talk, contact_id, status, started_at, closed_at,
      close_reason, closed_by, assignee_user_id, unanswered_since, last_inbound_at, last_outbound_at, sequence, revision,
      context, state, tags, working_time, last_message)
    values (${tx.workspaceId}, ${row.id}, ${row.kind}, ${row.channelId}, ${row.talk}, ${row.contactId}, ${row.status},
      ${row.startedAt}, ${row.closedAt}, ${row.closeReason}, ${row.closedBy}, ${row.assigneeUserId}, ${row.unansweredSince},
      ${row.lastInboundAt}, ${row.lastOutboundAt}, ${row.sequence}, ${row.revision}, ${JSON.stringify(row.context)}::jsonb,
      ${JSON.stringify(row.state)}::jsonb, ${row.tags}::text[], ${row.workingTime},
      ${shownLast(row.last)}::jsonb)`.execute(tx.kysely)
}

/**
 * Gives conversations the next numbers of the workspace, in the given order. The last thing a transaction does: the
 * counter is one row that every new conversation of the workspace waits for.
 */
export async function numberConversations(tx: Tx, ids: readonly ConversationId[]): Promise<void> {
  if (ids.length === 0) return
  await sql`with last as (
      insert into counters (workspace_id, name, value) values (${tx.workspaceId}, 'conversation', ${ids.length})
      on conflict (workspace_id, name) do update set value = counters.value + ${ids.length} returning value
    )
    update conversations c set number = last.value - ${ids.length} + x.position
    from last, unnest(${ids}::uuid[]) with ordinality as x(id, position) where c.id = x.id`.execute(tx.kysely)
}

/** A message as the inbox shows it when it is the last one of its conversation. */
export interface LastMessage {
  readonly messageId: MessageId
  readonly text: string
  readonly direction: string
  readonly at: Date
  readonly attachments: number
}

/** As it is kept: the beginning is enough for a list. */
function shownLast(last: LastMessage | undefined): string | null {
  if (last === undefined) return null
  const { messageId: id, text, direction, at, attachments } = last
  return JSON.stringify({ id, text: text.slice(0, 200), direction, at: at.toISOString(), attachments })
}

/** @param last becomes what the inbox shows, unless a later message is shown already. */
export async function saveConversation(
  tx: Tx,
  id: ConversationId,
  c: ConversationColumns,
  last?: LastMessage,
): Promise<void> {
  const shown = shownLast(last)
  await sql`update conversations set status = ${c.status}, started_at = ${c.startedAt}, closed_at = ${c.closedAt},
      close_reason = ${c.closeReason}, closed_by = ${c.closedBy}, assignee_user_id = ${c.assigneeUserId},
      unanswered_since = ${c.unansweredSince}, last_inbound_at = ${c.lastInboundAt}, last_outbound_at = ${c.lastOutboundAt},
      sequence = ${c.sequence}, revision = ${c.revision}, context = ${JSON.stringify(c.context)}::jsonb,
      state = ${JSON.stringify(c.state)}::jsonb, updated_at = now(),
      last_message = case when ${shown}::jsonb is not null and (last_message is null
          or last_message ->> 'id' = ${shown}::jsonb ->> 'id' or last_message ->> 'at' <= ${shown}::jsonb ->> 'at')
        then ${shown}::jsonb else last_message end
    where id = ${id}`.execute(tx.kysely)
}

export async function saveTags(tx: Tx, id: ConversationId, tags: readonly string[]): Promise<void> {
  await sql`update conversations set tags = ${tags}::text[], updated_at = now() where id = ${id}`.execute(
    tx.kysely,
  )
}

/** Tags of the latest conversations that have any, the most used first. */
export async function tagsInUse(tx: Tx, limit: number): Promise<string[]> {
  const { rows } = await sql<{ tag: string }>`select tag from (
      select tags from conversations where tags <> '{}' order by started_at desc limit 2000
    ) latest cross join lateral unnest(latest.tags) as tag
    group by tag order by count(*) desc, tag limit ${limit}`.execute(tx.kysely)
  return rows.map((row) => row.tag)
}

export async function saveTransferMark(tx: Tx, id: ConversationId, transfer: string): Promise<void> {
  await sql`update conversations set transfer = ${transfer} where id = ${id} and transfer <> ${transfer}`.execute(
    tx.kysely,
  )
}

/** Conversations whose transfer is done show it. */
export async function markPassed(tx: Tx, conversationIds: readonly ConversationId[]): Promise<void> {
  await tx.query({
    name: 'conversations-passed',
    text: `update conversations set transfer = 'passed' where id = any($1::uuid[]) and transfer <> 'passed'`,
    values: [conversationIds],
  })
}
