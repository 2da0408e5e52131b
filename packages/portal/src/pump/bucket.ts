import type { PumpPlan } from './pump-contract.ts'

/**
 * The portal's leaky bucket as we count it: every hit raises the level by one, `rate` a second leak out.
 *
 * Capacity is one less than the portal's, so that a hit delayed on its way does not overflow it.
 * Source: reference/bitrix24.md §2.5; reference/b24-client.md, point 2.
 */
export interface Bucket {
  readonly capacity: number
  level(nowMs: number): number
  /** How long until a hit fits while `reserve` hits stay free for others; 0 when it fits now. */
  waitMs(nowMs: number, reserve?: number): number
  take(nowMs: number): void
  /** A hit that was counted and did not leave. */
  giveBack(nowMs: number): void
  /** The portal said it is full. */
  fill(nowMs: number): void
  /** The portal has another plan from now on; what is in the bucket stays there. */
  change(plan: PumpPlan, nowMs: number): void
}

export function createBucket(plan: PumpPlan, initialLevel: number, nowMs: number): Bucket {
  let capacity = Math.max(1, plan.burst - 1)
  let ratePerMs = plan.rate / 1000
  let level = Math.min(capacity, Math.max(0, initialLevel))
  let at = nowMs

  function leak(now: number): void {
    // A clock that steps back must not fill the bucket.
    if (now > at) level = Math.max(0, level - (now - at) * ratePerMs)
    at = now
  }

  return {
    get capacity() {
      return capacity
    },
    level(now) {
      leak(now)
      return level
    },
    waitMs(now, reserve = 0) {
      leak(now)
      const over = level + 1 + Math.min(reserve, capacity - 1) - capacity
      return over <= 1e-9 ? 0 : Math.ceil(over / ratePerMs)
    },
    take(now) {
      leak(now)
      level += 1
    },
    giveBack(now) {
      leak(now)
      level = Math.max(0, level - 1)
    },
    fill(now) {
      leak(now)
      level = Math.max(level, capacity)
    },
    change(next, now) {
      leak(now)
      capacity = Math.max(1, next.burst - 1)
      ratePerMs = next.rate / 1000
    },
  }
}

/**
 * The level to start with when another process owned the portal before: full, minus what leaked since its lease was
 * last renewed.
 */
export function levelOnTakeOver(plan: PumpPlan, sinceLastRenewalMs: number): number {
  return Math.max(0, plan.burst - 1 - (Math.max(0, sinceLastRenewalMs) / 1000) * plan.rate)
}
