import { HubError } from '@trunkline/contracts/errors'
import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import type { Sealer } from '../../seal.ts'
import type { Database } from '../../store/database.ts'
import { presentPump } from './present-pump.ts'
import type { PortalBook } from './serve-portals.ts'
import { syncDirectory } from './sync-directory.ts'

/** Purpose of the key in the address at which a portal reports its events. */
export const EVENT_KEY = 'portal-events'

/** The key that is part of that address: nobody but the portal knows it. */
export interface EventKey {
  readonly workspaceId: WorkspaceId
  readonly portalId: PortalId
}

/** Events that we ask a portal for: the ones that change whether we may work with it at all. */
const EVENTS = ['ONAPPUNINSTALL'] as const

/**
 * What follows a connection, on the node that owns the portal: the pump takes the new tokens, reference data come here, the portal is asked to report.
 * @throws HubError when the portal does not answer now; all of it is done again by the hourly synchronisation.
 */
export async function welcomePortal(
  deps: { database: Database; sealer: Sealer; portals: PortalBook; publicUrl: () => string },
  { workspaceId, portalId }: EventKey,
): Promise<void> {
  deps.portals.reconnected(portalId)
  const pump = await presentPump(deps.portals, portalId)
  await syncDirectory(deps.database, pump, workspaceId, portalId)
  const handler = `${deps.publicUrl()}/portal/events/${deps.sealer.sign(EVENT_KEY, { workspaceId, portalId } satisfies EventKey)}`
  for (const event of EVENTS) {
    await pump
      .call({ method: 'event.bind', params: { event, handler } }, { priority: 3, writes: false })
      .catch((error: unknown) => {
        // "Handler already binded", or an address that the portal cannot reach: the pump will notice an uninstall itself.
        if (!(error instanceof HubError)) throw error
      })
  }
}
