// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from 'vitest'
import { openDrawer } from './drawer.ts'

/** A storage that fails the way browsers do. */
function failing(what: 'reads' | 'writes'): Storage {
  const fail = () => {
    throw new DOMException('no', what === 'writes' ? 'QuotaExceededError' : 'SecurityError')
  }
  return {
    getItem: (name: string) => (what === 'reads' ? fail() : localStorage.getItem(name)),
    setItem: fail,
    removeItem: fail,
  } as unknown as Storage
}

beforeEach(() => localStorage.clear())

describe('the drawer', () => {
  test('keeps widgets of different keys apart', () => {
    openDrawer('one').set('token', 'a')
    openDrawer('two').set('token', 'b')
    expect(openDrawer('one').get('token')).toBe('a')
    openDrawer('one').remove('token')
    expect(openDrawer('one').get('token')).toBeUndefined()
    expect(openDrawer('two').get('token')).toBe('b')
  })

  test.each(['reads', 'writes'] as const)('lives on in memory where storage fails at %s', (what) => {
    const drawer = openDrawer('key', () => failing(what))
    drawer.set('token', 'a')
    expect(drawer.get('token')).toBe('a')
    drawer.remove('token')
    expect(drawer.get('token')).toBeUndefined()
  })

  test('takes what it cannot read for nothing', () => {
    localStorage.setItem('trunkline:key:token', '{broken')
    expect(openDrawer('key').get('token')).toBeUndefined()
  })
})
