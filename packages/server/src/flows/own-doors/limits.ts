import { HubError } from '@trunkline/contracts/errors'
import type { Database } from '../../store/database.ts'
import { type Bucket, forgetFullBuckets, takeTokens, useOnce } from '../../store/rate-limit.ts'

/** Addresses and visitors come and go, their buckets would stay: one call in so many clears the full ones away. */
const CLEAR_EVERY = 2000

/** Takes a token or refuses the call with the time to wait. @throws HubError `request/too-many`. */
export async function takeOrRefuse(database: Database, bucket: Bucket): Promise<void> {
  const waitMs = await takeTokens(database, bucket)
  if (Math.random() * CLEAR_EVERY < 1) await forgetFullBuckets(database)
  if (waitMs > 0) throw new HubError('request/too-many', { retryAfterMs: Math.ceil(waitMs) })
}

/** Whether this is the first use of a name within the time. */
export function firstUse(database: Database, name: string, rememberMs: number): Promise<boolean> {
  return useOnce(database, name, rememberMs)
}

/** Whether there is a token; takes it if so. */
export async function tokenLeft(database: Database, bucket: Bucket): Promise<boolean> {
  return (await takeTokens(database, bucket)) === 0
}
