import { useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import {
  authorisePortal,
  choosePortal,
  createPortal,
  integration,
  type PortalAuthorisation,
  type PortalInput,
  portals,
} from '../../api/endpoints.ts'
import { keys } from '../../api/query-keys.ts'
import { useWords } from '../../i18n.ts'
import { useNotify } from '../../parts/notify.ts'
import { openAuthoriseWindow } from './authorise-window.ts'

/** Connecting a portal, for the first time or again: window, wait, and the first one becomes the one in use. */
export function useConnecting() {
  const queryClient = useQueryClient()
  const { t } = useWords()
  const notify = useNotify()
  /** The portal whose window is open now. */
  const waitingFor = ref<string | null>(null)

  async function run(begin: () => Promise<PortalAuthorisation>, onBegun?: () => void): Promise<void> {
    const authorise = openAuthoriseWindow()
    let begun: PortalAuthorisation
    try {
      begun = await begin()
    } catch (error) {
      authorise.cancel()
      throw error
    }
    onBegun?.()
    void queryClient.invalidateQueries({ queryKey: keys.portals })
    waitingFor.value = begun.portal.id
    const end = await authorise.go(begun.authorizeUrl, begun.portal.id)
    waitingFor.value = null
    await settle(end.portalId)
  }

  /** Reads how the portal stands after its window closed, and chooses it when none was chosen (CHAT-13). */
  async function settle(portalId: string) {
    const list = await queryClient.fetchQuery({
      queryKey: keys.portals,
      queryFn: () => portals(),
      staleTime: 0,
    })
    const portal = list.data.find((entry) => entry.id === portalId)
    if (portal?.health.state !== 'connected') return
    notify.done(t('integrations.connected'))
    const current = await queryClient.fetchQuery({
      queryKey: keys.integration,
      queryFn: () => integration(),
      staleTime: 0,
    })
    if (current.portalId === null) await choosePortal(portalId)
    await queryClient.invalidateQueries()
  }

  return {
    waitingFor,
    /** @throws {ApiProblem} when the server refuses the portal; the window is closed then. */
    connect: (input: PortalInput, onBegun?: () => void) => run(() => createPortal(input), onBegun),
    again: (portalId: string) => run(() => authorisePortal(portalId)),
  }
}
