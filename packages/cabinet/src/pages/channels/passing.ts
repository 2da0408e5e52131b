import type { ChannelManifest } from '@trunkline/contracts/channel/manifest'
import type { Channel } from '@trunkline/contracts/http/channels'
import { capabilitiesOf } from './use-channels.ts'

/** How much of what comes by a channel is passed to Bitrix24. */
export type Passing = 'none' | 'chats' | 'requests' | 'all'

/** All of a channel that takes no requests are its chats; while its type is not known yet it is taken for such a one. */
export function passingOf(
  { passed }: Pick<Channel, 'passed'>,
  manifest: ChannelManifest | undefined,
): Passing {
  if (passed.length === 0) return 'none'
  if (!passed.includes('chats')) return 'requests'
  const isLeftOut =
    manifest !== undefined && capabilitiesOf(manifest).requests && !passed.includes('requests')
  return isLeftOut ? 'chats' : 'all'
}
