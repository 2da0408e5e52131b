import type { DryRunRow, DryRunSide, DryRunTraces } from '@trunkline/contracts/http/settings'
import { DRY_RUN_DIFFERENCES } from '@trunkline/contracts/http/settings'
import { describe, expect, it } from 'vitest'
import { differenceLines, ownLines } from './dry-run-lines.ts'

const side = (more: Partial<DryRunSide> = {}): DryRunSide => ({
  state: 'decided',
  outcome: 'passed',
  reason: null,
  summary: { ru: 'Передано.', en: 'Passed.' },
  created: { entity: 'deal', title: 'Chat 12', pipeline: 'Sales', stage: 'New' },
  responsible: 'Anna',
  targets: [],
  activity: null,
  notified: null,
  ...more,
})
const row = (differences: DryRunRow['differences'], after: Partial<DryRunSide>): DryRunRow => ({
  decisionId: '01900000-0000-7000-8000-000000000001',
  conversation: {
    id: '01900000-0000-7000-8000-000000000002',
    number: 12,
    contactName: 'Anna',
    channelTitle: 'Site chat',
    startedAt: '2026-11-22T10:00:00Z',
    event: 'chat',
  },
  differences,
  before: side(),
  after: side(after),
})
const words = {
  summary: (one: DryRunSide) => one.summary.en,
  card: (created: NonNullable<DryRunSide['created']>) => created.title,
  place: (created: NonNullable<DryRunSide['created']>) => `${created.pipeline} / ${created.stage}`,
}

describe('what a dry-run shows of a conversation', () => {
  it('each difference has both sides, and nothing where there is nothing', () => {
    const lines = differenceLines(
      row(['stage', 'responsible', 'activity', 'notification'], {
        created: { entity: 'deal', title: 'Chat 12', pipeline: 'Service', stage: 'Arrived' },
        responsible: 'Boris',
        activity: { subject: 'Call back', responsible: 'Boris' },
        notified: 'Boris',
      }),
      words,
    )
    expect(lines).toEqual([
      { kind: 'stage', before: 'Sales / New', after: 'Service / Arrived' },
      { kind: 'responsible', before: 'Anna', after: 'Boris' },
      { kind: 'activity', before: '', after: 'Call back (Boris)' },
      { kind: 'notification', before: '', after: 'Boris' },
    ])
  })

  it('another outcome stands alone: the rest follows from it', () => {
    const held = row(['outcome', 'created', 'stage'], {
      outcome: 'held',
      summary: { ru: 'Ждёт.', en: 'Held.' },
      created: null,
    })
    expect(differenceLines(held, words)).toEqual([{ kind: 'outcome', before: 'Passed.', after: 'Held.' }])
  })

  it('every kind of difference the server knows is shown', () => {
    for (const kind of DRY_RUN_DIFFERENCES)
      expect(differenceLines(row([kind], {}), words)[0]?.kind).toBe(kind)
  })

  it('marks the lines that the other trace has not, also when only the verdict differs', () => {
    type Line = DryRunTraces['before']['trace'][number]
    const line = (code: string, verdict: string): Line =>
      ({ code, verdict, ru: code, en: code }) as unknown as Line
    const before = [line('main', 'pass'), line('timing', 'pass'), line('rule', 'skip')]
    const after = [line('main', 'pass'), line('timing', 'stop')]
    expect([...ownLines(before, after)]).toEqual([1, 2])
    expect([...ownLines(after, before)]).toEqual([1])
    expect([...ownLines(before, before)]).toEqual([])
  })
})
