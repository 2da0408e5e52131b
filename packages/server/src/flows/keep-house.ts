import type { Database } from '../store/database.ts'
import { forgetFullBuckets } from '../store/rate-limit.ts'
import { ensurePartitions, forgetOld } from '../store/upkeep.ts'

/** A delivery that a network repeats is known for so long. */
const INBOUND_KEY_DAYS = 60
/** A page that was closed longer ago is read anew. */
const REALTIME_HOURS = 72

/** Each night: room for the coming months, and what nobody asks for any more is forgotten. */
export async function keepHouse(database: Database): Promise<void> {
  await ensurePartitions(database)
  await forgetOld(database, { inboundKeyDays: INBOUND_KEY_DAYS, realtimeHours: REALTIME_HOURS })
  await forgetFullBuckets(database)
}
