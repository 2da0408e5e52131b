import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hmacSha256, isSameSecret, sha256Hex } from './signature.ts'

test('only the same secret is the same, and none is never right', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => isSameSecret(a, b) === (a === b && a !== '')))
  expect(isSameSecret(undefined, undefined)).toBe(false)
  expect(isSameSecret('', '')).toBe(false)
})

test('the signature is that of RFC 4231, test case 2', () => {
  expect(hmacSha256('Jefe', 'what do ya want for nothing?').toString('hex')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
  expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})
