import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  appendRealtime,
  dropRealtimeAfter,
  openRealtime,
  type Realtime,
  type RealtimeEvent,
  readRealtimeAfter,
  realtimeMark,
  type Subscription,
  toCursor,
} from './realtime.ts'
import { type TestDatabase, testDatabase } from './test-database.ts'
import { openWake, type Wake } from './wake.ts'

let db: TestDatabase
let wake: Wake
let realtime: Realtime
const [ws, other] = [randomUUID(), randomUUID()]

beforeAll(async () => {
  db = await testDatabase()
  wake = await openWake(db.database, db.url)
})
beforeEach(() => {
  realtime = openRealtime({ database: db.database, wake, pollMs: 200 })
})
afterEach(() => realtime.close())
afterAll(async () => {
  await wake.close()
  await db.close()
})

const append = (workspaceId: string, n: number) =>
  db.database.inWorkspace(workspaceId, (tx) => appendRealtime(tx, 'message', { n }))

function collector(workspaceId: string, after?: RealtimeEvent) {
  const events: RealtimeEvent[] = []
  let resets = 0
  const subscription: Subscription = {
    workspaceId,
    ...(after ? { after: after.cursor } : {}),
    deliver: (news) => events.push(...news),
    reset: () => {
      resets += 1
    },
  }
  const numbers = () => events.map((event) => (event.payload as { n: number }).n)
  const has = async (count: number) => {
    for (const deadline = Date.now() + 5000; events.length < count && Date.now() < deadline; ) await sleep(5)
    return numbers()
  }
  return { subscription, events, numbers, has, resets: () => resets }
}
const first = (events: readonly RealtimeEvent[]): RealtimeEvent => {
  const [event] = events
  if (!event) throw new Error('no event')
  return event
}

describe('realtime events', () => {
  test('reach the subscribers of their workspace in order, and nobody else', async () => {
    const [mine, theirs] = [collector(ws), collector(other)]
    const ends = [await realtime.subscribe(mine.subscription), await realtime.subscribe(theirs.subscription)]
    for (let n = 0; n < 20; n++) await append(n % 2 ? other : ws, n)
    expect(await mine.has(10)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18])
    expect(await theirs.has(10)).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19])
    for (const end of ends) end()
  })

  test('are not delivered when the transaction rolls back', async () => {
    const mine = collector(ws)
    await realtime.subscribe(mine.subscription)
    await expect(
      db.database.inWorkspace(ws, async (tx) => {
        await appendRealtime(tx, 'message', { n: -1 })
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    await append(ws, 1)
    expect(await mine.has(1)).toEqual([1])
  })

  test('one that commits late is not skipped: those after it wait', async () => {
    const mine = collector(ws)
    await realtime.subscribe(mine.subscription)
    await db.database.inWorkspace(ws, async (tx) => {
      // As work does before its events are written: from the first write on it has its place among transactions.
      await tx.query({ text: 'select pg_current_xact_id()' })
      await appendRealtime(tx, 'message', { n: 1 })
      await append(ws, 2)
      await sleep(300)
      expect(mine.numbers()).toEqual([])
    })
    expect(await mine.has(2)).toEqual([1, 2])
  })

  test('of work that was rolled back to a savepoint are not told, and equal ones of a transaction once', async () => {
    const mine = collector(ws)
    await realtime.subscribe(mine.subscription)
    await db.database.inWorkspace(ws, async (tx) => {
      await appendRealtime(tx, 'message', { n: 1 })
      const mark = realtimeMark(tx)
      await appendRealtime(tx, 'message', { n: 2 })
      dropRealtimeAfter(tx, mark)
      await appendRealtime(tx, 'message', { n: 1 })
      await appendRealtime(tx, 'message', { n: 3 })
    })
    expect(await mine.has(2)).toEqual([1, 3])
  })

  test('a reader that was away gets what it missed, then live events, each once', async () => {
    const before = collector(ws)
    const end = await realtime.subscribe(before.subscription)
    await append(ws, 1)
    await before.has(1)
    end()
    for (let n = 2; n <= 30; n++) await append(ws, n)
    const back = collector(ws, first(before.events))
    const writing = (async () => {
      for (let n = 31; n <= 60; n++) await append(ws, n)
    })()
    await realtime.subscribe(back.subscription)
    await writing
    expect(await back.has(59)).toEqual(Array.from({ length: 59 }, (_, i) => i + 2))
    await sleep(250)
    expect(back.events).toHaveLength(59)
    expect(back.resets()).toBe(0)
  })

  test('a reader whose place is no longer kept is told to load anew', async () => {
    const before = collector(ws)
    const end = await realtime.subscribe(before.subscription)
    await append(ws, 1)
    await before.has(1)
    end()
    await db.database.owner.query('truncate realtime_events')
    const back = collector(ws, first(before.events))
    await realtime.subscribe(back.subscription)
    expect(back.resets()).toBe(1)
    await append(ws, 2)
    expect(await back.has(1)).toEqual([2])
  })

  test('a cursor of another workspace shows nothing of it', async () => {
    const mine = collector(ws)
    await realtime.subscribe(mine.subscription)
    await append(ws, 1)
    await mine.has(1)
    await append(ws, 2)
    const { cursor } = first(mine.events)
    expect(await db.database.inWorkspace(other, (tx) => readRealtimeAfter(tx, cursor))).toEqual([])
    // Shown once every older transaction of the whole server has ended, those of other tests too.
    await expect
      .poll(() => db.database.inWorkspace(ws, (tx) => readRealtimeAfter(tx, cursor)), { timeout: 5_000 })
      .toHaveLength(1)
  })

  test.each(['', '1', '1-', '-1', 'a-b', '1-2-3', '9'.repeat(30), `1-${'9'.repeat(20)}`])(
    'the text %j is no cursor',
    (text) => {
      expect(toCursor(text)).toBeNull()
    },
  )
})
