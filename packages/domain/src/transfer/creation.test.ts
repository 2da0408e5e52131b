import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { RuleGroup } from '@trunkline/contracts/rules/condition'
import type { ChatsSettings } from '@trunkline/contracts/settings/index'
import type { Place, PlaceRule } from '@trunkline/contracts/settings/rules'
import { describe, expect, test } from 'vitest'
import { decide } from './decide.ts'
import { card, someFacts, someRequest, someSettings } from './facts.fixture.ts'
import { type Decided, decided, keys, lost, stepsOf, told, verdicts } from './told.fixture.ts'

describe('a first contact', () => {
  const nobody = { candidates: [] }
  test.each([
    ['classic', 'by-crm-mode', ['create-lead', 'comment:step:create-lead']],
    ['simple', 'by-crm-mode', ['create-contact', 'create-deal', 'comment:step:create-deal']],
    ['classic', 'deal', ['create-contact', 'create-deal', 'comment:step:create-deal']],
    ['simple', 'deal', ['create-contact', 'create-deal', 'comment:step:create-deal']],
  ] as const)('in %s mode with "%s" makes %j (CHAT-43, AMB-22)', (crmMode, cardKind, steps) => {
    const facts = someFacts({ portal: { ...someFacts().portal, crmMode }, crm: nobody })
    const decision = decided(facts, someSettings({ cardKind }))
    expect(decision.contactClass).toBe('first')
    expect(keys(decision)).toEqual(steps)
  })

  test('makes a deal with the contact, titled and owned', () => {
    const { conversation } = someFacts()
    const facts = someFacts({
      crm: nobody,
      conversation: { ...conversation, pageUrl: 'https://shop.example/price', utm: { source: 'yandex' } },
    })
    expect(decided(facts, someSettings({ notifyResponsible: true })).plan.steps).toEqual([
      {
        kind: 'create-contact',
        key: 'create-contact',
        fields: {
          name: 'Анна',
          phones: ['+79161234567'],
          emails: [],
          responsibleId: '7',
          sourceDescription: 'Telegram: Отдел продаж, https://shop.example/price',
          utm: { source: 'yandex' },
        },
      },
      {
        kind: 'create-deal',
        key: 'create-deal',
        contact: { step: 'create-contact' },
        fields: {
          title: 'Чат Telegram — Анна',
          responsibleId: '7',
          sourceDescription: 'Telegram: Отдел продаж, https://shop.example/price',
          utm: { source: 'yandex' },
        },
      },
      { kind: 'comment', key: 'comment:step:create-deal', target: { step: 'create-deal' } },
      { kind: 'notify', key: 'notify:create-deal', userId: '7', about: { step: 'create-deal' } },
    ])
  })

  test('uses the contact that the conversation made before and never makes a second one', () => {
    const own = { type: 'contact' as const, id: '3' }
    const facts = someFacts({
      bound: { targets: [], crmContact: own },
      crm: { candidates: [card('contact', '3', '2026-03-01T10:00:01+03:00')] },
    })
    const decision = decided(facts, someSettings())
    expect(decision.contactClass).toBe('first')
    expect(keys(decision)).toEqual(['create-deal', 'comment:step:create-deal'])
    expect(decision.plan.steps[0]).toMatchObject({ contact: own })
    expect(lost(decision)).toEqual({ 'contact:3': 'made-by-us-card-follows' })
  })

  test('follows a card that was deleted in the portal, and the trace says so', () => {
    const facts = someFacts({ gone: [{ type: 'deal', id: '5' }], crm: nobody })
    const decision = decided(facts, someSettings())
    expect(keys(decision)).toEqual(['create-contact', 'create-deal', 'comment:step:create-deal'])
    expect(decision.trace).toContainEqual({
      code: 'card-gone',
      verdict: 'note',
      values: { cards: ['deal:5'] },
    })
  })

  test('of a dismissed responsible goes to the acting user, and the trace says so (TEL-24)', () => {
    const decision = decided(someFacts({ crm: nobody }), someSettings({ defaultResponsibleId: '99' }))
    expect(decision.plan.steps[0]).toMatchObject({ fields: { responsibleId: '1' } })
    expect(decision.trace.map((line) => line.code)).toContain('responsible-unusable')
  })

  test('with nobody to own it is held, not lost', () => {
    const facts = someFacts({ crm: nobody, portal: { ...someFacts().portal, actingUserId: '' } })
    const decision = decided(facts, someSettings({ defaultResponsibleId: '99' }))
    expect([decision.outcome, decision.reason, decision.plan.steps]).toEqual(['held', 'no-responsible', []])
  })

  test('is owned by the first matching rule whose user is active (CHAT-41, CHAT-42)', () => {
    const rule = (id: string, userId: string, value: string) => ({
      id,
      title: id,
      active: true,
      userId,
      when: { combinator: 'and' as const, rules: [{ field: 'channelType', operator: '=' as const, value }] },
    })
    const responsible = [rule('a', '7', 'whatsapp'), rule('b', '99', 'telegram'), rule('c', '1', 'telegram')]
    const decision = decided(someFacts({ crm: nobody }), someSettings({ responsibleRules: responsible }))
    expect(decision.plan.steps[0]).toMatchObject({ fields: { responsibleId: '1' } })
    expect(
      decision.trace.filter((line) => line.code === 'responsible-rule').map((line) => line.verdict),
    ).toEqual(['skip', 'skip', 'chose'])
  })

  test('asks the portal only when there is something to ask by', () => {
    const asked = decide(
      someFacts({
        knownCards: [
          { type: 'deal', id: '12' },
          { type: 'deal', id: '9' },
        ],
      }),
      someSettings(),
    )
    expect(asked.need).toEqual({
      phones: ['+79161234567'],
      emails: [],
      known: [
        { type: 'deal', id: '9' },
        { type: 'deal', id: '12' },
      ],
    })
    const anonymous = someFacts({ contact: { id: 'c', phones: [], emails: [], messengerIds: [] } })
    expect(keys(decided(anonymous, someSettings({ passWithoutContactData: true })))).toContain('create-deal')
  })
})

const nobody = { candidates: [] }
const first = (chats: Partial<ChatsSettings>, change: Partial<TransferFacts> = {}) =>
  decided(someFacts({ crm: nobody, ...change }), someSettings(chats))
const classic: TransferFacts['portal'] = { ...someFacts().portal, crmMode: 'classic' }
const only = (field: string, value: string): RuleGroup => ({
  combinator: 'and',
  rules: [{ field, operator: '=', value }],
})

describe('what a first contact makes (CHAT-43, UIS-20, UIS-21, AMB-13)', () => {
  test.each([
    ['card', ['create-contact', 'create-deal', 'comment:step:create-deal']],
    [
      'card-and-activity',
      ['create-contact', 'create-deal', 'comment:step:create-deal', 'activity:step:create-deal'],
    ],
  ] as const)('%s: %j', (firstContactCreates, steps) => {
    expect(keys(first({ firstContactCreates }))).toEqual(steps)
  })

  test('nothing: an unknown client stays in the inbox, and the trace says why (AMB-34)', () => {
    const decision = first({ firstContactCreates: 'nothing' })
    expect([decision.outcome, decision.reason, decision.plan.steps]).toEqual([
      'not_passed',
      'unknown-client',
      [],
    ])
    expect(verdicts(decision, 'known-only')).toEqual(['stop'])
  })

  test('the activity is named, due and given as the settings say (UIS-21)', () => {
    const settings = { firstContactCreates: 'card-and-activity', activityDeadlineMin: 90 } as const
    expect(stepsOf(first(settings), 'create-activity')).toEqual([
      {
        kind: 'create-activity',
        key: 'activity:step:create-deal',
        target: { step: 'create-deal' },
        subject: 'Чат Telegram — Анна',
        responsibleId: '7',
        deadlineAt: '2026-03-01T11:30:05.000Z',
      },
    ])
    const own = first({ ...settings, activityTemplate: 'Ответить: {{ name }}', activityResponsibleId: '1' })
    expect(stepsOf(own, 'create-activity')[0]).toMatchObject({
      subject: 'Ответить: Анна',
      responsibleId: '1',
    })
    const dismissed = first({ ...settings, activityResponsibleId: '99' })
    expect(stepsOf(dismissed, 'create-activity')[0]).toMatchObject({ responsibleId: '7' })
    expect(told(dismissed, 'responsible-unusable')).toEqual({ userId: '99', from: 'activity' })
  })

  test('the card of a request says which form it came from', () => {
    const facts = someFacts({ event: 'request', request: someRequest(), crm: nobody })
    expect(stepsOf(decided(facts, someSettings()), 'create-deal')[0]?.fields).toMatchObject({
      title: 'Офлайн-заявка Telegram — Анна',
      sourceDescription: 'Telegram: Отдел продаж, Обратный звонок',
    })
  })
})

describe('where a new card goes', () => {
  const stages = { lead: ['NEW', 'IN_WORK'], deal: { '0': ['NEW', 'PREPARATION'], '3': ['C3:NEW'] } }
  const portal = { ...someFacts().portal, stages }
  const place = (leadStageId: string, pipelineId = '', dealStageId = '') => ({
    leadStageId,
    pipelineId,
    dealStageId,
  })
  const rule = (id: string, when: RuleGroup, to: Place, except?: RuleGroup): PlaceRule => ({
    id,
    title: `Правило ${id}`,
    active: true,
    when,
    place: to,
    ...(except ? { except } : {}),
  })
  const telegram = only('channelType', 'telegram')
  const whatsapp = only('channelType', 'whatsapp')
  const at = (decision: Decided) => {
    const fields = (stepsOf(decision, 'create-deal')[0] ?? stepsOf(decision, 'create-lead')[0])!.fields
    return [fields.pipelineId, fields.stageId]
  }

  test.each<[string, PlaceRule[], (string | undefined)[]]>([
    ['absent from all rules: the default (CHAT-60)', [], ['0', 'PREPARATION']],
    [
      'allowed by a rule: its place (CHAT-59)',
      [rule('1', telegram, place('', '3', 'C3:NEW'))],
      ['3', 'C3:NEW'],
    ],
    [
      'denied by a rule: the default (CHAT-61, AMB-17)',
      [rule('1', telegram, place('', '3', 'C3:NEW'), telegram)],
      ['0', 'PREPARATION'],
    ],
    ['another channel: the default', [rule('1', whatsapp, place('', '3', 'C3:NEW'))], ['0', 'PREPARATION']],
    [
      'denied in the first and allowed in the second: the second',
      [rule('1', telegram, place('', '3'), telegram), rule('2', telegram, place('', '3', 'C3:NEW'))],
      ['3', 'C3:NEW'],
    ],
    [
      'allowed by two: the first',
      [rule('1', telegram, place('', '0', 'NEW')), rule('2', telegram, place('', '3', 'C3:NEW'))],
      ['0', 'NEW'],
    ],
    ['a pipeline without a stage: its first one', [rule('1', telegram, place('', '3'))], ['3', undefined]],
    ['a stage alone says its pipeline', [rule('1', telegram, place('', '', 'C3:NEW'))], ['3', 'C3:NEW']],
    ['a rule of the portal’s own place', [rule('1', telegram, place(''))], [undefined, undefined]],
    [
      'a deleted stage: the next rule (CHAT-54)',
      [rule('1', telegram, place('', '3', 'C3:OLD')), rule('2', telegram, place('', '3'))],
      ['3', undefined],
    ],
    [
      'a deleted pipeline: the default (CHAT-54)',
      [rule('1', telegram, place('', '9', 'C9:NEW'))],
      ['0', 'PREPARATION'],
    ],
    [
      'a stage of another pipeline: the default',
      [rule('1', telegram, place('', '0', 'C3:NEW'))],
      ['0', 'PREPARATION'],
    ],
    [
      'a rule that is off: the default',
      [{ ...rule('1', telegram, place('', '3')), active: false }],
      ['0', 'PREPARATION'],
    ],
  ])('%s', (_, firstPlaceRules, expected) => {
    const settings = { firstPlace: place('', '0', 'PREPARATION'), firstPlaceRules }
    expect(at(first(settings, { portal }))).toEqual(expected)
  })

  test('a deleted default is the portal’s own first stage, and the trace says so (CHAT-54)', () => {
    const decision = first({ firstPlace: place('', '9', 'C9:NEW') }, { portal })
    expect(at(decision)).toEqual([undefined, undefined])
    expect(told(decision, 'place-unusable')).toEqual({
      from: 'default',
      card: 'deal',
      stageId: 'C9:NEW',
      pipelineId: '9',
    })
    expect(told(decision, 'place')).toEqual({ card: 'deal', list: 'first', by: 'portal' })
  })

  test('a lead has a stage of its own and no pipeline (CHAT-54)', () => {
    const settings = { firstPlace: place('IN_WORK', '3', 'C3:NEW') }
    const ofLead = first(settings, { portal: { ...portal, crmMode: 'classic' } })
    expect(at(ofLead)).toEqual([undefined, 'IN_WORK'])
    expect(
      at(first({ ...settings, cardKind: 'deal' }, { portal: { ...portal, crmMode: 'classic' } })),
    ).toEqual(['3', 'C3:NEW'])
    expect(at(first({ firstPlace: place('GONE') }, { portal: { ...portal, crmMode: 'classic' } }))).toEqual([
      undefined,
      undefined,
    ])
  })

  test('places are taken as they are while the directory was never read', () => {
    expect(at(first({ firstPlace: place('', '9', 'C9:X') }))).toEqual(['9', 'C9:X'])
  })

  test('first and repeated contacts have rules and defaults of their own (CHAT-55)', () => {
    const settings: Partial<ChatsSettings> = {
      repeatedContactCreates: 'card',
      firstPlace: place('NEW'),
      firstPlaceRules: [rule('1', whatsapp, place('IN_WORK'))],
      repeatedPlace: place('IN_WORK'),
      repeatedPlaceRules: [rule('2', only('contactName', 'Анна'), place('NEW'))],
    }
    const candidates = [card('lead', '1', '2026-01-01T00:00:00Z')]
    const inClassic = { portal: { ...portal, crmMode: 'classic' as const } }
    expect(at(first(settings, inClassic))).toEqual([undefined, 'NEW'])
    const repeated = first(settings, { ...inClassic, crm: { candidates } })
    expect(at(repeated)).toEqual([undefined, 'NEW'])
    expect(told(repeated, 'place')).toMatchObject({ list: 'repeated', by: 'rule', rule: 'Правило 2' })
    const other = { ...settings, repeatedPlaceRules: [] }
    expect(at(first(other, { ...inClassic, crm: { candidates } }))).toEqual([undefined, 'IN_WORK'])
  })

  test('every rule leaves a line, the excepted one too', () => {
    const decision = first(
      {
        firstPlaceRules: [
          rule('1', whatsapp, place('')),
          rule('2', telegram, place(''), telegram),
          rule('3', telegram, place('')),
        ],
      },
      { portal },
    )
    expect(decision.trace.filter((line) => line.code === 'place-rule').map((line) => line.values)).toEqual([
      { rule: 'Правило 1', list: 'first', matched: false, excepted: false },
      { rule: 'Правило 2', list: 'first', matched: true, excepted: true },
      { rule: 'Правило 3', list: 'first', matched: true, excepted: false },
    ])
  })
})

describe('site A goes to Anna, site B to the default (CHAT-42)', () => {
  const rules = [{ id: '1', title: 'Сайт А', active: true, userId: '1', when: only('site', 'a.example') }]
  test.each([
    ['https://a.example/x', '1', 'rule'],
    ['https://b.example/x', '7', 'default'],
  ])('%s → %s', (pageUrl, userId, by) => {
    const decision = first(
      { responsibleRules: rules },
      { conversation: { ...someFacts().conversation, pageUrl } },
    )
    expect(stepsOf(decision, 'create-deal')[0]?.fields.responsibleId).toBe(userId)
    expect(told(decision, 'responsible')).toMatchObject({ userId, by })
  })
})

describe('advertising labels (TEL-30)', () => {
  const conversation = {
    ...someFacts().conversation,
    utm: { source: 'yandex', medium: 'cpc', campaign: '', term: 'окна' },
    firstTouch: { utm: { source: 'vk', content: 'banner' } },
  }
  test.each<[string, Partial<ChatsSettings>, Record<string, string> | undefined]>([
    ['all of this visit', {}, { source: 'yandex', medium: 'cpc', term: 'окна' }],
    ['those chosen', { utmLabels: ['source'] }, { source: 'yandex' }],
    ['none', { utmLabels: [] }, undefined],
    ['of the first visit', { utmTouch: 'first' }, { source: 'vk', content: 'banner' }],
  ])('%s', (_, chats, utm) => {
    const decision = first(chats, { conversation })
    expect(stepsOf(decision, 'create-deal')[0]?.fields.utm).toEqual(utm)
    expect(stepsOf(decision, 'create-contact')[0]?.fields.utm).toEqual(utm)
  })

  test('of this visit where the first was never seen', () => {
    const { firstTouch: _unseen, ...unseen } = conversation
    const decision = first({ utmTouch: 'first', utmLabels: ['source'] }, { conversation: unseen })
    expect(told(decision, 'utm')).toEqual({ touch: 'last', setting: 'first', labels: ['source'] })
  })
})

test('a lead in classic mode is tied to the contact that the conversation made before', () => {
  const own = { type: 'contact' as const, id: '3' }
  const decision = first({}, { portal: classic, bound: { targets: [], crmContact: own } })
  expect(stepsOf(decision, 'create-lead')[0]).toMatchObject({ contact: own })
})

describe('the company that was found', () => {
  const firm = card('company', '8', '2026-01-01T00:00:00Z')
  const olderFirm = card('company', '7', '2025-01-01T00:00:00Z')
  const again = someSettings({ repeatedContactCreates: 'card' })
  const tied = (candidates: readonly ReturnType<typeof card>[], portal = someFacts().portal) =>
    decided(someFacts({ portal, crm: { candidates } }), again)

  test('is the company of the new deal, beside its contact, found or new', () => {
    const contact = card('contact', '3', '2026-01-01T00:00:00Z')
    const found = tied([olderFirm, firm, contact])
    expect(stepsOf(found, 'create-deal')[0]).toMatchObject({
      contact: { type: 'contact', id: '3' },
      company: { type: 'company', id: '8' },
    })
    expect(told(found, 'create')).toMatchObject({ company: 'company:8' })
    const made = tied([firm])
    expect(keys(made)).toContain('create-contact')
    expect(stepsOf(made, 'create-deal')[0]).toMatchObject({ company: { type: 'company', id: '8' } })
  })

  test('is the company of the new lead', () => {
    const lead = tied([firm], { ...someFacts().portal, crmMode: 'classic' })
    expect(stepsOf(lead, 'create-lead')[0]).toMatchObject({ company: { type: 'company', id: '8' } })
  })

  test('is not, when it is somebody else’s who shares a weaker key', () => {
    const contact = card('contact', '3', '2026-01-01T00:00:00Z')
    const office = card('company', '9', '2026-02-01T00:00:00Z', { by: 'email' })
    expect(stepsOf(tied([contact, office]), 'create-deal')[0]).not.toHaveProperty('company')
  })
})
