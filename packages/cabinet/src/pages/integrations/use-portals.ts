import { useQuery } from '@tanstack/vue-query'
import type { Portal } from '@trunkline/contracts/http/portals'
import { computed } from 'vue'
import { portals } from '../../api/endpoints.ts'
import { keys } from '../../api/query-keys.ts'

/** The portals of the workspace. */
export function usePortals() {
  const query = useQuery({ queryKey: keys.portals, queryFn: ({ signal }) => portals(signal) })
  return { query, portals: computed(() => query.data.value?.data ?? []) }
}

/** How a portal is called in lists: its name, or the domain while it has none (TEL-07). */
export function portalTitle(portal: Pick<Portal, 'name' | 'origin'>): string {
  return portal.name.trim() || portal.origin.replace(/^https?:\/\//, '')
}
