/** A form as PHP reads it: strings, and maps for bracketed names. Lists are maps with numbers for keys. */
export type FormValue = string | { readonly [key: string]: FormValue }
export type FormMap = { readonly [key: string]: FormValue }

/** More pairs than any event has: the rest is left out. */
const MAX_PAIRS = 5_000
const MAX_DEPTH = 10

/** Reads `a[b][]=1&c=2`. Total: what is malformed becomes an odd key, never an error. */
export function parsePhpForm(body: string): FormMap {
  const root: Record<string, FormValue> = Object.create(null)
  let pairs = 0
  for (const [name, value] of new URLSearchParams(body)) {
    if (++pairs > MAX_PAIRS) break
    const open = name.indexOf('[')
    const path =
      open <= 0
        ? [name]
        : [name.slice(0, open), ...[...name.slice(open).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1]!)]
    assign(root, path.slice(0, MAX_DEPTH), value)
  }
  return root
}

/** The text at a path, or `undefined`. */
export function formText(form: FormValue | undefined, ...path: readonly string[]): string | undefined {
  let value = form
  for (const key of path)
    value = typeof value === 'object' && Object.hasOwn(value, key) ? value[key] : undefined
  return typeof value === 'string' ? value : undefined
}

/** The map at a key; empty when there is none. */
export function formMap(form: FormMap, key: string): FormMap {
  const value = Object.hasOwn(form, key) ? form[key] : undefined
  return typeof value === 'object' ? value : {}
}

function assign(root: Record<string, FormValue>, path: readonly string[], value: string): void {
  let node = root
  path.forEach((part, index) => {
    const key = part === '' ? String(Object.keys(node).length) : part
    if (index === path.length - 1) {
      node[key] = value
      return
    }
    const child = node[key]
    const next: Record<string, FormValue> =
      typeof child === 'object' ? (child as Record<string, FormValue>) : Object.create(null)
    node[key] = next
    node = next
  })
}
