import type { ConversationRow } from '@trunkline/contracts/http/conversations'
import { describe, expect, it } from 'vitest'
import { appendPage, belongsTo, compareRows, neighbour, placeRow } from './conversation-list.ts'

function row(id: string, over: Partial<ConversationRow> = {}): ConversationRow {
  return {
    id,
    number: Number.parseInt(id, 36),
    kind: 'chat',
    requestStatus: null,
    isTest: false,
    channel: { id: 'c', type: 'widget', title: 'Site' },
    contact: { id: 'k', name: `Contact ${id}` },
    status: 'open',
    assignee: null,
    unansweredSince: null,
    unread: 0,
    lastMessage: null,
    transfer: 'passed',
    updatedAt: '2026-11-20T10:00:00Z',
    ...over,
  }
}
const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 10, minute)).toISOString()
const ids = (rows: readonly ConversationRow[]) => rows.map((each) => each.id).join('')

describe('order of the inbox', () => {
  it('puts those who wait first, the longest waiting on top, then the newest', () => {
    const rows = [
      row('a', { updatedAt: at(50) }),
      row('b', { unansweredSince: at(30), updatedAt: at(30) }),
      row('c', { updatedAt: at(55) }),
      row('d', { unansweredSince: at(5), updatedAt: at(40) }),
    ]
    expect(ids([...rows].sort(compareRows))).toBe('dbca')
  })

  it('is the same whichever way equal times are written', () => {
    const early = row('a', { unansweredSince: '2026-11-20T10:00:00.000Z' })
    const same = row('b', { unansweredSince: '2026-11-20T10:00:00Z' })
    expect(compareRows(early, same)).toBeGreaterThan(0)
    expect(compareRows(same, early)).toBeLessThan(0)
  })
})

describe('live updates of the list', () => {
  const rows = [
    row('d', { unansweredSince: at(5) }),
    row('c', { updatedAt: at(55) }),
    row('a', { updatedAt: at(50) }),
  ]

  it('moves a conversation to the waiting ones when its customer writes', () => {
    const list = placeRow(
      { rows, nextCursor: null },
      row('a', { unansweredSince: at(58), updatedAt: at(58) }),
      true,
    )
    expect(ids(list.rows)).toBe('dac')
  })

  it('moves an answered conversation below those who still wait', () => {
    const list = placeRow({ rows, nextCursor: null }, row('d', { updatedAt: at(59) }), true)
    expect(ids(list.rows)).toBe('dca')
    expect(list.rows[0]?.unansweredSince).toBeNull()
  })

  it('takes out what no longer belongs and leaves the list alone when it was never there', () => {
    const list = { rows, nextCursor: null }
    expect(ids(placeRow(list, row('c', { status: 'closed' }), false).rows)).toBe('da')
    expect(placeRow(list, row('z', { status: 'closed' }), false)).toBe(list)
  })

  it('leaves a row behind the loaded part to its page, and shows it when all is loaded', () => {
    const old = row('e', { updatedAt: at(1) })
    expect(ids(placeRow({ rows, nextCursor: 'more' }, old, true).rows)).toBe('dca')
    expect(ids(placeRow({ rows, nextCursor: null }, old, true).rows)).toBe('dcae')
  })

  it('keeps a last row that only changed, for no later page would bring it', () => {
    const page = [row('b', { updatedAt: at(50) }), row('a', { updatedAt: at(40) })]
    const list = appendPage({ rows: [], nextCursor: null }, { rows: page, nextCursor: 'more' })
    const changed = placeRow(list, row('a', { updatedAt: at(40), unread: 2 }), true)
    expect(ids(changed.rows)).toBe('ba')
    const lower = placeRow(changed, row('a', { updatedAt: at(5) }), true)
    expect(ids(lower.rows)).toBe('b')
    expect(ids(placeRow(lower, row('c', { updatedAt: at(45) }), true).rows)).toBe('bc')
  })

  it('shows a row that moved between two pages once, as the newer answer has it', () => {
    const list = appendPage(
      { rows, nextCursor: 'more' },
      { rows: [row('a', { unread: 4 }), row('b')], nextCursor: null },
    )
    expect(ids(list.rows)).toBe('dcab')
    expect(list.rows.find((each) => each.id === 'a')?.unread).toBe(4)
    expect(list.nextCursor).toBeNull()
  })
})

describe('views', () => {
  it('know whom a conversation belongs to', () => {
    const mine = row('a', { assignee: { userId: 'me', name: 'Me' } })
    const closed = row('b', { status: 'closed' })
    expect([
      belongsTo(mine, 'open', 'me'),
      belongsTo(mine, 'mine', 'me'),
      belongsTo(mine, 'mine', 'other'),
    ]).toEqual([true, true, false])
    expect([belongsTo(mine, 'unassigned', 'me'), belongsTo(row('c'), 'unassigned', 'me')]).toEqual([
      false,
      true,
    ])
    expect([belongsTo(closed, 'open', 'me'), belongsTo(closed, 'closed', 'me')]).toEqual([false, true])
  })

  it('step through the rows by keys without falling off either end', () => {
    const rows = [row('a'), row('b')]
    expect(neighbour(rows, null, 1)?.id).toBe('a')
    expect(neighbour(rows, 'a', 1)?.id).toBe('b')
    expect(neighbour(rows, 'b', 1)?.id).toBe('b')
    expect(neighbour(rows, 'a', -1)?.id).toBe('a')
    expect(neighbour([], null, 1)).toBeUndefined()
  })
})
