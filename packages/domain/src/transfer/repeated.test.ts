import type { Candidate } from '@trunkline/contracts/crm/entity'
import type { ChatsSettings } from '@trunkline/contracts/settings/index'
import { describe, expect, test } from 'vitest'
import { card, someFacts, someSettings } from './facts.fixture.ts'
import { decided, found, keys, lost, stepsOf, told, verdicts } from './told.fixture.ts'

describe('a repeated contact', () => {
  const deal1 = card('deal', '1', '2026-01-01T12:00:00+03:00')
  const deal2 = card('deal', '2', '2026-02-01T12:00:00+03:00')
  const lead1 = card('lead', '1', '2026-01-15T12:00:00+03:00')
  const lead2 = card('lead', '2', '2026-02-15T12:00:00+03:00')
  const contact = card('contact', '5', '2026-01-01T00:00:00+03:00')
  const company = card('company', '6', '2026-01-01T00:00:00+03:00')
  const closedOld = card('deal', '10', '2026-02-20T00:00:00+03:00', { closedAt: '2026-02-21T00:00:00+03:00' })
  const closedLast = card('lead', '11', '2025-02-20T00:00:00+03:00', {
    closedAt: '2026-02-25T00:00:00+03:00',
  })

  test.each<[string, Candidate[], Partial<ChatsSettings>, string[]]>([
    ['deal first: freshest deal', [deal1, deal2, lead2, contact], {}, ['comment:deal:2']],
    ['deal first: lead when no deal (CHAT-49)', [lead1, lead2, contact], {}, ['comment:lead:2']],
    ['deal first: contact before company', [contact, company], {}, ['comment:contact:5']],
    ['deal first: company last', [company], {}, ['comment:company:6']],
    ['lead first: freshest lead', [deal2, lead1, lead2], { commentPriority: 'lead' }, ['comment:lead:2']],
    ['lead first: deal when no lead', [deal1, contact], { commentPriority: 'lead' }, ['comment:deal:1']],
    [
      'both: freshest of each (CHAT-52)',
      [deal1, deal2, lead1, lead2],
      { commentPriority: 'both' },
      ['comment:deal:2', 'comment:lead:2'],
    ],
    ['both: the one that exists (AMB-15)', [lead1, contact], { commentPriority: 'both' }, ['comment:lead:1']],
    ['both: contact when neither', [contact, company], { commentPriority: 'both' }, ['comment:contact:5']],
    [
      'an older open card beats a newer closed one (CHAT-77)',
      [deal1, closedOld],
      { addToClosed: true },
      ['comment:deal:1'],
    ],
    ['an open lead beats a closed deal', [lead1, closedOld], { addToClosed: true }, ['comment:lead:1']],
    [
      'all closed: the one closed last (CHAT-78)',
      [closedOld, closedLast, contact],
      { addToClosed: true },
      ['comment:lead:11'],
    ],
    ['all closed, not allowed: contact (AMB-20)', [closedOld, contact], {}, ['comment:contact:5']],
    [
      'all closed, not allowed, no contact: a new card (AMB-20)',
      [closedOld],
      {},
      ['create-contact', 'create-deal', 'comment:step:create-deal'],
    ],
  ])('%s', (_, candidates, chats, expected) => {
    const decision = found(candidates, chats)
    expect(keys(decision)).toEqual(expected)
    expect(decision.contactClass).toBe('repeated')
  })

  test('lists every candidate and why each lost (CHAT-53)', () => {
    const person = card('contact', '50', '2026-01-01T00:00:00+03:00', { by: 'email' })
    const theirs = card('deal', '51', '2026-02-27T00:00:00+03:00', { via: { type: 'contact', id: '50' } })
    const decision = found([deal1, deal2, lead1, contact, company, closedOld, person, theirs])
    expect(lost(decision)).toEqual({
      'deal:2': 'chosen',
      'deal:1': 'older',
      'deal:10': 'closed-while-active-exists',
      'lead:1': 'lower-priority',
      'contact:5': 'card-found',
      'company:6': 'card-found',
      'contact:50': 'other-person',
      'deal:51': 'other-person',
    })
    expect(lost(found([closedOld, closedLast], { addToClosed: true }))['deal:10']).toBe('closed-earlier')
    expect(lost(found([closedOld, contact]))['deal:10']).toBe('closed-not-allowed')
  })

  test('equal dates are settled by the higher number, as a number', () => {
    const at = '2026-02-01T12:00:00+03:00'
    expect(keys(found([card('deal', '9', at), card('deal', '10', at)]))).toEqual(['comment:deal:10'])
    // The same instant in two zones.
    expect(keys(found([card('deal', '9', at), card('deal', '3', '2026-02-01T09:00:01Z')]))).toEqual([
      'comment:deal:3',
    ])
  })

  test('of 100 clients with old deals makes no new card and 100 comments (CHAT-48)', () => {
    const plans = Array.from({ length: 100 }, (_, n) =>
      found([
        card('deal', String(n + 1), '2024-05-01T00:00:00+03:00'),
        card('contact', String(n + 1), '2024-05-01T00:00:00+03:00'),
      ]),
    )
    expect(plans.flatMap(keys)).toEqual(plans.map((_, n) => `comment:deal:${n + 1}`))
  })
})

const openDeal = card('deal', '1', '2026-01-01T12:00:00+03:00', { responsibleId: '1' })
const openLead = card('lead', '2', '2026-01-15T12:00:00+03:00')
const person = card('contact', '5', '2026-01-01T00:00:00+03:00')
const newerPerson = card('contact', '8', '2026-02-01T00:00:00+03:00')
const firm = card('company', '6', '2026-01-01T00:00:00+03:00')
const closed = card('deal', '10', '2026-02-20T00:00:00+03:00', { closedAt: '2026-02-21T00:00:00+03:00' })

describe('what a repeated contact makes (CHAT-44, UIS-20, UIS-26)', () => {
  test.each<[ChatsSettings['repeatedContactCreates'], string[]]>([
    ['nothing', ['comment:deal:1']],
    ['activity', ['comment:deal:1', 'activity:deal:1']],
    ['card', ['create-deal', 'comment:step:create-deal']],
    ['card-and-activity', ['create-deal', 'comment:step:create-deal', 'activity:step:create-deal']],
  ])('%s: %j', (repeatedContactCreates, expected) => {
    const decision = found([openDeal, person], { repeatedContactCreates })
    expect(keys(decision)).toEqual(expected)
    expect(decision.contactClass).toBe('repeated')
  })

  test('a new card is tied to the contact that was found, never to a second one', () => {
    const decision = found([person, newerPerson, openDeal], { repeatedContactCreates: 'card' })
    expect(stepsOf(decision, 'create-deal')[0]).toMatchObject({ contact: { type: 'contact', id: '8' } })
    expect(lost(decision)).toEqual({
      'contact:5': 'new-card-is-made',
      'contact:8': 'new-card-is-made',
      'deal:1': 'new-card-is-made',
    })
    expect(keys(found([firm], { repeatedContactCreates: 'card' }))).toEqual([
      'create-contact',
      'create-deal',
      'comment:step:create-deal',
    ])
  })

  test('the priority of comments has no effect while a card is made (CHAT-47)', () => {
    for (const commentPriority of ['deal', 'lead', 'both'] as const) {
      const decision = found([openDeal, openLead], { repeatedContactCreates: 'card', commentPriority })
      expect(keys(decision).filter((key) => key.startsWith('comment'))).toEqual(['comment:step:create-deal'])
    }
  })

  test('the activity is one, in the first target, done by its responsible (CHAT-45)', () => {
    const both = found([openDeal, openLead], { repeatedContactCreates: 'activity', commentPriority: 'both' })
    expect(keys(both)).toEqual(['comment:deal:1', 'comment:lead:2', 'activity:deal:1'])
    expect(stepsOf(both, 'create-activity')[0]).toMatchObject({ responsibleId: '1' })
    const dismissed = { ...openDeal, responsibleId: '99' }
    const fallen = found([dismissed], { repeatedContactCreates: 'activity' })
    expect(stepsOf(fallen, 'create-activity')[0]).toMatchObject({ responsibleId: '7' })
    expect(told(fallen, 'activity')).toMatchObject({ by: 'rules' })
    const chosen = found([openDeal], { repeatedContactCreates: 'activity', activityResponsibleId: '7' })
    expect(stepsOf(chosen, 'create-activity')[0]).toMatchObject({ responsibleId: '7' })
  })

  test('with nobody to do the activity the comment is still written', () => {
    const facts = someFacts({
      crm: { candidates: [{ ...openDeal, responsibleId: '99' }] },
      portal: { ...someFacts().portal, actingUserId: '' },
    })
    const settings = someSettings({ repeatedContactCreates: 'activity', defaultResponsibleId: '' })
    const decision = decided(facts, settings)
    expect([decision.outcome, keys(decision)]).toEqual(['passed', ['comment:deal:1']])
    expect(verdicts(decision, 'activity')).toEqual(['skip'])
  })
})

describe('all closed × a card is made on repeat × writing into closed (CHAT-76, CHAT-77, CHAT-78, AMB-20)', () => {
  const made = ['create-deal', 'comment:step:create-deal']
  test.each<[string, Candidate[], 'nothing' | 'card', boolean, string[]]>([
    ['an open one, no card, off', [openDeal, closed, person], 'nothing', false, ['comment:deal:1']],
    ['an open one, no card, on', [openDeal, closed, person], 'nothing', true, ['comment:deal:1']],
    ['an open one, a card, off', [openDeal, closed, person], 'card', false, made],
    ['an open one, a card, on', [openDeal, closed, person], 'card', true, made],
    ['all closed, no card, off: the contact', [closed, person], 'nothing', false, ['comment:contact:5']],
    ['all closed, no card, on: the last closed', [closed, person], 'nothing', true, ['comment:deal:10']],
    ['all closed, a card, off', [closed, person], 'card', false, made],
    ['all closed, a card, on', [closed, person], 'card', true, made],
    [
      'all closed, nobody, no card, off: as a first contact',
      [closed],
      'nothing',
      false,
      ['create-contact', ...made],
    ],
    ['all closed, nobody, no card, on: the last closed', [closed], 'nothing', true, ['comment:deal:10']],
  ])('%s', (_, candidates, repeatedContactCreates, addToClosed, expected) => {
    expect(keys(found(candidates, { repeatedContactCreates, addToClosed }))).toEqual(expected)
  })

  test('who came back is made a card as on first contact, by its rules', () => {
    const decision = found([closed], {
      firstContactCreates: 'card-and-activity',
      firstPlace: { leadStageId: '', pipelineId: '3', dealStageId: '' },
      repeatedPlace: { leadStageId: '', pipelineId: '4', dealStageId: '' },
    })
    expect(stepsOf(decision, 'create-deal')[0]?.fields.pipelineId).toBe('3')
    expect(stepsOf(decision, 'create-activity')).toHaveLength(1)
    expect(decision.contactClass).toBe('repeated')
  })

  test('who came back is not passed where first contacts make nothing (AMB-34)', () => {
    const decision = found([closed], { firstContactCreates: 'nothing' })
    expect([decision.outcome, decision.reason]).toEqual(['not_passed', 'unknown-client'])
    expect(told(decision, 'known-only')).toEqual({ class: 'repeated' })
  })
})

describe('the move from another service (CHAT-46, CHAT-48)', () => {
  test('passes known clients into what they have and unknown ones nowhere', () => {
    const settings = { firstContactCreates: 'nothing', repeatedContactCreates: 'nothing' } as const
    expect(keys(found([openDeal], settings))).toEqual(['comment:deal:1'])
    expect(keys(found([person], settings))).toEqual(['comment:contact:5'])
    expect(found([], settings).outcome).toBe('not_passed')
  })

  test('the target moves as cards go one by one (CHAT-49)', () => {
    const all = [openDeal, openLead, person, firm]
    const left = [0, 1, 2, 3].map((gone) => keys(found(all.slice(gone)))[0])
    expect(left).toEqual(['comment:deal:1', 'comment:lead:2', 'comment:contact:5', 'comment:company:6'])
    expect(keys(found([]))).toContain('create-deal')
  })
})

describe('copies for contact and company (CHAT-64)', () => {
  const copied = (candidates: Candidate[], chats: Partial<ChatsSettings> = {}) =>
    keys(found(candidates, { copyToPerson: true, ...chats }))
  test.each<[string, string[], string[]]>([
    [
      'both found',
      copied([openDeal, person, firm]),
      ['comment:deal:1', 'comment:contact:5', 'comment:company:6'],
    ],
    [
      'the newest of several',
      copied([openDeal, person, newerPerson]),
      ['comment:deal:1', 'comment:contact:8'],
    ],
    [
      'a target is not copied into itself',
      copied([person, firm]),
      ['comment:contact:5', 'comment:company:6'],
    ],
    ['nobody found', copied([openDeal]), ['comment:deal:1']],
    ['none is made for it', copied([]), ['create-contact', 'create-deal', 'comment:step:create-deal']],
    [
      'with a new card for a known client',
      copied([person, firm], { repeatedContactCreates: 'card' }),
      ['create-deal', 'comment:step:create-deal', 'comment:contact:5', 'comment:company:6'],
    ],
    ['off', copied([openDeal, person], { copyToPerson: false }), ['comment:deal:1']],
  ])('%s', (_, steps, expected) => {
    expect(steps).toEqual(expected)
  })

  test('the contact that this conversation made is not a found one', () => {
    const facts = someFacts({
      bound: { targets: [], crmContact: { type: 'contact', id: '5' } },
      crm: { candidates: [person] },
    })
    expect(keys(decided(facts, someSettings({ copyToPerson: true })))).toEqual([
      'create-deal',
      'comment:step:create-deal',
    ])
  })

  test('go on with the conversation they were begun for', () => {
    const targets = [
      { type: 'deal' as const, id: '1' },
      { type: 'contact' as const, id: '5' },
    ]
    expect(keys(decided(someFacts({ bound: { targets } }), someSettings()))).toEqual([
      'comment:deal:1',
      'comment:contact:5',
    ])
  })

  test('are no card: when the deal was deleted a card is chosen anew, and the copy goes on', () => {
    const bound = { targets: [{ type: 'contact' as const, id: '5' }] }
    const gone = [{ type: 'deal' as const, id: '1' }]
    const facts = someFacts({ bound, gone, crm: { candidates: [openLead, person] } })
    expect(keys(decided(facts, someSettings({ copyToPerson: true })))).toEqual([
      'comment:lead:2',
      'comment:contact:5',
    ])
    expect(keys(decided(facts, someSettings({ repeatedContactCreates: 'card' })))).toEqual([
      'create-deal',
      'comment:step:create-deal',
      'comment:contact:5',
    ])
    const stays = someFacts({ bound: { targets: [...bound.targets, { type: 'lead', id: '2' }] }, gone })
    expect(keys(decided(stays, someSettings()))).toEqual(['comment:contact:5', 'comment:lead:2'])
  })
})
