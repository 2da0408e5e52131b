import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBucket, levelOnTakeOver } from './bucket.ts'
import { createMethodCosts } from './method-costs.ts'
import { backoffMs, partialSpacingMs } from './pacing.ts'
import { planOfLicence } from './plan-of-licence.ts'

const CLOUD = { rate: 2, burst: 50 }

/** The portal's own bucket: a continuous leak, refusal over `burst`. */
function portalBucket(plan: typeof CLOUD) {
  let level = 0
  let at = 0
  return (now: number) => {
    level = Math.max(0, level - ((now - at) / 1000) * plan.rate)
    at = now
    if (level + 1 > plan.burst) return false
    level += 1
    return true
  }
}

describe('the plan of a portal', () => {
  it.each([
    [undefined, 2],
    ['ru_basic', 2],
    ['ru_selfhosted', 2],
    ['ru_project', 2],
    ['ru_ent250', 5],
    ['en_enterprise', 5],
  ])('licence %s lets %i hits a second through', (licence, rate) => {
    expect(planOfLicence(licence).rate).toBe(rate)
  })

  it('when it changes, what is in the bucket stays there and leaks at the new rate', () => {
    const bucket = createBucket(CLOUD, 49, 0)
    expect(bucket.waitMs(0)).toBe(500)
    bucket.change(planOfLicence('ru_ent250'), 0)
    expect([bucket.waitMs(0), bucket.level(1_000)]).toEqual([0, 44])
    bucket.change(CLOUD, 1_000)
    expect([bucket.capacity, bucket.level(2_000)]).toEqual([49, 42])
  })
})

describe('the bucket', () => {
  it('b24 point 2: hits that it lets go are never refused by the portal, however late each arrives', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 400 }))),
        (calls) => {
          const bucket = createBucket(CLOUD, 0, 0)
          const arrivals: number[] = []
          let now = 0
          for (const [idleMs, latencyMs] of calls) {
            now += idleMs
            now += bucket.waitMs(now)
            bucket.take(now)
            arrivals.push(now + latencyMs)
          }
          const accepts = portalBucket(CLOUD)
          for (const at of arrivals.toSorted((a, b) => a - b)) expect(accepts(at)).toBe(true)
        },
      ),
    )
  })

  it('a full bucket lets one hit go every half second', () => {
    const bucket = createBucket(CLOUD, 49, 0)
    expect(bucket.waitMs(0)).toBe(500)
    expect(bucket.waitMs(500)).toBe(0)
    bucket.take(500)
    expect(bucket.waitMs(500)).toBe(500)
  })

  it('b24 point 2: after a refusal it is full, and a clock that steps back does not change that', () => {
    const bucket = createBucket(CLOUD, 0, 10_000)
    bucket.fill(10_000)
    expect(bucket.level(10_000)).toBe(49)
    expect(bucket.waitMs(5_000)).toBe(500)
  })

  it('b24 point 1: a new owner assumes a full bucket minus the time since the last lease renewal', () => {
    expect(levelOnTakeOver(CLOUD, 0)).toBe(49)
    expect(levelOnTakeOver(CLOUD, 10_000)).toBe(29)
    expect(levelOnTakeOver(CLOUD, 60_000)).toBe(0)
    expect(levelOnTakeOver(CLOUD, -5_000)).toBe(49)
  })

  it('hits that others leave free are there for a telephone card', () => {
    const bucket = createBucket(CLOUD, 45, 0)
    expect(bucket.waitMs(0, 10)).toBeGreaterThan(0)
    expect(bucket.waitMs(0, 0)).toBe(0)
  })
})

describe('pacing', () => {
  const at = (level: number, priority: 0 | 1 | 2 | 3 = 2) =>
    partialSpacingMs({ priority, level, capacity: 49, plan: CLOUD, partialsInFlight: 0 })

  it('waits a moment on an idle portal and half a second on a busy one, and never for a telephone card', () => {
    expect(at(0)).toBeLessThanOrEqual(20)
    expect(at(49)).toBe(500)
    expect(at(49, 0)).toBe(0)
    expect(at(20, 1)).toBeLessThan(at(20, 2))
  })

  it('backs off from one second to sixteen', () => {
    const waits = [1, 2, 3, 4, 5, 6, 50].map((count) => backoffMs(count, 1_000, 16_000, () => 0.5))
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 16_000, 16_000])
  })
})

describe('what methods cost', () => {
  const add = (entityTypeId: number) => ({ name: 'a', method: 'crm.item.add', params: { entityTypeId } })

  it('starts careful, learns that a method is cheap at once, and keeps deals and contacts apart', () => {
    const costs = createMethodCosts()
    expect(costs.seconds(add(2))).toBe(1)
    costs.observe(add(2), 0.1)
    expect(costs.seconds(add(2))).toBe(0.1)
    expect(costs.seconds(add(3))).toBe(1)
  })

  it('believes bad news sooner than good, and doubles after a time-out', () => {
    const costs = createMethodCosts()
    costs.observe(add(2), 0.2)
    costs.observe(add(2), 2.2)
    expect(costs.seconds(add(2))).toBeCloseTo(1.2)
    costs.observe(add(2), 0.2)
    expect(costs.seconds(add(2))).toBeCloseTo(1.1)
    costs.punish([add(2), add(2)])
    expect(costs.seconds(add(2))).toBeCloseTo(2.2)
  })
})
