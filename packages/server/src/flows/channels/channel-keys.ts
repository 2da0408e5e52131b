import { createHash, randomBytes } from 'node:crypto'
import { HubError } from '@trunkline/contracts/errors'
import type { ChannelKey } from '@trunkline/contracts/http/channels'
import type { ChannelId } from '@trunkline/contracts/ids'
import { newId } from '../../ids.ts'
import { insertAudit } from '../../store/audit.ts'
import {
  type ChannelKeyRow,
  insertChannelKey,
  loadChannelKeys,
  revokeChannelKey,
} from '../../store/channel-keys.ts'
import { loadChannel } from '../../store/channels.ts'
import type { Tx } from '../../store/database.ts'
import { adapterOf } from '../channel-account.ts'
import type { Member } from '../people/user-book.ts'

/** Tells a key of ours from other secrets, for people and for scanners of leaked secrets. */
const KEY_START = 'tlk_'
const SHOWN_CHARS = 10

/** What is stored of a key of the client API, and compared with what a request brings. */
export function channelKeyHash(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

/** Keys of a channel. @throws HubError `request/not-found`. */
export async function listChannelKeys(tx: Tx, channelId: ChannelId): Promise<ChannelKey[]> {
  await channelWithKeys(tx, channelId)
  return (await loadChannelKeys(tx, channelId)).map(viewOf)
}

/** Makes a key; only this answer ever holds it. @throws HubError `request/not-found`, `channel/cannot`. */
export async function createChannelKey(
  tx: Tx,
  actor: Member,
  channelId: ChannelId,
  title: string,
): Promise<ChannelKey> {
  const channel = await channelWithKeys(tx, channelId)
  if (adapterOf(channel.type).can.connect !== 'api-key') throw new HubError('channel/cannot')
  const key = `${KEY_START}${randomBytes(32).toString('base64url')}`
  const row = { id: newId<string>(), title: title.trim(), prefix: key.slice(0, SHOWN_CHARS) }
  await insertChannelKey(tx, { ...row, channelId, hash: channelKeyHash(key) })
  await note(tx, actor, 'key-created', channel.title, { key: row.title })
  return { ...viewOf({ ...row, createdAt: new Date(), lastUsedAt: null }), key }
}

/** Makes a key useless at once. @throws HubError `request/not-found`. */
export async function dropChannelKey(tx: Tx, actor: Member, channelId: ChannelId, id: string): Promise<void> {
  const channel = await channelWithKeys(tx, channelId)
  const title = await revokeChannelKey(tx, channelId, id)
  if (title === undefined) throw new HubError('request/not-found')
  await note(tx, actor, 'key-revoked', channel.title, { key: title })
}

async function channelWithKeys(tx: Tx, channelId: ChannelId) {
  const channel = await loadChannel(tx, channelId)
  if (channel === undefined) throw new HubError('request/not-found')
  return channel
}

function viewOf(row: ChannelKeyRow): ChannelKey {
  return {
    id: row.id,
    prefix: row.prefix,
    title: row.title,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }
}

function note(
  tx: Tx,
  actor: Member,
  action: string,
  subject: string,
  details: Record<string, unknown>,
): Promise<void> {
  return insertAudit(tx, {
    id: newId(),
    actorUserId: actor.userId,
    actorName: actor.name,
    action,
    subject,
    details,
  })
}
