import { HubError } from '@trunkline/contracts/errors'
import { isGenuine, parsePortalEvent } from '@trunkline/portal'
import type { Sealer } from '../../seal.ts'
import type { Database } from '../../store/database.ts'
import { loadPortal, saveApplicationToken } from '../../store/portals.ts'
import { changePortalState } from './portal-state.ts'
import { EVENT_KEY, type EventKey } from './welcome-portal.ts'

const APPLICATION_TOKEN_SEAL = 'portal-application-token'

/**
 * One event that a portal reported. Proved twice: by the key in the address that only the portal was given, and by the
 * application token, which is kept from the first event that came to that address.
 * @throws HubError `channel/forged-hook`, `request/malformed`.
 */
export async function acceptPortalEvent(
  deps: { database: Database; sealer: Sealer },
  key: string,
  body: string,
): Promise<void> {
  const owner = deps.sealer.unsign<EventKey>(EVENT_KEY, key)
  if (owner === undefined) throw new HubError('channel/forged-hook')
  const event = parsePortalEvent(body)
  if (event === undefined) throw new HubError('request/malformed')
  await deps.database.inWorkspace(owner.workspaceId, async (tx) => {
    const portal = await loadPortal(tx, owner.portalId, 'lock')
    if (portal === undefined) return
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
    if (event.event === 'ONAPPUNINSTALL')
      await changePortalState(tx, portal.id, 'uninstalled', 'portal/uninstalled')
  })
}
