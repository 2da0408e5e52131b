import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import {
  createPump,
  createTokens,
  levelOnTakeOver,
  type Pump,
  type PumpOptions,
  type Tokens,
  type Transport,
} from '@trunkline/portal'
import type { Sealer } from '../../seal.ts'
import type { Database } from '../../store/database.ts'
import { type HeldLease, holdLease, leaseLastRenewedAt } from '../../store/leases.ts'
import { loadPortal, portalsToServe, saveEndpoint, savePause } from '../../store/portals.ts'
import { saveState } from './portal-state.ts'
import { tokenStore } from './token-store.ts'

/** The pumps of the portals that this node owns. */
export interface PortalBook {
  /** The pump of a portal, when this node owns it and it has tokens. */
  pumpOf(portalId: string): Pump | undefined
  /** Portals whose transfers this node works on. */
  routes(): readonly string[]
  /** Looks now which portals there are and which of them are ours; also done by itself every `everyMs`. */
  refresh(): Promise<void>
  /** After a person connected or repaired a portal. */
  reconnected(portalId: PortalId): void
  stop(): Promise<void>
}

interface Served {
  readonly workspaceId: WorkspaceId
  readonly lease: HeldLease
  /** When another owner was last known to be at work; undefined when nobody ever was. */
  readonly lastOwnedAt: Date | undefined
  pump: Pump | undefined
}

/**
 * Keeps one owner per portal in the cluster: the portal's bucket is shared by all who call from our address, so only
 * one process may fill it. Ownership is a database lease; a node that dies loses it in `ttlMs`.
 */
export function servePortals(options: {
  database: Database
  sealer: Sealer
  http: Transport
  owner: string
  ttlMs: number
  everyMs: number
  /** Whether this node works on transfers at all; a node that only serves pages owns no portal. */
  owns: boolean
  log: NonNullable<PumpOptions['log']>
  onTrouble: (error: unknown) => void
}): PortalBook {
  const { database, sealer } = options
  const served = new Map<string, Served>()
  const homes = new Map<string, WorkspaceId>()
  let stopped = false
  let refreshing: Promise<void> | undefined
  const workspaceOf = (id: PortalId): WorkspaceId => homes.get(id)!
  const tokens: Tokens = createTokens({
    store: tokenStore(database, sealer, workspaceOf),
    http: options.http,
  })

  async function refreshNow(): Promise<void> {
    if (!options.owns) return
    const portals = await portalsToServe(database)
    const present = new Set<string>(portals.map((portal) => portal.portalId))
    for (const [id, entry] of served) if (!present.has(id) || entry.lease.signal.aborted) await drop(id)
    for (const { workspaceId, portalId } of portals) {
      if (stopped) return
      homes.set(portalId, workspaceId)
      let entry = served.get(portalId)
      if (entry === undefined) {
        const lastOwnedAt = await leaseLastRenewedAt(database, `portal:${portalId}`, options.ttlMs)
        const lease = await holdLease(database, {
          name: `portal:${portalId}`,
          owner: options.owner,
          ttlMs: options.ttlMs,
        })
        if (lease === null) continue
        entry = { workspaceId, lease, lastOwnedAt, pump: undefined }
        served.set(portalId, entry)
        lease.signal.addEventListener('abort', () => void drop(portalId).catch(options.onTrouble))
      }
      entry.pump ??= await openPump(workspaceId, portalId, entry.lastOwnedAt)
    }
  }

  async function openPump(
    workspaceId: WorkspaceId,
    portalId: PortalId,
    lastOwnedAt: Date | undefined,
  ): Promise<Pump | undefined> {
    const row = await database.inWorkspace(workspaceId, (tx) => loadPortal(tx, portalId))
    if (row === undefined || row.tokens === null || row.clientEndpoint === null) return undefined
    return createPump({
      portalId,
      endpoint: row.clientEndpoint,
      tokens,
      http: options.http,
      plan: row.plan,
      log: options.log,
      // The owner before us may have filled the bucket up to the moment it was last heard of.
      initialLevel:
        lastOwnedAt === undefined ? 0 : levelOnTakeOver(row.plan, Date.now() - lastOwnedAt.getTime()),
      onState: (state, reason) => {
        saveState(database, workspaceId, portalId, state, reason?.code).catch(options.onTrouble)
      },
      onMoved: (moved) => {
        database.inWorkspace(workspaceId, (tx) => saveEndpoint(tx, portalId, moved)).catch(options.onTrouble)
      },
      onPaused: (untilAt) => {
        database
          .inWorkspace(workspaceId, (tx) => savePause(tx, portalId, new Date(untilAt)))
          .catch(options.onTrouble)
      },
    })
  }

  async function drop(id: string): Promise<void> {
    const entry = served.get(id)
    if (entry === undefined) return
    served.delete(id)
    await entry.pump?.stop()
    await entry.lease.release()
  }

  const refresh = (): Promise<void> => {
    refreshing ??= refreshNow().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }
  const timer = setInterval(() => void refresh().catch(options.onTrouble), options.everyMs)
  timer.unref()

  return {
    pumpOf: (portalId) => served.get(portalId)?.pump,
    routes: () => [...served.keys()],
    refresh,
    reconnected(portalId) {
      tokens.forget(portalId)
      const entry = served.get(portalId)
      if (entry?.pump !== undefined) entry.pump.resume()
      else void refresh().catch(options.onTrouble)
    },
    async stop() {
      stopped = true
      clearInterval(timer)
      await refreshing?.catch(options.onTrouble)
      for (const id of [...served.keys()]) await drop(id)
    },
  }
}
