import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** Gives all that waits in a lane of the workspace to another route. */
export async function rerouteLane(tx: Tx, lane: string, route: string): Promise<void> {
  await sql`update mailbox set route = ${route}, dirty = dirty + 1 where lane = ${lane} and route is distinct from ${route}`.execute(
    tx.kysely,
  )
  tx.wake(lane)
}
