import { systemClock } from '../client/clock.ts'
import { unknownOutcome } from '../client/errors.ts'
import type { AccessToken } from '../client/tokens.ts'
import { createBucket } from './bucket.ts'
import { exchangeBatch } from './exchange-batch.ts'
import { createMethodCosts } from './method-costs.ts'
import { partialSpacingMs, reservedHits, reservedSlots } from './pacing.ts'
import type { Packed } from './packing.ts'
import { pack } from './packing.ts'
import { createParkedMethods } from './parked-methods.ts'
import { createPortalHealth } from './portal-health.ts'
import type { GroupAnswer, GroupOptions, Priority, Pump, PumpCommand, PumpOptions } from './pump-contract.ts'
import { createQueues, PRIORITIES, stoppedError } from './queues.ts'
import { createSettler } from './settle-exchange.ts'
import type { WaitingGroup } from './waiting-group.ts'
import { settle, uniformAnswer, waitingGroup } from './waiting-group.ts'

/** Batches of others in a row, while bulk waits, before bulk leads one. */
const BULK_TURN = 8
/** How long a first batch of writes of unknown cost may keep the next one waiting (ms): its answer lets that be larger. */
const PROBE_MS = 1_500
/** Longest sleep when nothing is due: an answer or new work wakes the loop. */
const IDLE_MS = 60_000

/**
 * The one place from which a portal is asked: packs the commands of many conversations into batches, within the
 * portal's limits, in the order of priority and arrival.
 *
 * One pump a portal at a time (the server holds a lease). It keeps nothing that must last: what waits here waits in
 * the server's tables too. Has no timers while nothing waits.
 */
export function createPump(options: PumpOptions): Pump {
  const { portalId, tokens, http, log } = options
  let { plan } = options
  const clock = options.clock ?? systemClock
  const concurrency = options.concurrency ?? 6
  const timeoutMs = options.timeoutMs ?? 65_000
  const bucket = createBucket(plan, options.initialLevel ?? 0, clock.now())
  const costs = createMethodCosts()
  const parked = createParkedMethods()
  const queues = createQueues(start)
  const health = createPortalHealth(clock, options, (error) => queues.close(error))
  const settler = createSettler({
    options,
    now: () => clock.now(),
    bucket,
    costs,
    parked,
    health,
    queues,
    onMoved: moved,
  })

  const partialsInFlight: Record<Priority, number> = { 0: 0, 1: 0, 2: 0, 3: 0 }
  const lastPartialAt: Record<Priority, number> = { 0: -Infinity, 1: -Infinity, 2: -Infinity, 3: -Infinity }
  const inFlight = new Set<Promise<void>>()
  let seq = 0
  let hits = 0
  let commandsSent = 0
  let batchesSinceBulk = 0
  let probesInFlight = 0
  let lastProbeAt = 0
  let running = false
  let stopped = false
  let wake = new AbortController()
  let endpoint = options.endpoint
  /** The endpoint that a redirect left behind, until the token store knows the new one. */
  let movedFrom: string | undefined

  function group(commands: readonly PumpCommand[], groupOptions: GroupOptions): Promise<GroupAnswer> {
    return new Promise((resolve, reject) => {
      const { signal } = groupOptions
      const refusal = stopped ? stoppedError() : queues.closed
      if (refusal !== undefined) return reject(refusal)
      if (signal?.aborted) return reject(signal.reason)
      const waiting = waitingGroup(seq++, commands, groupOptions, clock.now(), {
        resolve(answer) {
          signal?.removeEventListener('abort', abort)
          resolve(answer)
        },
        reject(error) {
          signal?.removeEventListener('abort', abort)
          reject(error)
        },
      })
      const abort = () => queues.takeOut(waiting, signal?.reason)
      signal?.addEventListener('abort', abort, { once: true })
      queues.add(waiting)
    })
  }

  async function call(
    command: Omit<PumpCommand, 'name'>,
    callOptions: Partial<GroupOptions> = {},
  ): Promise<unknown> {
    const answer = await group([{ ...command, name: 'call' }], { priority: 1, writes: false, ...callOptions })
    const row = answer['call']!
    if (row.outcome === 'done') return row.result
    throw row.error
  }

  function start(): void {
    if (running) {
      wake.abort()
      return
    }
    running = true
    // What is asked in the same turn of the event loop shares the first batch.
    setImmediate(() => void run())
  }

  async function run(): Promise<void> {
    while (!queues.isEmpty()) {
      const waitMs = next(clock.now())
      if (waitMs === 0) continue
      wake = new AbortController()
      await clock.sleep(waitMs, wake.signal)
    }
    running = false
  }

  /** Sends one batch and answers 0, or says how long nothing can be sent. */
  function next(now: number): number {
    if (health.pausedUntilAt > now) return health.pausedUntilAt - now
    const isHeld = (waiting: WaitingGroup) =>
      waiting.commands.some((command) => parked.until(command.method, now) !== undefined)
    const isBulkTurn = batchesSinceBulk >= BULK_TURN && queues.of[3].some((waiting) => !isHeld(waiting))
    let waitMs = IDLE_MS
    for (const lead of isBulkTurn ? ([3, 0, 1, 2] as const) : PRIORITIES) {
      const queue = queues.of[lead]
      if (queue.length === 0) continue
      if (queue.every(isHeld)) {
        waitMs = Math.min(waitMs, heldMs(queue, now))
        continue
      }
      const reserves = !(isBulkTurn && lead === 3)
      if (inFlight.size >= Math.max(1, concurrency - (reserves ? reservedSlots(lead) : 0))) continue
      const bucketMs = bucket.waitMs(now, reserves ? reservedHits(lead, bucket.capacity) : 0)
      if (bucketMs > 0) {
        waitMs = Math.min(waitMs, bucketMs)
        // Those below may not overtake: they wait for the same bucket.
        break
      }
      const batch = pack(queues.of, lead, secondsOf, isHeld)
      const dueMs = batch.full ? 0 : lastPartialAt[lead] + spacingMs(lead, now) - now
      const isProbe = lead >= 2 && batch.groups.some(isUnknownWrite)
      const waitForMs = Math.max(dueMs, isProbe && probesInFlight > 0 ? lastProbeAt + PROBE_MS - now : 0)
      if (waitForMs > 0) {
        waitMs = Math.min(waitMs, waitForMs)
        continue
      }
      leave(batch, lead, isProbe, now)
      return 0
    }
    return Math.max(1, waitMs)
  }

  function spacingMs(priority: Priority, now: number): number {
    const { capacity } = bucket
    return partialSpacingMs({
      priority,
      level: bucket.level(now),
      capacity,
      plan,
      partialsInFlight: partialsInFlight[priority],
    })
  }

  function heldMs(queue: readonly WaitingGroup[], now: number): number {
    const untils = queue.map(({ commands }) =>
      Math.max(...commands.map((command) => parked.until(command.method, now) ?? now)),
    )
    return Math.min(...untils) - now
  }

  function secondsOf(waiting: WaitingGroup): number {
    return waiting.commands.reduce((sum, command) => sum + costs.seconds(command), 0)
  }

  function isUnknownWrite(waiting: WaitingGroup): boolean {
    return waiting.writes && waiting.commands.some((command) => !costs.isKnown(command))
  }

  function leave(batch: Packed<WaitingGroup>, lead: Priority, isProbe: boolean, now: number): void {
    queues.remove(batch.groups)
    batchesSinceBulk = batch.groups.some((waiting) => waiting.priority === 3) ? 0 : batchesSinceBulk + 1
    bucket.take(now)
    if (!batch.full) {
      partialsInFlight[lead] += 1
      lastPartialAt[lead] = now
    }
    if (isProbe) {
      probesInFlight += 1
      lastProbeAt = now
    }
    const sending = send(batch.groups)
      .catch((error: unknown) => {
        // A fault of ours after the request left: what it did is not known.
        const unknown = unknownOutcome('batch', error)
        for (const waiting of batch.groups) {
          settle(waiting, () => waiting.resolve(uniformAnswer(waiting, 'unknown', unknown)))
        }
      })
      .finally(() => {
        if (!batch.full) partialsInFlight[lead] -= 1
        if (isProbe) probesInFlight -= 1
        inFlight.delete(sending)
        wake.abort()
      })
    inFlight.add(sending)
  }

  async function send(packed: readonly WaitingGroup[]): Promise<void> {
    const groups = await committed(packed)
    if (groups.length === 0) {
      bucket.giveBack(clock.now())
      return
    }
    let token: AccessToken
    try {
      token = await currentToken()
    } catch (error) {
      bucket.giveBack(clock.now())
      settler.noToken(groups, error)
      return
    }
    const commands = groups.reduce((sum, waiting) => sum + waiting.commands.length, 0)
    hits += 1
    commandsSent += commands
    const exchange = await exchangeBatch(http, token, groups, timeoutMs)
    const failed = await settler.exchange(groups, exchange, token)
    log?.({
      event: 'portal-request',
      portalId,
      method: 'batch',
      status: exchange.status,
      durationMs: Math.round(exchange.durationMs),
      commands,
      groups: groups.length,
      failed,
      ...('error' in exchange ? { code: exchange.error.code } : {}),
    })
  }

  /** Runs the hooks of the groups that leave for the first time. A group whose hook throws stays here. */
  async function committed(packed: readonly WaitingGroup[]): Promise<readonly WaitingGroup[]> {
    await Promise.all(
      packed.map(async (waiting) => {
        try {
          await waiting.beforeSend?.()
          waiting.beforeSend = undefined
        } catch (error) {
          settle(waiting, () => waiting.reject(error))
        }
      }),
    )
    return packed.filter((waiting) => !waiting.settled)
  }

  async function currentToken(): Promise<AccessToken> {
    const token = await tokens.access(portalId)
    if (token.clientEndpoint === movedFrom) return { ...token, clientEndpoint: endpoint }
    endpoint = token.clientEndpoint
    return token
  }

  function moved(origin: string, token: AccessToken): void {
    const newEndpoint = new URL(new URL(token.clientEndpoint).pathname, origin).href
    if (newEndpoint === endpoint) return
    movedFrom = token.clientEndpoint
    endpoint = newEndpoint
    options.onMoved?.(newEndpoint)
  }

  return {
    portalId,
    group,
    call,
    stats() {
      const waiting = PRIORITIES.map((priority) => queues.of[priority])
      const now = clock.now()
      return {
        waiting: [waiting[0]!.length, waiting[1]!.length, waiting[2]!.length, waiting[3]!.length],
        waitingCommands: waiting.flat().reduce((sum, one) => sum + one.commands.length, 0),
        inFlight: inFlight.size,
        level: bucket.level(now),
        hits,
        commands: commandsSent,
        ...settler.counts,
        parked: parked.all(now),
        pausedUntilAt: health.pausedUntilAt > now ? health.pausedUntilAt : undefined,
        state: health.state,
      }
    },
    resume() {
      health.resume()
      settler.resume()
      tokens.forget(portalId)
      queues.open()
      wake.abort()
    },
    changePlan(next) {
      plan = next
      bucket.change(next, clock.now())
      wake.abort()
    },
    async stop() {
      stopped = true
      queues.close(stoppedError())
      wake.abort()
      await Promise.all(inFlight)
    },
  }
}
