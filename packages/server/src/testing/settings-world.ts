import type { Channel } from '@trunkline/contracts/http/channels'
import type { Me } from '@trunkline/contracts/http/people'
import type { SettingsDocument } from '@trunkline/contracts/http/settings'
import type { ChannelId, IntegrationId, PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import type { SectionName } from '@trunkline/contracts/settings/index'
import type { PortalField, PortalPipeline, PortalUser } from '@trunkline/portal'
import { changePortalState } from '../flows/portals/portal-state.ts'
import { CLIENT_SEAL } from '../flows/portals/token-store.ts'
import { newId } from '../ids.ts'
import type { Tx } from '../store/database.ts'
import { type DirectoryEntry, insertPortal, saveDirectory, saveIdentity } from '../store/portals.ts'
import { choosePortal, loadIntegration } from '../store/settings.ts'
import { type CabinetWorld, cabinetWorld } from './cabinet-world.ts'

/** The product with a site chat and a portal that was read once and cannot be reached any more. */
export interface SettingsTestWorld extends CabinetWorld {
  readonly workspaceId: WorkspaceId
  readonly integrationId: IntegrationId
  readonly portalId: PortalId
  readonly channelId: ChannelId
  /** What the portal has now, as a synchronisation would find it. */
  read(directory: PortalDirectoryNow): Promise<void>
  inWorkspace<T>(fn: (tx: Tx) => Promise<T>): Promise<T>
  document(section: SectionName): Promise<SettingsDocument>
  /** Saves a change of a section over what is saved. */
  save(section: SectionName, change: Record<string, unknown>, reason?: string): Promise<SettingsDocument>
}

export interface PortalDirectoryNow {
  readonly users: readonly PortalUser[]
  readonly pipelines: readonly PortalPipeline[]
  readonly fields: readonly PortalField[]
}

const person = (id: string, name: string, active = true): PortalUser => ({
  id,
  name,
  hasSurname: true,
  active,
  departmentIds: ['1'],
})
const stage = (id: string, name: string, semantics: 'open' | 'won' = 'open') => ({
  id,
  name,
  sort: 10,
  semantics,
})
const textField = (entity: PortalField['entity'], code: string, label: string): PortalField => ({
  entity,
  code,
  label,
  type: 'text',
  multiple: false,
  readOnly: false,
  mandatory: false,
})

export const DIRECTORY: PortalDirectoryNow = {
  users: [person('1', 'Анна Смирнова'), person('7', 'Борис Котов'), person('9', 'Вера Лис', false)],
  pipelines: [
    {
      entity: 'lead',
      id: 'lead',
      name: 'Лиды',
      isDefault: true,
      stages: [stage('NEW', 'Новый'), stage('CONVERTED', 'Готов', 'won')],
    },
    {
      entity: 'deal',
      id: '0',
      name: 'Общая',
      isDefault: true,
      stages: [stage('NEW', 'Новая'), stage('WON', 'Успех', 'won')],
    },
    {
      entity: 'deal',
      id: '3',
      name: 'Опт',
      isDefault: false,
      stages: [stage('C3:NEW', 'Заявка'), stage('C3:CALL', 'Созвон')],
    },
  ],
  fields: [
    textField('deal', 'UF_CRM_SITE', 'Сайт'),
    textField('deal', 'UF_CRM_PAGE', 'Страница'),
    { ...textField('deal', 'id', 'ID'), type: 'number', readOnly: true },
    textField('lead', 'UF_CRM_LEAD', 'Откуда'),
  ],
}

/** @param options `portal: false` leaves the integration without one. */
export async function settingsTestWorld(
  options: { portal?: boolean; crmMode?: 'classic' | 'simple' } = {},
): Promise<SettingsTestWorld> {
  const world = await cabinetWorld()
  const { database, sealer } = world.app.context
  const me = await world.owner.call<Me>('GET', '/api/me')
  const workspaceId = me.workspace.id as WorkspaceId
  const portalId = newId<PortalId>()
  const inWorkspace = <T>(fn: (tx: Tx) => Promise<T>) => database.inWorkspace(workspaceId, fn)
  const channel = await world.owner.call<Channel>('POST', '/api/channels', {
    type: 'site-widget',
    title: 'Чат на сайте',
    settings: { allowedOrigins: ['https://site.example'] },
  })
  const integration = await inWorkspace((tx) => loadIntegration(tx))

  async function read(directory: PortalDirectoryNow): Promise<void> {
    const entries: DirectoryEntry[] = [
      ...directory.users.map((data): DirectoryEntry => ({ kind: 'user', remoteId: data.id, data })),
      ...directory.pipelines.map(
        (data): DirectoryEntry => ({ kind: 'pipeline', remoteId: `${data.entity}:${data.id}`, data }),
      ),
      ...directory.fields.map(
        (data): DirectoryEntry => ({ kind: 'field', remoteId: `${data.entity}:${data.code}`, data }),
      ),
    ]
    await inWorkspace((tx) => saveDirectory(tx, portalId, entries))
  }

  if (options.portal !== false) {
    await inWorkspace(async (tx) => {
      await insertPortal(tx, {
        id: portalId,
        name: 'Портал',
        origin: 'http://127.0.0.1:9',
        clientId: 'app.test',
        clientSecret: sealer.seal(CLIENT_SEAL, 'secret'),
      })
      await changePortalState(tx, portalId, 'connected', undefined)
      await saveIdentity(tx, portalId, {
        crmMode: options.crmMode ?? 'simple',
        actingUser: { id: '1', name: 'Анна Смирнова', admin: true },
        scopes: ['crm'],
      })
      await choosePortal(tx, integration.id, portalId)
    })
    await read(DIRECTORY)
  }

  const document = (section: SectionName) =>
    world.owner.call<SettingsDocument>('GET', `/api/settings/${section}`)
  return {
    ...world,
    workspaceId,
    integrationId: integration.id,
    portalId,
    channelId: channel.id as ChannelId,
    read,
    inWorkspace,
    document,
    async save(section, change, reason) {
      const { value, version } = await document(section)
      return world.owner.call<SettingsDocument>('PUT', `/api/settings/${section}`, {
        value: { ...value, ...change },
        version,
        ...(reason === undefined ? {} : { reason }),
      })
    },
  }
}
