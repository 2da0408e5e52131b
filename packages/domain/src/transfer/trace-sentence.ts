import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { Json } from '@trunkline/contracts/json'
import { type Text, text } from '@trunkline/contracts/locale'
import { cardName, type NameBook, shown } from './names.ts'

/** Values of a trace line. */
export type Values = Readonly<Record<string, Json>>

/** How a line of one code is said. */
export type Sentence = (values: Values, names: NameBook, verdict: TraceLine['verdict']) => Text

export function list(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

/** The words for a value; a value that this version does not know is shown as it is. */
export function pick(table: Readonly<Record<string, Text>>, value: Json | undefined): Text {
  const key = String(value)
  return Object.hasOwn(table, key) ? table[key]! : text(shown(value), shown(value))
}

/** Cards named one after another. */
export function cards(refs: readonly string[], names: NameBook, titles: readonly string[] = []): Text {
  const words = refs.map((ref, index) => cardName(ref, names, titles[index]))
  return text(words.map((one) => one.ru).join('; ') || '—', words.map((one) => one.en).join('; ') || '—')
}
