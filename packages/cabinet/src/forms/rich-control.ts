import type { FormField } from './schema-fields.ts'

/** Sentences by JSON pointer relative to the field: '' is the field itself, `/2/when` the conditions of its third rule. */
export type Messages = Readonly<Record<string, string>>

/**
 * What every control gets that draws more than one value: rule lists, places, templates, mappings. It answers with
 * `change` and a whole new value. Pages that need such controls hand them to the form; others do not load them.
 */
export interface RichControlProps {
  readonly id: string
  readonly field: FormField
  readonly label: string
  readonly value: unknown
  /** The last saved value of this field, to return to. */
  readonly saved: unknown
  /** The whole form as it stands, for what depends on a neighbour. */
  readonly form: Readonly<Record<string, unknown>>
  readonly disabled: boolean
  /** A save was refused: say also what is only not filled in. */
  readonly strict: boolean
  readonly describedBy: string
  readonly problems: Messages
  readonly warnings: Messages
}

/** The messages of one field, with pointers made relative to it. */
export function messagesUnder(pointer: string, messages: Messages): Messages {
  return Object.fromEntries(
    Object.entries(messages)
      .filter(([at]) => at === pointer || at.startsWith(`${pointer}/`))
      .map(([at, message]) => [at.slice(pointer.length), message]),
  )
}

/** The first message at a place or anywhere under it; empty when there is none. */
export function firstMessage(messages: Messages): string {
  return messages[''] ?? Object.values(messages)[0] ?? ''
}
