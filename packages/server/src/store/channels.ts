import type { ChannelState } from '@trunkline/contracts/channel/manifest'
import type { ChannelId, ChannelType, WorkspaceId } from '@trunkline/contracts/ids'
import type { Text } from '@trunkline/contracts/locale'
import { sql } from 'kysely'
import type { Queryable, Tx } from './database.ts'

/** One connected account of a channel type. `secrets` is a sealed JSON object (seal.ts, purpose `channel`). */
export interface ChannelRow {
  readonly id: ChannelId
  readonly type: ChannelType
  readonly title: string
  readonly settings: Record<string, unknown>
  readonly secrets: Buffer
  readonly publicKey: string
  readonly state: ChannelState
  readonly stateReason: Text | null
  readonly stateAction: string | null
  readonly stateSince: Date
  readonly account: { externalId: string; title: string; url?: string } | null
  readonly lastEventAt: Date | null
  readonly pausedUntil: Date | null
  readonly createdAt: Date
}

const columns = sql`id, type, title, settings, secrets, public_key as "publicKey", state, state_reason as "stateReason",
  state_action as "stateAction", state_since as "stateSince", account, last_event_at as "lastEventAt",
  paused_until as "pausedUntil", created_at as "createdAt"`

export async function loadChannels(tx: Tx): Promise<ChannelRow[]> {
  const { rows } =
    await sql<ChannelRow>`select ${columns} from channels where deleted_at is null order by created_at`.execute(
      tx.kysely,
    )
  return rows
}

/** One channel; a deleted one only on request, for conversations that outlive it. */
export async function loadChannel(
  tx: Tx,
  id: ChannelId,
  which: 'present' | 'with-deleted' = 'present',
): Promise<ChannelRow | undefined> {
  const { rows } = await sql<ChannelRow>`select ${columns} from channels
    where id = ${id} ${which === 'present' ? sql`and deleted_at is null` : sql``}`.execute(tx.kysely)
  return rows[0]
}

export async function insertChannel(
  tx: Tx,
  channel: Pick<ChannelRow, 'id' | 'type' | 'title' | 'settings' | 'secrets' | 'publicKey' | 'state'>,
): Promise<void> {
  await sql`insert into channels (workspace_id, id, type, title, settings, secrets, public_key, state)
    values (${tx.workspaceId}, ${channel.id}, ${channel.type}, ${channel.title}, ${JSON.stringify(channel.settings)},
      ${channel.secrets}, ${channel.publicKey}, ${channel.state})`.execute(tx.kysely)
}

export async function updateChannelSettings(
  tx: Tx,
  id: ChannelId,
  change: { title: string; settings: Record<string, unknown>; secrets: Buffer },
): Promise<void> {
  await sql`update channels set title = ${change.title}, settings = ${JSON.stringify(change.settings)},
    secrets = ${change.secrets} where id = ${id}`.execute(tx.kysely)
}

/** Moves the channel to a named state; `since` only changes when the state or its reason does. */
export async function saveChannelState(
  tx: Tx,
  id: ChannelId,
  next: {
    state: ChannelState
    reason?: Text
    action?: string
  },
): Promise<void> {
  const reason = next.reason === undefined ? null : JSON.stringify(next.reason)
  await sql`update channels set
      state_since = case when state = ${next.state} and state_reason is not distinct from ${reason}::jsonb
        then state_since else now() end,
      state = ${next.state}, state_reason = ${reason}::jsonb, state_action = ${next.action ?? null}
    where id = ${id}`.execute(tx.kysely)
}

/**
 * Makes an account this channel's. @returns false when another channel of this server has it, whichever company's; the
 * transaction goes on.
 */
export async function takeAccount(
  tx: Tx,
  id: ChannelId,
  account: NonNullable<ChannelRow['account']>,
): Promise<boolean> {
  await sql`savepoint take_account`.execute(tx.kysely)
  try {
    await sql`update channels set account = ${JSON.stringify(account)}::jsonb,
      account_key = type || ':' || ${account.externalId}::text where id = ${id}`.execute(tx.kysely)
    return true
  } catch (error) {
    // Only the constraint knows: the channels of other companies are behind the fence.
    if (!isUniqueViolation(error)) throw error
    await sql`rollback to savepoint take_account`.execute(tx.kysely)
    return false
  }
}

function isUniqueViolation(error: unknown): boolean {
  // Source: postgresql.org/docs/current/errcodes-appendix.html, 23505.
  return typeof error === 'object' && error !== null && 'code' in error && error.code === '23505'
}

/** Takes the channel out of service and gives its account free; history stays. */
export async function deleteChannel(tx: Tx, id: ChannelId): Promise<void> {
  await sql`update channels set deleted_at = now(), state = 'off', account_key = null where id = ${id}`.execute(
    tx.kysely,
  )
}

export async function pauseChannel(tx: Tx, id: ChannelId, until: Date | null): Promise<void> {
  await sql`update channels set paused_until = ${until} where id = ${id}`.execute(tx.kysely)
}

export async function touchChannel(tx: Tx, id: ChannelId): Promise<void> {
  await sql`update channels set last_event_at = now()
    where id = ${id} and (last_event_at is null or last_event_at < now() - interval '5 seconds')`.execute(
    tx.kysely,
  )
}

/** What the door needs to know of a channel before it knows the workspace. */
export interface ChannelDoor {
  readonly workspaceId: WorkspaceId
  readonly id: ChannelId
  readonly type: ChannelType
  readonly title: string
  readonly settings: Record<string, unknown>
  readonly secrets: Buffer
}

/** The channel of a public key, of whatever workspace. */
export async function findChannelDoor(
  database: Queryable,
  publicKey: string,
): Promise<ChannelDoor | undefined> {
  const rows = await database.query<ChannelDoor>({
    name: 'channel-door',
    text: `select workspace_id as "workspaceId", id, type, title, settings, secrets from door.channel_by_public_key($1)`,
    values: [publicKey],
  })
  return rows[0]
}

/** Every channel of every workspace that is not switched off. */
export async function channelsToCheck(
  database: Queryable,
): Promise<{ workspaceId: WorkspaceId; channelId: ChannelId }[]> {
  return database.query<{ workspaceId: WorkspaceId; channelId: ChannelId }>({
    text: 'select workspace_id as "workspaceId", channel_id as "channelId" from door.channels_to_check()',
  })
}

/** The channel of an API key, by the key's SHA-256. */
export async function findChannelKey(
  database: Queryable,
  hash: Buffer,
): Promise<{ workspaceId: WorkspaceId; channelId: ChannelId; keyId: string } | undefined> {
  const rows = await database.query<{ workspaceId: WorkspaceId; channelId: ChannelId; keyId: string }>({
    name: 'channel-key',
    text: `select workspace_id as "workspaceId", channel_id as "channelId", key_id as "keyId" from door.channel_by_key_hash($1)`,
    values: [hash],
  })
  return rows[0]
}

/** Notes that a key was used, at most once a minute. */
export async function touchChannelKey(tx: Tx, keyId: string): Promise<void> {
  await tx.query({
    name: 'channel-key-touch',
    text: `update channel_keys set last_used_at = now()
      where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    values: [keyId],
  })
}
