import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitText } from './split-text.ts'

const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc
    .array(fc.constantFrom('слово', 'a', ' ', '\n', '👍🏽', '🇷🇺', 'длинноеслово'), { maxLength: 60 })
    .map((w) => w.join('')),
)

test('the pieces join back to the text, none is too long or empty', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 40 }), (text, max) => {
      const pieces = splitText(text, max)
      expect(pieces.join('')).toBe(text)
      for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(max)
      if (text !== '') expect(pieces).not.toContain('')
    }),
  )
})

test('no character is cut in two', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 40 }), (text, max) => {
      for (const piece of splitText(text, max)) expect(piece.isWellFormed()).toBe(true)
    }),
  )
})

test('a word that fits into one piece is never cut', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 40 }), (text, max) => {
      const words = (part: string) => part.split(/\s+/).filter((word) => word !== '')
      const whole = new Set(words(text).filter((word) => word.length <= max))
      const cut = splitText(text, max).flatMap(words)
      for (const word of whole) expect(cut).toContain(word)
    }),
  )
})

test('a line break is preferred to a space', () => {
  expect(splitText('один два\nтри четыре', 14)).toEqual(['один два\n', 'три четыре'])
})
