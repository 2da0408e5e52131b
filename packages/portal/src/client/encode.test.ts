import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandString, encodeParams, neutralise, referredCommands } from './encode.ts'
import { idRef, ref, textWithRef } from './reference.ts'

/** Decodes a query as PHP would, keeping bracketed names. */
function decoded(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query))
}

describe('encoding of parameters', () => {
  it('writes PHP brackets for maps and lists at any depth', () => {
    const query = encodeParams({ fields: { fm: [{ typeId: 'PHONE', value: '+79990001122' }] }, start: -1 })
    expect(decoded(query)).toEqual({
      'fields[fm][0][typeId]': 'PHONE',
      'fields[fm][0][value]': '+79990001122',
      start: '-1',
    })
  })

  it('leaves no byte on the wire that a portal could take for its own syntax', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(encodeParams({ x: a + b })).toMatch(/^x=(?:[A-Za-z0-9\-_.~]|%[0-9A-F]{2})*$/)
      }),
    )
  })

  it('gives back every well-formed text unchanged, unless it holds a reference', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decoded(encodeParams({ x: text }))['x']).toBe(neutralise(text).toWellFormed())
      }),
    )
  })

  it('sends Y, N and empty text for booleans and null, and nothing for what is undefined or an empty list', () => {
    expect(encodeParams({ a: true, b: false, c: null, d: undefined, e: [], f: {} })).toBe('a=Y&b=N&c=')
  })

  it('gives a bare method when there are no parameters', () => {
    expect(commandString('profile', undefined)).toBe('profile')
    expect(commandString('profile', {})).toBe('profile')
  })
})

describe('customer text and references', () => {
  const REFERENCE = /\$(?:result|error|total|next|time)\[/i

  it('no text of a customer can become a batch reference, in values or in keys', () => {
    const piece = fc.constantFrom(
      '$',
      '$result[',
      '$RESULT[c0_deal]',
      '$error[',
      '$total[',
      '$next[',
      '$time[x]',
      'a',
      '[',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        const query = decodeURIComponent(encodeParams({ [text || 'k']: { [text]: [text] }, plain: text }))
        expect(query).not.toMatch(REFERENCE)
        expect(neutralise(text).replaceAll('\u200b', '')).toBe(text)
      }),
    )
  })

  it('only a reference that we marked is emitted, under the batch key of its command', () => {
    const query = encodeParams({ id: ref('deal', ['item', 'id']) }, (name) => `c7_${name}`)
    expect(decoded(query)).toEqual({ id: '$result[c7_deal][item][id]' })
  })

  it('a guarded id is a number when the command succeeded and no number when it failed', () => {
    const text = decoded(encodeParams({ id: idRef('deal', ['item', 'id']) }))['id']!
    expect(text.replace(/\$result\S+/, '123')).toBe('0123')
    expect(Number(text)).toBeNaN()
  })

  it('a reference inside a text is followed by white space, and the text around it stays harmless', () => {
    const query = encodeParams({
      m: textWithRef('see /deal/', ref('deal', ['item', 'id']), 'costs $result[x]'),
    })
    expect(decoded(query)['m']).toBe('see /deal/$result[deal][item][id] costs $\u200bresult[x]')
  })

  it('names the commands that parameters refer to, however deep', () => {
    const names = referredCommands({
      a: [{ b: idRef('x', ['id']) }],
      c: textWithRef('', ref('y', ['id']), ''),
    })
    expect([...names].sort()).toEqual(['x', 'y'])
  })
})
