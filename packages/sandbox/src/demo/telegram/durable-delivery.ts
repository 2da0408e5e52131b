import type { EmulatorState } from '@trunkline/channels/telegram/emulator-state'

type HookDelivery = EmulatorState['delivery']
type HookTarget = NonNullable<Parameters<HookDelivery['setTarget']>[0]>

/** A hook that waits to be taken, with the talk whose order it keeps. */
export interface WaitingHook {
  readonly lane: string
  readonly body: string
}

/** What a delivery desk keeps between runs. */
export interface DeliveryMemory {
  target: HookTarget | undefined
  waiting: WaitingHook[]
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 5_000

/**
 * The delivery desk of a pretend Telegram that outlives `kill -9`: whatever was not answered 2xx is delivered after the
 * next start. Hooks of one talk go one after another, talks go side by side. The pauses are shorter than Telegram's,
 * so that a person at the demo sees a restarted server catch up at once.
 * @param memory changed in place; `save` is called after every change that must not be forgotten.
 */
export function createDurableDelivery(memory: DeliveryMemory, save: () => void): HookDelivery {
  const running = new Map<string, Promise<void>>()
  const stopping = new AbortController()
  let held: WaitingHook[] | undefined
  let duplicates = 0
  let delivered = 0
  let problem: { atMs: number; what: string } | undefined

  const push = (hook: WaitingHook): void => {
    memory.waiting.push(hook)
    if (duplicates > 0) {
      duplicates -= 1
      memory.waiting.push({ ...hook })
    }
    save()
    run(hook.lane)
  }
  const next = (lane: string): WaitingHook | undefined => memory.waiting.find((hook) => hook.lane === lane)
  const run = (lane: string): void => {
    if (!memory.target || stopping.signal.aborted || running.has(lane) || !next(lane)) return
    const work = drain(lane).finally(() => {
      running.delete(lane)
      run(lane)
    })
    running.set(lane, work)
  }
  const runAll = (): void => {
    for (const lane of new Set(memory.waiting.map((hook) => hook.lane))) run(lane)
  }

  async function drain(lane: string): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS
    for (let hook = next(lane); hook && memory.target && !stopping.signal.aborted; hook = next(lane)) {
      const fault = await post(memory.target, hook.body, stopping.signal)
      if (stopping.signal.aborted) return
      if (fault === undefined) {
        memory.waiting.splice(memory.waiting.indexOf(hook), 1)
        delivered += 1
        problem = undefined
        pauseMs = FIRST_PAUSE_MS
        save()
      } else {
        problem = { atMs: Date.now(), what: fault }
        await pause(pauseMs, stopping.signal)
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
      }
    }
  }

  runAll()
  return {
    enqueue(lane, body) {
      if (held) held.push({ lane, body })
      else push({ lane, body })
    },
    setTarget(target) {
      memory.target = target
      save()
      runAll()
    },
    duplicateNext(times) {
      duplicates += times
    },
    hold() {
      held ??= []
    },
    release(order = 'as-made') {
      const kept = order === 'reversed' ? (held ?? []).reverse() : (held ?? [])
      held = undefined
      for (const hook of kept) push(hook)
    },
    pendingCount: () => memory.waiting.length + (held?.length ?? 0),
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

/** Gives what went wrong in Telegram's words, `undefined` when the hook was taken. */
async function post(target: HookTarget, body: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(target.url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...target.headers },
      body,
      signal,
    })
    await response.arrayBuffer()
    return response.ok ? undefined : `Wrong response from the webhook: ${response.status}`
  } catch {
    // Whatever broke the connection, a network only knows that nobody answered.
    return 'Connection failed'
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
