import { HubError } from '@trunkline/contracts/errors'
import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import type { Sealer } from '../../seal.ts'
import type { Database } from '../../store/database.ts'
import { portalsToServe } from '../../store/portals.ts'
import type { PortalDesk } from './portal-desk.ts'
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
 * @throws HubError when the portal does not answer now; all of it is done again each hour.
 */
export async function welcomePortal(
  deps: { database: Database; sealer: Sealer; portals: PortalBook; publicUrl: () => string },
  { workspaceId, portalId }: EventKey,
): Promise<void> {
  deps.portals.reconnected(portalId)
  const pump = await presentPump(deps.portals, portalId)
  await syncDirectory(deps.database, pump, workspaceId, portalId)
  const handler = handlerOf(deps, { workspaceId, portalId })
  for (const event of EVENTS) {
    await pump
      .call({ method: 'event.bind', params: { event, handler } }, { priority: 3, writes: false })
      .catch((error: unknown) => {
        // "Handler already binded", or an address that the portal cannot reach: the pump will notice an uninstall itself.
        if (!(error instanceof HubError)) throw error
      })
  }
}

/** Each hour: every portal is read anew, and asked to report if it is not asked yet. */
export async function welcomePortals(database: Database, desk: Pick<PortalDesk, 'leave'>): Promise<void> {
  for (const { workspaceId, portalId } of await portalsToServe(database))
    await desk.leave(workspaceId, portalId, 'welcome').catch((error: unknown) => {
      // Deleted meanwhile.
      if (!(error instanceof HubError)) throw error
    })
}

/**
 * Before a portal is forgotten, or its entry leads elsewhere: it is asked to report nothing any more, as long as our keys
 * still work there.
 * @throws HubError when the portal does not answer; whoever forgets it does so all the same.
 */
export async function farewellPortal(
  deps: { sealer: Sealer; portals: PortalBook; publicUrl: () => string },
  key: EventKey,
): Promise<void> {
  const pump = deps.portals.pumpOf(key.portalId)
  if (pump === undefined) throw new HubError('portal/reauthorise')
  const bound = await pump.call({ method: 'event.get' }, { priority: 3, writes: false })
  for (const { event, handler } of handlersIn(bound))
    if (isOurHandler(deps.sealer, handler, key.portalId))
      await pump.call({ method: 'event.unbind', params: { event, handler } }, { priority: 3, writes: false })
}

/** Whichever address we had when it was bound, the key in it is this entry's. */
function isOurHandler(sealer: Sealer, handler: string, portalId: PortalId): boolean {
  const key = handler.split('/portal/events/')[1]
  return key !== undefined && sealer.unsign<EventKey>(EVENT_KEY, key)?.portalId === portalId
}

function handlersIn(answer: unknown): { event: string; handler: string }[] {
  const rows: unknown[] = Array.isArray(answer) ? answer : []
  return rows.flatMap((row) => {
    const { event, handler } = (row ?? {}) as Record<string, unknown>
    return typeof event === 'string' && typeof handler === 'string' ? [{ event, handler }] : []
  })
}

function handlerOf(deps: { sealer: Sealer; publicUrl: () => string }, key: EventKey): string {
  const { workspaceId, portalId } = key
  return `${deps.publicUrl()}/portal/events/${deps.sealer.sign(EVENT_KEY, { workspaceId, portalId } satisfies EventKey)}`
}
