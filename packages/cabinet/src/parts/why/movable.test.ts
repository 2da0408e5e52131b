import type { DecisionView } from '@trunkline/contracts/http/journal'
import { describe, expect, it } from 'vitest'
import { movable } from './movable.ts'

const text = { ru: 'слово', en: 'word' }
const candidate = (id: string, chosen = false): DecisionView['candidates'][number] => ({
  type: 'deal',
  id,
  title: id,
  url: '',
  chosen,
  why: text,
})
const comment = (id: string): DecisionView['steps'][number] => ({
  id: `step-${id}`,
  kind: 'comment',
  status: 'done',
  sentence: text,
  attempts: 1,
  error: null,
  link: { type: 'deal', id, title: id, url: '', made: false },
  at: null,
})
const decision = (id: string, over: Partial<DecisionView>): DecisionView => ({
  id,
  at: '2026-11-22T08:00:00.000Z',
  outcome: 'passed',
  reason: null,
  summary: text,
  contactClass: null,
  integration: null,
  trace: [],
  settingsVersions: {},
  steps: [],
  candidates: [],
  ...over,
})
const first = decision('1', { candidates: [candidate('a', true), candidate('b'), candidate('c')] })

describe('a talk may be moved', () => {
  it('to each candidate that lost, once it was passed', () => {
    expect(movable([first])).toEqual({ decisionId: '1', cards: new Set(['deal:b', 'deal:c']) })
    expect(movable([{ ...first, outcome: 'held' }])).toBeNull()
    expect(movable([])).toBeNull()
  })

  it('after a move on to another candidate or back, and not to where it is', () => {
    const moved = decision('2', { steps: [comment('b')] })
    expect(movable([moved, first])).toEqual({ decisionId: '1', cards: new Set(['deal:a', 'deal:c']) })
  })

  it('never to a card that another integration considered', () => {
    expect(movable([decision('2', { integration: 'Опт' }), { ...first, integration: 'Розница' }])).toBeNull()
  })
})
