/** The sandbox's only source of time. Milliseconds since the epoch, UTC. */
export interface SandboxClock {
  now(): number
  /** Moves the sandbox's time forward; real time goes on from there (a frozen clock stays where it is put). */
  advance(ms: number): void
}

/**
 * A clock that follows real time plus whatever was advanced.
 * With `frozenAt` it stands still until `advance`, so limits and expiry can be tested to the millisecond.
 */
export function createClock(options: { frozenAt?: number } = {}): SandboxClock {
  let offsetMs = 0
  const { frozenAt } = options
  return {
    now: () => (frozenAt ?? Date.now()) + offsetMs,
    advance: (ms) => {
      if (!(ms >= 0)) throw new RangeError('a clock moves forward only')
      offsetMs += ms
    },
  }
}
