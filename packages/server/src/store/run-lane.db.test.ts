import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAccept } from './accept.ts'
import { type Claim, done, putLanes } from './mailbox.ts'
import { companyOf, type LaneOptions, runLane } from './run-lane.ts'
import { type TestDatabase, testDatabase } from './test-database.ts'
import { localWake, openWake } from './wake.ts'

let db: TestDatabase
const ws = randomUUID()

beforeAll(async () => {
  db = await testDatabase({ poolSize: 20 })
  await db.database.owner.query(`
    create table touched (workspace_id uuid not null, key text, fence bigint, worker text, n bigserial,
      at timestamptz not null default clock_timestamp());
    create table worked (workspace_id uuid not null, key text, event_key text, fence bigint, worker text, n bigserial,
      at timestamptz not null default clock_timestamp());
    call fence('touched'); call fence('worked');
    call let_door('touched', 'select'); call let_door('worked', 'select');
    grant usage on all sequences in schema public to trunkline_app`)
})
afterAll(() => db.close())
beforeEach(() => db.database.owner.query('truncate mailbox, inbound_events, inbound_keys, touched, worked'))

const put = (keys: readonly string[], at?: Date) =>
  db.database.inWorkspace(ws, (tx) =>
    putLanes(
      tx,
      keys.map((key) => ({ lane: 'talk', key, ...(at ? { at } : {}) })),
    ),
  )
const lane = (more: Partial<LaneOptions> & Pick<LaneOptions, 'handler'>) =>
  runLane({ database: db.database, lane: 'talk', wake: localWake(), paused: true, ...more })

describe('a lane', () => {
  test('drain works on everything due, on what that wakes, and on nothing else', async () => {
    const seen: string[] = []
    const runner = lane({
      handler: async (claimed) => {
        seen.push(claimed.key)
        if (claimed.key === 'a') await put(['woken'])
        if (claimed.key === 'later') return { nextAt: new Date(Date.now() + 3_600_000) }
        return undefined
      },
    })
    await put(['a', 'later'])
    await put(['tomorrow'], new Date(Date.now() + 86_400_000))
    expect(await runner.drain()).toBe(3)
    expect(seen.toSorted()).toEqual(['a', 'later', 'woken'])
    expect(await runner.drain()).toBe(0)
    await runner.stop()
  })

  test('a running lane is woken by a commit at once, and drains too', async () => {
    const wake = await openWake(db.database, db.url)
    const times: number[] = []
    const runner = lane({
      wake,
      paused: false,
      pollMs: 60_000,
      handler: async () => {
        times.push(performance.now())
        return undefined
      },
    })
    await runner.drain()
    const startedAt = performance.now()
    await put(['a'])
    await runner.drain()
    expect(times).toHaveLength(1)
    expect((times[0] ?? Number.POSITIVE_INFINITY) - startedAt).toBeLessThan(2000)
    await runner.stop()
    await wake.close()
  })

  test('another node hears of it without a poll', async () => {
    const wakes = await Promise.all([openWake(db.database, db.url), openWake(db.database, db.url)])
    const [here, there] = wakes
    let handled: (() => void) | undefined
    const seen = new Promise<void>((resolve) => {
      handled = resolve
    })
    const runner = lane({
      wake: there,
      paused: false,
      pollMs: 60_000,
      handler: async () => {
        handled?.()
        return undefined
      },
    })
    await runner.drain()
    // Put by a pool that neither of them listens to, then announced by one node alone.
    await db.database.owner.query(
      `insert into mailbox (workspace_id, lane, key, next_at) values ($1, 'talk', 'x', now())`,
      [ws],
    )
    here.poke(['talk'])
    await seen
    await runner.stop()
    await Promise.all(wakes.map((wake) => wake.close()))
  })

  test('a key woken while its handler runs is handled once more', async () => {
    let runs = 0
    const runner = lane({
      handler: async () => {
        runs += 1
        if (runs === 1) await put(['a'])
        return undefined
      },
    })
    await put(['a'])
    await runner.drain()
    expect(runs).toBe(2)
    await runner.stop()
  })

  test('a slow handler keeps its lease by renewal', async () => {
    let runs = 0
    const trouble: string[] = []
    const slow = lane({
      leaseMs: 300,
      onTrouble: (event) => trouble.push(event),
      handler: async () => {
        runs += 1
        await sleep(1000)
        return undefined
      },
    })
    const other = lane({
      handler: async () => {
        runs += 100
        return undefined
      },
    })
    await put(['a'])
    const draining = slow.drain()
    await sleep(700)
    await other.drain()
    await draining
    expect({ runs, trouble }).toEqual({ runs: 1, trouble: [] })
    await Promise.all([slow.stop(), other.stop()])
  })

  test('a handler that lost its lease while alive is told, and its transaction cannot commit', async () => {
    await put(['a'])
    const trouble: string[] = []
    let aborted = false
    const runner = lane({
      leaseMs: 300,
      onTrouble: (event) => trouble.push(event),
      handler: async (claimed, context) => {
        // Another worker takes the key: as after a long pause of this process.
        await db.database.owner.query(
          `update mailbox set lease_by = 'thief', fence = nextval('mailbox_fence')`,
        )
        await new Promise((resolve) => context.signal.addEventListener('abort', resolve))
        aborted = true
        await db.database.inWorkspace(claimed.workspaceId, async (tx) => {
          await tx.query({
            text: `insert into worked (workspace_id, key) values ($1, 'stale')`,
            values: [ws],
          })
          await context.done(tx)
        })
        return undefined
      },
    })
    await runner.drain()
    const { rows } = await db.database.owner.query('select count(*)::int as count from worked')
    expect({ aborted, trouble, rows }).toEqual({ aborted: true, trouble: ['lost'], rows: [{ count: 0 }] })
    await runner.stop()
  })

  test('errors are retried with pauses and given up after the last try; others go on', async () => {
    const tries: string[] = []
    const runner = lane({
      maxAttempts: 3,
      classify: () => ({ kind: 'retry', reason: 'portal/unreachable', afterMs: -1 }),
      handler: async (claimed) => {
        tries.push(claimed.key)
        if (claimed.key === 'bad') throw new Error('text of a customer')
        return undefined
      },
    })
    await put(['bad', 'good'])
    await runner.drain()
    expect(tries.toSorted()).toEqual(['bad', 'bad', 'bad', 'good'])
    const { rows } = await db.database.owner.query('select key, park_reason from mailbox')
    expect(rows).toEqual([{ key: 'bad', park_reason: 'portal/unreachable' }])
    await runner.stop()
  })

  test('who shows the work is told before a key ends, again if that fails, and its next wake-up begins anew', async () => {
    const told: Claim[] = []
    const trouble: string[] = []
    const runner = lane({
      maxAttempts: 2,
      leaseMs: 300,
      classify: () => ({ kind: 'retry', reason: 'bug', afterMs: -1 }),
      onTrouble: (event) => trouble.push(event),
      handler: async () => {
        throw new Error('bug')
      },
      onGivenUp: async (claimed) => {
        told.push(claimed)
        if (told.length === 1) throw new Error('the database is away')
        return undefined
      },
    })
    await put(['a'])
    await runner.drain()
    expect(told).toHaveLength(1)
    await sleep(400)
    await runner.drain()
    expect(told.map(({ key }) => key)).toEqual(['a', 'a'])
    expect((await db.database.owner.query('select 1 from mailbox')).rowCount).toBe(0)
    expect(trouble).toEqual(['retry', 'given-up', 'database', 'given-up'])
    await put(['a'])
    await runner.drain()
    expect(told[2]?.attempts).toBe(2)
    await runner.stop()
  })

  test('a key that was woken while it was given up runs again, and so does one with more to do', async () => {
    const tries: string[] = []
    const runner = lane({
      maxAttempts: 1,
      handler: async (claimed) => {
        tries.push(claimed.key)
        if (tries.length <= 2) throw new Error('bug')
        return undefined
      },
      onGivenUp: async ({ key }) => {
        if (key === 'more') return { nextAt: new Date(0) }
        await put([key])
        return undefined
      },
    })
    await put(['woken', 'more'])
    await runner.drain()
    expect(tries.toSorted()).toEqual(['more', 'more', 'woken', 'woken'])
    await runner.stop()
  })

  test('what kills workers ends up alone: deaths make the company smaller, and the last one gives up', async () => {
    const deaths: Record<string, number> = { innocent: 0, often: 7, suspect: 9, sure: 10 }
    await put(Object.keys(deaths))
    const more = Array.from({ length: 20 }, (_, n) => `k${n}`)
    await put(more)
    for (const [key, count] of [...Object.entries(deaths), ...more.map((key) => [key, 9] as const)])
      await db.database.owner.query('update mailbox set deaths = $2 where key = $1', [key, count])
    const running = new Map<string, number>()
    const givenUp: string[] = []
    let mostSuspects = 0
    const seen: string[] = []
    const runner = lane({
      concurrency: 100,
      claimSize: 100,
      maxDeaths: 10,
      handler: async (claimed) => {
        running.set(claimed.key, claimed.deaths)
        mostSuspects = Math.max(mostSuspects, [...running.values()].filter((count) => count >= 9).length)
        await sleep(20)
        running.delete(claimed.key)
        seen.push(claimed.key)
        return undefined
      },
      onGivenUp: async ({ key }) => {
        givenUp.push(key)
        return undefined
      },
    })
    while (seen.length + givenUp.length < 24) {
      await runner.drain()
      await db.database.owner.query('update mailbox set next_at = now()')
    }
    expect({ mostSuspects, givenUp }).toEqual({ mostSuspects: 1, givenUp: ['sure'] })
    expect(seen.toSorted()).toEqual(['innocent', 'often', 'suspect', ...more].toSorted())
    await runner.stop()
  })

  test('company: the whole crowd at first, then a quarter after each death, one at the end', () => {
    const sizes = Array.from({ length: 11 }, (_, deaths) => companyOf(deaths, 10))
    expect(sizes.slice(5)).toEqual([256, 64, 16, 4, 1, 1])
    expect(Math.min(...sizes.slice(0, 5))).toBeGreaterThan(1_000)
  })

  test('a snooze asked for by the handler is obeyed', async () => {
    const runner = lane({ handler: async () => ({ snoozeUntil: new Date(Date.now() + 3_600_000) }) })
    await put(['limit'])
    await runner.drain()
    const { rows } = await db.database.owner.query(`select attempts, next_at > now() as later from mailbox`)
    expect(rows).toEqual([{ attempts: 0, later: true }])
    await runner.stop()
  })

  test('stopping lets running handlers finish and gives unstarted keys back untried', async () => {
    let finished = 0
    const runner = lane({
      concurrency: 2,
      claimSize: 10,
      paused: false,
      handler: async () => {
        await sleep(300)
        finished += 1
        return undefined
      },
    })
    await put(Array.from({ length: 10 }, (_, n) => `k${n}`))
    while (
      (await db.database.owner.query('select 1 from mailbox where lease_by is not null')).rowCount === 0
    ) {
      await sleep(10)
    }
    await runner.stop()
    const { rows } = await db.database.owner.query(
      `select count(*)::int as left, count(lease_by)::int as leased, sum(attempts)::int as tries from mailbox`,
    )
    expect(finished).toBeGreaterThan(0)
    expect(rows).toEqual([{ left: 10 - finished, leased: 0, tries: 0 }])
  })

  test('the claim ended inside the transaction is not ended twice', async () => {
    const trouble: string[] = []
    const runner = lane({
      onTrouble: (event) => trouble.push(event),
      handler: async (claimed, context) => {
        await db.database.inWorkspace(claimed.workspaceId, (tx) => context.done(tx))
        return undefined
      },
    })
    await put(['a'])
    expect(await runner.drain()).toBe(1)
    expect(trouble).toEqual([])
    await runner.stop()
  })
})

const workers = new Set<ChildProcess>()
afterAll(() => {
  for (const worker of workers) worker.kill('SIGKILL')
})

async function startWorker(name: string, callMs: number, leaseMs: number): Promise<ChildProcess> {
  const args = [db.url, name, String(callMs), String(leaseMs)]
  const worker = fork(join(import.meta.dirname, 'kill-test-worker.ts'), args, {
    execArgv: [],
    execPath: process.execPath,
  })
  workers.add(worker)
  worker.once('exit', () => workers.delete(worker))
  await once(worker, 'message')
  return worker
}

async function until(isDone: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 50_000
  while (!(await isDone())) {
    if (Date.now() > deadline) throw new Error(`gave up waiting: ${what}`)
    await sleep(50)
  }
}

/** Accepts `each` events under every key, interleaved, and returns the order in which each key must be worked. */
async function acceptMany(keys: number, each: number): Promise<Map<string, string[]>> {
  const accept = createAccept({ pool: db.database.pool })
  const channelId = randomUUID()
  const expected = new Map<string, string[]>()
  for (let n = 0; n < each; n++) {
    const entries = Array.from({ length: keys }, (_, k) => ({
      workspaceId: ws,
      channelId,
      eventKey: `${k}-${n}`,
      laneKey: `key${k}`,
      lane: 'talk',
      hook: {},
      traceId: 't',
    }))
    for (const entry of entries) {
      expected.set(entry.laneKey, [...(expected.get(entry.laneKey) ?? []), entry.eventKey])
    }
    await accept(entries)
  }
  await accept.close()
  return expected
}

async function workedByKey(): Promise<Map<string, string[]>> {
  const { rows } = await db.database.owner.query<{ key: string; events: string[] }>(
    'select key, array_agg(event_key order by n) as events from worked group by key',
  )
  return new Map(rows.map((row) => [row.key, row.events]))
}

describe('kill -9', () => {
  test('workers killed in the middle of handlers: nothing lost, nothing twice, order kept, lease back in a second', async () => {
    const crew = await Promise.all([startWorker('w1', 40, 1000), startWorker('w2', 40, 1000)])
    const accepting = acceptMany(30, 20)
    for (let kill = 0; kill < 4; kill++) {
      await sleep(400)
      const victim = crew.shift()
      victim?.kill('SIGKILL')
      crew.push(await startWorker(`r${kill}`, 40, 1000))
    }
    const expected = await accepting
    await until(async () => {
      const left = await db.database.owner.query('select 1 from mailbox limit 1')
      return left.rowCount === 0
    }, 'the mailbox to be empty')
    expect(await workedByKey()).toEqual(expected)
    // The kills did hit handlers: some began and never ended.
    const { rows } = await db.database.owner.query<{ interrupted: number }>(
      `select count(*)::int as interrupted from touched t
       where not exists (select from worked w where w.key = t.key and w.fence = t.fence)`,
    )
    expect(rows[0]?.interrupted).toBeGreaterThan(0)
    for (const worker of crew) {
      worker.kill('SIGTERM')
      await once(worker, 'exit')
    }
  }, 90_000)

  test('without kills two workers never work on one key at the same time', async () => {
    const crew = await Promise.all([startWorker('a', 5, 10_000), startWorker('b', 5, 10_000)])
    const expected = await acceptMany(10, 15)
    await until(
      async () => (await db.database.owner.query('select 1 from mailbox limit 1')).rowCount === 0,
      'empty',
    )
    expect(await workedByKey()).toEqual(expected)
    // Each claim is one interval from its touch to its last word; intervals of one key must not overlap.
    const { rows } = await db.database.owner.query(
      `with claims as (
         select t.key, t.fence, t.at as began, max(w.at) as ended
         from touched t join worked w on w.key = t.key and w.fence = t.fence group by 1, 2, 3
       )
       select a.key from claims a join claims b
         on a.key = b.key and a.fence < b.fence and b.began < a.ended`,
    )
    expect(rows).toEqual([])
    for (const worker of crew) {
      worker.kill('SIGTERM')
      expect(await once(worker, 'exit')).toEqual([0, null])
    }
  }, 90_000)
})

test('done inside a transaction wakes the lane when there is more', async () => {
  const heard: string[] = []
  const forget = db.database.onWake((names) => heard.push(...names))
  const runner = lane({
    handler: async (claimed) => {
      await put(['a'])
      heard.length = 0
      await db.database.inWorkspace(claimed.workspaceId, (tx) => done(tx, claimed).then(() => undefined))
      return { snoozeUntil: new Date() } // the claim is gone: refused, and that is all that happens
    },
  })
  await put(['a'])
  const draining = runner.drain()
  await until(async () => heard.includes('talk'), 'the wake-up')
  await runner.stop()
  await draining
  forget()
})
