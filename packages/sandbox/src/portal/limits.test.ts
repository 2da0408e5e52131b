import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BUCKET_PLANS, createLeakyBucket, createOperatingMeter } from './limits.ts'

describe('leaky bucket', () => {
  test('fifty pass at once, the next is refused, and two a second leak out', () => {
    const bucket = createLeakyBucket(() => BUCKET_PLANS.basic)
    const passed = Array.from({ length: 60 }, () => bucket.take('a', 0)).filter(Boolean)
    expect(passed).toHaveLength(50)
    expect(bucket.take('a', 499)).toBe(false)
    expect(bucket.take('a', 500)).toBe(true)
    expect(bucket.take('a', 500)).toBe(false)
  })

  test('a refused hit does not raise the level and sources do not share', () => {
    const bucket = createLeakyBucket(() => BUCKET_PLANS.enterprise)
    for (let hit = 0; hit < 400; hit++) bucket.take('a', 0)
    expect(bucket.level('a', 0)).toBe(250)
    expect(bucket.level('b', 0)).toBe(0)
    expect(bucket.level('a', 10_000)).toBe(200)
  })

  test('however hits come, no more than capacity plus the leak pass', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 300 }), (gaps) => {
        const bucket = createLeakyBucket(() => BUCKET_PLANS.basic)
        let now = 0
        let passed = 0
        for (const gap of gaps) {
          now += gap
          if (bucket.take('a', now)) passed++
        }
        expect(passed).toBeLessThanOrEqual(50 + (now / 1000) * 2 + 1e-6)
      }),
    )
  })
})

describe('operating time', () => {
  test('the call that crosses 480 s succeeds, the next is blocked until the oldest minute leaves', () => {
    const meter = createOperatingMeter()
    meter.add('app', 'crm.item.add', 479, 0)
    expect(meter.allows('app', 'crm.item.add', 30_000)).toBe(true)
    const { operating, resetAtUnix } = meter.add('app', 'crm.item.add', 5, 61_000)
    expect(operating).toBe(484)
    expect(resetAtUnix).toBe(600)
    expect(meter.allows('app', 'crm.item.add', 599_999)).toBe(false)
    expect(meter.allows('app', 'crm.item.add', 600_000)).toBe(true)
    expect(meter.spent('app', 'crm.item.add', 600_000)).toBe(5)
  })

  test('methods and applications are counted apart', () => {
    const meter = createOperatingMeter()
    meter.add('app', 'crm.item.add', 500, 0)
    expect(meter.allows('app', 'crm.item.list', 0)).toBe(true)
    expect(meter.allows('other', 'crm.item.add', 0)).toBe(true)
  })
})
