import { describe, expect, it } from 'vitest'
import { linkedText } from './linked-text.ts'

const links = (text: string) => linkedText(text).flatMap((part) => (part.href ? [part.href] : []))

describe('addresses in a message', () => {
  it('become links without the end of the sentence', () => {
    expect(links('See https://example.com/a?b=1. (and http://example.org/x)')).toEqual([
      'https://example.com/a?b=1',
      'http://example.org/x',
    ])
    expect(links('wiki https://en.example.org/A_(b)')).toEqual(['https://en.example.org/A_(b)'])
  })
  it('of any other kind stay text', () => {
    expect(links('javascript:alert(1) data:text/html,x file:///etc ftp://a.b <b>https</b>')).toEqual([])
  })
  it('lose no letter of the text', () => {
    for (const text of ['', 'plain', 'https://a.example', 'a https://b.example, c.', 'https://[bad']) {
      expect(
        linkedText(text)
          .map((part) => part.text)
          .join(''),
      ).toBe(text)
    }
  })
})
