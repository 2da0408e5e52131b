import { describe, expect, it } from 'vitest'
import { filterOf, isFiltered, queryOf } from './journal-filter.ts'

describe('filter of the journal', () => {
  it('survives the way into an address and back', () => {
    const filter = { outcome: 'held', reason: 'no-contact-data', channelId: 'c1', search: 'anna' } as const
    expect(filterOf(queryOf(filter))).toEqual(filter)
    expect(queryOf({ outcome: null, reason: null, channelId: null, search: '' })).toEqual({})
  })
  it('takes the link of Home and leaves out what it does not know', () => {
    expect(filterOf({ outcome: 'held' }).outcome).toBe('held')
    expect(isFiltered(filterOf({ outcome: 'lost', reason: ['bug'], view: 'x' }))).toBe(false)
  })
})
