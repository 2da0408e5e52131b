import fc from 'fast-check'
import qs from 'qs'
import { describe, expect, test } from 'vitest'
import { parsePhpQuery, phpMap } from './php-values.ts'

describe('parsePhpQuery', () => {
  test('brackets build maps and lists as PHP does', () => {
    expect(parsePhpQuery('FIELDS[NAME]=x&a[]=1&a[]=2&fm[n0][value]=5&f[@id][0]=7')).toEqual({
      FIELDS: { NAME: 'x' },
      a: ['1', '2'],
      fm: { n0: { value: '5' } },
      f: { '@id': ['7'] },
    })
  })

  test('keys that are not 0..n-1 stay keys', () => {
    expect(parsePhpQuery('fm[12][value]=x')).toEqual({ fm: { '12': { value: 'x' } } })
  })

  test('the later scalar wins, plus is a space, a broken percent sign stays', () => {
    expect(parsePhpQuery('a=1&a=2&b=x+y&c=100%')).toEqual({ a: '2', b: 'x y', c: '100%' })
  })

  test('more than a thousand elements stay one list', () => {
    const list = Array.from({ length: 2500 }, (_, index) => String(index))
    expect(parsePhpQuery(qs.stringify({ ids: list }))).toEqual({ ids: list })
  })

  test('a hostile name never reaches the prototype', () => {
    parsePhpQuery('__proto__[polluted]=1&a[__proto__][polluted]=1')
    expect(({} as { polluted?: string }).polluted).toBeUndefined()
  })

  test('any tree of texts written by a client library comes back', () => {
    const name = fc.stringMatching(/^[a-z][a-zA-Z]{0,5}$/)
    const { tree } = fc.letrec((tie) => ({
      tree: fc.dictionary(
        name,
        fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 1, maxLength: 4 }), tie('tree')),
        {
          minKeys: 1,
          maxKeys: 3,
        },
      ),
    }))
    fc.assert(
      fc.property(tree, (value) => {
        expect(parsePhpQuery(qs.stringify(value))).toEqual(value)
      }),
    )
  })
})

test('an empty map and a map keyed 0..n-1 are printed as lists', () => {
  expect(phpMap({})).toEqual([])
  expect(phpMap({ '0': 'a', '1': 'b' })).toEqual(['a', 'b'])
  expect(phpMap({ '1': 'b' })).toEqual({ '1': 'b' })
})
