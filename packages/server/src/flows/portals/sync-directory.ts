import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import { type Directory, fetchDirectory, type Pump } from '@trunkline/portal'
import type { Database } from '../../store/database.ts'
import { type DirectoryEntry, saveDirectory, saveIdentity } from '../../store/portals.ts'
import { appendRealtime } from '../../store/realtime.ts'

/**
 * Brings reference data of a portal here: users, departments, pipelines with stages, sources, CRM mode, who we act as.
 * Never client data (AMB-21). Runs by button, hourly and after a connection; twice at once is harmless.
 * @throws HubError when the portal cannot be asked now.
 */
export async function syncDirectory(
  database: Database,
  pump: Pump,
  workspaceId: WorkspaceId,
  portalId: PortalId,
): Promise<Directory> {
  const directory = await fetchDirectory(pump)
  await database.inWorkspace(workspaceId, async (tx) => {
    await saveIdentity(tx, portalId, {
      crmMode: directory.crmMode,
      actingUser: {
        id: directory.actingUser.id,
        name: directory.actingUser.name,
        admin: directory.actingUser.isAdmin,
      },
      scopes: directory.scopes,
    })
    await saveDirectory(tx, portalId, entriesOf(directory))
    await appendRealtime(tx, 'cabinet', { kind: 'portal', portalId })
  })
  return directory
}

function entriesOf(directory: Directory): DirectoryEntry[] {
  return [
    ...directory.users.map((data): DirectoryEntry => ({ kind: 'user', remoteId: data.id, data })),
    ...directory.departments.map((data): DirectoryEntry => ({ kind: 'department', remoteId: data.id, data })),
    ...directory.pipelines.map(
      (data): DirectoryEntry => ({ kind: 'pipeline', remoteId: `${data.entity}:${data.id}`, data }),
    ),
    ...directory.sources.map((data): DirectoryEntry => ({ kind: 'source', remoteId: data.id, data })),
  ]
}
