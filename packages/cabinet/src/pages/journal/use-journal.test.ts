import type { JournalRow } from '@trunkline/contracts/http/journal'
import { describe, expect, it } from 'vitest'
import { withNewest } from './use-journal.ts'

const row = (eventId: string, minute: number, outcome = 'passed'): JournalRow => ({
  eventId,
  at: new Date(Date.UTC(2026, 10, 20, 10, minute)).toISOString(),
  channel: { id: 'c', type: 'widget', title: 'Site' },
  kind: 'message-received',
  outcome,
  reason: null,
  sentence: { ru: 'да', en: 'yes' },
  conversation: null,
  crm: [],
  decisionId: null,
  canRetry: false,
})
const ids = (rows: readonly JournalRow[]) => rows.map((each) => each.eventId).join('')

describe('a journal that moves', () => {
  it('shows new events first and keeps the pages loaded below', () => {
    const loaded = [row('c', 3), row('b', 2), row('a', 1)]
    expect(ids(withNewest(loaded, [row('d', 4), row('c', 3, 'failed')]))).toBe('dcba')
    expect(withNewest(loaded, [row('d', 4), row('c', 3, 'failed')])[1]?.outcome).toBe('failed')
  })
  it('drops an event that the filter no longer takes', () => {
    const loaded = [row('c', 3, 'held'), row('b', 2, 'held'), row('a', 1, 'held')]
    expect(ids(withNewest(loaded, [row('d', 4, 'held'), row('b', 2, 'held')]))).toBe('dba')
    expect(ids(withNewest(loaded, []))).toBe('')
  })
})
