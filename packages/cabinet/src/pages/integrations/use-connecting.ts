import { useQueryClient } from '@tanstack/vue-query'
import type { Portal } from '@trunkline/contracts/http/portals'
import { onScopeDispose, ref } from 'vue'
import {
  authorisePortal,
  createPortal,
  type PortalAuthorisation,
  type PortalInput,
  portals,
  type Rows,
} from '../../api/endpoints.ts'
import { onCabinetEvent } from '../../api/events.ts'
import { keys } from '../../api/query-keys.ts'
import { useWords } from '../../i18n.ts'
import { useNotify } from '../../parts/notify.ts'
import { onAuthorised, openAuthoriseWindow } from './authorise-window.ts'

/**
 * Connecting a portal, for the first time or again: a window is opened, and its end is heard in two ways, because the
 * headers of a portal may cut the window from us: the message of our success page, or the server's event about it.
 */
export function useConnecting() {
  const queryClient = useQueryClient()
  const { t } = useWords()
  const notify = useNotify()
  /** The portal whose consent is being waited for. */
  const waitingFor = ref<string | null>(null)

  async function run(begin: () => Promise<PortalAuthorisation>): Promise<void> {
    const consent = openAuthoriseWindow()
    try {
      const begun = await begin()
      waitingFor.value = begun.portal.id
      consent.go(begun.authorizeUrl)
    } catch (error) {
      consent.cancel()
      throw error
    }
    void queryClient.invalidateQueries({ queryKey: keys.portals })
  }

  /** Looks how the portal stands now; when it is connected the waiting is over (CHAT-13). */
  async function look(portalId: string): Promise<void> {
    if (waitingFor.value !== portalId) return
    const list: Rows<Portal> = await queryClient.fetchQuery({
      queryKey: keys.portals,
      queryFn: ({ signal }) => portals(signal),
      staleTime: 0,
    })
    const state = list.data.find((entry) => entry.id === portalId)?.health.state
    if (waitingFor.value !== portalId || state !== 'connected') return
    waitingFor.value = null
    notify.done(t('integrations.connected'))
    await queryClient.invalidateQueries()
  }
  onScopeDispose(onAuthorised((portalId) => void look(portalId)))
  onScopeDispose(
    onCabinetEvent((event) => {
      if (event.kind === 'portal') void look(event.portalId)
    }),
  )

  return {
    waitingFor,
    /** @throws {ApiProblem} when the server refuses the portal; the window is closed then. */
    connect: (input: PortalInput) => run(() => createPortal(input)),
    again: (portalId: string) => run(() => authorisePortal(portalId)),
  }
}
