import { describe, expect, it } from 'vitest'
import { charsLeft, replyKey } from './reply-keys.ts'

const press = (over: Partial<Parameters<typeof replyKey>[0]> = {}) => ({
  key: 'Enter',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  isComposing: false,
  ...over,
})

describe('keys of the reply box', () => {
  it('send as the person chose, and always with Ctrl or ⌘', () => {
    expect(replyKey(press(), true)).toBe('send')
    expect(replyKey(press(), false)).toBe('break')
    expect(replyKey(press({ ctrlKey: true }), false)).toBe('send')
    expect(replyKey(press({ metaKey: true }), false)).toBe('send')
    expect(replyKey(press({ shiftKey: true }), true)).toBe('break')
  })
  it('never send half a word of an input method', () => {
    expect(replyKey(press({ isComposing: true }), true)).toBe('other')
  })
  it('count what is left only near the limit, in characters people see', () => {
    expect(charsLeft('a'.repeat(3000), 4096)).toBeNull()
    expect(charsLeft('a'.repeat(4000), 4096)).toBe(96)
    expect(charsLeft('😀'.repeat(12), 10)).toBe(-2)
  })
})
