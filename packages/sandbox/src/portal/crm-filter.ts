/**
 * Filters, orders and pages of list methods. Filters are compiled once and run over the candidates the indexes give.
 * Source: reference/bitrix24.md §2.3.
 */
import {
  elementsOf,
  intOf,
  isArray,
  isMap,
  mapOf,
  numberOf,
  type PhpMap,
  type PhpValue,
  textOf,
} from './php-values.ts'
import { parsePortalTime } from './portal-time.ts'

export type Comparison = 'number' | 'text' | 'time'

/** How a filter key reads a row: its comparison and its value, or several values when any of them may match. */
export interface FilterField<Row> {
  readonly comparison: Comparison
  read(row: Row): PhpValue | readonly PhpValue[]
}

export interface FilterDialect<Row> {
  /** `undefined` for a name that is not a field. */
  field(name: string): FilterField<Row> | undefined
  /** What happens with an unknown name: an error to throw, or `undefined` to ignore it in silence. */
  unknown(name: string): Error | undefined
  readonly utcOffsetMinutes: number
}

export type Predicate<Row> = (row: Row) => boolean

// Longest first, so that `>=` is not read as `>` with a field named `=…`.
const OPERATORS = [
  '!=%',
  '!%=',
  '!@',
  '!%',
  '!=',
  '=%',
  '%=',
  '>=',
  '<=',
  '!',
  '>',
  '<',
  '@',
  '%',
  '=',
] as const
type Operator = (typeof OPERATORS)[number] | ''

/** The operator and the name of a filter key, `!@stageId` → `!@`, `stageId`. */
export function splitFilterKey(key: string): { operator: Operator; name: string } {
  const operator = OPERATORS.find((candidate) => key.startsWith(candidate)) ?? ''
  return { operator, name: key.slice(operator.length) }
}

/** Compiles a filter. Numbered keys hold nested groups; `logic: "OR"` inside a group joins its members with OR. */
export function compileFilter<Row>(filter: PhpMap, dialect: FilterDialect<Row>): Predicate<Row> {
  const parts: Predicate<Row>[] = []
  for (const [key, value] of Object.entries(filter)) {
    if (key.toLowerCase() === 'logic') continue
    if (/^\d+$/.test(key)) {
      if (isArray(value)) parts.push(compileFilter(mapOf(value), dialect))
      continue
    }
    const part = compileCondition(key, value, dialect)
    if (part) parts.push(part)
  }
  const isOr = textOf(filter['logic'] ?? filter['LOGIC']).toUpperCase() === 'OR'
  return isOr && parts.length > 0
    ? (row) => parts.some((part) => part(row))
    : (row) => parts.every((part) => part(row))
}

function compileCondition<Row>(
  key: string,
  value: PhpValue,
  dialect: FilterDialect<Row>,
): Predicate<Row> | undefined {
  const { operator, name } = splitFilterKey(key)
  const field = dialect.field(name)
  if (!field) {
    const error = dialect.unknown(name)
    if (error) throw error
    return undefined
  }
  const normalise = normaliser(field.comparison, dialect.utcOffsetMinutes)
  const read = (row: Row): (string | number)[] => {
    const raw = field.read(row)
    return Array.isArray(raw) ? raw.map(normalise) : [normalise(raw as PhpValue)]
  }
  const negated = operator.startsWith('!')
  const test = positiveTest(negated ? operator.slice(1) : operator, value, normalise)
  if (!test) return undefined
  // A negation holds when no value matches; a row without values counts as one empty value.
  return (row) => {
    const values = read(row)
    const matches = values.length === 0 ? test(normalise(null)) : values.some(test)
    return negated ? !matches : matches
  }
}

function positiveTest(
  operator: string,
  value: PhpValue,
  normalise: (raw: PhpValue) => string | number,
): ((value: string | number) => boolean) | undefined {
  switch (operator) {
    case '':
    case '=':
    case '@': {
      if (!isArray(value)) {
        const wanted = normalise(value)
        return (candidate) => candidate === wanted
      }
      const list = elementsOf(value).map(normalise)
      // An empty list under a bare key matches everything, under `@` nothing: both were seen, never send one.
      if (list.length === 0) return operator === '@' ? () => false : undefined
      const wanted = new Set(list)
      return (candidate) => wanted.has(candidate)
    }
    case '%': {
      const part = textOf(value).toLowerCase()
      return (candidate) => String(candidate).toLowerCase().includes(part)
    }
    case '=%':
    case '%=': {
      const pattern = likePattern(textOf(value))
      return (candidate) => pattern.test(String(candidate))
    }
    default: {
      const bound = normalise(value)
      return (candidate) => compare(operator, candidate, bound)
    }
  }
}

function compare(operator: string, left: string | number, right: string | number): boolean {
  // An empty column never satisfies an inequality.
  if (Number.isNaN(left) || Number.isNaN(right) || left === '') return false
  switch (operator) {
    case '>':
      return left > right
    case '>=':
      return left >= right
    case '<':
      return left < right
    default:
      return left <= right
  }
}

function likePattern(text: string): RegExp {
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('%', '.*')
  return new RegExp(`^${escaped}$`, 'is')
}

/** Empty values of every kind are equal: `null`, `''`, `0` for numbers. Booleans of filters are Y/N or 1/0. */
function normaliser(comparison: Comparison, utcOffsetMinutes: number): (raw: PhpValue) => string | number {
  switch (comparison) {
    case 'number':
      return (raw) => (typeof raw === 'boolean' ? Number(raw) : (numberOf(raw) ?? 0))
    case 'time':
      return (raw) => {
        const text = textOf(raw)
        return text === '' ? '' : (parsePortalTime(text, utcOffsetMinutes) ?? Number.NaN)
      }
    default:
      return (raw) => (isArray(raw) ? '' : textOf(raw).toLowerCase())
  }
}

/** Rows in the asked order (`{id: 'DESC'}`); unknown names as the dialect says. Default: as given. */
export function ordered<Row>(rows: Row[], order: PhpMap, dialect: FilterDialect<Row>): Row[] {
  const keys = Object.entries(order).flatMap(([name, direction]) => {
    const field = dialect.field(name)
    if (!field) {
      const error = dialect.unknown(name)
      if (error) throw error
      return []
    }
    const normalise = normaliser(field.comparison, dialect.utcOffsetMinutes)
    const sign = textOf(direction).toUpperCase().startsWith('DESC') ? -1 : 1
    return [{ field, normalise, sign }]
  })
  if (keys.length === 0) return rows
  return rows.toSorted((left, right) => {
    for (const { field, normalise, sign } of keys) {
      const a = sortKey(field.read(left), normalise)
      const b = sortKey(field.read(right), normalise)
      if (a !== b) return (a < b ? -1 : 1) * sign
    }
    return 0
  })
}

function sortKey(
  raw: PhpValue | readonly PhpValue[],
  normalise: (raw: PhpValue) => string | number,
): string | number {
  return normalise(Array.isArray(raw) ? (raw[0] ?? null) : (raw as PhpValue))
}

export const PAGE_SIZE = 50

export interface Page<Row> {
  readonly rows: Row[]
  /** Absent when counting was switched off with `start: -1`. */
  readonly total?: number
  readonly next?: number
}

/** One page of 50. `start` is 0, 50, 100…; -1 switches counting off. Source: reference/bitrix24.md §2.3. */
export function paged<Row>(rows: Row[], start: PhpValue | undefined): Page<Row> {
  const from = intOf(start) ?? 0
  if (from < 0) return { rows: rows.slice(0, PAGE_SIZE) }
  const offset = Math.floor(from / PAGE_SIZE) * PAGE_SIZE
  const next = offset + PAGE_SIZE
  return {
    rows: rows.slice(offset, next),
    total: rows.length,
    ...(next < rows.length ? { next } : {}),
  }
}

/** A dialect over flat rows of scalars: every key of a sample row is a field, other names are ignored. */
export function flatDialect(
  comparisons: Readonly<Record<string, Comparison>>,
  utcOffsetMinutes: number,
): FilterDialect<PhpMap> {
  return {
    utcOffsetMinutes,
    unknown: () => undefined,
    field(name) {
      const comparison = comparisons[name]
      if (comparison === undefined) return undefined
      return { comparison, read: (row) => elementsOrScalar(row[name]) }
    },
  }
}

function elementsOrScalar(value: PhpValue | undefined): PhpValue | readonly PhpValue[] {
  return Array.isArray(value) || isMap(value) ? elementsOf(value) : (value ?? null)
}
