import { describe, expect, it } from 'vitest'
import { ledgerParts } from './ledger.ts'

const ledger = {
  accepted: 20,
  passed: 10,
  notPassed: 5,
  held: 3,
  failed: 1,
  pending: 1,
  difference: 0,
  byReason: [
    { outcome: 'held', reason: 'waiting-for-end', count: 1 },
    { outcome: 'held', reason: 'no-contact-data', count: 2 },
    { outcome: 'failed', reason: 'portal-refused', count: 1 },
  ],
}

describe('parts of the ledger', () => {
  it('are five, in the order of the sum, and come out at everything accepted', () => {
    const parts = ledgerParts(ledger)
    expect(parts.map((part) => part.outcome)).toEqual(['passed', 'not_passed', 'held', 'failed', 'pending'])
    expect(parts.reduce((sum, part) => sum + part.count, 0)).toBe(ledger.accepted)
    expect(parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1)
  })

  it('carry their own reasons, most frequent first', () => {
    const held = ledgerParts(ledger).find((part) => part.outcome === 'held')
    expect(held?.reasons).toEqual([
      { reason: 'no-contact-data', count: 2 },
      { reason: 'waiting-for-end', count: 1 },
    ])
  })

  it('have no share of nothing', () => {
    const empty = { ...ledger, accepted: 0, passed: 0, notPassed: 0, held: 0, failed: 0, pending: 0 }
    expect(ledgerParts(empty).every((part) => part.share === 0)).toBe(true)
  })
})
