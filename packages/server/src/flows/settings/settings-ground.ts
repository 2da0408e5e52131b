import { HubError } from '@trunkline/contracts/errors'
import type { IntegrationId } from '@trunkline/contracts/ids'
import type { FieldAnnotations } from '@trunkline/contracts/settings/field'
import type { IntegrationSettings, PassingSectionName } from '@trunkline/contracts/settings/index'
import type { NameBook } from '@trunkline/domain/transfer/explain'
import type { PortalField, PortalPipeline, PortalUser } from '@trunkline/portal'
import type { TSchema } from 'typebox'
import { type ChannelRow, loadChannels } from '../../store/channels.ts'
import type { Tx } from '../../store/database.ts'
import { loadDirectory, loadPortal, type PortalRow } from '../../store/portals.ts'
import { type IntegrationRow, loadIntegrations, settingsInForce } from '../../store/settings.ts'
import { loadWorkspace, type WorkspaceRow } from '../../store/workspaces.ts'
import { adapterOf } from '../channel-account.ts'
import { directoryNames } from '../portals/directory-names.ts'

/** Everything that the settings of an integration are about, read in one transaction. */
export interface SettingsGround {
  readonly workspace: WorkspaceRow
  readonly integration: IntegrationRow
  /** As saved. */
  readonly settings: IntegrationSettings
  /** Channels that other integrations pass, by section and id, with the name of that integration. */
  readonly elsewhere: Readonly<Record<PassingSectionName, ReadonlyMap<string, string>>>
  readonly channels: readonly ChannelRow[]
  readonly portal: PortalRow | undefined
  /** Users of the portal, dismissed ones too. This and the next are null while its directory was never read. */
  readonly users: readonly PortalUser[] | null
  readonly pipelines: readonly PortalPipeline[] | null
  /** Null, too, while only fields were never read: the directory of an older release had none. */
  readonly fields: readonly PortalField[] | null
}

/** Without an id: of the oldest integration; `with-deleted` also of one that only tells what was. @throws HubError `request/not-found`. */
export async function loadGround(
  tx: Tx,
  integrationId?: IntegrationId,
  which: Parameters<typeof loadIntegrations>[1] = 'live',
): Promise<SettingsGround> {
  const integrations = await loadIntegrations(tx, which)
  const integration = integrations.find(({ id }) => integrationId === undefined || id === integrationId)
  if (integration === undefined) throw new HubError('request/not-found')
  const portal = integration.portalId === null ? undefined : await loadPortal(tx, integration.portalId)
  const read = portal !== undefined && portal.syncedAt !== null
  const fields = read ? await loadDirectory<PortalField>(tx, portal.id, 'field') : []
  return {
    workspace: await loadWorkspace(tx),
    integration,
    settings: await settingsInForce(tx, integration.id),
    elsewhere: await channelsElsewhere(tx, integrations, integration),
    channels: await loadChannels(tx),
    portal,
    users: read ? await loadDirectory<PortalUser>(tx, portal.id, 'user') : null,
    pipelines: read ? await loadDirectory<PortalPipeline>(tx, portal.id, 'pipeline') : null,
    fields: fields.length > 0 ? fields : null,
  }
}

async function channelsElsewhere(
  tx: Tx,
  integrations: readonly IntegrationRow[],
  present: IntegrationRow,
): Promise<SettingsGround['elsewhere']> {
  const found = { chats: new Map<string, string>(), requests: new Map<string, string>() }
  for (const other of integrations) {
    if (other.id === present.id) continue
    const settings = await settingsInForce(tx, other.id)
    for (const section of ['chats', 'requests'] as const)
      for (const channelId of settings[section].channelIds) found[section].set(channelId, other.name)
  }
  return found
}

/** The same ground with one section's value replaced, as if it were saved. */
export function withSection(
  ground: SettingsGround,
  section: keyof Omit<IntegrationSettings, 'versions'>,
  value: Record<string, unknown>,
): SettingsGround {
  return { ...ground, settings: { ...ground.settings, [section]: value } as IntegrationSettings }
}

/** Of a channel that may have a contact form: whether it asks for anything. */
export function contactForm(row: ChannelRow): { contactForm?: boolean } {
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

/** Names for the ids in sentences about decisions. */
export function groundNames(ground: SettingsGround): NameBook {
  return {
    channels: Object.fromEntries(ground.channels.map((channel) => [channel.id, channel.title])),
    ...directoryNames(ground.users ?? [], ground.pipelines ?? [], ground.fields ?? []),
  }
}
