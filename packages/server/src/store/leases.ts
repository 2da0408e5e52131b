import type { Queryable } from './database.ts'

/** A named right that one process of the cluster has at a time: to pump a portal, to run a cron job. */
export interface Lease {
  readonly name: string
  readonly owner: string
  /** Grows with every change of owner: outside effects can carry it, so that a stale owner is told apart. */
  readonly fence: number
}

/** Takes the lease when it is free, expired or already ours. @returns null while another owner has it. */
export async function acquireLease(
  database: Queryable,
  wanted: { readonly name: string; readonly owner: string; readonly ttlMs: number },
): Promise<Lease | null> {
  const rows = await database.query<{ fence: number }>({
    name: 'lease-acquire',
    text: `insert into leases as l (name, owner, fence, until)
      values ($1, $2, 1, clock_timestamp() + $3::float8 * interval '1 millisecond')
      on conflict (name) do update set
        owner = excluded.owner,
        fence = l.fence + (l.owner <> excluded.owner or l.until <= clock_timestamp())::int,
        until = excluded.until
      where l.owner = excluded.owner or l.until <= clock_timestamp()
      returning fence`,
    values: [wanted.name, wanted.owner, wanted.ttlMs],
  })
  const row = rows[0]
  return row ? { name: wanted.name, owner: wanted.owner, fence: row.fence } : null
}

/** Lengthens a lease. @returns false when it had run out or has another owner: stop what it allowed. */
export async function renewLease(database: Queryable, lease: Lease, ttlMs: number): Promise<boolean> {
  const rows = await database.query({
    name: 'lease-renew',
    text: `update leases set until = clock_timestamp() + $4::float8 * interval '1 millisecond'
      where name = $1 and owner = $2 and fence = $3 and until > clock_timestamp() returning 1`,
    values: [lease.name, lease.owner, lease.fence, ttlMs],
  })
  return rows.length > 0
}

/** Lets others have it at once. The row stays, because its fence must go on growing. */
export async function releaseLease(database: Queryable, lease: Lease): Promise<void> {
  await database.query({
    text: `update leases set until = '-infinity' where name = $1 and owner = $2 and fence = $3`,
    values: [lease.name, lease.owner, lease.fence],
  })
}

/**
 * When a lease was last taken or renewed, for whoever takes it over. A released one counts as renewed just now, because
 * when its owner stopped working is not kept.
 * @returns undefined when nobody ever had it.
 */
export async function leaseLastRenewedAt(
  database: Queryable,
  name: string,
  ttlMs: number,
): Promise<Date | undefined> {
  const rows = await database.query<{ at: Date }>({
    text: `select case when until = '-infinity' then clock_timestamp()
      else least(until - $2::float8 * interval '1 millisecond', clock_timestamp()) end as at from leases where name = $1`,
    values: [name, ttlMs],
  })
  return rows[0]?.at
}

/**
 * Every lease becomes this owner's, with the time that it has left. For a process that knows that all others are dead;
 * waiting for their leases to run out would only cost customers the wait.
 */
export async function inheritLeases(database: Queryable, owner: string): Promise<void> {
  await database.query({
    text: 'update leases set owner = $1, fence = fence + 1 where until > clock_timestamp()',
    values: [owner],
  })
}

export interface HeldLease extends Lease {
  /** Aborts when the lease is lost, or may be because the database did not answer in time. */
  readonly signal: AbortSignal
  release(): Promise<void>
}

/** Acquires a lease and keeps it by renewing thrice per `ttlMs`. @returns null while another owner has it. */
export async function holdLease(
  database: Queryable,
  wanted: { readonly name: string; readonly owner: string; readonly ttlMs: number },
): Promise<HeldLease | null> {
  const askedAt = performance.now()
  const lease = await acquireLease(database, wanted)
  if (!lease) return null
  const lost = new AbortController()
  // By our own clock and counted from before the question: never later than the database's own deadline.
  let deadline = askedAt + wanted.ttlMs
  let renewing: Promise<void> = Promise.resolve()
  const renewOnce = async () => {
    const startedAt = performance.now()
    const still = await renewLease(database, lease, wanted.ttlMs).catch(() => null) // null: unknown, tried again
    if (still === true) deadline = startedAt + wanted.ttlMs
    if (still === false) end()
  }
  const renewal = setInterval(() => {
    renewing = renewOnce()
  }, wanted.ttlMs / 3)
  const watch = setInterval(() => {
    if (performance.now() >= deadline) end()
  }, wanted.ttlMs / 20)
  renewal.unref()
  watch.unref()
  const end = () => {
    clearInterval(renewal)
    clearInterval(watch)
    if (!lost.signal.aborted) lost.abort(new Error(`lease ${lease.name} was lost`))
  }
  return {
    ...lease,
    signal: lost.signal,
    release: async () => {
      clearInterval(renewal)
      clearInterval(watch)
      await renewing
      await releaseLease(database, lease)
    },
  }
}
