import { useQuery } from '@tanstack/vue-query'
import type { Capabilities } from '@trunkline/contracts/channel/capabilities'
import type { ChannelManifest } from '@trunkline/contracts/channel/manifest'
import { computed } from 'vue'
import { channels, channelTypes } from '../../api/endpoints.ts'
import { keys } from '../../api/query-keys.ts'

/** Connected accounts of the workspace. */
export function useChannels() {
  const query = useQuery({ queryKey: keys.channels, queryFn: ({ signal }) => channels(signal) })
  return { query, channels: computed(() => query.data.value?.data ?? []) }
}

/** What may be connected at all. It changes only with the server, so it is asked for once. */
export function useChannelTypes() {
  const query = useQuery({
    queryKey: keys.channelTypes,
    queryFn: ({ signal }) => channelTypes(signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const types = computed(() => query.data.value?.data ?? [])
  return { query, types, typeOf: (type: string) => types.value.find((manifest) => manifest.type === type) }
}

/** The capabilities of a manifest: data of our own server, declared by the adapter. */
export function capabilitiesOf(manifest: ChannelManifest): Capabilities {
  return manifest.capabilities as Capabilities
}
