import { expect, it } from 'vitest'
import { jsonPieces } from './json-pieces.ts'

it('colours JSON without changing a letter of it', () => {
  const value = { 'a "b"': ['x: 1', -1.5e3, true, null], ключ: { empty: '', slash: '\\' } }
  const json = JSON.stringify(value, null, 2)
  const pieces = jsonPieces(json)
  expect(pieces.map((piece) => piece.text).join('')).toBe(json)
  expect(pieces.filter((piece) => piece.kind === 'key').map((piece) => piece.text)).toEqual([
    '"a \\"b\\""',
    '"ключ"',
    '"empty"',
    '"slash"',
  ])
  expect(
    pieces.filter((piece) => piece.kind === 'number' || piece.kind === 'word').map((p) => p.text),
  ).toEqual(['-1500', 'true', 'null'])
})
