import { HubError } from '@trunkline/contracts/errors'
import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import { newId } from '../../ids.ts'
import { insertAudit } from '../../store/audit.ts'
import { deletePortal, loadPortal, renamePortal } from '../../store/portals.ts'
import { appendRealtime } from '../../store/realtime.ts'
import type { Member } from '../people/user-book.ts'
import { type ConnectDeps, changeAddress } from './connect-portal.ts'

/** Renames a portal or moves it to another address. @throws HubError `request/not-found`, `portal/*` at `/domain`. */
export async function changePortal(
  deps: ConnectDeps,
  workspaceId: WorkspaceId,
  actor: Member,
  id: PortalId,
  change: { name?: string; domain?: string },
): Promise<void> {
  if (change.domain !== undefined) await changeAddress(deps, workspaceId, id, change.domain)
  await deps.database.inWorkspace(workspaceId, async (tx) => {
    const row = await loadPortal(tx, id, 'lock')
    if (row === undefined) throw new HubError('request/not-found')
    if (change.name !== undefined) await renamePortal(tx, id, change.name.trim() || null)
    await insertAudit(tx, {
      id: newId(),
      actorUserId: actor.userId,
      actorName: actor.name,
      action: 'portal-changed',
      subject: row.origin,
      details: { fields: Object.keys(change).join(', ') },
    })
    await appendRealtime(tx, 'cabinet', { kind: 'portal', portalId: id })
  })
}

/** Forgets a portal with its tokens; what was written there stays there, and conversations keep their links. */
export async function removePortal(
  deps: ConnectDeps,
  workspaceId: WorkspaceId,
  actor: Member,
  id: PortalId,
): Promise<void> {
  await deps.database.inWorkspace(workspaceId, async (tx) => {
    const row = await loadPortal(tx, id, 'lock')
    if (row === undefined) throw new HubError('request/not-found')
    await deletePortal(tx, id)
    await insertAudit(tx, {
      id: newId(),
      actorUserId: actor.userId,
      actorName: actor.name,
      action: 'portal-removed',
      subject: row.origin,
    })
    await appendRealtime(tx, 'cabinet', { kind: 'portal', portalId: id })
  })
}
