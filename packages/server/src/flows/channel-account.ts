import type { AnyAdapter, CallContext, HookSecrets } from '@trunkline/channels/kit/channel-adapter'
import { channelAdapters } from '@trunkline/channels/registry'
import { HubError } from '@trunkline/contracts/errors'
import type { ChannelType, WorkspaceId } from '@trunkline/contracts/ids'
import { Value } from 'typebox/value'
import type { Sealer } from '../seal.ts'
import type { ChannelDoor, ChannelRow } from '../store/channels.ts'

/** A channel's settings and secrets as its adapter wants them: whole, in clear, for the length of one call. */
export interface OpenedChannel {
  readonly adapter: AnyAdapter
  readonly settings: Record<string, unknown>
  readonly secrets: HookSecrets
}

/** The sealed part of a channel: secret settings by name, and what we made for its hooks. */
export interface ChannelSecrets {
  readonly hookSecret: string
  readonly settings: Readonly<Record<string, unknown>>
}

export const CHANNEL_SEAL = 'channel'

/** The adapter of a stored type. @throws HubError `server/bug` when the code for it is gone. */
export function adapterOf(type: ChannelType): AnyAdapter {
  const adapter = channelAdapters.get(type)
  if (adapter === undefined)
    throw new HubError('server/bug', { detail: `no adapter for channel type ${type}` })
  return adapter
}

export function openChannel(
  sealer: Sealer,
  row: Pick<ChannelRow | ChannelDoor, 'type' | 'settings' | 'secrets'>,
): OpenedChannel {
  const sealed = sealer.open<ChannelSecrets>(CHANNEL_SEAL, row.secrets)
  const adapter = adapterOf(row.type)
  return {
    adapter,
    // A setting that came with a later version has its default until the form is saved again.
    settings: Value.Default(adapter.settings, { ...row.settings, ...sealed.settings }) as Record<
      string,
      unknown
    >,
    secrets: { hookSecret: sealed.hookSecret },
  }
}

/** What adapters need for their calls outside; made by the composition root. */
export interface Outside {
  readonly fetch: typeof fetch
  readonly openFile: (
    workspaceId: WorkspaceId,
    attachmentId: string,
  ) => ReturnType<CallContext<never>['openFile']>
  /** Public address of a channel's hooks. */
  readonly hookUrl: (publicKey: string) => string
}

export function callContext(
  outside: Outside,
  opened: OpenedChannel,
  of: { readonly workspaceId: WorkspaceId; readonly publicKey: string },
  signal: AbortSignal,
): CallContext<Record<string, unknown>> {
  return {
    settings: opened.settings,
    secrets: opened.secrets,
    hookUrl: outside.hookUrl(of.publicKey),
    fetch: outside.fetch,
    openFile: (id) => outside.openFile(of.workspaceId, id),
    signal,
  }
}
