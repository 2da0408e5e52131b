import { HubError } from '@trunkline/contracts/errors'
import type { PortalId } from '@trunkline/contracts/ids'
import { isGenuine, parseInstallEvent, parsePortalEvent, uninstallOf } from '@trunkline/portal'
import type { Sealer } from '../../seal.ts'
import type { Database } from '../../store/database.ts'
import { loadPortal, portalsByMember, saveApplicationToken } from '../../store/portals.ts'
import type { UserBook } from '../people/user-book.ts'
import type { ConnectDeps } from './connect-portal.ts'
import { type InstalledPortal, installPortal } from './install-portal.ts'
import { changePortalState } from './portal-state.ts'
import { frameOf } from './read-frame.ts'
import { APPLICATION_TOKEN_SEAL } from './token-store.ts'
import { EVENT_KEY, type EventKey } from './welcome-portal.ts'

interface UninstallDeps {
  readonly database: Database
  readonly sealer: Sealer
  readonly users: Pick<UserBook, 'endFrameSessions'>
}

/**
 * One event that a portal reported. Proved twice: by the key in the address that only the portal was given, and by the
 * application token, which is kept from the first event that came to that address.
 * @throws HubError `channel/forged-hook`, `request/malformed`.
 */
export async function acceptPortalEvent(deps: UninstallDeps, key: string, body: string): Promise<void> {
  const owner = deps.sealer.unsign<EventKey>(EVENT_KEY, key)
  if (owner === undefined) throw new HubError('channel/forged-hook')
  const event = parsePortalEvent(body)
  if (event === undefined) throw new HubError('request/malformed')
  const isRemoved = await deps.database.inWorkspace(owner.workspaceId, async (tx) => {
    const portal = await loadPortal(tx, owner.portalId, 'lock')
    if (portal === undefined) return false
    if (event.memberId !== undefined && event.memberId !== portal.memberId)
      throw new HubError('channel/forged-hook')
    if (portal.applicationToken !== null) {
      const stored = deps.sealer.open<string>(APPLICATION_TOKEN_SEAL, portal.applicationToken)
      if (!isGenuine(event, stored)) throw new HubError('channel/forged-hook')
    } else if (event.applicationToken !== undefined) {
      await saveApplicationToken(
        tx,
        portal.id,
        deps.sealer.seal(APPLICATION_TOKEN_SEAL, event.applicationToken),
      )
    }
    if (event.event !== 'ONAPPUNINSTALL') return false
    await changePortalState(tx, portal.id, 'uninstalled', 'portal/uninstalled')
    return true
  })
  // Bitrix24 vouches for nobody there any more, so nobody stays signed in by its word.
  if (isRemoved) await deps.users.endFrameSessions(owner.portalId)
}

/** Whether a body is an event of a portal rather than the form that opens a frame. */
export function isPortalEvent(body: string): boolean {
  return parsePortalEvent(body) !== undefined
}

/**
 * An application without pages was installed, updated or removed: the events that come to the address of its
 * registration.
 * @returns what was installed; undefined when it was removed.
 * @throws HubError `channel/forged-hook`, `request/malformed`, and those of `installPortal`.
 */
export async function acceptAppEvent(
  deps: ConnectDeps & UninstallDeps,
  body: string,
): Promise<InstalledPortal | undefined> {
  const post = parseInstallEvent(body)
  if (post === undefined) {
    await acceptUninstall(deps, body)
    return undefined
  }
  const frame = frameOf(deps.http, post)
  if (frame === undefined) throw new HubError('portal/bad-domain')
  return installPortal(deps, frame)
}

/**
 * ONAPPUNINSTALL at the address of an application's registration, which everybody may know: only the application token
 * proves it. @throws HubError `channel/forged-hook`, `request/malformed`.
 */
async function acceptUninstall(deps: UninstallDeps, body: string): Promise<void> {
  const event = parsePortalEvent(body)
  if (event === undefined || uninstallOf(event) === undefined) throw new HubError('request/malformed')
  const removed: PortalId[] = []
  for (const place of await portalsByMember(deps.database, event.memberId ?? '')) {
    await deps.database.inWorkspace(place.workspaceId, async (tx) => {
      const portal = await loadPortal(tx, place.portalId, 'lock')
      if (portal === undefined || portal.applicationToken === null) return
      if (!isGenuine(event, deps.sealer.open<string>(APPLICATION_TOKEN_SEAL, portal.applicationToken))) return
      await changePortalState(tx, portal.id, 'uninstalled', 'portal/uninstalled')
      removed.push(portal.id)
    })
  }
  for (const portalId of removed) await deps.users.endFrameSessions(portalId)
  if (removed.length === 0) throw new HubError('channel/forged-hook')
}
