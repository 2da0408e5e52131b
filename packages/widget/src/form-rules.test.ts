import { describe, expect, test } from 'vitest'
import { type ContactForm, EMPTY_FORM, formFaults, maySkip, shownFields } from './form-rules.ts'

const form = (
  name: ContactForm['name'],
  phone: ContactForm['phone'],
  email: ContactForm['email'],
): ContactForm => ({
  name,
  phone,
  email,
  consentText: 'Согласен',
})

describe('the form', () => {
  test('shows what is asked for and may be skipped when nothing is required', () => {
    expect(shownFields(form('off', 'required', 'optional'))).toEqual(['phone', 'email'])
    expect(maySkip(form('optional', 'optional', 'off'))).toBe(true)
    expect(maySkip(form('optional', 'required', 'off'))).toBe(false)
  })

  test('misses what is required and looks at what is given', () => {
    expect(formFaults(form('required', 'required', 'required'), EMPTY_FORM)).toEqual({
      name: 'required',
      phone: 'required',
      email: 'required',
    })
    const given = { ...EMPTY_FORM, name: 'Анна', phone: '123', email: 'anna@', consent: true }
    expect(formFaults(form('required', 'required', 'required'), given)).toEqual({
      phone: 'phone',
      email: 'email',
    })
  })

  test.each(['+7 (912) 000-11-22', '8 912 000 11 22', '+49 30 901820', '112233'])(
    'takes the phone %s',
    (phone) => {
      expect(formFaults(form('off', 'required', 'off'), { ...EMPTY_FORM, phone, consent: true })).toEqual({})
    },
  )

  test('takes nothing about a person without consent, and asks for none when nothing is told', () => {
    const asked = form('optional', 'optional', 'optional')
    expect(formFaults(asked, { ...EMPTY_FORM, name: 'Анна' })).toEqual({ consent: 'consent' })
    expect(formFaults(asked, EMPTY_FORM)).toEqual({})
    expect(formFaults(asked, { ...EMPTY_FORM, name: ' Анна ', consent: true })).toEqual({})
  })

  test('does not look at fields that are not shown', () => {
    expect(formFaults(form('off', 'off', 'optional'), { ...EMPTY_FORM, phone: 'x' })).toEqual({})
  })
})
