import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linksIn } from './links.ts'

const hrefs = (text: string) => linksIn(text).flatMap(({ href }) => href ?? [])

describe('addresses in a text', () => {
  test('the parts join back to the text', () => {
    const piece = fc.constantFrom(
      'https://a.ru/x',
      ' ',
      '(',
      ').',
      'слово',
      'http://',
      'javascript:alert(1)',
      '\n',
      '»',
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('')
        expect(
          linksIn(text)
            .map((part) => part.text)
            .join(''),
        ).toBe(text)
      }),
    )
  })

  test('end where the sentence goes on', () => {
    expect(hrefs('Смотрите https://shop.example/a?b=1. И «https://shop.example/c»!')).toEqual([
      'https://shop.example/a?b=1',
      'https://shop.example/c',
    ])
    expect(hrefs('(см. https://ru.wikipedia.org/wiki/Кот_(зверь))')).toEqual([
      'https://ru.wikipedia.org/wiki/Кот_(зверь)',
    ])
  })

  test('are only those of the web', () => {
    expect(hrefs('javascript:alert(1) data:text/html,x ftp://x http://')).toEqual([])
  })
})
