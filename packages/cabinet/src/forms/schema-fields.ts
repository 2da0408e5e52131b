import type { Text } from '@trunkline/contracts/locale'
import type { FieldAnnotations } from '@trunkline/contracts/settings/field'

/** How a field is drawn. */
export type FieldControl =
  | 'switch'
  | 'text'
  | 'multiline'
  | 'number'
  | 'secret'
  | 'url'
  | 'time'
  | 'time-zone'
  | 'colour'
  | 'choice'
  | 'picker'
  | 'multi-picker'
  | 'lines'
  | 'choices'
  | RichControl

/** Controls of more than one value; a form draws those that its page hands it (forms/rich-control.ts). */
export type RichControl =
  | 'template'
  | 'transfer-rules'
  | 'responsible-rules'
  | 'place'
  | 'place-rules'
  | 'field-mappings'
const RICH_CONTROLS: readonly string[] = [
  'template',
  'transfer-rules',
  'responsible-rules',
  'place',
  'place-rules',
  'field-mappings',
] satisfies RichControl[]
export const isRich = (control: string): control is RichControl => RICH_CONTROLS.includes(control)

/** One field of a form, read from a property of a JSON Schema with our annotations. */
export interface FormField {
  readonly name: string
  /** JSON pointer into the value; errors and warnings are matched by it. */
  readonly pointer: string
  readonly control: FieldControl
  readonly label: Text
  readonly hint: Text | null
  /** What an empty choice of a picker means; null: nothing is chosen. */
  readonly none: Text | null
  readonly group: string
  /** Choices of a `choice`, by value, in order. */
  readonly choices: readonly { readonly value: string; readonly label: Text }[]
  /** Which list of `options` a picker takes, besides the one under its own name. */
  readonly optionsKey: string
  /** Must be filled in for the value to be accepted as it stands. */
  readonly required: boolean
  readonly requiredWhen: FieldAnnotations['requiredWhen']
  readonly enabledWhen: FieldAnnotations['enabledWhen']
  readonly unit: FieldAnnotations['unit']
  readonly reconnect: boolean
  readonly secret: boolean
  readonly minimum: number | undefined
  readonly maximum: number | undefined
  readonly maxLength: number | undefined
  readonly byDefault: unknown
  /** Words that a new form offers instead of the default, in both languages. */
  readonly offered: Text | undefined
}

interface Property extends Partial<FieldAnnotations> {
  readonly type?: string
  readonly default?: unknown
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
  readonly anyOf?: readonly { readonly const?: unknown }[]
  readonly enum?: readonly unknown[]
  readonly items?: Property
}

/** From this length on a text is written in several lines. */
const MULTILINE_FROM_CHARS = 300

/** The fields of a settings schema in the order they were declared. Unknown shapes are left out, not guessed. */
export function schemaFields(schema: unknown): FormField[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, Property>
    required?: readonly string[]
  }
  return Object.entries(properties).flatMap(([name, property]) => {
    const control = controlOf(property)
    if (control === null) return []
    const refusesEmpty =
      (property.minLength ?? 0) > 0 ||
      (property.pattern !== undefined && !new RegExp(property.pattern, 'u').test(''))
    const emptyList = property.minItems !== undefined && property.minItems > 0
    return {
      name,
      pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      control,
      label: property.label ?? { ru: name, en: name },
      hint: property.hint ?? null,
      none: property.none ?? null,
      group: property.group ?? '',
      choices: choicesOf(property),
      optionsKey: property.control ?? name,
      required:
        required.includes(name) &&
        control !== 'switch' &&
        control !== 'choice' &&
        (refusesEmpty || emptyList || control === 'number'),
      requiredWhen: property.requiredWhen,
      enabledWhen: property.enabledWhen,
      unit: property.unit,
      reconnect: property.reconnect === true,
      secret: control === 'secret',
      minimum: property.minimum,
      maximum: property.maximum,
      maxLength: property.maxLength,
      byDefault: property.default,
      offered: property.offered,
    }
  })
}

function controlOf(property: Property): FieldControl | null {
  if (property.control !== undefined && isRich(property.control)) return property.control
  if (property.control === 'choices') return 'choices'
  if (property.secret || property.control === 'secret') return 'secret'
  if (property.type === 'boolean') return 'switch'
  if (property.type === 'number' || property.type === 'integer') return 'number'
  if (property.control === 'portal-user') return 'picker'
  if (property.control === 'channels') return 'multi-picker'
  if (property.control === 'colour') return 'colour'
  if (property.control === 'url') return 'url'
  if (property.control === 'time' || property.control === 'time-zone') return property.control
  if (property.control === 'choice' || property.anyOf || property.enum) return 'choice'
  if (property.type === 'array') return property.control === undefined ? 'lines' : null
  if (property.type !== 'string') return null
  return (property.maxLength ?? 0) >= MULTILINE_FROM_CHARS ? 'multiline' : 'text'
}

function choicesOf(property: Property): { value: string; label: Text }[] {
  const { enum: listed, anyOf } = property.items ?? property
  const values = listed ?? anyOf?.map((option) => option.const) ?? []
  return values
    .filter((value): value is string => typeof value === 'string')
    .map((value) => ({ value, label: property.choices?.[value] ?? { ru: value, en: value } }))
}

/**
 * The value a new form starts with: every field's default. Secrets start empty.
 * @param locale language of the words that are offered for customers to read.
 */
export function defaultValue(schema: unknown, locale: keyof Text): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const field of schemaFields(schema)) {
    if (field.secret) value[field.name] = ''
    else if (field.offered) value[field.name] = field.offered[locale]
    else if (field.byDefault !== undefined)
      value[field.name] = JSON.parse(JSON.stringify(field.byDefault)) as unknown
    else if (field.control === 'switch') value[field.name] = false
    else if (isList(field.control)) value[field.name] = []
    else if (field.control === 'choice') value[field.name] = field.choices[0]?.value ?? ''
    else if (field.control !== 'number') value[field.name] = ''
  }
  return value
}

function isList(control: FieldControl): boolean {
  return (
    ['multi-picker', 'lines', 'choices', 'field-mappings'].includes(control) || control.endsWith('-rules')
  )
}

/** Why a field cannot be edited now, or null. */
export function disabledWhy(field: FormField, value: Readonly<Record<string, unknown>>): Text | null {
  const when = field.enabledWhen
  if (!when) return null
  const held = value[when.field]
  const open = Array.isArray(when.equals) ? when.equals.includes(held) : held === when.equals
  return open ? null : when.why
}

/** Whether the star is shown: always required, or required in the present state of another field. */
export function isRequired(field: FormField, value: Readonly<Record<string, unknown>>): boolean {
  const when = field.requiredWhen
  return field.required || (when !== undefined && value[when.field] === when.equals)
}

/**
 * Fields that are required and empty: pointers. A secret that the server keeps may stay empty.
 * Everything else is judged by the server, which answers with messages by pointer.
 */
export function emptyRequired(
  fields: readonly FormField[],
  value: Readonly<Record<string, unknown>>,
  secretsSet: Readonly<Record<string, boolean>> = {},
): string[] {
  return fields
    .filter((field) => {
      if (!isRequired(field, value) || disabledWhy(field, value)) return false
      if (field.secret && secretsSet[field.name]) return false
      const held = value[field.name]
      return (
        held === undefined ||
        held === null ||
        (typeof held === 'string' && held.trim() === '') ||
        (Array.isArray(held) && held.length === 0)
      )
    })
    .map((field) => field.pointer)
}

/** The value as it is sent: an untouched secret is left out, so that the server keeps the old one. */
export function valueToSend(
  fields: readonly FormField[],
  value: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const sent: Record<string, unknown> = { ...value }
  for (const field of fields) if (field.secret && (sent[field.name] ?? '') === '') delete sent[field.name]
  return sent
}
