import { useQueryClient } from '@tanstack/vue-query'
import type { Portal } from '@trunkline/contracts/http/portals'
import { ref } from 'vue'
import { checkPortal, deletePortal, refreshPortal, syncPortal } from '../../api/endpoints.ts'
import { integrations } from '../../api/integrations.ts'
import { keys } from '../../api/query-keys.ts'
import { useWords } from '../../i18n.ts'
import { confirm } from '../../parts/confirm.ts'
import { useNotify } from '../../parts/notify.ts'
import type { PortalAction } from './PortalCard.vue'
import { useConnecting } from './use-connecting.ts'
import { integrationTitle, useIntegration, useIntegrationCalls } from './use-integration.ts'
import { portalTitle } from './use-portals.ts'

/** What can be done to a portal, one thing at a time, each ending in a word at the corner. */
export function usePortalActions() {
  const queryClient = useQueryClient()
  const notify = useNotify()
  const { t } = useWords()
  const connecting = useConnecting()
  const { chosen, isSeveral } = useIntegration()
  const calls = useIntegrationCalls()
  const running = ref<{ portalId: string; action: PortalAction } | null>(null)

  const refreshLists = async () => {
    await Promise.all(
      [keys.portals, keys.integrations, keys.allSettings, keys.home].map((queryKey) =>
        queryClient.invalidateQueries({ queryKey }),
      ),
    )
  }

  async function perform(portal: Portal, action: PortalAction): Promise<string | null> {
    switch (action) {
      case 'again':
        await connecting.again(portal.id)
        return null
      case 'check': {
        const checked = await checkPortal(portal.id)
        return checked.health.state === 'connected' ? t('integrations.done.check') : null
      }
      case 'refresh':
        await refreshPortal(portal.id)
        return t('integrations.done.refresh')
      case 'sync':
        await syncPortal(portal.id)
        return t('integrations.done.sync')
      case 'choose':
        await calls.choosePortal(portal.id)
        return isSeveral.value && chosen.value?.name
          ? t('integrations.done.chooseFor', { name: portalTitle(portal), integration: chosen.value.name })
          : t('integrations.done.choose', { name: portalTitle(portal) })
      case 'edit':
        return null
    }
  }

  async function act(portal: Portal, action: PortalAction): Promise<void> {
    if (running.value) return
    running.value = { portalId: portal.id, action }
    try {
      const said = await perform(portal, action)
      if (said) notify.done(said)
    } catch (error) {
      notify.problem(error)
    } finally {
      running.value = null
      await refreshLists()
    }
  }

  /** Asks first and lists what depends on it (TEL-13). */
  async function remove(portal: Portal): Promise<void> {
    let all: Awaited<ReturnType<typeof integrations>>['data']
    try {
      all = (await integrations()).data
    } catch (error) {
      notify.problem(error)
      return
    }
    const yes = await confirm({
      title: t('integrations.remove.title', { name: portalTitle(portal) }),
      text: t('integrations.remove.text'),
      points: [
        ...all
          .filter(({ portalId }) => portalId === portal.id)
          .map((one) =>
            all.length === 1
              ? t('integrations.remove.inUse')
              : t('integrations.remove.inUseBy', { name: integrationTitle(one, [portal]) }),
          ),
        ...(portal.queue.waiting > 0
          ? [t('integrations.remove.queue', { n: portal.queue.waiting }, portal.queue.waiting)]
          : []),
        t('integrations.remove.tokens'),
        t('integrations.remove.employees'),
        t('integrations.remove.kept'),
      ],
      confirm: t('integrations.remove.button'),
      danger: true,
    })
    if (!yes) return
    try {
      await deletePortal(portal.id)
      notify.done(t('integrations.done.remove'))
    } catch (error) {
      notify.problem(error)
    }
    await refreshLists()
  }

  return { connecting, running, act, remove }
}
