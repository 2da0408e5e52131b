import { describe, expect, it } from 'vitest'
import { manifestWith } from './channels.fixture.ts'
import { passingOf } from './passing.ts'

const type = (requests: boolean) => {
  const manifest = manifestWith({})
  return { ...manifest, capabilities: { ...manifest.capabilities, requests } }
}

describe('how much of a channel is passed', () => {
  it.each([
    [[], 'none', 'none'],
    [['chats'], 'chats', 'all'],
    [['requests'], 'requests', 'requests'],
    [['chats', 'requests'], 'all', 'all'],
  ] as const)('%j is %s where requests are taken, and %s where they are not', (passed, taken, none) => {
    expect(passingOf({ passed: [...passed] }, type(true))).toBe(taken)
    expect(passingOf({ passed: [...passed] }, type(false))).toBe(none)
  })

  it('while the type of a channel is not known its chats are all of it', () => {
    expect(passingOf({ passed: ['chats'] }, undefined)).toBe('all')
  })
})
