import type { Unsupported } from '@trunkline/contracts/channel/inbound-event'
import type { Json } from '@trunkline/contracts/json'
import type { HookEntry, RawHook } from './channel-adapter.ts'
import { sha256Hex } from './signature.ts'

/** Networks send a few levels; deeper is an attack on whoever walks it. */
const MAX_DEPTH = 64
/** What we keep of a body that is not JSON, for a person to look at. */
const MAX_UNREADABLE_CHARS = 4000
/** Instants that `Date` and PostgreSQL both hold, in seconds: 1970 to 9999. */
const MAX_SECONDS = 253_402_300_799
// Decoding replaces what is not UTF-8 and JSON refuses a bare NUL, so both come only from an escape.
const UNSTORABLE = /\\u(?:0000|d[89a-f])/iu
const UTF8 = new TextDecoder()
/** Shown for an event that carries no time of its own; the core knows when it arrived. */
export const NO_TIME = '1970-01-01T00:00:00.000Z'

/**
 * The JSON of a hook's raw bytes, safe to store: PostgreSQL refuses NUL and unpaired surrogates inside `jsonb`,
 * and a hook must never fail on strange input.
 * @returns `undefined` when it is not JSON or is nested deeper than any network nests.
 */
export function readJsonBody(body: Uint8Array): Json | undefined {
  try {
    const text = UTF8.decode(body)
    const value: Json = JSON.parse(text)
    if (UNSTORABLE.test(text)) return storable(value, 0)
    refuseTooDeep(value, 0)
    return value
  } catch {
    // Both a syntax error and `TooDeep` mean the same to the caller: not a body we can read.
    return undefined
  }
}

/** The one entry of a hook that nobody understands. Equal bytes have equal keys, so a repeat is still a repeat. */
export function unknownEntry(hook: RawHook): HookEntry {
  const readable = readJsonBody(hook.body)
  const part: Json =
    readable === undefined
      ? { unreadable: cleanText(new TextDecoder().decode(hook.body)).slice(0, MAX_UNREADABLE_CHARS) }
      : { unknown: readable }
  return { eventKey: `unknown:${sha256Hex(hook.body)}`, laneKey: 'unknown', part }
}

/** The event that stands for something we do not understand. */
export function unsupported(what: string, talk = 'unknown', occurredAt = NO_TIME): Unsupported {
  return { kind: 'unsupported', talk, occurredAt, what: what.slice(0, 200) }
}

/** ISO 8601 UTC of unix seconds, or `NO_TIME` when a stranger sent something that is no instant. */
export function instantOfSeconds(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0 || seconds > MAX_SECONDS) return NO_TIME
  return new Date(seconds * 1000).toISOString()
}

/** ISO 8601 UTC of a date text, or `undefined` when it is none. */
export function instantOfText(value: string): string | undefined {
  const ms = Date.parse(value)
  return Number.isNaN(ms) || ms < 0 || ms > MAX_SECONDS * 1000 ? undefined : new Date(ms).toISOString()
}

class TooDeep extends Error {}

function refuseTooDeep(value: Json, depth: number): void {
  if (depth > MAX_DEPTH) throw new TooDeep()
  if (typeof value !== 'object' || value === null) return
  for (const item of Array.isArray(value) ? value : Object.values(value)) refuseTooDeep(item, depth + 1)
}

function storable(value: unknown, depth: number): Json {
  if (depth > MAX_DEPTH) throw new TooDeep()
  if (typeof value === 'string') return cleanText(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'boolean' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => storable(item, depth + 1))
  if (typeof value !== 'object') return null
  // `fromEntries` defines own properties, so a key `__proto__` stays data.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [cleanText(key), storable(item, depth + 1)]),
  )
}

function cleanText(value: string): string {
  return value.replaceAll('\u0000', '\ufffd').toWellFormed()
}
