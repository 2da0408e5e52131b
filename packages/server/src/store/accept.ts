import { createHash } from 'node:crypto'
import { newId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import type { Pool } from 'pg'
import { isTransient } from './database.ts'
import type { Wake } from './wake.ts'

/** One event of a hook, on its way to the disk. */
export interface AcceptEntry {
  readonly workspaceId: string
  readonly channelId: string
  /** Names the delivery inside the channel; a second one is not stored. */
  readonly eventKey: string
  /** The key whose events are worked on in order. */
  readonly laneKey: string
  /** The lane of the mailbox to wake. */
  readonly lane: string
  /** What is kept of the request: any JSON. */
  readonly hook: Json
  /** The bytes as they came, when they are worth keeping. */
  readonly body?: Uint8Array
  readonly traceId: string
}

export interface Accepted {
  /** For each entry: true when it was stored now, false when it was there already. */
  readonly stored: readonly boolean[]
  /** Ids of the entries; of a duplicate, the id that was not used. */
  readonly ids: readonly string[]
}

export interface Accept {
  /**
   * Stores the entries of one request and wakes their lanes. Resolves after the commit, and only then may the network
   * be answered. The entries of one request are stored together or not, except when one of them cannot be stored at
   * all: then the others are, and the call rejects; a repetition finds them as duplicates.
   * @throws AcceptOverloadedError when too much waits already; the database's error when it is unreachable.
   */
  (entries: readonly AcceptEntry[]): Promise<Accepted>
  /** Waits for everything taken so far; later calls are refused. */
  close(): Promise<void>
}

export interface AcceptOptions {
  readonly pool: Pool
  readonly wake?: Pick<Wake, 'poke'>
  /** How long a batch waits for company. */
  readonly flushMs?: number
  /** Entries that close a batch at once while a connection is free: half a crowd is stored while the other arrives. */
  readonly eagerRows?: number
  /** Most entries of a batch, reached when all connections are busy. */
  readonly maxRows?: number
  readonly maxBytes?: number
  /** Batches under way at once. */
  readonly maxBatches?: number
  /** Entries waiting or under way above which calls are refused. */
  readonly maxWaiting?: number
}

/** More waits to be stored than this node can hold: the network should deliver again later (503). */
export class AcceptOverloadedError extends Error {
  override readonly name = 'AcceptOverloadedError'
}

interface Request {
  readonly entries: readonly AcceptEntry[]
  readonly ids: readonly string[]
  readonly bytes: number
  resolve(accepted: Accepted): void
  reject(error: unknown): void
}

const MAX_KEY_BYTES = 400
/** SQLSTATE check_violation: also "no partition of relation found for row". */
const NO_PARTITION = '23514'

/**
 * Micro-batches: requests that arrive within `flushMs` share one statement and one sync of the disk, across
 * workspaces, through the function door.accept. Measured 2.2 to 2.9 times the rate of one transaction a request
 * (storage.md §4).
 */
export function createAccept(options: AcceptOptions): Accept {
  const flushMs = options.flushMs ?? 2
  const maxRows = options.maxRows ?? 100
  const eagerRows = Math.min(maxRows, options.eagerRows ?? 32)
  const maxBytes = options.maxBytes ?? 4_000_000
  const maxBatches = options.maxBatches ?? 3
  const maxWaiting = options.maxWaiting ?? 10_000
  const queue: Request[] = []
  const batches = new Set<Promise<void>>()
  let queuedRows = 0
  let queuedBytes = 0
  let waiting = 0
  let timer: NodeJS.Timeout | undefined
  let closed = false

  function flush(): void {
    if (timer) clearTimeout(timer)
    timer = undefined
    while (queue.length > 0 && batches.size < maxBatches) {
      const batch = takeBatch()
      const job: Promise<void> = storeBatch(options.pool, batch).then((answers) => {
        batches.delete(job)
        for (const each of batch) waiting -= each.entries.length
        // Before the networks are answered, so that the work is under way when they hear of it.
        options.wake?.poke([...new Set(batch.flatMap((each) => each.entries.map((entry) => entry.lane)))])
        for (const answer of answers) answer()
        // What gathered while all batches were under way has waited long enough.
        if (queue.length > 0) flush()
      })
      batches.add(job)
    }
  }

  function takeBatch(): Request[] {
    const batch: Request[] = []
    let rows = 0
    let bytes = 0
    for (;;) {
      const next = queue[0]
      if (
        !next ||
        (batch.length > 0 && (rows + next.entries.length > maxRows || bytes + next.bytes > maxBytes))
      ) {
        queuedRows -= rows
        queuedBytes -= bytes
        return batch
      }
      queue.shift()
      batch.push(next)
      rows += next.entries.length
      bytes += next.bytes
    }
  }

  const accept = (entries: readonly AcceptEntry[]): Promise<Accepted> => {
    if (entries.length === 0) return Promise.resolve({ stored: [], ids: [] })
    if (closed) return Promise.reject(new AcceptOverloadedError('accepting has stopped'))
    if (waiting + entries.length > maxWaiting) {
      return Promise.reject(new AcceptOverloadedError(`${waiting} events wait to be stored`))
    }
    const ids = entries.map(() => newId(Date.now(), pooledRandom))
    const bytes = entries.reduce((sum, entry) => sum + (entry.body?.byteLength ?? 0) + 500, 0)
    return new Promise<Accepted>((resolve, reject) => {
      queue.push({ entries, ids, bytes, resolve, reject })
      waiting += entries.length
      queuedRows += entries.length
      queuedBytes += bytes
      if (queuedRows >= eagerRows || queuedBytes >= maxBytes) flush()
      else timer ??= setTimeout(flush, flushMs)
    })
  }
  return Object.assign(accept, {
    close: async () => {
      closed = true
      flush()
      while (batches.size > 0) await Promise.all(batches)
    },
  })
}

/** Stores a batch. Never rejects. @returns how to answer its requests. */
async function storeBatch(pool: Pool, batch: readonly Request[]): Promise<(() => void)[]> {
  try {
    const stored = await storeWithSecondTry(pool, batch)
    let from = 0
    return batch.map((request) => {
      const mine = stored.slice(from, from + request.entries.length)
      from += request.entries.length
      return () => request.resolve({ stored: mine, ids: request.ids })
    })
  } catch (error) {
    // A server that is away fails everybody alike; anything else may be the fault of one row.
    if (isTransient(error)) return batch.map((request) => () => request.reject(error))
    const answers: (() => void)[] = []
    for (const request of batch) answers.push(await storeRowByRow(pool, request))
    return answers
  }
}

async function storeWithSecondTry(pool: Pool, batch: readonly Request[]): Promise<boolean[]> {
  try {
    return await store(pool, batch)
  } catch (error) {
    const code = (error as { code?: string }).code
    // A month without its partition: the daily job did not run. Make it, instead of losing what comes in.
    if (code === NO_PARTITION) await pool.query('select ensure_partitions(1)')
    else if (code !== '40P01' && code !== '40001') throw error
    return store(pool, batch)
  }
}

async function storeRowByRow(pool: Pool, request: Request): Promise<() => void> {
  const stored: boolean[] = []
  let failure: unknown
  for (const [index, entry] of request.entries.entries()) {
    try {
      const [first] = await store(pool, [{ entries: [entry], ids: request.ids.slice(index, index + 1) }])
      stored.push(first ?? false)
    } catch (error) {
      failure ??= error
    }
  }
  return () => (failure ? request.reject(failure) : request.resolve({ stored, ids: request.ids }))
}

async function store(pool: Pool, requests: readonly Pick<Request, 'entries' | 'ids'>[]): Promise<boolean[]> {
  const entries = requests.flatMap((request) => request.entries)
  const result = await pool.query<{ stored: boolean[] }>({
    name: 'accept',
    text: 'select door.accept($1, $2, $3, $4, $5, $6, $7, $8, $9) as stored',
    values: [
      entries.map((entry) => entry.workspaceId),
      entries.map((entry) => entry.channelId),
      requests.flatMap((request) => request.ids),
      entries.map((entry) => storableKey(entry.eventKey)),
      entries.map((entry) => entry.lane),
      entries.map((entry) => storableKey(entry.laneKey)),
      entries.map((entry) => JSON.stringify(entry.hook)),
      entries.map((entry) => (entry.body ? Buffer.from(entry.body) : null)),
      entries.map((entry) => storableKey(entry.traceId)),
    ],
  })
  return result.rows[0]?.stored ?? []
}

const randomPool = new Uint8Array(4096)
let randomUsed = randomPool.length

/** Fresh random bytes, fetched from the system 4 kB at a time: one call an id was a twentieth of the door's time. */
function pooledRandom(bytes: Uint8Array): Uint8Array {
  if (randomUsed + bytes.length > randomPool.length) {
    crypto.getRandomValues(randomPool)
    randomUsed = 0
  }
  bytes.set(randomPool.subarray(randomUsed, randomUsed + bytes.length))
  randomUsed += bytes.length
  return bytes
}

/**
 * A key as the database can index it. Keys come from outside: one that is too long for an index, or holds the
 * character zero that PostgreSQL's text cannot, is replaced by its hash, which is as unique.
 */
export function storableKey(key: string): string {
  if (Buffer.byteLength(key) <= MAX_KEY_BYTES && !key.includes('\0')) return key
  return `sha256:${createHash('sha256').update(key).digest('hex')}`
}
