import type { Text } from '@trunkline/contracts/locale'
import type { InjectionKey, Ref } from 'vue'
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
  readonly disabled: boolean
  /** A save was refused: say also what is only not filled in. */
  readonly strict: boolean
  readonly describedBy: string
  readonly problems: Messages
  readonly warnings: Messages
}

/**
 * The whole form as it stands, for what depends on a neighbour. It is injected and not passed down, or a key pressed in one
 * field would draw all of them anew.
 */
export const FORM_VALUE: InjectionKey<Readonly<Ref<Readonly<Record<string, unknown>>>>> = Symbol('form value')

/** What a switch comes to together with the ones above it (AMB-10), as saved; `unsaved`: the form has another value. */
export interface SwitchEffect {
  readonly effective: boolean
  readonly why: Text | null
  readonly unsaved: boolean
}

/** The messages of one field, with pointers made relative to it. */
export function messagesUnder(pointer: string, messages: Messages): Messages {
  const own = Object.entries(messages).filter(([at]) => at === pointer || at.startsWith(`${pointer}/`))
  if (own.length === 0) return NO_MESSAGES
  return Object.fromEntries(own.map(([at, message]) => [at.slice(pointer.length), message]))
}
/** One and the same, so that what has no messages is not drawn anew when others change. */
const NO_MESSAGES: Messages = {}

/** The first message at a place or anywhere under it; empty when there is none. */
export function firstMessage(messages: Messages): string {
  return messages[''] ?? Object.values(messages)[0] ?? ''
}
