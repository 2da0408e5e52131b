import { describe, expect, it } from 'vitest'
import { draftBook } from './drafts.ts'

function memory() {
  const values = new Map<string, string>()
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  }
}

describe('drafts', () => {
  it('survive a reload and belong to one conversation of one person', () => {
    const storage = memory()
    draftBook(storage, 'me').keep('a', 'half a sentence')
    expect(draftBook(storage, 'me').of('a')).toBe('half a sentence')
    expect(draftBook(storage, 'me').of('b')).toBe('')
    expect(draftBook(storage, 'other').of('a')).toBe('')
  })

  it('are forgotten when sent or emptied', () => {
    const book = draftBook(memory(), 'me')
    book.keep('a', 'text')
    book.keep('a', '  ')
    expect(book.all()).toEqual({})
  })

  it('do not pile up: the oldest go after 200, all after 30 days', () => {
    let now = 0
    const book = draftBook(memory(), 'me', () => now)
    for (let i = 0; i < 205; i++) {
      now = i
      book.keep(`c${i}`, 'text')
    }
    expect(Object.keys(book.all())).toHaveLength(200)
    expect(book.of('c0')).toBe('')
    expect(book.of('c204')).toBe('text')
    now += 31 * 24 * 60 * 60_000
    book.keep('new', 'text')
    expect(Object.keys(book.all())).toEqual(['new'])
  })

  it('that cannot be stored do not break the page', () => {
    const broken = {
      getItem: () => '{not json',
      setItem: () => {
        throw new Error('full')
      },
    }
    const book = draftBook(broken, 'me')
    expect(() => book.keep('a', 'text')).not.toThrow()
    expect(book.of('a')).toBe('')
  })
})
