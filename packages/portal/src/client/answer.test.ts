import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { idOf, parseAnswer, parseBatch } from './answer.ts'

describe('reading answers', () => {
  it('b24 point 4: an error is the presence of result_error, whatever its code, empty codes included', () => {
    const rows = parseBatch(
      {
        result: { ok: null },
        result_error: { bad: { error: '', error_description: 'Not found' }, zero: { error: '0' } },
        result_total: [],
        result_next: [],
        result_time: [],
      },
      ['ok', 'bad', 'zero', 'silent'],
    )
    expect(rows?.get('ok')).toMatchObject({ kind: 'result', result: null })
    expect(rows?.get('bad')).toMatchObject({ kind: 'error', code: '', description: 'Not found' })
    expect(rows?.get('zero')).toMatchObject({ kind: 'error', code: '0', description: '' })
    expect(rows?.get('silent')).toEqual({ kind: 'missing' })
  })

  it('reads the empty maps of PHP, which come as lists', () => {
    const rows = parseBatch({ result: [], result_error: { a: { error: 'X' } } }, ['a', 'b'])
    expect(rows?.get('a')).toMatchObject({ kind: 'error', code: 'X' })
    expect(rows?.get('b')).toEqual({ kind: 'missing' })
  })

  it('reads maps with numbers for keys that come as lists', () => {
    expect(parseBatch({ result: ['a', 'b'], result_error: [] }, ['0', '1'])?.get('1')).toMatchObject({
      result: 'b',
    })
  })

  it('knows an error with an empty code at the top of an answer', () => {
    expect(parseAnswer('{"error":"","error_description":"Access denied."}')).toEqual({
      kind: 'error',
      code: '',
      description: 'Access denied.',
    })
  })

  it('never throws, whatever a proxy sends', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.constant('<html>502</html>')), (body) => {
        expect(['result', 'error', 'unreadable']).toContain(parseAnswer(body).kind)
      }),
    )
    expect(parseAnswer('<html>').kind).toBe('unreadable')
    expect(parseAnswer('{"result":').kind).toBe('unreadable')
    expect(parseAnswer('null').kind).toBe('unreadable')
  })

  it('an answer that only looks like a batch is not one', () => {
    for (const result of [null, true, 'x', [], { rows: [] }])
      expect(parseBatch(result, ['a'])).toBeUndefined()
  })

  it('takes ids as numbers and as text, and nothing else', () => {
    expect([410, '410', ' 0410 '].map(idOf)).toEqual(['410', '410', '410'])
    expect([0, '0', '', null, undefined, 'x', 1.5, -1, [], {}].map(idOf)).toEqual(Array(10).fill(undefined))
  })
})
