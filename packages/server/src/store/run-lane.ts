import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Queryable } from './database.ts'
import {
  type Claim,
  claim,
  DEFAULT_MAX_ATTEMPTS,
  done,
  doneTogether,
  LeaseLostError,
  park,
  renew,
  retryDelayMs,
  retryLater,
  snooze,
  snoozeTogether,
} from './mailbox.ts'
import type { Wake } from './wake.ts'

/** How a handler's work on one key ended. Nothing: done, and nothing more is due. */
export type LaneResult =
  | undefined
  /** Done; wake again at this time. */
  | { readonly nextAt: Date }
  /** Not now (a rate limit, a paused channel); no try is counted. */
  | { readonly snoozeUntil: Date }

export interface LaneContext {
  /** Aborts when the lease is lost or the runner was told to stop at once: outside calls should end. */
  readonly signal: AbortSignal
  /**
   * Ends the claim inside the transaction that saves the work, so that both commit or neither does.
   * @throws LeaseLostError when another worker may have the key; let it roll the transaction back.
   */
  done(tx: Queryable, nextAt?: Date): Promise<void>
}

/** What a thrown error means. `afterMs` left out: exponential pause with jitter. */
export type LaneFailure =
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number }
  | { readonly kind: 'snooze'; readonly afterMs: number }

export interface LaneOptions {
  readonly database: Database
  readonly lane: string
  readonly wake: Wake
  /** Works on everything pending under the key, in order. May run again after a crash: effects must be repeatable. */
  readonly handler: (claimed: Claim, context: LaneContext) => Promise<LaneResult>
  /** Handlers at a time. */
  readonly concurrency?: number
  /** Keys leased in one statement. */
  readonly claimSize?: number
  /** After this long without renewal another worker takes the key; renewed thrice in that time while handlers run. */
  readonly leaseMs?: number
  /** Failed tries after which a key is given up. */
  readonly maxAttempts?: number
  /** Deaths of its worker after which a key is given up without another try. */
  readonly maxDeaths?: number
  /**
   * A key is given up: makes what became of its work visible where people look, in a transaction of its own that may be
   * repeated. The key then ends as well as any, with its next work at the time answered, and is parked only when
   * nothing is given here. When it throws, the lease runs out and the key is given up once more.
   */
  readonly onGivenUp?: (claimed: Claim) => Promise<{ readonly nextAt: Date } | undefined>
  /** Routes this node serves now; left out: all. */
  readonly routes?: () => readonly string[]
  /** Sorts errors; left out: every error is a retry with its name as reason. */
  readonly classify?: (error: unknown) => LaneFailure
  /** Told of every end that is not a success; `reason` is a code. Keys are not logged: some hold phone numbers. */
  readonly onTrouble?: (
    event: 'retry' | 'snooze' | 'given-up' | 'lost' | 'database',
    reason: string,
    lane: string,
  ) => void
  readonly pollMs?: number
  /** true: works only inside `drain()`. */
  readonly paused?: boolean
}

export interface LaneRunner {
  /** Works on all that is due, and on what that wakes, then resolves with the number of keys handled meanwhile. */
  drain(): Promise<number>
  /** Takes nothing more, lets running handlers finish for `graceMs`, then aborts them; gives unstarted keys back. */
  stop(graceMs?: number): Promise<void>
}

/** Deaths of its worker after which a key is given up. */
const DEFAULT_MAX_DEATHS = 10
const WORKER_DIED = 'worker-died'
/** A key that found no place beside others of its kind is looked at again after this long. */
const NO_PLACE_MS = 1_000

/**
 * How many keys whose workers died so often, or oftener, one node works on at a time. A worker that dies takes hundreds of
 * innocent keys with it; so after each death fewer run beside each other, and the last one before a key is given up
 * runs alone: what kills workers is found, what was merely there is not blamed.
 */
export function companyOf(deaths: number, maxDeaths: number): number {
  return deaths === 0 ? Number.POSITIVE_INFINITY : 4 ** Math.max(0, maxDeaths - 1 - deaths)
}

/**
 * Runs the handlers of one lane on this node: a loop that claims batches, wakes by signal or poll, and renews leases.
 */
export function runLane(options: LaneOptions): LaneRunner {
  const { database, lane, wake } = options
  const concurrency = options.concurrency ?? 8
  const claimSize = options.claimSize ?? concurrency * 2
  const leaseMs = options.leaseMs ?? 15_000
  const pollMs = options.pollMs ?? 400
  const maxAttempts = options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS
  const maxDeaths = options.maxDeaths ?? DEFAULT_MAX_DEATHS
  const owner = `${lane}/${randomUUID()}`
  /** All held claims: waiting here or running. */
  const held = new Map<number, { claimed: Claim; abort: AbortController }>()
  const queue: Claim[] = []
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  const idleWaiters: (() => void)[] = []
  const ending: {
    readonly claimed: Claim
    readonly nextAt: Date | undefined
    resolve(isDue: boolean): void
    reject(error: unknown): void
  }[] = []
  let handled = 0
  let loop: Promise<void> | undefined
  let renewing: Promise<void> = Promise.resolve()

  const renewal = setInterval(() => {
    const claims = [...held.values()].map((each) => each.claimed)
    if (claims.length === 0) return
    renewing = renew(database, claims, leaseMs).then(
      (still) => {
        for (const each of claims) if (!still.has(each.fence)) drop(each)
      },
      // The lease may lapse meanwhile; the fence keeps a stale worker from ending the claim.
      (error: unknown) => options.onTrouble?.('database', nameOf(error), lane),
    )
  }, leaseMs / 3)
  renewal.unref()

  function drop(claimed: Claim): void {
    const entry = held.get(claimed.fence)
    if (!entry) return
    held.delete(claimed.fence)
    const waiting = queue.indexOf(claimed)
    if (waiting >= 0) queue.splice(waiting, 1)
    entry.abort.abort(new LeaseLostError(lane))
  }

  async function fetch(): Promise<boolean> {
    const routes = options.routes?.()
    const claims = await claim(database, {
      lane,
      limit: claimSize,
      leaseMs,
      owner,
      ...(routes ? { routes } : {}),
    })
    const crowded: Claim[] = []
    for (const claimed of claims) {
      if (!hasPlace(claimed.deaths)) {
        crowded.push(claimed)
        continue
      }
      held.set(claimed.fence, { claimed, abort: new AbortController() })
      queue.push(claimed)
    }
    if (crowded.length > 0) await snoozeTogether(database, crowded, new Date(Date.now() + NO_PLACE_MS))
    return claims.length > 0
  }

  function hasPlace(deaths: number): boolean {
    const company = companyOf(deaths, maxDeaths)
    if (company > held.size) return true
    let present = 0
    for (const { claimed } of held.values()) if (claimed.deaths >= deaths) present += 1
    return present < company
  }

  async function work(claimed: Claim): Promise<void> {
    const entry = held.get(claimed.fence)
    if (!entry) return
    let ended = false
    try {
      if (claimed.deaths >= maxDeaths) return await giveUp(claimed, WORKER_DIED)
      const result = await options.handler(claimed, {
        signal: entry.abort.signal,
        done: async (tx, nextAt) => {
          await done(tx, claimed, nextAt)
          ended = true
        },
      })
      if (!ended) await settle(claimed, result)
      handled += 1
    } catch (error) {
      await settleFailure(claimed, error)
    } finally {
      held.delete(claimed.fence)
    }
  }

  /**
   * Claims that end at the same moment end in one statement: their handlers were often served by one answer of the portal.
   * @throws LeaseLostError when another worker may have the key.
   */
  function endTogether(claimed: Claim, nextAt: Date | undefined): Promise<boolean> {
    return new Promise((resolve, reject) => {
      ending.push({ claimed, nextAt, resolve, reject })
      if (ending.length === 1) setImmediate(flushEnding)
    })
  }

  async function flushEnding(): Promise<void> {
    const batch = ending.splice(0)
    try {
      const answers = await doneTogether(database, batch)
      for (const [index, each] of batch.entries()) {
        const answer = answers[index] ?? 'lost'
        if (answer === 'lost') each.reject(new LeaseLostError(lane))
        else each.resolve(answer)
      }
    } catch (error) {
      for (const each of batch) each.reject(error)
    }
  }

  async function settle(claimed: Claim, result: LaneResult): Promise<void> {
    if (!result || 'nextAt' in result) {
      if (await endTogether(claimed, result?.nextAt)) wake.poke([lane])
    } else await snooze(database, claimed, result.snoozeUntil)
  }

  /** Told first: a node that dies in between tells it once more, and nothing ends unseen. */
  async function giveUp(claimed: Claim, reason: string): Promise<void> {
    options.onTrouble?.('given-up', reason, lane)
    if (options.onGivenUp === undefined) return park(database, claimed, reason)
    const next = await options.onGivenUp(claimed)
    if (await endTogether(claimed, next?.nextAt)) wake.poke([lane])
  }

  async function settleFailure(claimed: Claim, error: unknown): Promise<void> {
    if (error instanceof LeaseLostError) {
      options.onTrouble?.('lost', error.name, lane)
      return
    }
    const failure = options.classify?.(error) ?? { kind: 'retry', reason: nameOf(error) }
    try {
      if (failure.kind === 'snooze') {
        await snooze(database, claimed, new Date(Date.now() + failure.afterMs))
        options.onTrouble?.('snooze', nameOf(error), lane)
      } else if (claimed.attempts >= maxAttempts) {
        await giveUp(claimed, failure.reason)
      } else {
        const afterMs = failure.afterMs ?? retryDelayMs(claimed.attempts, Math.random)
        await retryLater(database, claimed, new Date(Date.now() + afterMs))
        options.onTrouble?.('retry', failure.reason, lane)
      }
    } catch (secondary) {
      // The lease then ends by itself and the key comes back.
      options.onTrouble?.(secondary instanceof LeaseLostError ? 'lost' : 'database', nameOf(secondary), lane)
    }
  }

  function startHandlers(): void {
    while (running.size < concurrency && !stopping.signal.aborted) {
      const claimed = queue.shift()
      if (!claimed) return
      const job: Promise<void> = work(claimed).finally(() => {
        running.delete(job)
        release?.()
      })
      running.add(job)
    }
  }

  /** Resolves `freed`: a handler ended. */
  let release: (() => void) | undefined

  async function run(untilIdle: boolean): Promise<void> {
    while (!stopping.signal.aborted) {
      const freed = new Promise<void>((resolve) => {
        release = resolve
      })
      startHandlers()
      // Not ahead of free hands: another node may have some.
      if (running.size >= concurrency) {
        await freed
        continue
      }
      const seen = wake.version(lane)
      let got = false
      try {
        got = await fetch()
      } catch (error) {
        options.onTrouble?.('database', nameOf(error), lane)
        if (untilIdle) throw error
        await wake.after(lane, wake.version(lane), pollMs, stopping.signal)
        continue
      }
      if (got) continue
      if (running.size === 0) {
        for (const waiter of idleWaiters.splice(0)) waiter()
        if (untilIdle) return
      }
      const pause = new AbortController()
      const signal = AbortSignal.any([pause.signal, stopping.signal])
      const woken = wake.after(lane, seen, pollMs, signal)
      // The end of a handler makes nothing due by itself; only who waits for idleness needs to hear of it.
      await (untilIdle || idleWaiters.length > 0 ? Promise.race([freed, woken]) : woken)
      pause.abort()
    }
  }

  if (!options.paused) loop = run(false)

  return {
    drain: async () => {
      const before = handled
      if (options.paused) {
        await run(true)
      } else {
        await new Promise<void>((resolve) => {
          // The round that is under way may have looked before the caller's work was there: wait for the next.
          idleWaiters.push(() => {
            idleWaiters.push(resolve)
            wake.poke([lane])
          })
          wake.poke([lane])
        })
      }
      return handled - before
    },
    stop: async (graceMs = 10_000) => {
      stopping.abort()
      release?.()
      await loop
      const unstarted = queue.splice(0)
      for (const each of unstarted) held.delete(each.fence)
      // One that cannot be given back returns when its lease ends.
      await Promise.allSettled(unstarted.map((each) => snooze(database, each, new Date())))
      const over = new AbortController()
      const late = sleep(graceMs, 'late', { signal: over.signal }).catch(() => 'over')
      if ((await Promise.race([Promise.all(running).then(() => 'finished'), late])) === 'late') {
        for (const each of held.values()) each.abort.abort(new Error('the server is stopping'))
        await Promise.all(running)
      }
      over.abort()
      clearInterval(renewal)
      await renewing
      for (const waiter of idleWaiters.splice(0)) waiter()
    },
  }
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' ? code : error.name
}
