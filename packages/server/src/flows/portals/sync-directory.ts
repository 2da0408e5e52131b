import type { DirectoryChange } from '@trunkline/contracts/http/portals'
import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import { type Directory, fetchDirectory, type Pump, planOfLicence, regionOf } from '@trunkline/portal'
import { newId } from '../../ids.ts'
import type { Database } from '../../store/database.ts'
import { directoryEntries, insertDirectoryChanges } from '../../store/directory-changes.ts'
import { loadPortal, saveDirectory, saveIdentity, savePlan, saveRegion } from '../../store/portals.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { noticeBrokenSettings } from '../settings/notice-broken-settings.ts'
import { crmModeChange, directoryChanges, entriesOf } from './directory-changes.ts'

/** A directory as it was just read, and what of it differs from the reading before. */
export interface SyncedDirectory extends Directory {
  readonly changes: readonly DirectoryChange[]
}

/** Readings under way: one for each pump, that is for each portal of this node. */
const underWay = new WeakMap<Pump, Promise<SyncedDirectory>>()

/**
 * Brings reference data of a portal here: users, departments, pipelines with stages, sources, fields of cards, CRM mode,
 * who we act as. Never client data (AMB-21). Runs by button, hourly, after a connection, and when the portal refused a
 * stage or a field. Asked again while it runs, it gives that run's answer (UIS-17).
 * @throws HubError when the portal cannot be asked now.
 */
export function syncDirectory(
  database: Database,
  pump: Pump,
  workspaceId: WorkspaceId,
  portalId: PortalId,
): Promise<SyncedDirectory> {
  const running = underWay.get(pump)
  if (running !== undefined) return running
  const started = syncNow(database, pump, workspaceId, portalId).finally(() => underWay.delete(pump))
  underWay.set(pump, started)
  return started
}

async function syncNow(
  database: Database,
  pump: Pump,
  workspaceId: WorkspaceId,
  portalId: PortalId,
): Promise<SyncedDirectory> {
  const directory = await fetchDirectory(pump)
  const entries = entriesOf(directory)
  const changes = await database.inWorkspace(workspaceId, async (tx) => {
    const found = [
      ...crmModeChange((await loadPortal(tx, portalId))?.crmMode, directory.crmMode),
      ...directoryChanges(await directoryEntries(tx, portalId), entries),
    ]
    await saveIdentity(tx, portalId, {
      crmMode: directory.crmMode,
      actingUser: {
        id: directory.actingUser.id,
        name: directory.actingUser.name,
        admin: directory.actingUser.isAdmin,
      },
      scopes: directory.scopes,
    })
    const row = await loadPortal(tx, portalId)
    const region = row === undefined ? undefined : regionOf(directory.licence, row.origin)
    // What is known is kept when a reading tells nothing.
    if (region !== undefined) await saveRegion(tx, portalId, region)
    if (directory.licence !== undefined) await savePlan(tx, portalId, planOfLicence(directory.licence))
    await saveDirectory(tx, portalId, entries)
    if (found.length > 0) await insertDirectoryChanges(tx, { id: newId(), portalId, changes: found })
    await noticeBrokenSettings(tx)
    await appendRealtime(tx, 'cabinet', { kind: 'portal', portalId })
    return found
  })
  if (directory.licence !== undefined) pump.changePlan(planOfLicence(directory.licence))
  return { ...directory, changes }
}
