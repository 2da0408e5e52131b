import type { Database } from '../store/database.ts'
import { forgetFullBuckets } from '../store/rate-limit.ts'

/** Forgets rate limits that nobody used lately. */
export function keepRateLimitsSmall(database: Database): Promise<void> {
  return forgetFullBuckets(database)
}
