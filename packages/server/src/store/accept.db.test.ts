import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AcceptEntry, AcceptOverloadedError, createAccept } from './accept.ts'
import { type TestDatabase, testDatabase } from './test-database.ts'

let db: TestDatabase
const ws = randomUUID()
const channelId = randomUUID()

beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(() => db.database.owner.query('truncate mailbox, inbound_events, inbound_keys'))

const entry = (eventKey: string, more: Partial<AcceptEntry> = {}): AcceptEntry => ({
  workspaceId: ws,
  channelId,
  eventKey,
  laneKey: 'talk-1',
  lane: 'talk',
  hook: { method: 'POST', part: { text: eventKey } },
  traceId: 'trace',
  ...more,
})
const storedKeys = async (): Promise<string[]> => {
  const { rows } = await db.database.owner.query<{ key: string }>(
    'select event_key as key from inbound_events order by seq',
  )
  return rows.map((row) => row.key)
}
/** Counts the statements that go to the pool. */
function counted(): { pool: Pool; count: () => number } {
  let count = 0
  const pool = Object.create(db.database.pool) as Pool
  pool.query = ((...args: Parameters<Pool['query']>) => {
    count += 1
    return db.database.pool.query(...args)
  }) as Pool['query']
  return { pool, count: () => count }
}

describe('accepting', () => {
  test('an event is on the disk with its bytes and its lane is due when the promise resolves', async () => {
    const accept = createAccept({ pool: db.database.pool })
    const { stored, ids } = await accept([entry('e1', { body: Buffer.from([0, 255, 10]) })])
    expect(stored).toEqual([true])
    const { rows } = await db.database.owner.query(
      `select id, workspace_id, hook, body, outcome, trace_id from inbound_events`,
    )
    expect(rows).toEqual([
      {
        id: ids[0],
        workspace_id: ws,
        hook: { method: 'POST', part: { text: 'e1' } },
        body: Buffer.from([0, 255, 10]),
        outcome: 'pending',
        trace_id: 'trace',
      },
    ])
    const lanes = await db.database.owner.query('select lane, key from mailbox where due_at <= now()')
    expect(lanes.rows).toEqual([{ lane: 'talk', key: 'talk-1' }])
    await accept.close()
  })

  test('the same delivery from many requests at once, on two nodes, is stored once', async () => {
    const nodes = [
      createAccept({ pool: db.database.pool }),
      createAccept({ pool: db.database.pool, flushMs: 0 }),
    ]
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => (nodes[n % 2] ?? nodes[0])?.([entry(`e${n % 5}`), entry('same')])),
    )
    const stored = answers.flatMap((answer) => answer?.stored ?? [])
    expect(stored.filter(Boolean)).toHaveLength(6)
    expect((await storedKeys()).toSorted()).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'same'])
    await Promise.all(nodes.map((node) => node.close()))
  })

  test('one key on two channels is two events', async () => {
    const accept = createAccept({ pool: db.database.pool })
    expect(await accept([entry('e'), entry('e', { channelId: randomUUID() })])).toMatchObject({
      stored: [true, true],
    })
    await accept.close()
  })

  test('requests that arrive together share one statement, also of different workspaces', async () => {
    const { pool, count } = counted()
    const accept = createAccept({ pool, flushMs: 20, eagerRows: 100 })
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => accept([entry(`e${n}`, { workspaceId: randomUUID() })])),
    )
    expect(count()).toBe(1)
    await accept.close()
  })

  test('a batch closes at its size without waiting for the time', async () => {
    const { pool, count } = counted()
    const accept = createAccept({ pool, flushMs: 60_000, maxRows: 10 })
    await Promise.all(Array.from({ length: 20 }, (_, n) => accept([entry(`e${n}`)])))
    expect(count()).toBe(2)
    await accept.close()
  })

  test('while a connection is free a batch goes early, and when none is it grows to its size', async () => {
    const { pool, count } = counted()
    const accept = createAccept({ pool, flushMs: 60_000, eagerRows: 10, maxRows: 50, maxBatches: 1 })
    // The first ten go at once and take the only place; the other ninety gather meanwhile.
    await Promise.all(Array.from({ length: 100 }, (_, n) => accept([entry(`e${n}`)])))
    expect(count()).toBe(3)
    await accept.close()
  })

  test('events of one key keep the order in which they came', async () => {
    const accept = createAccept({ pool: db.database.pool, maxBatches: 1, maxRows: 7 })
    const keys = Array.from({ length: 100 }, (_, n) => `e${n}`)
    await Promise.all(keys.map((key) => accept([entry(key)])))
    expect(await storedKeys()).toEqual(keys)
    await accept.close()
  })

  test('hooks crossed by many nodes meet no deadlock', async () => {
    const nodes = Array.from({ length: 4 }, () => createAccept({ pool: db.database.pool, flushMs: 0 }))
    const lanes = Array.from({ length: 10 }, (_, n) => `lane${n}`)
    await Promise.all(
      Array.from({ length: 80 }, (_, n) => {
        const order = n % 2 ? lanes : lanes.toReversed()
        return nodes[n % 4]?.(order.map((laneKey) => entry(`${n}-${laneKey}`, { laneKey })))
      }),
    )
    expect(await storedKeys()).toHaveLength(800)
    await Promise.all(nodes.map((node) => node.close()))
  })
})

describe('strange input', () => {
  test('a zero character, a lone surrogate and an endless key are stored like anything else', async () => {
    const accept = createAccept({ pool: db.database.pool })
    const strange = 'a\0b\ud800'
    const { stored } = await accept([
      entry(strange, { laneKey: strange, traceId: strange, hook: { part: strange } }),
      entry('x'.repeat(100_000)),
    ])
    expect(stored).toEqual([true, true])
    const again = await accept([entry(strange), entry('x'.repeat(100_000))])
    expect(again.stored).toEqual([false, false])
    const { rows } = await db.database.owner.query<{ hook: unknown }>(
      'select hook from inbound_events order by seq',
    )
    expect(rows[0]?.hook).toEqual({ part: strange })
    await accept.close()
  })

  test('a row that cannot be stored fails its own request and no other of the batch', async () => {
    const accept = createAccept({ pool: db.database.pool, flushMs: 20 })
    const results = await Promise.allSettled([
      accept([entry('good1')]),
      accept([entry('bad', { channelId: 'not a uuid' }), entry('beside')]),
      accept([entry('good2')]),
    ])
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((await storedKeys()).toSorted()).toEqual(['beside', 'good1', 'good2'])
    await accept.close()
  })

  test('a month without its partition is made on the spot', async () => {
    const own = await testDatabase()
    try {
      const { rows } = await own.database.owner.query<{ name: string }>(
        `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'inbound_events'::regclass`,
      )
      for (const row of rows) await own.database.owner.query(`drop table ${row.name}`)
      const accept = createAccept({ pool: own.database.pool })
      expect((await accept([entry('e')])).stored).toEqual([true])
      await accept.close()
    } finally {
      await own.close()
    }
  })
})

describe('under pressure', () => {
  test('more waiting than allowed is refused at once, and taken again when there is room', async () => {
    const accept = createAccept({ pool: db.database.pool, flushMs: 30, maxWaiting: 3 })
    const first = accept([entry('a'), entry('b'), entry('c')])
    await expect(accept([entry('d')])).rejects.toThrow(AcceptOverloadedError)
    await first
    expect((await accept([entry('d')])).stored).toEqual([true])
    await accept.close()
  })

  test('closing stores what was taken and refuses the rest', async () => {
    const accept = createAccept({ pool: db.database.pool, flushMs: 60_000 })
    const taken = accept([entry('a')])
    await accept.close()
    expect((await taken).stored).toEqual([true])
    await expect(accept([entry('b')])).rejects.toThrow(AcceptOverloadedError)
  })

  test('lanes are woken after the commit, never by NOTIFY inside it', async () => {
    const poked: (readonly string[])[] = []
    const accept = createAccept({ pool: db.database.pool, wake: { poke: (names) => poked.push(names) } })
    await accept([entry('a'), entry('b', { lane: 'calls', laneKey: 'x' })])
    expect(poked).toEqual([['talk', 'calls']])
    await accept.close()
  })

  test('an unreachable database rejects every request of the batch', async () => {
    const own = await testDatabase()
    const accept = createAccept({ pool: own.database.pool })
    await accept([entry('a')])
    const failing = Object.create(own.database.pool) as Pool
    failing.query = (() =>
      Promise.reject(
        Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
      )) as Pool['query']
    const cut = createAccept({ pool: failing, flushMs: 10 })
    const results = await Promise.allSettled([cut([entry('b')]), cut([entry('c')])])
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected'])
    await Promise.all([accept.close(), cut.close()])
    await own.close()
  })
})
