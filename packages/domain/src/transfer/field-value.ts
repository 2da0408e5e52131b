import type { PortalFieldFacts } from '@trunkline/contracts/crm/facts'
import type { Json } from '@trunkline/contracts/json'
import { CHOICE_WORDS, type ChoiceList, type RuleField } from '../rules/catalogue.ts'
import { type FactValue, folded } from '../rules/evaluate.ts'
import { localDay } from './local-time.ts'

/** A value in the type of a field of the portal, or why there is none. */
export type FieldValue =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly why: 'empty' | 'does-not-fit' }

type PortalType = PortalFieldFacts['type']
type One = string | number | boolean

/**
 * Our value as a field of the portal takes it (CHAT-75), in our words; the portal's own spelling is the portal room's.
 *
 * `text`: as people read it. `number`: a number. `date`: `YYYY-MM-DD`, the day in `timeZone`. `datetime`: ISO 8601 UTC. `boolean`: true or
 * false. `list`: the id of the item with that id or label. `link`: an http(s) address. A multiple field takes an array
 * of what fits; a single text takes several values joined by commas, any other single field the first that fits.
 */
export function fieldValue(
  value: FactValue,
  source: RuleField,
  field: PortalFieldFacts,
  timeZone = 'UTC',
): FieldValue {
  const given = (Array.isArray(value) ? value : [value]).filter(
    (one): one is One => one !== undefined && one !== null && one !== '',
  )
  if (given.length === 0) return { ok: false, why: 'empty' }
  const fitting = given.flatMap((one) => CONVERSIONS[field.type](one, source, field, timeZone) ?? [])
  if (fitting.length === 0) return { ok: false, why: 'does-not-fit' }
  if (field.multiple) return { ok: true, value: [...new Set(fitting)] }
  return { ok: true, value: field.type === 'text' ? fitting.join(', ') : fitting[0]! }
}

/** Whether values of a source can ever fit a field; asked before settings are saved. */
export function canFit(source: RuleField, type: PortalType): boolean {
  return FITS[type].includes(source.type)
}

// Text may hold anything, so it may fit every type that can be read from text.
const FITS: Readonly<Record<PortalType, readonly RuleField['type'][]>> = {
  text: ['choice', 'text', 'number', 'boolean', 'list', 'datetime'],
  number: ['text', 'number', 'list'],
  date: ['text', 'datetime'],
  datetime: ['text', 'datetime'],
  boolean: ['text', 'boolean'],
  list: ['choice', 'text', 'number', 'boolean', 'list'],
  link: ['text', 'list'],
  file: [],
  other: [],
}

type Conversion = (
  value: One,
  source: RuleField,
  field: PortalFieldFacts,
  timeZone: string,
) => string | number | boolean | undefined

const CONVERSIONS: Readonly<Record<PortalType, Conversion>> = {
  text: (value, source) => wordsOf(value, source)[0],
  number: (value) => numberOf(value),
  date: (value, source, _field, timeZone) => {
    const instant = source.type === 'number' ? undefined : instantOf(value)
    return instant && String(value).includes('T') ? localDay(instant, timeZone) : instant?.slice(0, 10)
  },
  datetime: (value, source) => (source.type === 'number' ? undefined : instantOf(value)),
  boolean: booleanOf,
  list: (value, source, field) => {
    const items = field.items ?? []
    const byId = items.find((item) => item.id === String(value))
    if (byId) return byId.id
    const words = [...wordsOf(value, source), String(value)].map(folded)
    return items.find((item) => words.includes(folded(item.label)))?.id
  },
  link: (value) => {
    if (typeof value !== 'string' || !URL.canParse(value)) return undefined
    return /^https?:$/.test(new URL(value).protocol) ? value : undefined
  },
  file: () => undefined,
  other: () => undefined,
}

/** A value as people read it: Russian first, for portals keep their lists in one language or the other. */
function wordsOf(value: One, source: RuleField): readonly [string, ...string[]] {
  if (typeof value === 'boolean') return value ? ['да', 'yes'] : ['нет', 'no']
  const text = String(value)
  const words = CHOICE_WORDS[source.choices as ChoiceList]
  if (words === undefined || !Object.hasOwn(words, text)) return [text]
  return [words[text]!.ru, words[text]!.en]
}

/** `1 200,50` and `1200.5` are numbers; a phone is not. */
function numberOf(value: One): number | undefined {
  if (typeof value === 'boolean') return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  const plain = value.replace(/[\s\u00a0]/g, '').replace(',', '.')
  return /^-?\d{1,15}(\.\d{1,6})?$/.test(plain) ? Number(plain) : undefined
}

const YES: readonly string[] = ['да', 'yes', 'y', 'true', '1', 'on']
const NO: readonly string[] = ['нет', 'no', 'n', 'false', '0', 'off']

function booleanOf(value: One): boolean | undefined {
  if (typeof value === 'boolean') return value
  const word = folded(String(value).trim())
  if (YES.includes(word)) return true
  return NO.includes(word) ? false : undefined
}

/** `2026-03-01`, `2026-03-01T10:00Z` and `01.03.2026` as an instant; a day alone begins at midnight UTC. */
function instantOf(value: One): string | undefined {
  if (typeof value !== 'string') return undefined
  const given = value.trim()
  const russian = /^(\d{2})\.(\d{2})\.(\d{4})$/.exec(given)
  const iso = russian ? `${russian[3]}-${russian[2]}-${russian[1]}` : given
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(iso)) return undefined
  const ms = Date.parse(iso)
  if (Number.isNaN(ms)) return undefined
  const instant = new Date(ms).toISOString()
  // 31 February is read as 3 March: not what was written.
  return iso.length === 10 && instant.slice(0, 10) !== iso ? undefined : instant
}
