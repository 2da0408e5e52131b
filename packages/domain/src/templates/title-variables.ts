import type { Locale, Text } from '@trunkline/contracts/locale'
import type { PassingSectionName } from '@trunkline/contracts/settings/index'
import {
  CHOICE_WORDS,
  type ChoiceList,
  FORM_FIELD_PREFIX,
  mappingFields,
  type RuleField,
} from '../rules/catalogue.ts'
import type { FactValue, RuleFacts } from '../rules/evaluate.ts'
import { FIELDS } from '../rules/fields.ts'
import { localDay } from '../transfer/local-time.ts'

type Fields = typeof FIELDS
/** What people type between the braces, so the names are never renamed (CHAT-73). */
export type TitleVariable = {
  [K in keyof Fields]: Fields[K] extends { readonly variable: infer V extends string } ? V : never
}[keyof Fields]

/** Everything a name template may insert. An empty string means "not known". */
export type TitleVariables = Readonly<Partial<Record<TitleVariable, string>>> & {
  /** What was filled in on a site's own form: `{{ form.city }}`, `{{ form["Ваш город"] }}`. */
  readonly form?: Readonly<Record<string, string>>
}

/** Every variable with the field of the catalogue it shows, in the order they are offered. */
const VARIABLES: readonly {
  readonly name: TitleVariable
  readonly source: string
  readonly field: RuleField
}[] = Object.entries(FIELDS as Readonly<Record<string, RuleField>>).flatMap(([source, field]) =>
  field.variable === undefined ? [] : [{ name: field.variable as TitleVariable, source, field }],
)

/** Labels of all variables by name. */
export const TITLE_VARIABLES = Object.fromEntries(
  VARIABLES.map(({ name, field }) => [name, field.label]),
) as Readonly<Record<TitleVariable, Text>>

/** What the templates of a section may insert, for the insert button. */
export function titleVariablesOf(
  section: PassingSectionName,
): readonly { readonly name: TitleVariable; readonly label: Text }[] {
  const fields = mappingFields(section)
  return VARIABLES.filter(({ source }) => Object.hasOwn(fields, source)).map(({ name, field }) => ({
    name,
    label: field.label,
  }))
}

/** The values that a template of this event inserts, in the words of a language; days are those of a time zone. */
export function titleVariables(values: RuleFacts, locale: Locale, timeZone = 'UTC'): TitleVariables {
  const out: Partial<Record<TitleVariable, string>> = {}
  for (const { name, source, field } of VARIABLES) out[name] = shown(values[source], field, locale, timeZone)
  const form = Object.entries(values).filter(([name]) => name.startsWith(FORM_FIELD_PREFIX))
  if (form.length === 0) return out
  return {
    ...out,
    form: Object.fromEntries(
      form.map(([name, value]) => [
        name.slice(FORM_FIELD_PREFIX.length),
        Array.isArray(value) ? value.join(', ') : String(value ?? ''),
      ]),
    ),
  }
}

/** Lists of which the first is enough to know the person by. */
const FIRST_ONLY: readonly string[] = ['phone', 'email', 'messenger_id']

function shown(value: FactValue, field: RuleField, locale: Locale, timeZone: string): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) {
    return FIRST_ONLY.includes(field.variable ?? '') ? (value[0] ?? '') : value.join(', ')
  }
  if (typeof value === 'boolean') return YES_NO[locale][value ? 0 : 1]
  const text = String(value)
  if (field.type === 'datetime') return localDay(text, timeZone)
  const words = CHOICE_WORDS[field.choices as ChoiceList]
  return words !== undefined && Object.hasOwn(words, text) ? words[text]![locale] : text
}

const YES_NO: Readonly<Record<Locale, readonly [string, string]>> = { ru: ['да', 'нет'], en: ['yes', 'no'] }

/** The template used until an administrator writes another one (CHAT-68): «Чат Telegram — Анна». */
export const DEFAULT_TITLE_TEMPLATE: Readonly<Record<Locale, string>> = {
  ru: '{{ event_type }} {{ channel_type }} — {{ visitor }}',
  en: '{{ channel_type }} {{ event_type }} — {{ visitor }}',
}
