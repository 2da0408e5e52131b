/** Scripted misfortunes: what to break, where, how often and until when. */
import { seededRandom } from './random.ts'

/**
 * - `rate-limit` 503 QUERY_LIMIT_EXCEEDED, nothing ran · `overload` 503 OVERLOAD_LIMIT
 * - `operating-limit` 429 OPERATION_TIME_LIMIT of a method (inside a batch: of that command)
 * - `expired-token` expires the caller's token for good (401 expired_token until it refreshes)
 * - `revoked-token` forgets all tokens of the app (401 invalid_token, refresh gives invalid_grant)
 * - `payment-required` 401 at the portal, 400 at the auth server
 * - `invalid-grant` the auth server refuses codes and refresh tokens
 * - `portal-deleted` 403 PORTAL_DELETED · `server-error` 500 INTERNAL_SERVER_ERROR (nothing ran)
 * - `cut-before` the connection dies before the work · `cut-after` after it, without an answer
 * - `slow` the answer waits `ms` real milliseconds (the work is done first)
 * - `bad-gateway` 502 with an HTML body, nothing ran · `bad-gateway-after` the same after the work
 * - `empty-error` the command answers `{"error":"","error_description":"Not found"}` and does nothing
 * - `event-drop`, `event-duplicate`, `event-reorder` on the way to the handler
 */
export const FAULT_KINDS = [
  'rate-limit',
  'overload',
  'operating-limit',
  'expired-token',
  'revoked-token',
  'payment-required',
  'invalid-grant',
  'portal-deleted',
  'server-error',
  'cut-before',
  'cut-after',
  'slow',
  'bad-gateway',
  'bad-gateway-after',
  'empty-error',
  'event-drop',
  'event-duplicate',
  'event-reorder',
] as const

export type FaultKind = (typeof FAULT_KINDS)[number]

export interface FaultOptions {
  kind: FaultKind
  /**
   * Method names with `*`, comma-separated; default `*`. For faults of a whole hit a batch matches when its own name
   * or any of its commands does. Event faults match event names. The auth server's token endpoint is called
   * `oauth/token` and must be named, except by `invalid-grant` and `payment-required`.
   */
  method?: string
  /** 0..1, default 1. */
  probability?: number
  /** Stops after so many strikes. */
  count?: number
  /** Lets so many matching hits pass first. */
  skip?: number
  /** Stops at this sandbox time, ms. */
  until?: number
  /** Length of `slow`, real milliseconds. */
  ms?: number
  /** `cut-after` and `bad-gateway-after` of a batch: only so many commands run before the end. */
  afterCommands?: number
  /** Only hits of this application. */
  clientId?: string
}

export interface Fault extends FaultOptions {
  readonly id: number
  /** How often it struck. */
  strikes: number
}

export interface Faults {
  add(options: FaultOptions): Fault
  remove(id: number): boolean
  clear(): void
  readonly list: readonly Fault[]
  /** The fault of one of these kinds that strikes now, counted as a strike; `undefined` when none does. */
  strike(
    kinds: readonly FaultKind[],
    names: readonly string[],
    now: number,
    clientId?: string | null,
  ): Fault | undefined
}

export function createFaults(seed = 1): Faults {
  const random = seededRandom(seed)
  const list: Fault[] = []
  const patterns = new WeakMap<Fault, RegExp>()
  let nextId = 1
  return {
    list,
    add(options) {
      if (!FAULT_KINDS.includes(options.kind)) throw new RangeError(`no such fault: ${String(options.kind)}`)
      const fault: Fault = { ...options, id: nextId++, strikes: 0 }
      patterns.set(fault, namePattern(options.method ?? '*'))
      list.push(fault)
      return fault
    },
    remove(id) {
      const position = list.findIndex((fault) => fault.id === id)
      if (position < 0) return false
      list.splice(position, 1)
      return true
    },
    clear: () => {
      list.length = 0
    },
    strike(kinds, names, now, clientId) {
      if (list.length === 0) return undefined
      for (const fault of list) {
        if (!kinds.includes(fault.kind)) continue
        if (fault.count !== undefined && fault.strikes >= fault.count) continue
        if (fault.until !== undefined && now >= fault.until) continue
        if (fault.clientId !== undefined && clientId !== undefined && fault.clientId !== clientId) continue
        const pattern = patterns.get(fault)
        if (!names.some((name) => pattern?.test(name) && reachesAuthServer(fault, name))) continue
        if (fault.skip !== undefined && fault.skip > 0) {
          fault.skip--
          continue
        }
        if (fault.probability !== undefined && random() >= fault.probability) continue
        fault.strikes++
        return fault
      }
      return undefined
    },
  }
}

/** Losing a rotated token is for ever, so a fault reaches the auth server only when it says so. */
function reachesAuthServer(fault: Fault, name: string): boolean {
  if (!name.startsWith('oauth/')) return true
  return (
    fault.kind === 'invalid-grant' ||
    fault.kind === 'payment-required' ||
    (fault.method ?? '').includes('oauth')
  )
}

function namePattern(globs: string): RegExp {
  const alternatives = globs.split(',').map((glob) =>
    glob
      .trim()
      .replace(/[.+?^${}()|[\]\\/]/g, '\\$&')
      .replaceAll('*', '.*'),
  )
  return new RegExp(`^(?:${alternatives.join('|')})$`, 'i')
}
