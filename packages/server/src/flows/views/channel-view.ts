import { channelManifest } from '@trunkline/channels/kit/manifest'
import { channelAdapters } from '@trunkline/channels/registry'
import type { ChannelManifest } from '@trunkline/contracts/channel/manifest'
import { HubError } from '@trunkline/contracts/errors'
import type { Channel, Health } from '@trunkline/contracts/http/channels'
import type { ChannelId } from '@trunkline/contracts/ids'
import type { Static } from 'typebox'
import type { Sealer } from '../../seal.ts'
import { type ChannelRow, loadChannel, loadChannels } from '../../store/channels.ts'
import type { Tx } from '../../store/database.ts'
import { type IntegrationInForce, integrationOfChannel, integrationsInForce } from '../../store/settings.ts'
import { adapterOf, CHANNEL_SEAL, type ChannelSecrets, type Outside } from '../channel-account.ts'
import { secretNames } from '../channels/save-channel.ts'

export interface ChannelViewDeps {
  readonly sealer: Sealer
  readonly outside: Pick<Outside, 'hookUrl'>
}

/** Every type of channel that may be added. */
export function channelTypes(): Static<typeof ChannelManifest>[] {
  return [...channelAdapters.values()].map(channelManifest)
}

export async function channelViews(deps: ChannelViewDeps, tx: Tx): Promise<Channel[]> {
  const integrations = await integrationsInForce(tx)
  return (await loadChannels(tx)).map((row) => channelView(deps, row, integrations))
}

/** @throws HubError `request/not-found`. */
export async function oneChannelView(deps: ChannelViewDeps, tx: Tx, id: ChannelId): Promise<Channel> {
  const row = await loadChannel(tx, id)
  if (row === undefined) throw new HubError('request/not-found')
  return channelView(deps, row, await integrationsInForce(tx))
}

export function channelHealth(row: ChannelRow): Static<typeof Health> {
  return {
    state: row.state,
    reason: row.stateReason === null ? null : { ...row.stateReason },
    since: row.stateSince.toISOString(),
    action: row.stateAction ?? (row.state === 'off' ? 'connect' : null),
  }
}

function channelView(
  deps: ChannelViewDeps,
  row: ChannelRow,
  integrations: readonly IntegrationInForce[],
): Channel {
  const adapter = adapterOf(row.type)
  const sealed = deps.sealer.open<ChannelSecrets>(CHANNEL_SEAL, row.secrets)
  // Networks that we attach ourselves to call this address; the others come in by doors of their own.
  const isCalled = adapter.can.connect === 'token' || adapter.can.connect === 'oauth'
  return {
    id: row.id,
    type: row.type,
    title: row.title,
    state: row.state,
    health: channelHealth(row),
    settings: row.settings,
    secretsSet: Object.fromEntries(
      secretNames(adapter).map((name) => [name, Boolean(sealed.settings[name])]),
    ),
    account:
      row.account === null
        ? null
        : { externalId: row.account.externalId, title: row.account.title, url: row.account.url ?? null },
    publicKey: row.publicKey,
    hookUrl: isCalled ? deps.outside.hookUrl(row.publicKey) : null,
    passed: (['chats', 'requests'] as const).filter(
      (section) => integrationOfChannel(integrations, row.id, section) !== undefined,
    ),
    lastEventAt: row.lastEventAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }
}
