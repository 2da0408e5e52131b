/**
 * The two limits of a cloud portal. Both are pure state machines: time is an argument, in milliseconds.
 * Source: reference/bitrix24.md §2.5; the refused hit that does not raise the level and the continuous leak are
 * the assumptions of reference/b24-client.md ("The theoretical limit").
 */

export interface BucketPlan {
  readonly capacity: number
  readonly leakPerSecond: number
}

export const BUCKET_PLANS = {
  basic: { capacity: 50, leakPerSecond: 2 },
  enterprise: { capacity: 250, leakPerSecond: 5 },
} as const satisfies Record<string, BucketPlan>

export interface LeakyBucket {
  /** Counts one hit of this source; `false` means refused, and the level stays as it was. */
  take(source: string, now: number): boolean
  /** Current level of a source, hits. */
  level(source: string, now: number): number
  reset(): void
}

/** One bucket for each source address; all applications behind one address share it. */
export function createLeakyBucket(plan: () => BucketPlan): LeakyBucket {
  const levels = new Map<string, { level: number; updatedAt: number }>()
  const level = (source: string, now: number): number => {
    const entry = levels.get(source)
    if (!entry) return 0
    return Math.max(0, entry.level - (Math.max(0, now - entry.updatedAt) / 1000) * plan().leakPerSecond)
  }
  return {
    level,
    take(source, now) {
      const current = level(source, now)
      // Rounded: a leak computed in fractions must not refuse the hit that fits exactly.
      if (Math.round((current + 1) * 1e6) / 1e6 > plan().capacity) return false
      levels.set(source, { level: current + 1, updatedAt: now })
      return true
    },
    reset: () => levels.clear(),
  }
}

const BASKET_MS = 60_000
const BASKETS = 10
/** Seconds of one method's execution allowed in the sliding ten minutes. */
export const OPERATING_LIMIT_SECONDS = 480

export interface OperatingMeter {
  /** True while the method may run; checked before a call, so the call that crosses the line still succeeds. */
  allows(caller: string, method: string, now: number): boolean
  /** Adds execution time and gives the method's new sum and when its oldest basket leaves (Unix seconds). */
  add(
    caller: string,
    method: string,
    seconds: number,
    now: number,
  ): { operating: number; resetAtUnix: number }
  spent(caller: string, method: string, now: number): number
  reset(): void
}

/** Execution time of each method for each application or hook, in ten baskets of one minute. */
export function createOperatingMeter(): OperatingMeter {
  const baskets = new Map<string, Map<number, number>>()
  const open = (caller: string, method: string, now: number): Map<number, number> => {
    const key = `${caller}\n${method}`
    let byMinute = baskets.get(key)
    if (!byMinute) {
      byMinute = new Map()
      baskets.set(key, byMinute)
    }
    const oldest = Math.floor(now / BASKET_MS) - BASKETS + 1
    for (const minute of byMinute.keys()) if (minute < oldest) byMinute.delete(minute)
    return byMinute
  }
  const sum = (byMinute: Map<number, number>): number => {
    let total = 0
    for (const seconds of byMinute.values()) total += seconds
    return total
  }
  return {
    allows: (caller, method, now) => sum(open(caller, method, now)) < OPERATING_LIMIT_SECONDS,
    spent: (caller, method, now) => sum(open(caller, method, now)),
    add(caller, method, seconds, now) {
      const byMinute = open(caller, method, now)
      const minute = Math.floor(now / BASKET_MS)
      byMinute.set(minute, (byMinute.get(minute) ?? 0) + seconds)
      const oldest = Math.min(...byMinute.keys())
      return { operating: sum(byMinute), resetAtUnix: ((oldest + BASKETS) * BASKET_MS) / 1000 }
    },
    reset: () => baskets.clear(),
  }
}
