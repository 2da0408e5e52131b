/** The cloud stops a method that ran this long in ten minutes. Source: reference/bitrix24.md §2.5. */
const OPERATING_LIMIT_SECONDS = 480
/** One basket of the ten that the portal counts in: the soonest that anything can be forgotten. */
const ONE_BASKET_MS = 60_000

/**
 * Methods that the portal paused for running too long. Only the method waits; the portal and other methods go on.
 * Source: reference/b24-client.md, point 6.
 */
export interface ParkedMethods {
  /** Until when (clock ms) a method is parked, or `undefined`. */
  until(method: string, nowMs: number): number | undefined
  /** What an answer says of its method: parks it when the limit was reached with this very call. */
  observe(
    method: string,
    operatingSeconds: number | undefined,
    resetAtSeconds: number | undefined,
    nowMs: number,
  ): void
  /** The portal refused a call with OPERATION_TIME_LIMIT. @returns until when. */
  park(method: string, resetAtSeconds: number | undefined, nowMs: number): number
  all(nowMs: number): Readonly<Record<string, number>>
}

export function createParkedMethods(): ParkedMethods {
  const parked = new Map<string, number>()
  const resets = new Map<string, number>()

  function park(method: string, resetAtSeconds: number | undefined, nowMs: number): number {
    const key = method.toLowerCase()
    const resetAt = resetAtSeconds === undefined ? resets.get(key) : resetAtSeconds * 1000
    // A reset in the past says nothing: the portal's clock differs, or the answer was old.
    const until = resetAt !== undefined && resetAt > nowMs ? resetAt : nowMs + ONE_BASKET_MS
    parked.set(key, Math.min(until, nowMs + 10 * ONE_BASKET_MS))
    return parked.get(key)!
  }

  return {
    park,
    until(method, nowMs) {
      const until = parked.get(method.toLowerCase())
      if (until === undefined || until > nowMs) return until
      parked.delete(method.toLowerCase())
      return undefined
    },
    observe(method, operatingSeconds, resetAtSeconds, nowMs) {
      if (resetAtSeconds !== undefined) resets.set(method.toLowerCase(), resetAtSeconds * 1000)
      if (operatingSeconds !== undefined && operatingSeconds >= OPERATING_LIMIT_SECONDS)
        park(method, resetAtSeconds, nowMs)
    },
    all: (nowMs) => Object.fromEntries([...parked].filter(([, until]) => until > nowMs)),
  }
}
