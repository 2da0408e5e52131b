import { shallowRef, watch } from 'vue'
import { useChannelTypes } from '../channels/use-channels.ts'

/** Icons of channel types as image addresses. One map for all rows: a query of its own in each row slows scrolling. */
export const channelPictures = shallowRef<ReadonlyMap<string, string>>(new Map())

/** Fills {@link channelPictures}; called by the pages that show channel icons. */
export function useChannelPictures(): void {
  const { types } = useChannelTypes()
  watch(
    types,
    (manifests) => {
      if (manifests.length === 0) return
      channelPictures.value = new Map(
        manifests.map(({ type, icon }) => [type, `data:image/svg+xml,${encodeURIComponent(icon)}`]),
      )
    },
    { immediate: true },
  )
}
