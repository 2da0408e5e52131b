import type { AttachmentKind } from '@trunkline/contracts/channel/capabilities'
import type { AttachmentId, ChannelId, ConversationId, MessageId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

export interface AttachmentRow {
  readonly id: AttachmentId
  readonly channelId: ChannelId | null
  readonly conversationId: ConversationId | null
  readonly messageId: MessageId | null
  readonly kind: AttachmentKind
  readonly name: string
  readonly mime: string
  readonly sizeBytes: number
  readonly state: 'ready' | 'fetching' | 'failed'
  readonly reference: Json
  readonly uploadedBy: string
}

const columns = sql`id, channel_id as "channelId", conversation_id as "conversationId", message_id as "messageId", kind, name,
  mime, size_bytes::float8 as "sizeBytes", state, reference, uploaded_by as "uploadedBy"`

export async function insertAttachment(
  tx: Tx,
  row: Omit<AttachmentRow, 'conversationId' | 'messageId'> & {
    conversationId?: ConversationId
    messageId?: MessageId
    position?: number
  },
): Promise<void> {
  await sql`insert into attachments (workspace_id, id, channel_id, conversation_id, message_id, position, kind, name, mime,
      size_bytes, state, reference, uploaded_by)
    values (${tx.workspaceId}, ${row.id}, ${row.channelId}, ${row.conversationId ?? null}, ${row.messageId ?? null},
      ${row.position ?? 0}, ${row.kind}, ${row.name}, ${row.mime}, ${row.sizeBytes}, ${row.state},
      ${row.reference === null ? null : JSON.stringify(row.reference)}::jsonb, ${row.uploadedBy})`.execute(
    tx.kysely,
  )
}

export async function loadAttachment(tx: Tx, id: AttachmentId): Promise<AttachmentRow | undefined> {
  const { rows } = await sql<AttachmentRow>`select ${columns} from attachments where id = ${id}`.execute(
    tx.kysely,
  )
  return rows[0]
}

export async function attachmentsOf(tx: Tx, messageIds: readonly string[]): Promise<AttachmentRow[]> {
  if (messageIds.length === 0) return []
  const { rows } = await sql<AttachmentRow>`select ${columns} from attachments
    where message_id = any(${messageIds}::uuid[]) order by message_id, position`.execute(tx.kysely)
  return rows
}

/**
 * Gives uploaded files to a message. Only files of the same uploader that no message has yet are taken.
 * @returns the ids that were taken, in the given order.
 */
export async function takeAttachments(
  tx: Tx,
  ids: readonly string[],
  to: { messageId: MessageId; conversationId: ConversationId; uploadedBy: string },
): Promise<string[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<{ id: string }>`update attachments a set message_id = ${to.messageId},
      conversation_id = ${to.conversationId}, position = w.position
    from unnest(${ids}::uuid[]) with ordinality as w(id, position)
    where a.id = w.id and a.message_id is null and a.uploaded_by = ${to.uploadedBy}
    returning a.id`.execute(tx.kysely)
  const taken = new Set(rows.map((row) => row.id))
  return ids.filter((id) => taken.has(id))
}

export async function attachmentArrived(
  tx: Tx,
  id: AttachmentId,
  file: { name: string; mime: string; sizeBytes: number; sha256: Buffer },
): Promise<void> {
  await sql`update attachments set state = 'ready', name = ${file.name}, mime = ${file.mime}, size_bytes = ${file.sizeBytes},
    sha256 = ${file.sha256} where id = ${id}`.execute(tx.kysely)
}

export async function attachmentLost(tx: Tx, id: AttachmentId): Promise<void> {
  await sql`update attachments set state = 'failed' where id = ${id}`.execute(tx.kysely)
}

/** Those of the files that this uploader brought, in the given order. */
export async function uploadsOf(
  tx: Tx,
  ids: readonly string[],
  uploadedBy: string,
): Promise<AttachmentRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<AttachmentRow>`select ${columns} from attachments
    where id = any(${ids}::uuid[]) and uploaded_by = ${uploadedBy} and state = 'ready'`.execute(tx.kysely)
  return ids.flatMap((id) => rows.find((row) => row.id === id) ?? [])
}

/** Hands files that no message has yet from one uploader to another: a file sent before it was known to which talk. */
export async function handUploads(tx: Tx, ids: readonly string[], from: string, to: string): Promise<void> {
  if (ids.length === 0) return
  await sql`update attachments set uploaded_by = ${to}
    where id = any(${ids}::uuid[]) and uploaded_by = ${from} and message_id is null`.execute(tx.kysely)
}

/**
 * Takes uploads out that no message ever named: their message was never sent. Only what came from outside; files of
 * employees wait for as long as their draft.
 * @returns ids whose bytes may go too.
 */
export async function takeOrphans(tx: Tx, olderThanHours: number, limit: number): Promise<AttachmentId[]> {
  const { rows } = await sql<{ id: AttachmentId }>`delete from attachments where (workspace_id, id) in (
      select workspace_id, id from attachments
      where message_id is null and created_at < now() - ${olderThanHours} * interval '1 hour'
        and (uploaded_by like 'talk:%' or uploaded_by like 'api:%')
      limit ${limit} for update skip locked
    ) returning id`.execute(tx.kysely)
  return rows.map((row) => row.id)
}
