/**
 * The reference engine of `batch`: `$result[cmd][path]` and its four sisters, with every oddity of the original,
 * because a client that gets these wrong writes garbage into a real CRM.
 * Source: reference/bitrix24.md §2.4, semantics 1-6.
 */
import { isArray, isMap, isScalar, type PhpMap, type PhpValue, textOf } from './php-values.ts'

/** What earlier commands of the same batch left behind, by command key. */
export interface BatchSections {
  readonly result: PhpMap
  readonly error: PhpMap
  readonly total: PhpMap
  readonly next: PhpMap
  readonly time: PhpMap
}

// Everything up to the next white space belongs to the reference, glued text included (semantic 1).
const REFERENCE = /\$(result|error|total|next|time)(\[\S+)/gi
const WHOLE_REFERENCE = /^\$(result|error|total|next|time)(\[\S+)$/i

/** Replaces references in the parameters of one command: in values and in keys, at any depth. */
export function resolveReferences(params: PhpMap, sections: BatchSections): PhpMap {
  return resolveValue(params, sections) as PhpMap
}

function resolveValue(value: PhpValue, sections: BatchSections): PhpValue {
  if (typeof value === 'string') return value.includes('$') ? resolveText(value, sections) : value
  if (Array.isArray(value)) return value.map((element) => resolveValue(element, sections))
  if (!isMap(value)) return value
  const resolved: PhpMap = {}
  for (const [key, element] of Object.entries(value)) {
    const newKey = key.includes('$') ? textOf(resolveText(key, sections, 'text only')) : key
    resolved[newKey] = resolveValue(element, sections)
  }
  return resolved
}

function resolveText(text: string, sections: BatchSections, mode?: 'text only'): PhpValue {
  const whole = mode === undefined ? WHOLE_REFERENCE.exec(text) : null
  if (whole) return lookUp(whole[1] ?? '', whole[2] ?? '', sections)
  return text.replace(REFERENCE, (literal: string, section: string, path: string) => {
    const found = lookUp(section, path, sections)
    return isScalar(found) ? textOf(found) : literal
  })
}

/** Walks the path; stops at the first missing element and gives the deepest value reached (semantic 4). */
function lookUp(section: string, path: string, sections: BatchSections): PhpValue {
  let value: PhpValue = sections[section.toLowerCase() as keyof BatchSections]
  for (const match of path.matchAll(/\[([^\]]*)\]/g)) {
    if (!isArray(value)) return value
    const child: PhpValue | undefined = Reflect.getOwnPropertyDescriptor(value, match[1] ?? '')?.value
    if (child === undefined || match[1] === 'length') return value
    value = child
  }
  return value
}
