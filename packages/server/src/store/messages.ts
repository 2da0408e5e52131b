import type { ChannelId, ConversationId, MessageId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

export interface MessageRow {
  readonly id: MessageId
  readonly conversationId: ConversationId
  readonly sequence: number
  readonly direction: 'inbound' | 'outbound' | 'system'
  readonly clientId: string | null
  readonly externalId: string | null
  readonly authorUserId: string | null
  readonly authorName: string | null
  readonly text: string
  readonly occurredAt: Date
  readonly receivedAt: Date
  readonly editedAt: Date | null
  readonly removedAt: Date | null
  readonly origin: 'contact' | 'elsewhere' | 'hub' | 'system'
  readonly delivery: string
  readonly deliveryReason: string | null
  readonly replyToExternalId: string | null
  readonly replyToId: MessageId | null
}

const columns = sql`id, conversation_id as "conversationId", sequence, direction, client_id as "clientId",
  external_id as "externalId", author_user_id as "authorUserId", author_name as "authorName", text,
  occurred_at as "occurredAt", received_at as "receivedAt", edited_at as "editedAt", removed_at as "removedAt", origin,
  delivery, delivery_reason as "deliveryReason", reply_to_external_id as "replyToExternalId", reply_to_id as "replyToId"`

export async function loadMessage(
  tx: Tx,
  id: MessageId,
  lock: 'lock' | 'read' = 'read',
): Promise<MessageRow | undefined> {
  const { rows } = await sql<MessageRow>`select ${columns} from messages where id = ${id}
    ${lock === 'lock' ? sql`for update` : sql``}`.execute(tx.kysely)
  return rows[0]
}

/** The message that the network calls `externalId` in this talk; ours by its own id too. */
export async function messageByExternalId(
  tx: Tx,
  channelId: ChannelId,
  talk: string,
  externalId: string,
): Promise<MessageRow | undefined> {
  const { rows } = await sql<MessageRow>`select ${columns} from messages where id = (
      select message_id from message_external_ids
      where channel_id = ${channelId} and talk = ${talk} and external_id = ${externalId}) for update`.execute(
    tx.kysely,
  )
  return rows[0]
}

/**
 * Inserts a message with its names at the network. A name that another message has already is left alone (the first one
 * wins).
 */
export async function insertMessage(
  tx: Tx,
  row: MessageRow,
  named: { readonly channelId: ChannelId; readonly talk: string; readonly externalIds: readonly string[] },
): Promise<void> {
  await sql`with message as (insert into messages (workspace_id, id, conversation_id, sequence, direction, client_id, external_id,
      author_user_id, author_name, text, occurred_at, received_at, edited_at, removed_at, origin, delivery,
      delivery_reason, reply_to_external_id, reply_to_id)
    values (${tx.workspaceId}, ${row.id}, ${row.conversationId}, ${row.sequence}, ${row.direction}, ${row.clientId},
      ${row.externalId}, ${row.authorUserId}, ${row.authorName}, ${row.text}, ${row.occurredAt}, ${row.receivedAt},
      ${row.editedAt}, ${row.removedAt}, ${row.origin}, ${row.delivery}, ${row.deliveryReason},
      ${row.replyToExternalId}, ${row.replyToId}) returning workspace_id, id)
    insert into message_external_ids (workspace_id, channel_id, talk, external_id, message_id)
    select message.workspace_id, ${named.channelId}, ${named.talk}, name, message.id
    from message cross join unnest(${named.externalIds}::text[]) as name
    on conflict do nothing`.execute(tx.kysely)
}

/** Writes what may change about a message. */
export async function saveMessage(
  tx: Tx,
  id: MessageId,
  m: Pick<MessageRow, 'text' | 'occurredAt' | 'editedAt' | 'removedAt' | 'delivery' | 'deliveryReason'>,
): Promise<void> {
  await sql`update messages set text = ${m.text}, occurred_at = ${m.occurredAt}, edited_at = ${m.editedAt},
      removed_at = ${m.removedAt}, delivery = ${m.delivery}, delivery_reason = ${m.deliveryReason},
      delivery_at = case when delivery = ${m.delivery} then delivery_at else now() end
    where id = ${id}`.execute(tx.kysely)
}

/** Names of a message at the network. A name that another message has already is left alone (the first one wins). */
export async function addExternalIds(
  tx: Tx,
  channelId: ChannelId,
  talk: string,
  messageId: MessageId,
  externalIds: readonly string[],
): Promise<void> {
  if (externalIds.length === 0) return
  await sql`insert into message_external_ids (workspace_id, channel_id, talk, external_id, message_id)
    select ${tx.workspaceId}, ${channelId}, ${talk}, x, ${messageId} from unnest(${externalIds}::text[]) x
    on conflict do nothing`.execute(tx.kysely)
}

/** The next message waiting to leave, oldest first; `sending` ones were on their way when a worker died. */
export async function nextToSend(tx: Tx, conversationId: ConversationId): Promise<MessageRow | undefined> {
  const { rows } =
    await sql<MessageRow>`select ${columns} from messages where conversation_id = ${conversationId}
    and delivery in ('queued', 'sending') order by sequence limit 1 for update`.execute(tx.kysely)
  return rows[0]
}

/** All messages of a conversation for its transcript, in the order people read them. */
export async function transcriptMessages(
  tx: Tx,
  conversationId: ConversationId,
): Promise<(MessageRow & { readonly hasFiles: boolean })[]> {
  const { rows } = await sql<MessageRow & { hasFiles: boolean }>`select ${columns},
      exists (select from attachments a where a.workspace_id = messages.workspace_id and a.message_id = messages.id) as "hasFiles"
    from messages where conversation_id = ${conversationId}
    order by occurred_at, sequence`.execute(tx.kysely)
  return rows
}

/** Notes about messages that have not come yet, by the names that they will have. */
export async function loadNotes(
  tx: Tx,
  channelId: ChannelId,
  talk: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Json>> {
  const { rows } = await sql<{ name: string; note: Json }>`select external_id as name, note from message_notes
    where channel_id = ${channelId} and talk = ${talk} and external_id = any(${names}::text[])`.execute(
    tx.kysely,
  )
  return new Map(rows.map(({ name, note }) => [name, note]))
}

export async function saveNote(
  tx: Tx,
  channelId: ChannelId,
  talk: string,
  externalId: string,
  note: Json,
): Promise<void> {
  await sql`insert into message_notes (workspace_id, channel_id, talk, external_id, note)
    values (${tx.workspaceId}, ${channelId}, ${talk}, ${externalId}, ${JSON.stringify(note)}::jsonb)
    on conflict (workspace_id, channel_id, talk, external_id) do update set note = excluded.note`.execute(
    tx.kysely,
  )
}

/** Takes the notes of a message that has come. */
export async function takeNotes(
  tx: Tx,
  channelId: ChannelId,
  talk: string,
  externalIds: readonly string[],
): Promise<Json[]> {
  const { rows } = await sql<{
    note: Json
  }>`delete from message_notes where channel_id = ${channelId} and talk = ${talk}
    and external_id = any(${externalIds}::text[]) returning note`.execute(tx.kysely)
  return rows.map((row) => row.note)
}

/** The message that a browser made under this id, if it came before. */
export async function messageByClientId(
  tx: Tx,
  conversationId: ConversationId,
  clientId: string,
): Promise<MessageRow | undefined> {
  const { rows } = await sql<MessageRow>`select ${columns} from messages
    where conversation_id = ${conversationId} and client_id = ${clientId}`.execute(tx.kysely)
  return rows[0]
}

/** Conversations of a channel with messages waiting to leave. */
export async function conversationsWithQueue(tx: Tx, channelId: ChannelId): Promise<ConversationId[]> {
  const { rows } = await sql<{ id: ConversationId }>`select distinct m.conversation_id as id from messages m
    join conversations c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
    where m.delivery in ('queued', 'sending') and c.channel_id = ${channelId}`.execute(tx.kysely)
  return rows.map((row) => row.id)
}
