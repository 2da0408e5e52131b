import type { ChannelId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import type { Tx } from './database.ts'

/** What is remembered of a call under its idempotency key. `status` is null while the call is under way. */
export interface ApiReply {
  readonly bodyHash: Buffer
  readonly status: number | null
  readonly reply: Json
}

/**
 * Takes a key for a call. A key is free again after a day; one whose call never ended (its node died) after a minute,
 * for the same call.
 * @returns what is remembered when the key is taken, undefined when it is the caller's now.
 */
export async function takeReplyKey(
  tx: Tx,
  channelId: ChannelId,
  key: string,
  bodyHash: Buffer,
): Promise<ApiReply | undefined> {
  const taken = await tx.query({
    name: 'api-reply-take',
    text: `insert into api_replies as r (workspace_id, channel_id, key, body_hash) values ($1, $2, $3, $4)
      on conflict (workspace_id, channel_id, key) do update
        set body_hash = excluded.body_hash, status = null, reply = null, created_at = now()
        where r.created_at < now() - interval '24 hours'
          or (r.status is null and r.body_hash = excluded.body_hash and r.created_at < now() - interval '1 minute')
      returning 1`,
    values: [tx.workspaceId, channelId, key, bodyHash],
  })
  if (taken.length > 0) return undefined
  const rows = await tx.query<ApiReply>({
    name: 'api-reply-load',
    text: `select body_hash as "bodyHash", status, reply from api_replies where channel_id = $1 and key = $2`,
    values: [channelId, key],
  })
  return rows[0]
}

export async function saveReply(
  tx: Tx,
  channelId: ChannelId,
  key: string,
  status: number,
  reply: Json,
): Promise<void> {
  await tx.query({
    name: 'api-reply-save',
    text: `update api_replies set status = $3, reply = $4::jsonb where channel_id = $1 and key = $2`,
    values: [channelId, key, status, JSON.stringify(reply)],
  })
}

/** Gives a key back: its call did nothing. */
export async function dropReply(tx: Tx, channelId: ChannelId, key: string): Promise<void> {
  await tx.query({
    text: 'delete from api_replies where channel_id = $1 and key = $2 and status is null',
    values: [channelId, key],
  })
}

/** Forgets what no longer counts. */
export async function forgetOldReplies(tx: Tx): Promise<void> {
  await tx.query({ text: `delete from api_replies where created_at < now() - interval '2 days'` })
}
