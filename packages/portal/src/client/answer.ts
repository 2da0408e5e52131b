import type { WireBatch, WireError, WireMap, WireTime } from './wire.ts'

/** An HTTP body read as Bitrix24 means it. */
export type Answer =
  | { readonly kind: 'result'; readonly result: unknown; readonly time: WireTime | undefined }
  /** The portal refused. `code` may be empty; it is as the portal spelt it. */
  | { readonly kind: 'error'; readonly code: string; readonly description: string }
  /** Not JSON, cut short, or JSON of another shape: a proxy's page, a maintenance page. */
  | { readonly kind: 'unreadable' }

/** One command's part of a batch answer. */
export type BatchRow =
  | {
      readonly kind: 'result'
      readonly result: unknown
      readonly total: number | undefined
      readonly next: number | undefined
      readonly time: WireTime | undefined
    }
  | {
      readonly kind: 'error'
      readonly code: string
      readonly description: string
      readonly time: WireTime | undefined
    }
  /** The portal said nothing of this command. */
  | { readonly kind: 'missing' }

/**
 * Reads a body. An `error` key is an error whatever its value, except the `false` and `null` that some modules print
 * beside a good `result`. Source: reference/bitrix24.md §2.2, §2.6.
 */
export function parseAnswer(body: string): Answer {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return { kind: 'unreadable' }
  }
  if (!isRecord(json)) return { kind: 'unreadable' }
  const error = json['error']
  if (error !== undefined && error !== null && error !== false) return { kind: 'error', ...wireError(json) }
  if (!('result' in json)) return { kind: 'unreadable' }
  return { kind: 'result', result: json['result'], time: timeOf(json['time']) }
}

/**
 * Reads the `result` of a batch, row by row in the order of `keys`. An error is `result_error[key] !== undefined`,
 * whatever its code, empty codes included.
 */
export function parseBatch(result: unknown, keys: readonly string[]): Map<string, BatchRow> | undefined {
  if (!isRecord(result)) return undefined
  const batch: WireBatch = result
  if (batch.result === undefined && batch.result_error === undefined) return undefined
  const rows = new Map<string, BatchRow>()
  for (const key of keys) {
    const error = member(batch.result_error, key)
    const time = timeOf(member(batch.result_time, key))
    if (error !== undefined) rows.set(key, { kind: 'error', ...wireError(error), time })
    else if (!hasMember(batch.result, key)) rows.set(key, { kind: 'missing' })
    else
      rows.set(key, {
        kind: 'result',
        result: member(batch.result, key),
        total: numberOf(member(batch.result_total, key)),
        next: numberOf(member(batch.result_next, key)),
        time,
      })
  }
  return rows
}

/** A map of the wire as a record; the `[]` of an empty PHP map and any other shape become an empty one. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(value)) return Object.fromEntries(value.map((inner, index) => [String(index), inner]))
  return isRecord(value) ? value : {}
}

/** A list of the wire; a PHP map with numbers for keys becomes one too. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return isRecord(value) ? Object.values(value) : []
}

/** An id as a string of digits, whether it came as a number or a string; `undefined` for 0, empty and anything else. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined
  if (typeof value !== 'string') return undefined
  const digits = /^\s*0*([1-9]\d*)\s*$/.exec(value)?.[1]
  return digits
}

/** A text of the wire, `undefined` when it is absent or empty. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A number of the wire, also when it came as a string. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

/** `true` for true, 1, `Y`, `true`, `1`. */
export function isYes(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === 'string' && /^(?:y|1|true)$/i.test(value))
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wireError(value: unknown): { code: string; description: string } {
  if (!isRecord(value)) return { code: typeof value === 'string' ? value : '', description: '' }
  const error: Partial<Record<keyof WireError, unknown>> = value
  // REST 3 and a few modules nest the error: { error: { code, message } }.
  if (isRecord(error.error)) {
    return { code: scalarText(error.error['code']), description: scalarText(error.error['message']) }
  }
  return { code: scalarText(error.error), description: scalarText(error.error_description) }
}

function scalarText(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

function member<T>(map: WireMap<T> | undefined, key: string): T | undefined {
  return hasMember(map, key) ? (map as Record<string, T>)[key] : undefined
}

function hasMember(map: WireMap<unknown> | undefined, key: string): boolean {
  return typeof map === 'object' && map !== null && Object.hasOwn(map, key)
}

function timeOf(value: unknown): WireTime | undefined {
  return isRecord(value) ? value : undefined
}
