import type { Text } from '../locale.ts'

/**
 * Our annotations inside a JSON Schema property: one declaration gives validation, defaults, the form,
 * its texts and the documentation.
 */
export interface FieldAnnotations {
  readonly label: Text
  /** Shown behind the info button; every setting has one (TEL-18). */
  readonly hint: Text
  /** Which control draws it when the JSON type is not enough; the cabinet fills its choices from the API. */
  readonly control?:
    | 'channels'
    | 'portal-user'
    | 'choice'
    | 'choices'
    | 'secret'
    | 'colour'
    | 'url'
    | 'time'
    | 'time-zone'
    | 'template'
    | 'transfer-rules'
    | 'responsible-rules'
    | 'place'
    | 'place-rules'
    | 'field-mappings'
  /** Texts of a `choice` (one) or of `choices` (any number), by value. */
  readonly choices?: Readonly<Record<string, Text>>
  /** What an empty choice means, in the list itself; left out: nothing is chosen. */
  readonly none?: Text
  /** Write-only, sealed at rest. */
  readonly secret?: boolean
  /** Changing it needs the channel to be connected anew. */
  readonly reconnect?: boolean
  readonly unit?: 's' | 'min' | 'bytes' | 'chars'
  /** Group of the form this field is drawn in. */
  readonly group?: string
  /** Field is only effective while that sibling has that value; the form disables it with this explanation. */
  readonly enabledWhen?: {
    readonly field: string
    /** One value, or any of these. */
    readonly equals: string | boolean | readonly string[]
    readonly why: Text
  }
  /** Field must be filled in while that sibling has that value; the form marks it then. The check itself is the domain's. */
  readonly requiredWhen?: { readonly field: string; readonly equals: string | boolean }
  /** It came after the first files of settings were written: a file may leave it out, and its value then stays. */
  readonly laterAdded?: boolean
  /** Values that one might expect among the choices, and why they are none. */
  readonly refused?: Readonly<Record<string, Text>>
  /**
   * What a new form offers for words that customers read, in the language of whoever fills it in. The `default` of the
   * schema stays the meaning of a value that is left out.
   */
  readonly offered?: Text
  /** Requirements this field comes from. */
  readonly req?: readonly string[]
}

/** Settings that another section has and this one cannot have, and why; an annotation of the section's schema. */
export interface SectionAnnotations {
  readonly refusedFields?: Readonly<Record<string, Text>>
}

/** Marks a schema property with its annotations; a helper only for the type checker. */
export function field<const O extends FieldAnnotations>(annotations: O): O & Record<string, unknown> {
  return annotations as O & Record<string, unknown>
}
