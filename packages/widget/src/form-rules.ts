import type { FieldNeed, WidgetWelcome } from '@trunkline/contracts/widget/protocol'

export type ContactForm = NonNullable<WidgetWelcome['contactForm']>
export type FormField = 'name' | 'phone' | 'email'
export interface FormValues {
  readonly name: string
  readonly phone: string
  readonly email: string
  readonly consent: boolean
  /** A field that people do not see; only machines fill it. */
  readonly website: string
}
export type FormFault = 'required' | 'phone' | 'email' | 'consent'

export const FORM_FIELDS: readonly FormField[] = ['name', 'phone', 'email']
export const EMPTY_FORM: FormValues = { name: '', phone: '', email: '', consent: false, website: '' }

/** Fields that are asked for, in their order on the form. */
export function shownFields(form: ContactForm): FormField[] {
  return FORM_FIELDS.filter((field) => form[field] !== 'off')
}

/** Whether the visitor may go on without telling anything. */
export function maySkip(form: ContactForm): boolean {
  return FORM_FIELDS.every((field) => form[field] !== 'required')
}

/** What is wrong, field by field; the same rules as the hub's. Empty when it may be sent. */
export function formFaults(
  form: ContactForm,
  values: FormValues,
): Partial<Record<FormField | 'consent', FormFault>> {
  const faults: Partial<Record<FormField | 'consent', FormFault>> = {}
  for (const field of shownFields(form)) {
    const value = values[field].trim()
    const need: FieldNeed = form[field]
    if (value === '') {
      if (need === 'required') faults[field] = 'required'
    } else if (field === 'phone' && !/^\D*(\d\D*){6,15}$/.test(value)) faults.phone = 'phone'
    else if (field === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) faults.email = 'email'
  }
  if (isFilled(form, values) && !values.consent) faults.consent = 'consent'
  return faults
}

export function isFilled(form: ContactForm, values: FormValues): boolean {
  return shownFields(form).some((field) => values[field].trim() !== '')
}
