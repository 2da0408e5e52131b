/**
 * The value world of a PHP server: what a request parameter can be, how it is read, how an answer is shaped.
 * Nothing here knows a method or a portal.
 */

/** Any parameter or answer value. PHP knows one array type, so a "map" and a "list" may turn into each other. */
export type PhpValue = string | number | boolean | null | PhpValue[] | { [key: string]: PhpValue }
export type PhpMap = { [key: string]: PhpValue }

const MAX_DEPTH = 32
const MAX_PARAMETERS = 100_000

export function isMap(value: unknown): value is PhpMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A map or a list: what PHP calls `array`. */
export function isArray(value: unknown): value is PhpMap | PhpValue[] {
  return typeof value === 'object' && value !== null
}

export function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** The elements of a list, or of a map in key order; a scalar and `null` give an empty list. */
export function elementsOf(value: PhpValue | undefined): PhpValue[] {
  if (Array.isArray(value)) return value
  return isMap(value) ? Object.values(value) : []
}

/** The map itself; a list becomes a map with numeric keys; anything else an empty map. */
export function mapOf(value: PhpValue | undefined): PhpMap {
  if (Array.isArray(value)) return Object.fromEntries(value.map((element, index) => [String(index), element]))
  return isMap(value) ? value : {}
}

/** PHP's conversion to string for scalars; `null` and arrays give an empty string. */
export function textOf(value: PhpValue | undefined): string {
  if (value === true) return '1'
  return isScalar(value) && value !== false ? String(value) : ''
}

/** A whole number, or `null` when the value is not one (`"12"` is, `"12a"` and arrays are not). */
export function intOf(value: PhpValue | undefined): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : null
  if (typeof value !== 'string' || !/^\s*[+-]?\d{1,15}\s*$/.test(value)) return null
  return Number(value)
}

/** A real number, or `null`. A comma is not a decimal point for the portal. */
export function numberOf(value: PhpValue | undefined): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string' || value.trim() === '') return null
  const parsed = Number(value)
  return Number.isFinite(parsed) ? parsed : null
}

/** `Y`, `1`, `true` in any spelling mean yes; all else no. */
export function isYes(value: PhpValue | undefined): boolean {
  return value === true || value === 1 || (typeof value === 'string' && /^(y|yes|1|true)$/i.test(value))
}

/**
 * An associative array as PHP's json_encode prints it: empty or keyed 0..n-1 in order → a JSON list.
 * Source: reference/bitrix24.md §2.2 and §2.4 ("empty PHP maps serialise as `[]`").
 */
export function phpMap(map: PhpMap): PhpValue {
  const keys = Object.keys(map)
  return keys.every((key, index) => key === String(index)) ? Object.values(map) : map
}

/**
 * Reads a query string the way PHP fills `$_GET`: `a[b][]=1`, later scalars win, `+` is a space,
 * a broken percent sign stays as it is. Dots and spaces in the top name become underscores, as PHP does.
 */
export function parsePhpQuery(query: string): PhpMap {
  const root: PhpMap = {}
  if (query === '') return root
  let count = 0
  for (const part of query.split('&')) {
    if (part === '') continue
    if (++count > MAX_PARAMETERS) break
    const equals = part.indexOf('=')
    const name = decodePart(equals < 0 ? part : part.slice(0, equals))
    const value = equals < 0 ? '' : decodePart(part.slice(equals + 1))
    assign(root, pathOf(name), value)
  }
  for (const [key, value] of Object.entries(root)) root[key] = compact(value)
  return root
}

function decodePart(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch (error) {
    if (error instanceof URIError) return decodeLoosely(spaced)
    throw error
  }
}

/** Decodes byte by byte; a percent sign without two hex digits stays. */
function decodeLoosely(text: string): string {
  return Buffer.from(
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')
}

function pathOf(name: string): string[] {
  const open = name.indexOf('[')
  if (open <= 0) return [phpName(name)]
  const path = [phpName(name.slice(0, open))]
  for (const match of name.slice(open).matchAll(/\[([^\]]*)\]/g)) path.push(match[1] ?? '')
  return path.slice(0, MAX_DEPTH)
}

/** PHP renames dots and spaces of a top-level name; parameters of REST methods never hold them. */
function phpName(name: string): string {
  return name.trimStart().replace(/[. ]/g, '_')
}

function assign(root: PhpMap, path: string[], value: string): void {
  let node = root
  for (let index = 0; index < path.length; index++) {
    const key = path[index] === '' && index > 0 ? nextKey(node) : (path[index] ?? '')
    if (key === '__proto__') return
    if (index === path.length - 1) {
      node[key] = value
      return
    }
    const child = node[key]
    if (isMap(child)) {
      node = child
      continue
    }
    const fresh: PhpMap = {}
    node[key] = fresh
    node = fresh
  }
}

function nextKey(node: PhpMap): string {
  let next = 0
  for (const key of Object.keys(node)) {
    const number = /^\d+$/.test(key) ? Number(key) : -1
    if (number >= next) next = number + 1
  }
  return String(next)
}

/** Turns maps keyed 0..n-1 into lists, from the leaves up. */
function compact(value: PhpValue): PhpValue {
  if (!isMap(value)) return value
  const keys = Object.keys(value)
  let isList = keys.length > 0
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? ''
    value[key] = compact(value[key] ?? null)
    if (key !== String(index)) isList = false
  }
  return isList ? Object.values(value) : value
}
