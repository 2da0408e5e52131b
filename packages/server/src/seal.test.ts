import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSealer } from './seal.ts'

const old = { id: 'old', bytes: randomBytes(32) }
const fresh = { id: 'fresh', bytes: randomBytes(32) }

test('what is sealed opens again, also after the key was rotated', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const box = createSealer([old]).seal('tokens', value)
      expect(createSealer([fresh, old]).open('tokens', box)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('a changed box, another purpose or a forgotten key does not open', () => {
  const sealer = createSealer([old])
  const box = sealer.seal('tokens', { a: 1 })
  expect(() => sealer.open('settings', box)).toThrow()
  for (let i = 0; i < box.length; i++) {
    const changed = Buffer.from(box)
    changed[i] = changed[i]! ^ 1
    expect(() => sealer.open('tokens', changed)).toThrow()
  }
  expect(() => createSealer([fresh]).open('tokens', box)).toThrow('unknown key')
})

test('a signed token is worth its purpose only', () => {
  const sealer = createSealer([old])
  const token = sealer.sign('visitor', { talk: 'v1' })
  expect(createSealer([fresh, old]).unsign('visitor', token)).toEqual({ talk: 'v1' })
  expect(sealer.unsign('ticket', token)).toBeUndefined()
  expect(sealer.unsign('visitor', `${token.slice(0, -2)}xx`)).toBeUndefined()
  expect(sealer.unsign('visitor', 'nonsense')).toBeUndefined()
})
