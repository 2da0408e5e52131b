import type { ChannelId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** A key of the client API, without the key itself. */
export interface ChannelKeyRow {
  readonly id: string
  readonly title: string
  /** First characters, so that people can tell keys apart. */
  readonly prefix: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

/** Keys of a channel that still open it, the newest first. */
export async function loadChannelKeys(tx: Tx, channelId: ChannelId): Promise<ChannelKeyRow[]> {
  const { rows } =
    await sql<ChannelKeyRow>`select id, title, prefix, created_at as "createdAt", last_used_at as "lastUsedAt"
    from channel_keys where channel_id = ${channelId} and revoked_at is null order by created_at desc, id desc`.execute(
      tx.kysely,
    )
  return rows
}

export async function insertChannelKey(
  tx: Tx,
  key: { id: string; channelId: ChannelId; title: string; prefix: string; hash: Buffer },
): Promise<void> {
  await sql`insert into channel_keys (workspace_id, id, channel_id, title, prefix, hash)
    values (${tx.workspaceId}, ${key.id}, ${key.channelId}, ${key.title}, ${key.prefix}, ${key.hash})`.execute(
    tx.kysely,
  )
}

/** Makes a key useless at once. @returns its title, or undefined when there was no such key. */
export async function revokeChannelKey(
  tx: Tx,
  channelId: ChannelId,
  id: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ title: string }>`update channel_keys set revoked_at = now()
    where id = ${id} and channel_id = ${channelId} and revoked_at is null returning title`.execute(tx.kysely)
  return rows[0]?.title
}
