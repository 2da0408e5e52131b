import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import type { Database } from './database.ts'

/**
 * Tells readers that there is something new: this process at once, other nodes within about 50 ms. A hint only:
 * every reader also looks by itself now and then, so a lost wake-up costs a delay, never work.
 *
 * NOTIFY takes a lock over the whole database while its transaction commits, which turns many commits at once into
 * one after another (storage.md §4). So it is never sent inside the transactions that store things: each node sends
 * one of its own, at most one per `announceEveryMs`, naming all that was woken meanwhile.
 */
export interface Wake {
  /** Wakes the readers of these names (lanes, `realtime`). Call after the commit; `tx.wake` does so by itself. */
  poke(names: readonly string[]): void
  /** Counts the wake-ups of a name. Take it before looking for work, give it to `after` when there was none. */
  version(name: string): number
  /** Resolves when the name was woken since `version`, or after `timeoutMs`, or when the signal aborts. */
  after(name: string, version: number, timeoutMs: number, signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

export interface WakeOptions {
  readonly announceEveryMs?: number
  readonly log?: (event: string, fields: Readonly<Record<string, string | number>>) => void
}

const CHANNEL = 'trunkline_wake'
const RECONNECT_MS = 1000
/** PostgreSQL refuses a payload of 8000 bytes or more; past this many names everybody is woken instead. */
const MAX_NAMES = 200
const EVERYTHING = '*'

/** Starts listening on a connection of its own, and hears every `tx.wake` of this database. */
export async function openWake(database: Database, url: string, options: WakeOptions = {}): Promise<Wake> {
  const nodeId = randomUUID()
  const local = localWake()
  const closing = new AbortController()
  const waiting = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<unknown> = Promise.resolve()
  let listening: Client | undefined

  const announce = () => {
    timer = undefined
    const names = waiting.size > MAX_NAMES ? [EVERYTHING] : [...waiting]
    waiting.clear()
    sending = database
      .query({ text: 'select pg_notify($1, $2)', values: [CHANNEL, JSON.stringify({ nodeId, names })] })
      .catch((error: Error) => options.log?.('wake-announce-failed', { error: error.name }))
  }
  const poke = (names: readonly string[]) => {
    local.poke(names)
    if (closing.signal.aborted) return
    for (const name of names) waiting.add(name)
    timer ??= setTimeout(announce, options.announceEveryMs ?? 50)
  }
  const hear = (payload: string | undefined) => {
    const { nodeId: from, names } = JSON.parse(payload ?? '{}') as { nodeId?: string; names?: string[] }
    if (from === nodeId || !names) return
    if (names.includes(EVERYTHING)) local.pokeAll()
    else local.poke(names)
  }
  const listen = async (): Promise<void> => {
    const client = new Client({
      connectionString: url,
      application_name: 'trunkline-wake',
      options: '-c role=trunkline_app',
    })
    client.on('notification', (message) => hear(message.payload))
    const lost = new Promise<void>((resolve) => {
      client.once('error', () => resolve())
      client.once('end', () => resolve())
    })
    await client.connect()
    await client.query(`listen ${CHANNEL}`)
    listening = client
    // What was announced while nobody listened is unknown: look everywhere.
    local.pokeAll()
    void lost.then(() => again())
  }
  const again = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        return await listen()
      } catch (error) {
        options.log?.('wake-listen-failed', { error: (error as Error).name })
        await pause(RECONNECT_MS, closing.signal)
      }
    }
  }
  await listen()
  const forget = database.onWake(poke)
  return {
    poke,
    version: local.version,
    after: local.after,
    close: async () => {
      forget()
      closing.abort()
      if (timer) {
        clearTimeout(timer)
        announce()
      }
      local.pokeAll()
      await sending
      // It may be broken already, which is as good as ended.
      await Promise.allSettled([listening?.end()])
    },
  }
}

/** Wake-ups inside this process alone: enough for one node, and for tests. */
export function localWake(): Wake & { pokeAll(): void } {
  const versions = new Map<string, number>()
  const waiters = new Map<string, Set<() => void>>()
  let everything = 0
  const version = (name: string) => (versions.get(name) ?? 0) + everything
  const release = (name: string) => {
    for (const waiter of waiters.get(name) ?? []) waiter()
  }
  return {
    version,
    poke: (names) => {
      for (const name of names) {
        versions.set(name, (versions.get(name) ?? 0) + 1)
        release(name)
      }
    },
    pokeAll: () => {
      everything += 1
      for (const name of waiters.keys()) release(name)
    },
    after: (name, seen, timeoutMs, signal) => {
      if (version(name) !== seen || signal?.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const finish = () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', finish)
          waiters.get(name)?.delete(finish)
          resolve()
        }
        const timer = setTimeout(finish, timeoutMs)
        signal?.addEventListener('abort', finish)
        const set = waiters.get(name) ?? new Set()
        waiters.set(name, set.add(finish))
      })
    },
    close: () => Promise.resolve(),
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    signal.addEventListener('abort', finish)
  })
}
