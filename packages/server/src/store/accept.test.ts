import fc from 'fast-check'
import { expect, test } from 'vitest'
import { storableKey } from './accept.ts'

test('any text becomes a key the database can index, and different texts stay different', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.string({ unit: 'binary', maxLength: 600 }),
      (a, b) => {
        const key = storableKey(a)
        expect(key).not.toContain('\0')
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(400)
        if (a !== b) expect(storableKey(b)).not.toBe(key)
      },
    ),
  )
})

test('an ordinary key stays readable', () => {
  expect(storableKey('telegram:42')).toBe('telegram:42')
})
