import type { Priority, PumpPlan } from './pump-contract.ts'

/** Shortest time between two batches that are not full (ms): groups that come together leave together. */
const LINGER_MS = 15
/**
 * Share of the bucket from which on batches that are not full keep the pace at which it leaks. Hits spent early on
 * half-empty batches are missed at the end of a rush: at half of the bucket 1,000 conversations took 89 hits, at a
 * quarter 70 (`npm run bench`).
 */
const SCARCE_FROM = 0.25
/** How much longer each priority waits for company. A telephone card does not wait. */
const PATIENCE: Readonly<Record<Priority, number>> = { 0: 0, 1: 0.3, 2: 1, 3: 2 }

/**
 * How long after the last batch that was not full the next such batch may leave.
 *
 * Like Nagle's rule: an idle portal is asked at once, and the more of the bucket is used, the longer we wait for a
 * batch to fill, up to the pace at which the bucket leaks. Full batches never wait for this.
 */
export function partialSpacingMs(input: {
  readonly priority: Priority
  readonly level: number
  readonly capacity: number
  readonly plan: PumpPlan
  /** Batches of this priority in flight that were not full. */
  readonly partialsInFlight: number
}): number {
  const scarcity = Math.min(1, input.level / (input.capacity * SCARCE_FROM))
  const paceMs = (1000 / input.plan.rate) * scarcity
  const spacing = Math.max(LINGER_MS, paceMs) * (input.partialsInFlight > 0 ? 2 : 1)
  return spacing * PATIENCE[input.priority]
}

/** Hits of the bucket that a priority leaves to those above it. */
export function reservedHits(priority: Priority, capacity: number): number {
  if (priority === 3) return Math.ceil(capacity * 0.2)
  return priority === 2 ? 1 : 0
}

/** Requests in flight that a priority leaves to those above it. */
export function reservedSlots(priority: Priority): number {
  return priority === 3 ? 2 : priority === 2 ? 1 : 0
}

/** The wait after the `count`-th trouble in a row: doubling from `fromMs` to `toMs`, jittered by a quarter. */
export function backoffMs(
  count: number,
  fromMs: number,
  toMs: number,
  random: () => number = Math.random,
): number {
  const plain = Math.min(toMs, fromMs * 2 ** Math.max(0, count - 1))
  return plain * (0.75 + random() * 0.5)
}
