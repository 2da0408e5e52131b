import type { ChannelManifest } from '@trunkline/contracts/channel/manifest'
import type { AnyAdapter } from './channel-adapter.ts'

/** What the cabinet is told of a channel type. */
export function channelManifest(adapter: AnyAdapter): ChannelManifest {
  return {
    type: adapter.type,
    title: { ...adapter.title },
    summary: { ...adapter.summary },
    help: { ...adapter.help },
    icon: adapter.icon,
    settings: adapter.settings,
    capabilities: adapter.can,
  }
}
