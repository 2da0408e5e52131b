import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAllowedOrigin } from './allowed-origin.ts'

describe('allowed origins', () => {
  test.each([
    ['https://shop.example', ['https://shop.example'], true],
    ['https://shop.example:8443', ['https://shop.example'], false],
    ['https://shop.example:8443', ['https://shop.example:8443'], true],
    ['http://shop.example', ['https://shop.example'], false],
    ['https://a.shop.example', ['https://*.shop.example'], true],
    ['https://a.b.shop.example', ['https://*.shop.example'], true],
    ['https://shop.example', ['https://*.shop.example'], false],
    ['https://evilshop.example', ['https://*.shop.example'], false],
    ['https://shop.example.evil.example', ['https://shop.example', 'https://*.shop.example'], false],
    ['http://localhost:5173', ['http://localhost'], true],
    ['http://127.0.0.1:5173', ['http://localhost'], false],
    ['http://localhost:5173', ['http://localhost:8080'], false],
    ['http://localhost', ['https://shop.example'], false],
    ['null', ['https://shop.example'], false],
    ['https://shop.example/', ['https://shop.example'], false],
    ['', ['https://shop.example'], false],
  ])('%s against %j is %s', (origin, allowed, expected) => {
    expect(isAllowedOrigin(origin, allowed)).toBe(expected)
  })

  test('nothing but an exact origin is ever allowed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), (text) => {
        const allowed = isAllowedOrigin(text, ['https://shop.example', 'https://*.shop.example'])
        return !allowed || /^https:\/\/([a-z0-9.-]+\.)?shop\.example$/.test(text)
      }),
    )
  })
})
