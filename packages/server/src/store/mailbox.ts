import type { Queryable, Tx } from './database.ts'

/**
 * The mailbox: ordered work per key (a conversation, a portal). One row per key that has something to do; the row is
 * the lock, the lease and the timer (migrations/0001-foundation.sql). Work on one key runs one at a time; what the
 * work is stands in other tables, so a key is woken, never sent anything.
 *
 * Promises: a wake-up is never lost, also when it comes during a lease; two workers never hold one key; a worker that
 * dies or stalls loses its lease and cannot end the claim any more. At least once: a handler may run again.
 */
export interface LaneEntry {
  readonly lane: string
  readonly key: string
  /** Only workers that serve this route take the key; null: every worker; left out: keeps the route it has. */
  readonly route?: string | null
  /** When to wake; left out: now. The earliest of several wins. */
  readonly at?: Date
}

/** A key leased to one worker. */
export interface Claim {
  readonly workspaceId: string
  readonly lane: string
  readonly key: string
  readonly route: string | null
  /** Number of this claim; never given twice. Carry it along with outside effects that must not come from a stale worker. */
  readonly fence: number
  /** Tries since the last success, this one included. */
  readonly attempts: number
  /** Claims since the last success that ran out: their worker died or stalled, whatever the reason. */
  readonly deaths: number
  readonly dirty: number
  readonly owner: string
}

/** The claim ran out and another worker may have it: roll back, and leave the key to it. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
  constructor(lane: string) {
    super(`a claim of lane ${lane} was lost before it was ended`)
  }
}

/** Tries without success after which a key is given up. */
export const DEFAULT_MAX_ATTEMPTS = 8

/**
 * Wakes keys inside the caller's transaction, so that facts and next work commit together. Readers are told after
 * the commit. A parked key gets one more try: what is new may go well, and must not wait for somebody to look. Locks
 * the rows in one order; a transaction that calls it several times may meet a deadlock, which is an error that may be
 * retried (`isTransient`).
 */
export async function putLanes(tx: Tx, entries: readonly LaneEntry[]): Promise<void> {
  if (entries.length === 0) return
  await tx.query({
    name: 'mailbox-put',
    text: `insert into mailbox as m (workspace_id, lane, key, route, next_at)
      select $1::uuid, e.lane, e.key, (array_agg(e.route) filter (where e.route is not null))[1],
        min(coalesce(e.at, now()))
      from unnest($2::text[], $3::text[], $4::uuid[], $5::timestamptz[]) as e (lane, key, route, at)
      group by e.lane, e.key order by e.lane, e.key
      on conflict (workspace_id, lane, key) do update set
        next_at = least(m.next_at, excluded.next_at), dirty = m.dirty + 1, route = coalesce(excluded.route, m.route),
        parked_at = null, park_reason = null,
        attempts = case when m.parked_at is null then m.attempts else greatest(m.attempts - 1, 0) end,
        deaths = case when m.parked_at is null then m.deaths else greatest(m.deaths - 1, 0) end
      where m.lease_by is not null or m.next_at is null or m.next_at > excluded.next_at or m.parked_at is not null
        or excluded.route is distinct from m.route and excluded.route is not null`,
    values: [
      tx.workspaceId,
      entries.map((entry) => entry.lane),
      entries.map((entry) => entry.key),
      entries.map((entry) => entry.route ?? null),
      entries.map((entry) => entry.at ?? null),
    ],
  })
  const unrouted = entries.filter((entry) => entry.route === null)
  if (unrouted.length > 0)
    await tx.query({
      name: 'mailbox-unroute',
      text: `update mailbox m set route = null from unnest($2::text[], $3::text[]) as e (lane, key)
        where m.workspace_id = $1 and m.lane = e.lane and m.key = e.key and m.route is not null`,
      values: [tx.workspaceId, unrouted.map((entry) => entry.lane), unrouted.map((entry) => entry.key)],
    })
  for (const entry of entries) tx.wake(entry.lane)
}

export interface ClaimOptions {
  readonly lane: string
  /** Claim in batches: one by one is 30 times slower (storage.md §2a). */
  readonly limit: number
  readonly leaseMs: number
  /** Names the claiming runner; unique in the cluster. */
  readonly owner: string
  /** Routes served; left out: all. Keys without a route are always taken. */
  readonly routes?: readonly string[]
}

/** Leases due keys of all workspaces, each workspace getting an equal share while several have due work. */
export async function claim(database: Queryable, options: ClaimOptions): Promise<Claim[]> {
  const rows = await database.query<Omit<Claim, 'lane' | 'owner' | 'workspaceId'> & { workspace_id: string }>(
    {
      name: 'mailbox-claim',
      text: 'select workspace_id, key, route, fence, attempts, deaths, dirty from door.claim($1, $2, $3, $4, $5)',
      values: [options.lane, options.limit, options.leaseMs, options.owner, options.routes ?? null],
    },
  )
  return rows.map(({ workspace_id, ...row }) => ({
    ...row,
    workspaceId: workspace_id,
    lane: options.lane,
    owner: options.owner,
  }))
}

/** Lengthens the claims of one owner in one lane. @returns the fences of those still held. */
export async function renew(
  database: Queryable,
  claims: readonly Claim[],
  leaseMs: number,
): Promise<Set<number>> {
  const first = claims[0]
  if (!first) return new Set()
  const rows = await database.query<{ fence: number }>({
    name: 'mailbox-renew',
    text: 'select fence from door.renew($1, $2, $3, $4, $5, $6) as fence',
    values: [
      claims.map((each) => each.workspaceId),
      first.lane,
      claims.map((each) => each.key),
      claims.map((each) => each.fence),
      first.owner,
      leaseMs,
    ],
  })
  return new Set(rows.map((row) => row.fence))
}

/** All claims run out now, of all lanes: their workers are known to be dead. */
export async function endClaims(database: Queryable): Promise<void> {
  await database.query({ text: 'select door.end_claims()' })
}

/**
 * Ends a claim well: the key goes, or wakes at `nextAt`, or at once when it was woken since the claim. Called in the
 * transaction that saves the work it is a true fence: work of a stale worker cannot commit.
 * @returns whether the key is due again at once.
 * @throws LeaseLostError when the claim is no longer held.
 */
export async function done(target: Queryable | Tx, claimed: Claim, nextAt?: Date): Promise<boolean> {
  const rows = await target.query<{ answer: DoneAnswer }>({
    name: 'mailbox-done',
    text: 'select door.done($1, $2, $3, $4, $5, $6, $7) as answer',
    values: [...identity(claimed), claimed.dirty, nextAt ?? null],
  })
  const answer = rows[0]?.answer ?? 'lost'
  if (answer === 'lost') throw new LeaseLostError(claimed.lane)
  if (answer === 'due' && 'wake' in target) target.wake(claimed.lane)
  return answer === 'due'
}

/**
 * Ends claims of one lane well, all in one statement, each as `done` does. A claim that is no longer held changes nothing
 * about the others.
 * @returns for each claim whether the key is due again at once, or `lost`.
 */
export async function doneTogether(
  database: Queryable,
  ends: readonly { readonly claimed: Claim; readonly nextAt?: Date | undefined }[],
): Promise<(boolean | 'lost')[]> {
  // In one order, as everybody who locks several rows of the mailbox: two batches never wait for each other.
  const rows = await database.query<{ place: number; answer: DoneAnswer }>({
    name: 'mailbox-done-together',
    text: `select e.place, door.done(e.workspace_id, e.lane, e.key, e.owner, e.fence, e.dirty, e.next_at) as answer
      from (select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
        $7::timestamptz[]) with ordinality as all_ends (workspace_id, lane, key, owner, fence, dirty, next_at, place)
        order by workspace_id, lane, key) as e`,
    values: [
      ends.map(({ claimed }) => claimed.workspaceId),
      ends.map(({ claimed }) => claimed.lane),
      ends.map(({ claimed }) => claimed.key),
      ends.map(({ claimed }) => claimed.owner),
      ends.map(({ claimed }) => claimed.fence),
      ends.map(({ claimed }) => claimed.dirty),
      ends.map(({ nextAt }) => nextAt ?? null),
    ],
  })
  const answers = new Map(rows.map(({ place, answer }) => [place, answer]))
  return ends.map((_, index) => {
    const answer = answers.get(index + 1) ?? 'lost'
    return answer === 'lost' ? 'lost' : answer === 'due'
  })
}

/** Puts the key off without counting a try: a rate limit, a paused channel. Wake-ups since the claim wait as well. */
export function snooze(target: Queryable, claimed: Claim, until: Date): Promise<void> {
  return giveBack(target, claimed, until, 'untried')
}

/** Puts keys off that nothing was begun for, all in one statement. One that is no longer held is left as it is. */
export async function snoozeTogether(
  target: Queryable,
  claims: readonly Claim[],
  until: Date,
): Promise<void> {
  await target.query({
    name: 'mailbox-snooze-together',
    text: `select door.give_back(e.workspace_id, e.lane, e.key, e.owner, e.fence, $6, false, 0, null)
      from (select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[])
        as all_claims (workspace_id, lane, key, owner, fence) order by workspace_id, lane, key) as e`,
    values: [
      claims.map((each) => each.workspaceId),
      claims.map((each) => each.lane),
      claims.map((each) => each.key),
      claims.map((each) => each.owner),
      claims.map((each) => each.fence),
      until,
    ],
  })
}

/** Counts a failed try; again at `retryAt`. */
export function retryLater(target: Queryable, claimed: Claim, retryAt: Date): Promise<void> {
  return giveBack(target, claimed, retryAt, 'tried')
}

/** Sets the key aside: it waits for a wake-up. Those that came since the claim do not count. `reason`: a code. */
export function park(target: Queryable, claimed: Claim, reason: string): Promise<void> {
  return giveBack(target, claimed, new Date(), { parkedFor: reason })
}

export interface LaneDepth {
  readonly lane: string
  readonly waiting: number
  readonly leased: number
  readonly parked: number
}

/** How much stands in each lane, of all workspaces: for metrics and health. */
export function laneDepths(database: Queryable): Promise<LaneDepth[]> {
  return database.query<LaneDepth>({ text: 'select lane, waiting, leased, parked from door.lane_depths()' })
}

/**
 * Pause before the next try: doubles from `baseMs` to `maxMs`, half of it random, so that keys that failed together
 * do not come back together. `random` gives 0 ≤ x < 1.
 */
export function retryDelayMs(attempts: number, random: () => number, baseMs = 1000, maxMs = 300_000): number {
  const wholeMs = Math.min(maxMs, baseMs * 2 ** Math.min(Math.max(attempts, 1) - 1, 30))
  return Math.round(wholeMs * (0.5 + random() / 2))
}

type DoneAnswer = 'gone' | 'due' | 'later' | 'lost'

/** More tries than there are: `door.give_back` parks on its own at a number of tries, which is not asked of it. */
const NEVER_PARKS = 2_147_483_647

/** @throws LeaseLostError when the claim is no longer held. */
async function giveBack(
  target: Queryable,
  claimed: Claim,
  nextAt: Date,
  how: 'untried' | 'tried' | { readonly parkedFor: string },
): Promise<void> {
  const parkedFor = typeof how === 'object' ? how.parkedFor : null
  const rows = await target.query<{ answer: 'again' | 'parked' | 'lost' }>({
    name: 'mailbox-give-back',
    text: 'select door.give_back($1, $2, $3, $4, $5, $6, $7, $8, $9) as answer',
    values: [
      ...identity(claimed),
      nextAt,
      how !== 'untried',
      parkedFor === null ? NEVER_PARKS : 0,
      parkedFor,
    ],
  })
  if ((rows[0]?.answer ?? 'lost') === 'lost') throw new LeaseLostError(claimed.lane)
}

function identity(claimed: Claim): unknown[] {
  return [claimed.workspaceId, claimed.lane, claimed.key, claimed.owner, claimed.fence]
}
