import type { FieldAnnotations } from '@trunkline/contracts/settings/field'
import type { IntegrationSettings } from '@trunkline/contracts/settings/index'
import type { SettingsContext } from '@trunkline/domain/transfer/settings-context'
import type { PortalUser } from '@trunkline/portal'
import type { TSchema } from 'typebox'
import { type ChannelRow, loadChannels } from '../../store/channels.ts'
import type { Tx } from '../../store/database.ts'
import { loadDirectory, loadPortal, type PortalRow } from '../../store/portals.ts'
import type { IntegrationRow } from '../../store/settings.ts'
import { adapterOf } from '../channel-account.ts'

/** What the settings of an integration are about, as it stands now. */
export interface SettingsWorld {
  readonly channels: readonly ChannelRow[]
  readonly portal: PortalRow | undefined
  /** Users of the portal, dismissed ones too; null while its directory was never read. */
  readonly users: readonly PortalUser[] | null
  readonly context: SettingsContext
}

export async function settingsWorld(
  tx: Tx,
  integration: IntegrationRow,
  main: IntegrationSettings['main'],
): Promise<SettingsWorld> {
  const channels = await loadChannels(tx)
  const portal = integration.portalId === null ? undefined : await loadPortal(tx, integration.portalId)
  const users =
    portal === undefined || portal.syncedAt === null
      ? null
      : await loadDirectory<PortalUser>(tx, portal.id, 'user')
  return {
    channels,
    portal,
    users,
    context: {
      channels: channels.map((row) => ({ id: row.id, title: row.title, ...contactForm(row) })),
      portalUsers: users,
      crmMode: portal?.crmMode ?? null,
      main,
    },
  }
}

/** Of a channel that may have a contact form: whether it asks for anything. */
function contactForm(row: ChannelRow): { contactForm?: boolean } {
  const adapter = adapterOf(row.type)
  if (!adapter.can.contactForm) return {}
  const properties = adapter.settings.properties as Readonly<
    Record<string, TSchema & Partial<FieldAnnotations>>
  >
  const asks = Object.entries(properties).some(
    ([name, schema]) =>
      schema.group === 'form' && schema.control === 'choice' && row.settings[name] !== 'off',
  )
  return { contactForm: asks }
}
