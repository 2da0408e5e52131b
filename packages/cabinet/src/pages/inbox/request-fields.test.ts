import { describe, expect, it } from 'vitest'
import { fieldHref, fieldLabel } from './request-fields.ts'

const field = (name: string, value = '', label = '') => ({ name, label, value })
const word = (known: string) => `our ${known}`

describe('fields of a request', () => {
  it('are called as the site calls them, else by our word, else by their name', () => {
    expect(fieldLabel(field('size', '', 'Размер'), word)).toBe('Размер')
    expect(fieldLabel(field('phone', '', 'Ваш номер'), word)).toBe('Ваш номер')
    expect(fieldLabel(field('phone'), word)).toBe('our phone')
    expect(fieldLabel(field('utm_x'), word)).toBe('utm_x')
  })

  it.each([
    ['phone', '8 (912) 345-67-89', 'tel:89123456789'],
    ['phone', '+7 912 345 67 89', 'tel:+79123456789'],
    ['phone', 'позвоните жене', null],
    ['phone', 'javascript:alert(1)', null],
    ['email', 'anna@example.com', 'mailto:anna@example.com'],
    ['email', 'anna@example.com?bcc=all@example.com', null],
    ['email', 'no address', null],
    ['message', 'anna@example.com', null],
  ])('%s "%s" leads to %s', (name, value, href) => {
    expect(fieldHref(field(name, value))).toBe(href)
  })
})
