import { randomBytes } from 'node:crypto'
import type { AnyAdapter } from '@trunkline/channels/kit/channel-adapter'
import { channelAdapters } from '@trunkline/channels/registry'
import { HubError } from '@trunkline/contracts/errors'
import type { ChannelId, ChannelType } from '@trunkline/contracts/ids'
import { text } from '@trunkline/contracts/locale'
import type { FieldAnnotations } from '@trunkline/contracts/settings/field'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { newId } from '../../ids.ts'
import { schemaProblems } from '../../schema-problems.ts'
import type { Sealer } from '../../seal.ts'
import { insertAudit } from '../../store/audit.ts'
import {
  type ChannelRow,
  deleteChannel,
  insertChannel,
  loadChannel,
  updateChannelSettings,
} from '../../store/channels.ts'
import type { Tx } from '../../store/database.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { adapterOf, CHANNEL_SEAL, type ChannelSecrets, openChannel } from '../channel-account.ts'
import { type ConsentSettings, keepWordings } from '../own-doors/consent-wording.ts'
import type { Member } from '../people/user-book.ts'
import { noticeBrokenSettings } from '../settings/notice-broken-settings.ts'

/** 144 bits: the address of an unsigned network is its only guard. */
const PUBLIC_KEY_BYTES = 18
const HOOK_SECRET_BYTES = 32

/** Names of a channel type's settings that are kept sealed and never shown. */
export function secretNames(adapter: AnyAdapter): string[] {
  const properties = adapter.settings.properties as Readonly<
    Record<string, TSchema & Partial<FieldAnnotations>>
  >
  return Object.entries(properties).flatMap(([name, schema]) => (schema.secret === true ? [name] : []))
}

/** Adds a channel of a type. @throws HubError `request/invalid` with a message at each field. */
export async function createChannel(
  tx: Tx,
  sealer: Sealer,
  actor: Member,
  request: { type: string; title: string; settings: Record<string, unknown> },
): Promise<ChannelId> {
  const adapter = channelAdapters.get(request.type as ChannelType)
  if (adapter === undefined)
    throw new HubError('request/invalid', {
      fields: [
        {
          pointer: '/type',
          code: 'unknown',
          text: text('Такого типа каналов нет', 'There is no such type of channel'),
        },
      ],
    })
  const { open, secret } = checkedSettings(adapter, request.settings)
  const id = newId<ChannelId>()
  const sealed: ChannelSecrets = {
    hookSecret: randomBytes(HOOK_SECRET_BYTES).toString('base64url'),
    settings: secret,
  }
  await insertChannel(tx, {
    id,
    type: adapter.type,
    title: request.title.trim(),
    settings: open,
    secrets: sealer.seal(CHANNEL_SEAL, sealed),
    publicKey: randomBytes(PUBLIC_KEY_BYTES).toString('base64url'),
    state: adapter.can.connect === 'none' ? 'connected' : 'off',
  })
  await noted(tx, actor, 'channel-created', id, request.title.trim(), { type: adapter.type })
  return id
}

/** Changes title or settings; a secret left out stays as it was. @throws HubError `request/not-found`, `request/invalid`. */
export async function changeChannel(
  tx: Tx,
  sealer: Sealer,
  actor: Member,
  id: ChannelId,
  change: { title?: string; settings?: Record<string, unknown> },
): Promise<void> {
  const row = await present(tx, id)
  const opened = openChannel(sealer, row)
  const { open, secret } = checkedSettings(opened.adapter, { ...opened.settings, ...change.settings })
  if (asksConsent(opened.settings)) await keepWordings(tx, opened.settings)
  const sealed: ChannelSecrets = { hookSecret: opened.secrets.hookSecret, settings: secret }
  const title = change.title?.trim() ?? row.title
  await updateChannelSettings(tx, id, { title, settings: open, secrets: sealer.seal(CHANNEL_SEAL, sealed) })
  // Names of what was changed, never the values: one of them may be a secret.
  await noted(tx, actor, 'channel-changed', id, title, {
    fields: Object.keys(change.settings ?? {}).join(', '),
  })
}

/** Takes a channel away; its conversations and what was passed stay. @throws HubError `request/not-found`. */
export async function removeChannel(tx: Tx, actor: Member, id: ChannelId): Promise<void> {
  const row = await present(tx, id)
  await deleteChannel(tx, id)
  await noticeBrokenSettings(tx)
  await noted(tx, actor, 'channel-removed', id, row.title, { type: row.type })
}

/** Puts what somebody did with a channel in the audit and tells whoever watches. */
export async function noteChannel(tx: Tx, actor: Member, action: string, id: ChannelId): Promise<void> {
  const row = await present(tx, id)
  await noted(tx, actor, action, id, row.title, { state: row.state })
}

/** The settings as the type's schema wants them, with defaults, in two heaps: shown and sealed. */
function checkedSettings(
  adapter: AnyAdapter,
  given: Record<string, unknown>,
): { open: Record<string, unknown>; secret: Record<string, unknown> } {
  const whole = Value.Default(adapter.settings, structuredClone(given)) as Record<string, unknown>
  const fields = schemaProblems(adapter.settings, whole, '/settings')
  if (fields.length > 0) throw new HubError('request/invalid', { fields })
  const secrets = new Set(secretNames(adapter))
  const part = (isSecret: boolean) =>
    Object.fromEntries(Object.entries(whole).filter(([name]) => secrets.has(name) === isSecret))
  return { open: part(false), secret: part(true) }
}

function asksConsent(settings: unknown): settings is ConsentSettings {
  const { consentText, consentUrl, mailingText } = settings as Partial<ConsentSettings>
  return [consentText, consentUrl, mailingText].every((words) => typeof words === 'string')
}

async function present(tx: Tx, id: ChannelId): Promise<ChannelRow> {
  const row = await loadChannel(tx, id)
  if (row === undefined) throw new HubError('request/not-found')
  adapterOf(row.type)
  return row
}

async function noted(
  tx: Tx,
  actor: Member,
  action: string,
  id: ChannelId,
  subject: string,
  details: Record<string, unknown>,
): Promise<void> {
  await insertAudit(tx, {
    id: newId(),
    actorUserId: actor.userId,
    actorName: actor.name,
    action,
    subject,
    details,
  })
  await appendRealtime(tx, 'cabinet', { kind: 'channel', channelId: id })
}
