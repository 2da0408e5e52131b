import type { PlanStep } from '@trunkline/contracts/crm/plan'
import { describe, expect, test } from 'vitest'
import { cardOfTarget, madeBy, madeTitle } from './made-cards.ts'
import { CREATE_CONTACT, CREATE_DEAL, CREATE_LEAD, partKey, partOfKey } from './step-keys.ts'

const deal = { type: 'deal', id: '5' } as const
const STEPS: Readonly<Record<PlanStep['kind'], PlanStep>> = {
  'create-contact': { kind: 'create-contact', key: CREATE_CONTACT, fields: { name: 'Анна' } },
  'create-lead': { kind: 'create-lead', key: CREATE_LEAD, fields: { title: 'Чат', name: 'Анна' } },
  'create-deal': { kind: 'create-deal', key: CREATE_DEAL, fields: {} },
  comment: { kind: 'comment', key: 'c', target: deal },
  'create-activity': {
    kind: 'create-activity',
    key: 'a',
    target: deal,
    subject: 'Перезвонить',
    responsibleId: '7',
    deadlineAt: '2026-11-22T12:00:00.000Z',
  },
  'fill-fields': { kind: 'fill-fields', key: 'f', target: deal, fields: [] },
  'attach-files': { kind: 'attach-files', key: 'x', target: deal, fileIds: [] },
  'remove-comment': { kind: 'remove-comment', key: 'r', target: deal, commentId: '1', after: [] },
  notify: { kind: 'notify', key: 'n', userId: '7', about: deal },
}

test('three kinds of step make a card, under the title or else the name that they give; the others make none', () => {
  const told = Object.entries(STEPS).map(([kind, step]) => [kind, madeBy(step), madeTitle(step)])
  expect(told.filter(([, made, title]) => made !== undefined || title !== undefined)).toEqual([
    ['create-contact', 'contact', 'Анна'],
    ['create-lead', 'lead', 'Чат'],
    ['create-deal', 'deal', undefined],
  ])
})

describe('the card that a target means', () => {
  const row = (key: string, kind: PlanStep['kind'], remoteId: string | null) => ({
    key,
    step: STEPS[kind],
    remoteId,
  })

  test('is the one it names, without whatever else is known of it', () => {
    const named = { ...deal, title: 'Окна' }
    expect(cardOfTarget(named, [])).toEqual(deal)
  })

  test('is the one its step made, once it has', () => {
    const target = { step: CREATE_DEAL }
    expect(cardOfTarget(target, [row(CREATE_DEAL, 'create-deal', null)])).toBeUndefined()
    expect(
      cardOfTarget(target, [row(CREATE_LEAD, 'create-lead', '4'), row(CREATE_DEAL, 'create-deal', '9')]),
    ).toEqual({ type: 'deal', id: '9' })
  })

  test('is nothing when its step is not there, or makes no card', () => {
    expect(cardOfTarget({ step: CREATE_DEAL }, [])).toBeUndefined()
    expect(cardOfTarget({ step: 'c' }, [row('c', 'comment', '12')])).toBeUndefined()
  })

  test('is that of the first of the list when a key was planned anew', () => {
    const steps = [row(CREATE_DEAL, 'create-deal', '1'), row(CREATE_DEAL, 'create-deal', '2')]
    expect(cardOfTarget({ step: CREATE_DEAL }, steps)).toEqual({ type: 'deal', id: '1' })
    expect(cardOfTarget({ step: CREATE_DEAL }, steps.toReversed())).toEqual({ type: 'deal', id: '2' })
  })
})

test('a key of the ledger says which part of the comment it is', () => {
  for (const part of [1, 2, 17]) expect(partOfKey(partKey('comment:deal:5', part))).toBe(part)
  expect(partKey('comment:deal:5', 1)).toBe('comment:deal:5')
})
