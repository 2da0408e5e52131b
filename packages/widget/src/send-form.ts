import type { WidgetAccepted } from '@trunkline/contracts/widget/protocol'
import { type AnyForm, FORM_FIELDS, type FormField, type FormValues, shownFields } from './form-rules.ts'
import type { Answer } from './hub-client.ts'

/** How sending a form ended, as it is shown. */
export type FormResult =
  | { readonly kind: 'done' }
  /** Field of the form → the hub's words about it. */
  | { readonly kind: 'faults'; readonly fields: Readonly<Record<string, string>> }
  /** Not taken. `reason` is in the hub's own words; without it the hub could not be asked. */
  | { readonly kind: 'failed'; readonly reason?: string }

/** What goes to the hub of a form's fields: those that were filled in, trimmed, and what was agreed to. */
export function givenIn(form: AnyForm | undefined, values: FormValues) {
  const given: Partial<Record<FormField | 'website', string>> = {}
  for (const field of [...FORM_FIELDS, 'website'] as const) {
    const value = values[field].trim()
    if (value) given[field] = value
  }
  const consentVersion = form?.consentVersion
  return { ...given, consent: values.consent, ...(consentVersion ? { consentVersion } : {}) }
}

/**
 * Sends a form. Refused for a token that the hub does not know any more it goes once again without one: whoever wrote
 * it is a new visitor then. A fault of a field that this form does not show is said as the reason of the whole.
 * @param signedOut forgets the token, so that the next `post` goes without it
 */
export async function sendForm(options: {
  readonly form: AnyForm | undefined
  readonly post: () => Promise<Answer<WidgetAccepted>>
  readonly accepted: (answer: WidgetAccepted) => void
  readonly signedOut: () => void
}): Promise<FormResult> {
  let answer = await options.post()
  if (answer.kind === 'refused' && answer.status === 401) {
    options.signedOut()
    answer = await options.post()
  }
  if (answer.kind === 'ok') {
    options.accepted(answer.value)
    return { kind: 'done' }
  }
  if (answer.kind === 'unreachable') return { kind: 'failed' }
  const { fields, title } = answer
  const shown = options.form ? [...shownFields(options.form), 'consent'] : []
  if (shown.some((field) => fields[field])) return { kind: 'faults', fields }
  return { kind: 'failed', ...(title ? { reason: title } : {}) }
}
