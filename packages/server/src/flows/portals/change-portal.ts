import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '@trunkline/contracts/errors'
import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import { newId } from '../../ids.ts'
import { insertAudit } from '../../store/audit.ts'
import { loadPortal, type PortalRow, renamePortal } from '../../store/portals.ts'
import { appendRealtime } from '../../store/realtime.ts'
import type { Member, UserBook } from '../people/user-book.ts'
import { noticeBrokenSettings } from '../settings/notice-broken-settings.ts'
import { type ConnectDeps, changeAddress, checkedOrigin, freeAddress } from './connect-portal.ts'
import { forgetPortal } from './take-portal.ts'

export interface ChangeDeps extends ConnectDeps {
  /** Asks the portal to report nothing any more. @throws HubError when it cannot be asked. */
  readonly farewell: (id: PortalId) => Promise<void>
}

/** A portal that does not answer is not waited for longer than this: the person wants it gone. */
const FAREWELL_MS = 4_000

/**
 * Renames a portal or moves it to another address. A moved one is taken leave of at the former address, and whatever the
 * settings chose of it is flagged until the directory of the new address was read (TEL-11).
 * @throws HubError `request/not-found`, `portal/*` at `/domain`.
 */
export async function changePortal(
  deps: ChangeDeps,
  workspaceId: WorkspaceId,
  actor: Member,
  id: PortalId,
  change: { name?: string; domain?: string },
): Promise<void> {
  const before = await deps.database.inWorkspace(workspaceId, (tx) => loadPortal(tx, id))
  if (before === undefined) throw new HubError('request/not-found')
  if (change.domain !== undefined) {
    const origin = await checkedOrigin(deps.http, change.domain)
    if (origin !== before.origin) {
      await deps.database.inWorkspace(workspaceId, (tx) => freeAddress(tx, origin))
      await takeLeave(deps, before)
      await changeAddress(deps, workspaceId, id, origin)
    }
  }
  await deps.database.inWorkspace(workspaceId, async (tx) => {
    const row = await loadPortal(tx, id, 'lock')
    if (row === undefined) throw new HubError('request/not-found')
    if (change.name !== undefined) await renamePortal(tx, id, change.name.trim() || null)
    if (row.origin !== before.origin) await noticeBrokenSettings(tx)
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

/**
 * Forgets a portal with its keys, its event handlers, and who of it is who here; what was written there stays there, and
 * conversations keep their links (TEL-13).
 */
export async function removePortal(
  deps: ChangeDeps & { readonly users: Pick<UserBook, 'endFrameSessions'> },
  workspaceId: WorkspaceId,
  actor: Member,
  id: PortalId,
): Promise<void> {
  const before = await deps.database.inWorkspace(workspaceId, (tx) => loadPortal(tx, id))
  if (before === undefined) throw new HubError('request/not-found')
  await takeLeave(deps, before)
  await deps.database.inWorkspace(workspaceId, async (tx) => {
    const row = await loadPortal(tx, id, 'lock')
    if (row === undefined) throw new HubError('request/not-found')
    await forgetPortal(tx, id)
    await insertAudit(tx, {
      id: newId(),
      actorUserId: actor.userId,
      actorName: actor.name,
      action: 'portal-removed',
      subject: row.origin,
    })
    // Before the commit: a portal whose frames cannot be closed now stays, and so does the button.
    await deps.users.endFrameSessions(id)
  })
}

/** A courtesy: whatever keeps the portal from hearing us, the entry goes. Its events are refused from then on anyway. */
async function takeLeave(deps: ChangeDeps, row: PortalRow): Promise<void> {
  if (row.state !== 'connected') return
  const said = deps.farewell(row.id).catch((error: unknown) => {
    if (!(error instanceof HubError)) throw error
  })
  await Promise.race([said, sleep(FAREWELL_MS, undefined, { ref: false })])
}
