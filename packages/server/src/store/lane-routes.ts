import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** Gives what waits in a lane of the workspace under keys that begin so to another route; null is every node's. */
export async function rerouteLane(tx: Tx, lane: string, prefix: string, route: string | null): Promise<void> {
  await sql`update mailbox set route = ${route}::uuid, dirty = dirty + 1 where lane = ${lane}
    and starts_with(key, ${prefix}) and route is distinct from ${route}::uuid`.execute(tx.kysely)
  tx.wake(lane)
}
