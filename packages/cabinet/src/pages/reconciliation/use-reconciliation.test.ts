import type { Reconciliation, ReconciliationFinding } from '@trunkline/contracts/http/reconciliation'
import { describe, expect, it } from 'vitest'
import { isUnderWay, sorted } from './use-reconciliation.ts'

const text = { ru: 'слово', en: 'word' }
const finding = (id: string, state: ReconciliationFinding['state']): ReconciliationFinding => ({
  id,
  kind: 'card-gone',
  state,
  title: text,
  hint: text,
  cards: [],
  conversations: [],
  repairs: [],
  firstAt: '2026-11-22T08:00:00.000Z',
  settledAt: null,
  settledBy: null,
})
const run = (state: 'waiting' | 'running' | 'done' | 'failed'): Reconciliation => ({
  portalId: 'p',
  run: {
    id: 'r',
    state,
    askedBy: null,
    askedAt: '2026-11-22T08:00:00.000Z',
    startedAt: null,
    endedAt: null,
    checked: { conversations: 0, cards: 0, comments: 0, activities: 0 },
    error: null,
  },
  open: 0,
  findings: [],
})

describe('the page of reconciliation', () => {
  it('is asked for progress only while a comparison waits or runs', () => {
    expect(
      (['waiting', 'running', 'done', 'failed'] as const).map((state) => isUnderWay(run(state))),
    ).toEqual([true, true, false, false])
    expect(isUnderWay({ ...run('done'), run: null })).toBe(false)
    expect(isUnderWay(undefined)).toBe(false)
  })

  it('shows what is open apart from what was settled in any way, and loses nothing', () => {
    const findings = [
      finding('1', 'open'),
      finding('2', 'seen'),
      finding('3', 'repaired'),
      finding('4', 'vanished'),
      finding('5', 'open'),
    ]
    const { open, settled } = sorted({ ...run('done'), findings })
    expect(open.map(({ id }) => id)).toEqual(['1', '5'])
    expect(settled.map(({ id }) => id)).toEqual(['2', '3', '4'])
    expect(sorted(undefined)).toEqual({ open: [], settled: [] })
  })
})
