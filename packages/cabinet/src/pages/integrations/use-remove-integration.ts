import { useQueryClient } from '@tanstack/vue-query'
import type { Integration } from '@trunkline/contracts/http/settings'
import { useRouter } from 'vue-router'
import { deleteIntegration } from '../../api/integrations.ts'
import { keys } from '../../api/query-keys.ts'
import { useWords } from '../../i18n.ts'
import { confirm } from '../../parts/confirm.ts'
import { useNotify } from '../../parts/notify.ts'
import { integrationTitle, useIntegration } from './use-integration.ts'
import { portalTitle, usePortals } from './use-portals.ts'

/** Deletes an integration after saying what stops with it and what stays. */
export function useRemoveIntegration() {
  const { t, say, number } = useWords()
  const notify = useNotify()
  const router = useRouter()
  const queryClient = useQueryClient()
  const { portals } = usePortals()
  const { all } = useIntegration()

  function points(integration: Integration): string[] {
    const portal = portals.value.find(({ id }) => id === integration.portalId)
    const working = integration.sections.filter(({ section, effective }) => section !== 'main' && effective)
    return [
      ...working.map(({ title }) =>
        t('integrations.several.delete.section', {
          title: say(title),
          portal: portal ? portalTitle(portal) : '',
        }),
      ),
      ...(integration.waiting > 0
        ? [t('integrations.several.delete.waiting', { n: number(integration.waiting) }, integration.waiting)]
        : []),
      t('integrations.several.delete.channels'),
      t('integrations.several.delete.settings'),
      t('integrations.several.delete.kept'),
    ]
  }

  return async (integration: Integration): Promise<void> => {
    const name = integrationTitle(integration, portals.value) || t('integrations.several.unnamed')
    const yes = await confirm({
      title: t('integrations.several.delete.title', { name }),
      text: t('integrations.remove.text'),
      points: points(integration),
      confirm: t('integrations.several.delete.button'),
      danger: true,
    })
    if (!yes) return
    // Away from its pages first: unsaved changes may keep the reader there, and then nothing is deleted.
    const other = all.value.find(({ id }) => id !== integration.id)
    const stayed = await router.push({ name: 'bitrix24', query: other ? { integration: other.id } : {} })
    if (stayed) return
    try {
      await deleteIntegration(integration.id)
      notify.done(t('integrations.several.delete.done', { name }))
    } catch (error) {
      notify.problem(error)
    }
    for (const queryKey of [keys.integrations, keys.allSettings, keys.channels, keys.home, keys.journal])
      void queryClient.invalidateQueries({ queryKey })
  }
}
