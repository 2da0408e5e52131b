import type { Param, Params, Ref } from './reference.ts'
import { isRef, isTextWithRef } from './reference.ts'

/**
 * A parameter tree as a PHP query string: `fields[fm][0][value]=%2B7…`. Every byte outside `A-Z a-z 0-9 - _ . ~` is
 * encoded, brackets and references too (the portal decodes before it looks for references).
 *
 * Booleans become `Y` / `N`, `null` an empty value, `undefined` is left out, an empty list or map is left out: an
 * empty filter value may match everything. `rename` gives the batch key of a command of the same group.
 * Source: reference/bitrix24.md §2.3, §2.4, §2.7.
 */
export function encodeParams(params: Params, rename: (command: string) => string = (name) => name): string {
  const parts: string[] = []
  for (const [name, value] of Object.entries(params)) append(parts, neutralise(name), value, rename)
  return parts.join('&')
}

/** One command of a batch: `crm.item.add?entityTypeId=2&…`. */
export function commandString(
  method: string,
  params: Params | undefined,
  rename?: (command: string) => string,
): string {
  const query = params === undefined ? '' : encodeParams(params, rename)
  return query === '' ? method : `${method}?${query}`
}

/**
 * Makes sure that a text from outside cannot be read as a batch reference: a zero-width space goes between `$` and
 * the word. People see no difference. Source: reference/bitrix24.md §2.4.
 */
export function neutralise(text: string): string {
  return text.includes('$') ? text.replace(/\$(?=(?:result|error|total|next|time)\[)/gi, '$\u200b') : text
}

/** The names of the commands that the parameters refer to. */
export function referredCommands(params: Params | undefined): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (value: Param): void => {
    if (typeof value !== 'object' || value === null) return
    if (isRef(value)) names.add(value.command)
    else if (isTextWithRef(value)) names.add(value.ref.command)
    else for (const inner of Object.values(value)) visit(inner)
  }
  if (params !== undefined) visit(params)
  return names
}

function append(parts: string[], name: string, value: Param, rename: (command: string) => string): void {
  if (value === undefined) return
  if (value === null) return void parts.push(`${encode(name)}=`)
  if (typeof value === 'string') return void parts.push(`${encode(name)}=${encode(neutralise(value))}`)
  if (typeof value === 'number') return void parts.push(`${encode(name)}=${value}`)
  if (typeof value === 'boolean') return void parts.push(`${encode(name)}=${value ? 'Y' : 'N'}`)
  if (isRef(value)) return void parts.push(`${encode(name)}=${encode(reference(value, rename))}`)
  if (isTextWithRef(value)) {
    // The portal swallows every character that is not white space after the bracket.
    const text = `${neutralise(value.before)}${reference(value.ref, rename)} ${neutralise(value.after)}`
    return void parts.push(`${encode(name)}=${encode(text.trimEnd())}`)
  }
  if (Array.isArray(value)) {
    value.forEach((inner: Param, index) => {
      append(parts, `${name}[${index}]`, inner, rename)
    })
    return
  }
  for (const [key, inner] of Object.entries(value))
    append(parts, `${name}[${neutralise(key)}]`, inner, rename)
}

function reference(value: Ref, rename: (command: string) => string): string {
  const path = [rename(value.command), ...value.path].map((part) => `[${part}]`).join('')
  return `${value.guarded ? '0' : ''}$result${path}`
}

function encode(text: string): string {
  // A lone half of a surrogate pair makes encodeURIComponent throw; the portal's UTF-8 could not hold it either.
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
