import type { Candidate } from '@trunkline/contracts/crm/entity'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { ChatsSettings, IntegrationSettings } from '@trunkline/contracts/settings/index'
import type { TransferRule } from '@trunkline/contracts/settings/rules'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide } from './decide.ts'
import { CHANNEL_ID, card, someFacts, someSettings } from './facts.fixture.ts'
import { GATES } from './gates.ts'
import { sectionOf } from './input.ts'
import { anyFacts, anySettings, openSettings } from './random.fixture.ts'

/** Decides with an answer of the portal and fails if the decision still asks. */
function decided(facts: TransferFacts, settings: IntegrationSettings) {
  const decision = decide(facts, settings)
  if (decision.need) throw new Error('the decision still needs a lookup')
  return decision
}

function found(candidates: readonly Candidate[], chats: Partial<ChatsSettings> = {}) {
  return decided(someFacts({ crm: { candidates } }), someSettings(chats))
}

const keys = (decision: ReturnType<typeof decided>) => decision.plan.steps.map((step) => step.key)
const lost = (decision: ReturnType<typeof decided>) =>
  Object.fromEntries(
    decision.trace
      .filter((line) => line.code === 'candidate')
      .map((line) => [`${line.values.type}:${line.values.id}`, line.values.why]),
  )

describe('gates', () => {
  const open = someFacts({ crm: { candidates: [] } })
  test.each<[string, TransferFacts, IntegrationSettings, string, string]>([
    ['g1', { ...open, portal: { ...open.portal, state: 'moved' } }, someSettings(), 'held', 'reauthorise'],
    ['g2', open, someSettings({}, { active: false }), 'not_passed', 'main-off'],
    ['g3', open, someSettings({ active: false }), 'not_passed', 'section-off'],
    ['g4', open, someSettings({ enabled: false }), 'not_passed', 'chats-off'],
    ['g5', open, someSettings({ channelIds: [] }), 'not_passed', 'channel-not-selected'],
    ['g7', { ...open, contact: { ...open.contact, phones: [] } }, someSettings(), 'held', 'no-contact-data'],
    ['g8', open, someSettings({ timing: 'end' }), 'held', 'waiting-for-end'],
  ])(
    '%s stops with its outcome and reason, and nothing is planned or asked',
    (_, facts, settings, outcome, reason) => {
      const decision = decided(facts, settings)
      expect([decision.outcome, decision.reason]).toEqual([outcome, reason])
      expect(decision.plan.steps).toEqual([])
      expect(decide({ ...facts, crm: { candidates: [] } }, settings).trace).toHaveLength(GATES.chats.length)
    },
  )

  test('the first gate that stops is the outcome, and each leaves a line', () => {
    fc.assert(
      fc.property(anyFacts, anySettings, (facts, settings) => {
        const decision = decide(facts, settings)
        const lines = decision.trace.filter((line) => line.code.startsWith('gate-'))
        const gates = GATES[sectionOf(facts)]
        expect(lines.map((line) => line.code)).toEqual(gates.map((gate) => gate.code))
        const first = lines.findIndex((line) => line.verdict === 'stop')
        if (first < 0) return
        const { outcome, reason } = gates[first]!.stop
        expect(decision).toMatchObject({ outcome, plan: { steps: [] } })
        if (reason !== 'waiting-for-end') expect(decision).toMatchObject({ reason })
      }),
    )
  })

  test.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
    [false, false, false],
  ])('Main %s and section %s passes: %s (UIS-15)', (main, section, passes) => {
    const decision = decided(open, someSettings({ active: section }, { active: main }))
    expect(decision.outcome === 'passed').toBe(passes)
  })

  test('a messenger account counts as contact data only by setting (UIS-23)', () => {
    const anonymous = someFacts({
      contact: { id: 'c', phones: [], emails: [], messengerIds: ['telegram:42'] },
    })
    expect(decided(anonymous, someSettings()).reason).toBe('no-contact-data')
    expect(decided(anonymous, someSettings({ messengerIdIsContactData: true })).outcome).toBe('passed')
    expect(decided(anonymous, someSettings({ passWithoutContactData: true })).outcome).toBe('passed')
    const visitor = someFacts({ contact: { id: 'c', phones: [], emails: [], messengerIds: [] } })
    expect(decided(visitor, someSettings({ messengerIdIsContactData: true })).reason).toBe('no-contact-data')
  })

  test('a held conversation passes in full once a phone appears or the chat ends', () => {
    const closed = someFacts({
      conversation: { ...someFacts().conversation, closedAt: '2026-03-01T11:00:00Z' },
      crm: { candidates: [] },
    })
    expect(keys(decided(closed, someSettings({ timing: 'end' })))).toContain('create-deal')
    expect(keys(decided(open, someSettings()))).toContain('create-deal')
  })

  test('a conversation already written into a card is finished after its channel was deselected (CHAT-24)', () => {
    const bound = someFacts({ bound: { targets: [{ type: 'deal', id: '5' }] } })
    expect(keys(decided(bound, someSettings({ channelIds: [], timing: 'end' })))).toEqual(['comment:deal:5'])
    expect(decided(bound, someSettings({ enabled: false })).reason).toBe('chats-off')
  })
})

describe('the transfer filter', () => {
  const rule = (id: string, action: 'allow' | 'deny', channelType: string, active = true): TransferRule => ({
    id,
    title: `rule ${id}`,
    active,
    action,
    when: { combinator: 'and', rules: [{ field: 'channelType', operator: '=', value: channelType }] },
  })
  const facts = someFacts({ crm: { candidates: [] } })
  test.each<[string, TransferRule[], boolean]>([
    ['no rules pass all', [], true],
    ['a matching Deny stops', [rule('1', 'deny', 'telegram')], false],
    [
      'Deny beats Allow wherever it stands',
      [rule('1', 'allow', 'telegram'), rule('2', 'deny', 'telegram')],
      false,
    ],
    ['a Deny for another channel does not stop', [rule('1', 'deny', 'whatsapp')], true],
    ['with Allow rules one must match', [rule('1', 'allow', 'whatsapp')], false],
    ['a switched-off rule does nothing', [rule('1', 'deny', 'telegram', false)], true],
  ])('%s', (_, transfer, passes) => {
    const decision = decided(facts, someSettings({ transferRules: transfer }))
    expect(decision.outcome === 'passed').toBe(passes)
    if (!passes) {
      expect(decision.reason).toBe('denied-by-filter')
      expect(decision.plan.steps).toEqual([])
    }
    const lines = decision.trace.filter((line) => line.code === 'filter-rule')
    expect(lines).toHaveLength(transfer.filter((one) => one.active).length)
  })

  test('a rule with an unknown field matches nothing and says so', () => {
    const broken: TransferRule = {
      ...rule('1', 'deny', 'telegram'),
      when: { combinator: 'and', rules: [{ field: 'gone', operator: '=', value: 'x' }] },
    }
    const decision = decided(facts, someSettings({ transferRules: [broken] }))
    expect(decision.outcome).toBe('passed')
    expect(decision.trace.find((line) => line.code === 'rule-warning')?.values).toMatchObject({
      field: 'gone',
    })
  })
})

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

describe('decide', () => {
  test('answers the same whatever the order of the portal’s answer, and changes nothing it was given', () => {
    fc.assert(
      fc.property(anyFacts, anySettings, fc.infiniteStream(fc.nat()), (facts, settings, random) => {
        const before = JSON.stringify([facts, settings])
        const first = JSON.stringify(decide(facts, settings))
        if (facts.crm) {
          const shuffled = facts.crm.candidates
            .map((candidate) => ({ candidate, at: random.next().value ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ candidate }) => candidate)
          expect(JSON.stringify(decide({ ...facts, crm: { candidates: shuffled } }, settings))).toBe(first)
        }
        expect(JSON.stringify(decide(facts, settings))).toBe(first)
        expect(JSON.stringify([facts, settings])).toBe(before)
      }),
    )
  })

  test('asks at most once: with an answer it always decides', () => {
    fc.assert(
      fc.property(anyFacts, anySettings, (facts, settings) => {
        const { crm, ...unasked } = facts
        const first = decide(unasked, settings)
        if (first.need)
          expect(decide({ ...unasked, crm: crm ?? { candidates: [] } }, settings).need).toBeUndefined()
      }),
    )
  })

  test('never plans two cards of a kind, two steps of one key, or a step before the one it needs', () => {
    fc.assert(
      fc.property(anyFacts, openSettings, (facts, settings) => {
        const decision = decide(facts, settings)
        if (decision.need) return
        const { steps } = decision.plan
        expect(new Set(steps.map((step) => step.key)).size).toBe(steps.length)
        expect(
          steps.filter((step) => step.kind === 'create-lead' || step.kind === 'create-deal').length,
        ).toBeLessThanOrEqual(1)
        steps.forEach((step, index) => {
          const targets = [
            'target' in step ? step.target : undefined,
            'about' in step ? step.about : undefined,
            'contact' in step ? step.contact : undefined,
          ]
          for (const target of targets) {
            if (target && 'step' in target) {
              expect(steps.slice(0, index).map((earlier) => earlier.key)).toContain(target.step)
            }
          }
        })
        if (decision.outcome === 'passed') expect(steps.some((step) => step.kind === 'comment')).toBe(true)
        else expect(steps).toEqual([])
      }),
    )
  })

  test('notifies exactly once for each lead or deal created and never otherwise (CHAT-65)', () => {
    fc.assert(
      fc.property(anyFacts, openSettings, (facts, settings) => {
        const decision = decide(facts, settings)
        if (decision.need) return
        const made = decision.plan.steps.filter(
          (step) => step.kind === 'create-lead' || step.kind === 'create-deal',
        )
        const notices = decision.plan.steps.filter((step) => step.kind === 'notify')
        const { notifyResponsible } = settings[sectionOf(facts)]
        expect(notices).toHaveLength(notifyResponsible ? made.length : 0)
      }),
    )
  })

  test('reads nothing of a channel it was not asked about', () => {
    expect(
      decided(someFacts({ crm: { candidates: [] } }), someSettings({ channelIds: ['x', CHANNEL_ID] }))
        .outcome,
    ).toBe('passed')
  })
})
