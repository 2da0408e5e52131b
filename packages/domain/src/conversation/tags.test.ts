import { MAX_TAG_CHARS, MAX_TAGS } from '@trunkline/contracts/http/conversations'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changeTags } from './tags.ts'

describe('tags of a conversation', () => {
  test.each<[string, string[], Parameters<typeof changeTags>[1], string[]]>([
    ['are added in order', ['опт'], { add: ['срочно', 'vip'] }, ['vip', 'опт', 'срочно']],
    ['are one line', [], { add: ['  два\n слова ', 'a,b'] }, ['a b', 'два слова']],
    ['are the same whatever their case', ['Опт'], { add: ['опт', 'ОПТ'] }, ['Опт']],
    ['are taken away whatever their case', ['Опт', 'ещё'], { remove: ['опт', 'еще'] }, []],
    ['taken away and added stay', ['опт'], { add: ['Опт'], remove: ['опт'] }, ['Опт']],
    ['that hold nothing are none', [], { add: ['', '  ', ',', '\u0000'] }, []],
  ])('%s', (_, before, change, after) => {
    expect(changeTags(before, change)).toEqual(after)
  })

  test('keep their limits whatever is given, and the same change again changes nothing', () => {
    const list = fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 30 })
    fc.assert(
      fc.property(list, list, list, (first, add, remove) => {
        const tags = changeTags(changeTags([], { add: first }), { add, remove })
        expect(tags.length).toBeLessThanOrEqual(MAX_TAGS)
        for (const tag of tags) {
          expect(tag.length).toBeLessThanOrEqual(MAX_TAG_CHARS)
          expect(tag).toBe(tag.trim())
          expect(tag.isWellFormed()).toBe(true)
        }
        if (tags.length < MAX_TAGS) expect(changeTags(tags, { add, remove })).toEqual(tags)
      }),
    )
  })
})
