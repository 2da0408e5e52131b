import type { Queryable } from './database.ts'

/** A bucket of `burst` tokens that fills by `perSecond` (GCRA). Shared by the cluster: one row per key. */
export interface Bucket {
  readonly key: string
  readonly perSecond: number
  readonly burst: number
}

/**
 * Takes tokens. @returns 0 when granted, else the milliseconds after which the same call would be granted; a refusal
 * takes nothing. Do not hold a worker for that long: snooze the lane.
 */
export async function takeTokens(database: Queryable, bucket: Bucket, cost = 1): Promise<number> {
  const rows = await database.query<{ waitMs: number }>({
    name: 'rate-limit-take',
    text: 'select take_tokens($1, $2, $3, $4) as "waitMs"',
    values: [bucket.key, bucket.perSecond, bucket.burst, cost],
  })
  return rows[0]?.waitMs ?? 0
}

/**
 * Uses up a name that may be used once, for the whole cluster. @returns whether this was the first use.
 * The name is remembered for `rememberMs`; after that something else must keep it from being used again.
 */
export async function useOnce(database: Queryable, name: string, rememberMs: number): Promise<boolean> {
  return (await takeTokens(database, { key: `once:${name}`, perSecond: 1000 / rememberMs, burst: 1 })) === 0
}

/** Forgets buckets that are full again: they say nothing that a missing one does not. */
export async function forgetFullBuckets(database: Queryable): Promise<void> {
  await database.query({ text: `delete from rate_limits where full_at < now() - interval '1 hour'` })
}
