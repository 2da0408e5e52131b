import { expect, test } from 'vitest'
import { tagOffers } from './tag-offers.ts'

const used = ['опт', 'Срочно', 'не срочно', 'ещё раз']
test.each<[string, string[], string, string[]]>([
  ['nothing typed: all that is free', ['опт'], '', ['Срочно', 'не срочно', 'ещё раз']],
  ['what begins with it first, new words last', [], 'ср', ['Срочно', 'не срочно', 'ср (new)']],
  ['ё and е, and case, are one', [], 'ЕЩЕ', ['ещё раз', 'ЕЩЕ (new)']],
  ['the very tag is not offered as new', [], ' срочно ', ['Срочно', 'не срочно']],
  ['what the conversation has is not offered', ['СРОЧНО'], 'срочно', ['не срочно']],
  ['nothing fits: the words', [], 'vip', ['vip (new)']],
])('%s', (_, present, typed, expected) => {
  expect(tagOffers(used, present, typed).map(({ tag, fresh }) => (fresh ? `${tag} (new)` : tag))).toEqual(
    expected,
  )
})
