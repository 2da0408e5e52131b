/** Where hooks go and what they carry besides their body. */
export interface HookTarget {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The delivery desk of a pretend network: hooks of one lane go one after another, lanes go side by side, and a hook
 * that was not answered 2xx comes again with growing pauses, holding back its own lane only.
 * Source of the behaviour: tdlib/telegram-bot-api `WebhookActor.cpp`, read 2026-11.
 */
export interface HookDelivery {
  /** For emulators. */
  enqueue(lane: string, body: string): void
  /** For emulators: no target = hooks wait. */
  setTarget(target: HookTarget | undefined): void
  /** The next `times` hooks are delivered twice. */
  duplicateNext(times: number): void
  /** Keeps hooks back until `release`, which may turn their order round. */
  hold(): void
  release(order?: 'as-made' | 'reversed'): void
  /** Hooks not yet delivered. */
  pendingCount(): number
  /** The newest refusal, until a delivery succeeds. */
  lastProblem(): { readonly atMs: number; readonly what: string } | undefined
  /** Hooks answered 2xx, repeats included. */
  deliveredCount(): number
  /** What is to be given to the next one, so that nothing is lost in between. */
  memory(): DeliveryMemory
  /** Resolves once nothing that can be delivered is waiting; held and target-less hooks do not count. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/** A delivery desk between two runs: plain data. Held hooks count as waiting. */
export interface DeliveryMemory {
  readonly target: HookTarget | undefined
  /** Oldest first inside a lane. */
  readonly waiting: readonly { readonly lane: string; readonly body: string }[]
}

/** Pauses are in milliseconds and double from the first to the longest; `Retry-After` is honoured. */
export function createHookDelivery(options: {
  readonly firstRetryMs: number
  readonly maxRetryMs: number
  /** What an earlier one left; delivered at once. */
  readonly memory?: DeliveryMemory | undefined
  /** Called whenever `memory()` has changed. */
  readonly onChange?: (() => void) | undefined
}): HookDelivery {
  const changed = options.onChange ?? (() => undefined)
  const lanes = new Map<string, string[]>()
  const running = new Map<string, Promise<void>>()
  const stopping = new AbortController()
  let target = options.memory?.target
  let held: { lane: string; body: string }[] | undefined
  let duplicates = 0
  let delivered = 0
  let problem: { atMs: number; what: string } | undefined

  function push(lane: string, body: string): void {
    const queue = lanes.get(lane) ?? []
    lanes.set(lane, queue)
    queue.push(body)
    if (duplicates > 0) {
      duplicates -= 1
      queue.push(body)
    }
    changed()
    run(lane)
  }

  function run(lane: string): void {
    if (!target || stopping.signal.aborted || running.has(lane) || !lanes.get(lane)?.length) return
    running.set(
      lane,
      drain(lane).finally(() => {
        running.delete(lane)
        run(lane)
      }),
    )
  }

  async function drain(lane: string): Promise<void> {
    const queue = lanes.get(lane) ?? []
    let pauseMs = options.firstRetryMs
    while (queue.length > 0 && target && !stopping.signal.aborted) {
      const outcome = await post(target, queue[0]!)
      if (outcome.ok) {
        queue.shift()
        delivered += 1
        problem = undefined
        pauseMs = options.firstRetryMs
        changed()
      } else if (!stopping.signal.aborted) {
        problem = { atMs: Date.now(), what: outcome.what }
        await pause(outcome.retryAfterMs ?? pauseMs)
        pauseMs = Math.min(pauseMs * 2, options.maxRetryMs)
      }
    }
    if (queue.length === 0) lanes.delete(lane)
  }

  async function post(
    to: HookTarget,
    body: string,
  ): Promise<{ ok: true } | { ok: false; what: string; retryAfterMs?: number }> {
    try {
      const response = await fetch(to.url, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/json', ...to.headers },
        body,
        signal: stopping.signal,
      })
      await response.arrayBuffer()
      if (response.ok) return { ok: true }
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
      const what = `Wrong response from the webhook: ${response.status}`
      return Number.isNaN(seconds) ? { ok: false, what } : { ok: false, what, retryAfterMs: seconds * 1000 }
    } catch {
      // Whatever broke the connection, a network only knows that nobody answered.
      return { ok: false, what: 'Connection failed' }
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms)
      stopping.signal.addEventListener('abort', done, { once: true })
      function done(): void {
        clearTimeout(timer)
        stopping.signal.removeEventListener('abort', done)
        resolve()
      }
    })
  }

  for (const { lane, body } of options.memory?.waiting ?? [])
    lanes.set(lane, [...(lanes.get(lane) ?? []), body])
  for (const lane of lanes.keys()) run(lane)

  return {
    enqueue(lane, body) {
      if (held) {
        held.push({ lane, body })
        changed()
      } else push(lane, body)
    },
    setTarget(next) {
      target = next
      changed()
      for (const lane of lanes.keys()) run(lane)
    },
    duplicateNext(times) {
      duplicates += times
    },
    hold() {
      held ??= []
    },
    release(order = 'as-made') {
      const waiting = order === 'reversed' ? (held ?? []).reverse() : (held ?? [])
      held = undefined
      for (const { lane, body } of waiting) push(lane, body)
    },
    memory: () => ({
      target,
      waiting: [
        ...[...lanes].flatMap(([lane, queue]) => queue.map((body) => ({ lane, body }))),
        ...(held ?? []),
      ],
    }),
    pendingCount: () => [...lanes.values()].reduce((sum, queue) => sum + queue.length, held?.length ?? 0),
    lastProblem: () => problem,
    deliveredCount: () => delivered,
    async settled() {
      while (running.size > 0) await Promise.all(running.values())
    },
    async stop() {
      stopping.abort()
      await Promise.allSettled(running.values())
    },
  }
}
