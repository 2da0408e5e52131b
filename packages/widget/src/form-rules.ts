import type { FieldNeed, WidgetWelcome } from '@trunkline/contracts/widget/protocol'

/** The form before the chat, as the channel's settings have it. */
export type ContactForm = NonNullable<WidgetWelcome['contactForm']>
/** Either form: the one before the chat, or the one left instead of it. */
export type AnyForm = ContactForm & { readonly message?: FieldNeed; readonly mailingText?: string }
/** A field that a form may ask for. */
export type FormField = 'name' | 'phone' | 'email' | 'message'
/** What a visitor has typed and ticked: as typed, a field that is not asked for is empty. */
export interface FormValues {
  readonly name: string
  readonly phone: string
  readonly email: string
  readonly message: string
  readonly consent: boolean
  readonly mailing: boolean
  /** A field that people do not see; only machines fill it. */
  readonly website: string
}
/** What is wrong with a field; `consent` is the tick that is missing. */
export type FormFault = 'required' | 'phone' | 'email' | 'consent'

/** All fields there are, in their order on a form. */
export const FORM_FIELDS: readonly FormField[] = ['name', 'phone', 'email', 'message']
/** A form as it is before anything is typed: no tick is set beforehand. */
export const EMPTY_FORM: FormValues = {
  name: '',
  phone: '',
  email: '',
  message: '',
  consent: false,
  mailing: false,
  website: '',
}

/** Fields that are asked for, in their order on the form. */
export function shownFields(form: AnyForm): FormField[] {
  return FORM_FIELDS.filter((field) => (form[field] ?? 'off') !== 'off')
}

/** Whether the visitor may go on without telling anything. */
export function maySkip(form: AnyForm): boolean {
  return FORM_FIELDS.every((field) => form[field] !== 'required')
}

/**
 * What is wrong, field by field; the same rules as the hub's. Empty when it may be sent.
 * @param whole something must be filled in, and agreed to, in any case: a request cannot be skipped
 */
export function formFaults(
  form: AnyForm,
  values: FormValues,
  whole = false,
): Partial<Record<FormField | 'consent', FormFault>> {
  const faults: Partial<Record<FormField | 'consent', FormFault>> = {}
  for (const field of shownFields(form)) {
    const value = values[field].trim()
    const need: FieldNeed | undefined = form[field]
    if (value === '') {
      if (need === 'required') faults[field] = 'required'
    } else if (field === 'phone' && !/^\D*(\d\D*){6,15}$/.test(value)) faults.phone = 'phone'
    else if (field === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) faults.email = 'email'
  }
  const filled = isFilled(form, values)
  if (whole && !filled && Object.keys(faults).length === 0)
    faults[shownFields(form).at(-1) ?? 'consent'] = 'required'
  if ((whole || filled) && !values.consent) faults.consent ??= 'consent'
  return faults
}

/** Whether anything is typed into a field that the form asks for; spaces are nothing, ticks do not count. */
export function isFilled(form: AnyForm, values: FormValues): boolean {
  return shownFields(form).some((field) => values[field].trim() !== '')
}
