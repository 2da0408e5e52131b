import { describe, expect, it } from 'vitest'
import { inboxKey } from './inbox-keys.ts'

function press(key: string, html = '<div></div>', selector = 'div', over: KeyboardEventInit = {}) {
  document.body.innerHTML = html
  let seen: ReturnType<typeof inboxKey> = null
  const listen = (event: Event) => {
    seen = inboxKey(event as KeyboardEvent)
  }
  document.addEventListener('keydown', listen)
  document
    .querySelector(selector)
    ?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...over }))
  document.removeEventListener('keydown', listen)
  return seen
}

describe('keys of the inbox', () => {
  it('walk the list with letters, arrows and a Russian keyboard', () => {
    expect(['j', 'ArrowDown', 'о'].map((key) => press(key))).toEqual(['next', 'next', 'next'])
    expect(['k', 'ArrowUp', 'л'].map((key) => press(key))).toEqual(['previous', 'previous', 'previous'])
    expect([press('/'), press('Escape')]).toEqual(['search', 'leave'])
  })
  it('leave letters to text fields, but let Esc out of them', () => {
    const field = '<textarea></textarea>'
    expect(press('j', field, 'textarea')).toBeNull()
    expect(press('ArrowUp', field, 'textarea')).toBeNull()
    expect(press('Escape', field, 'textarea')).toBe('leave')
  })
  it('leave shortcuts of the browser and keys of menus alone', () => {
    expect(press('k', undefined, undefined, { ctrlKey: true })).toBeNull()
    expect(press('ArrowDown', '<div role="menu"><i></i></div>', 'i')).toBeNull()
    expect(press('ArrowDown', '<div role="log"></div>')).toBeNull()
  })
  it('Enter on the chosen row goes to the reply box', () => {
    expect(press('Enter', '<a data-row="1" aria-current="true"></a>', 'a')).toBe('reply')
    expect(press('Enter', '<a data-row="1"></a>', 'a')).toBeNull()
  })
})
