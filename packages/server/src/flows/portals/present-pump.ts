import { HubError } from '@trunkline/contracts/errors'
import type { PortalId } from '@trunkline/contracts/ids'
import type { Pump } from '@trunkline/portal'
import type { PortalBook } from './serve-portals.ts'

/**
 * The pump of a portal, opened now if need be: a portal connected a moment ago has none yet.
 * @throws HubError `portal/reauthorise` when there is nothing to open it with. Only the owner of a portal has its pump: portal-desk.ts.
 */
export async function presentPump(portals: PortalBook, portalId: PortalId): Promise<Pump> {
  // A look that was under way may have begun before the portal was connected; the second one has not.
  for (let look = 0; look < 3; look++) {
    const pump = portals.pumpOf(portalId)
    if (pump !== undefined) return pump
    await portals.refresh()
  }
  throw new HubError('portal/reauthorise')
}
