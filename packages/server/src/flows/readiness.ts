import type { Database } from '../store/database.ts'
import { type LaneDepth, laneDepths } from '../store/mailbox.ts'

/** How much waits in each lane; answering at all means that the database does. @throws what the database throws. */
export function readiness(database: Database): Promise<LaneDepth[]> {
  return laneDepths(database)
}
