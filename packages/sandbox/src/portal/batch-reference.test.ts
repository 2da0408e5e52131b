import { describe, expect, test } from 'vitest'
import { type BatchSections, resolveReferences } from './batch-reference.ts'

const sections: BatchSections = {
  result: {
    find: { CONTACT: [5, 6] },
    none: [],
    c: { item: { id: 42, title: 'Deal', opened: null } },
    id: 17,
  },
  error: { bad: { error: 'X' } },
  total: { list: 3 },
  next: {},
  time: { c: { operating: 0.5 } },
}
const one = (text: string) => resolveReferences({ value: text }, sections)['value']

describe('references of a batch', () => {
  test('a value that is one reference becomes the raw value, arrays included', () => {
    expect(one('$result[find][CONTACT]')).toEqual([5, 6])
    expect(one('$result[c][item][id]')).toBe(42)
    expect(one('$RESULT[find][CONTACT][0]')).toBe(5)
  })

  test('inside text a scalar is put in and everything glued to the reference is lost', () => {
    expect(one('/deal/$result[c][item][id]/ open')).toBe('/deal/42 open')
    expect(one('$result[c][item][id],$result[id] and $result[id]')).toBe('42 and 17')
  })

  test('a non-scalar inside text leaves the literal for the customer to see', () => {
    expect(one('see $result[find][CONTACT] now')).toBe('see $result[find][CONTACT] now')
  })

  test('a missing path gives the deepest value reached, even the whole result map', () => {
    expect(one('$result[none][CONTACT]')).toEqual([])
    expect(one('$result[c][item][nothing]')).toEqual({ id: 42, title: 'Deal', opened: null })
    expect(one('$result[nobody]')).toEqual(sections.result)
    expect(one('$result[id][deeper][still]')).toBe(17)
  })

  test('error, total and time are addressed like result', () => {
    expect(one('$error[bad][error]')).toBe('X')
    expect(one('$total[list]')).toBe(3)
    expect(one('$time[c][operating]')).toBe(0.5)
  })

  test('keys are substituted too, at any depth', () => {
    expect(resolveReferences({ filter: { '=$result[c][item][title]': ['$result[id]'] } }, sections)).toEqual({
      filter: { '=Deal': [17] },
    })
  })

  test('a name without brackets is plain text', () => {
    expect(one('costs $result today')).toBe('costs $result today')
  })
})
