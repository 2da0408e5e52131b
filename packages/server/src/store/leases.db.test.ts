import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  acquireLease,
  holdLease,
  inheritLeases,
  leaseLastRenewedAt,
  releaseLease,
  renewLease,
} from './leases.ts'
import { takeTokens } from './rate-limit.ts'
import { type TestDatabase, testDatabase } from './test-database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())

const acquire = (name: string, owner: string, ttlMs = 60_000) =>
  acquireLease(db.database, { name, owner, ttlMs })

describe('a lease', () => {
  test('of many who ask at once one gets it', async () => {
    const got = await Promise.all(Array.from({ length: 20 }, (_, n) => acquire('one', `o${n}`)))
    expect(got.filter(Boolean)).toHaveLength(1)
  })

  test('changes its fence with every owner and keeps it for the same one', async () => {
    const mine = await acquire('two', 'a')
    expect(await acquire('two', 'a')).toEqual(mine)
    expect(await acquire('two', 'b')).toBeNull()
    if (!mine) throw new Error('not acquired')
    await releaseLease(db.database, mine)
    const theirs = await acquire('two', 'b')
    expect(theirs?.fence).toBeGreaterThan(mine.fence)
    expect(await renewLease(db.database, mine, 1000)).toBe(false)
    await releaseLease(db.database, mine)
    expect(await acquire('two', 'c')).toBeNull()
  })

  test('of dead owners is inherited with its time, and one of them that was not dead can do nothing with it', async () => {
    const theirs = await acquire('inherited', 'dead')
    const renewedAt = await leaseLastRenewedAt(db.database, 'inherited', 60_000)
    await inheritLeases(db.database, 'heir')
    expect(await renewLease(db.database, theirs!, 1000)).toBe(false)
    expect(await leaseLastRenewedAt(db.database, 'inherited', 60_000)).toEqual(renewedAt)
    expect((await acquire('inherited', 'heir'))?.fence).toBeGreaterThan(theirs!.fence)
  })

  test('that ran out is another one, also for its former owner', async () => {
    const first = await acquire('three', 'a', 20)
    await sleep(40)
    if (!first) throw new Error('not acquired')
    expect(await renewLease(db.database, first, 1000)).toBe(false)
    expect((await acquire('three', 'a'))?.fence).toBeGreaterThan(first.fence)
  })

  test('held is kept past its time, and lost aborts the signal', async () => {
    const held = await holdLease(db.database, { name: 'four', owner: 'a', ttlMs: 300 })
    expect(held).not.toBeNull()
    await sleep(700)
    expect(held?.signal.aborted).toBe(false)
    expect(await acquire('four', 'b')).toBeNull()
    await db.database.owner.query(`update leases set owner = 'thief', fence = fence + 1 where name = 'four'`)
    await sleep(300)
    expect(held?.signal.aborted).toBe(true)
    await held?.release()
    const { rows } = await db.database.owner.query(
      `select owner, until > now() as kept from leases where name = 'four'`,
    )
    expect(rows[0]).toMatchObject({ owner: 'thief' })
  })

  test('whose database does not answer is given up in time', async () => {
    const held = await holdLease(db.database, { name: 'five', owner: 'a', ttlMs: 300 })
    const blocker = await db.database.owner.connect()
    await blocker.query('begin')
    await blocker.query(`select 1 from leases where name = 'five' for update`)
    await sleep(500)
    expect(held?.signal.aborted).toBe(true)
    await blocker.query('rollback')
    blocker.release()
    await held?.release()
  })
})

describe('a bucket of tokens', () => {
  test('gives its burst and then its rate to any number of takers, never more', async () => {
    const bucket = { key: 'portal', perSecond: 20, burst: 10 }
    const startedAt = performance.now()
    let granted = 0
    const loop = async () => {
      while (performance.now() - startedAt < 1000) {
        const waitMs = await takeTokens(db.database, bucket)
        if (waitMs === 0) granted += 1
        else await sleep(Math.min(waitMs, 50))
      }
    }
    await Promise.all(Array.from({ length: 8 }, loop))
    const seconds = (performance.now() - startedAt) / 1000
    expect(granted).toBeLessThanOrEqual(10 + 20 * seconds + 1)
    expect(granted).toBeGreaterThanOrEqual(20)
  })

  test('says how long to wait, and a refusal takes nothing', async () => {
    const bucket = { key: 'other', perSecond: 1, burst: 2 }
    expect(await takeTokens(db.database, bucket, 2)).toBe(0)
    const waits = [await takeTokens(db.database, bucket), await takeTokens(db.database, bucket)]
    for (const waitMs of waits) {
      expect(waitMs).toBeGreaterThan(500)
      expect(waitMs).toBeLessThanOrEqual(1000)
    }
  })
})
