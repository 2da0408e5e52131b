import { useQuery } from '@tanstack/vue-query'
import type { Portal } from '@trunkline/contracts/http/portals'
import type { Integration } from '@trunkline/contracts/http/settings'
import { computed } from 'vue'
import { useRoute } from 'vue-router'
import { type IntegrationCalls, integrationCalls, integrations } from '../../api/integrations.ts'
import { keys } from '../../api/query-keys.ts'
import { portalTitle } from './use-portals.ts'

const NOWHERE: Readonly<Record<string, string>> = {}

/**
 * The id in the address of the page, `?integration=`; without one the oldest is meant. It never changes under a page: one
 * of another integration is another page (the key in AppShell).
 */
export function useIntegrationId(): string | undefined {
  const { integration } = useRoute().query
  return typeof integration === 'string' && integration !== '' ? integration : undefined
}

/** Calls about the integration of the page. */
export function useIntegrationCalls(): IntegrationCalls {
  return integrationCalls(useIntegrationId())
}

/** The integration of the page among those of the company (CHAT-05). */
export function useIntegration() {
  const id = useIntegrationId()
  const query = useQuery({ queryKey: keys.integrations, queryFn: ({ signal }) => integrations(signal) })
  const all = computed(() => query.data.value?.data ?? [])
  const chosen = computed(() => chosenOf(all.value, id))
  const isSeveral = computed(() => all.value.length > 1)
  return {
    query,
    all,
    chosen,
    isSeveral,
    /** The address names one that is not there: deleted, or never was. */
    isMissing: computed(() => all.value.length > 0 && chosen.value === undefined),
    /** What an address says to stay at this integration; nothing while there is only one. */
    place: computed(
      (): Readonly<Record<string, string>> =>
        isSeveral.value && chosen.value ? { integration: chosen.value.id } : NOWHERE,
    ),
  }
}

/** The one with the id, or the oldest when none is asked for. */
export function chosenOf(all: readonly Integration[], id: string | undefined): Integration | undefined {
  return id === undefined ? all[0] : all.find((one) => one.id === id)
}

/** How an integration is called: its name, or the portal it works with while it has none. Empty when it has neither. */
export function integrationTitle(
  integration: Pick<Integration, 'name' | 'portalId'>,
  portals: readonly Pick<Portal, 'id' | 'name' | 'origin'>[],
): string {
  const portal = portals.find(({ id }) => id === integration.portalId)
  return integration.name || (portal ? portalTitle(portal) : '')
}
