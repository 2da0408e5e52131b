import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { IntegrationSettings } from '@trunkline/contracts/settings/index'
import type { TransferRule } from '@trunkline/contracts/settings/rules'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide } from './decide.ts'
import { someFacts, someRequest, someSettings } from './facts.fixture.ts'
import { GATES } from './gates.ts'
import { sectionOf } from './input.ts'
import { anyFacts, anySettings } from './random.fixture.ts'
import { decided, keys, told } from './told.fixture.ts'

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

describe('a chat that an operator began', () => {
  const began = (contactWrote: boolean, bound: TransferFacts['bound']['targets'] = []) =>
    someFacts({
      conversation: { ...someFacts().conversation, startedBy: 'operator', contactWrote },
      bound: { targets: bound },
      crm: { candidates: [] },
    })
  test.each([
    ['is ignored by setting until the client answers', true, began(false), 'not_passed'],
    ['passes once the client answered', true, began(true), 'passed'],
    ['passes where the setting is off', false, began(false), 'passed'],
    ['goes on once it is in a card', true, began(false, [{ type: 'deal', id: '5' }]), 'passed'],
  ] as const)('%s (CHAT-67, is_ignore_outgoing_chats)', (_, ignoreOperatorStarted, facts, outcome) => {
    const decision = decided(facts, someSettings({ ignoreOperatorStarted }))
    expect(decision.outcome).toBe(outcome)
    if (outcome === 'not_passed') expect(decision.reason).toBe('operator-started')
  })
})

describe('timing (CHAT-62, CHAT-63, UIS-22, AMB-18)', () => {
  const talk = someFacts().conversation
  const closedAt = '2026-03-01T11:00:00Z'
  const operatorJoinedAt = '2026-03-01T10:30:00Z'
  test.each([
    ['start', talk, 'passed', undefined],
    ['operator', talk, 'held', 'waiting-for-operator'],
    ['operator', { ...talk, operatorJoinedAt }, 'passed', undefined],
    ['operator', { ...talk, closedAt }, 'passed', undefined],
    ['end', { ...talk, operatorJoinedAt }, 'held', 'waiting-for-end'],
    ['end', { ...talk, closedAt }, 'passed', undefined],
  ] as const)('%s of %j is %s', (timing, conversation, outcome, reason) => {
    const decision = decided(someFacts({ conversation, crm: { candidates: [] } }), someSettings({ timing }))
    expect([decision.outcome, decision.reason]).toEqual([outcome, reason])
  })

  test('governs found cards as well as made ones', () => {
    const facts = someFacts({
      crm: {
        candidates: [
          { type: 'deal', id: '5', title: '', createdAt: '2026-01-01', closed: false, by: 'phone' },
        ],
      },
    })
    expect(decided(facts, someSettings({ timing: 'end' })).plan.steps).toEqual([])
  })
})

describe('an offline request', () => {
  const request = someFacts({ event: 'request', request: someRequest(), crm: { candidates: [] } })
  const chat = someFacts({ crm: { candidates: [] } })
  const deny: TransferRule = {
    id: 'd',
    title: 'Сайт',
    active: true,
    action: 'deny',
    when: { combinator: 'and', rules: [] },
  }

  test.each<[string, TransferFacts, IntegrationSettings, string | undefined]>([
    ['passes at once', request, someSettings(), undefined],
    ['does not wait for an end (UIS-27, AMB-24)', request, someSettings({ timing: 'end' }), undefined],
    ['is not stopped by chats being off (CHAT-23)', request, someSettings({ enabled: false }), undefined],
    [
      'is stopped by requests being off',
      request,
      someSettings({}, undefined, { enabled: false }),
      'requests-off',
    ],
    [
      'is stopped by its section being off',
      request,
      someSettings({}, undefined, { active: false }),
      'section-off',
    ],
    ['is not stopped by the section of chats (CHAT-18)', request, someSettings({ active: false }), undefined],
    [
      'has channels of its own (CHAT-24)',
      request,
      someSettings({}, undefined, { channelIds: [] }),
      'channel-not-selected',
    ],
    [
      'that was a trial never becomes a card',
      { ...request, request: someRequest({ technical: true }) },
      someSettings(),
      'technical-request',
    ],
    [
      'is allowed where chats are denied (UIS-29)',
      request,
      someSettings({ transferRules: [deny] }),
      undefined,
    ],
    [
      'is denied by its own filter',
      request,
      someSettings({}, undefined, { transferRules: [deny] }),
      'denied-by-filter',
    ],
    ['does not deny chats', chat, someSettings({}, undefined, { transferRules: [deny] }), undefined],
  ])('%s', (_, facts, settings, reason) => {
    const decision = decided(facts, settings)
    expect(decision.reason).toBe(reason)
    expect(decision.plan.steps.length > 0).toBe(reason === undefined)
  })

  test('without contact data waits, whatever messenger it came from', () => {
    const anonymous = {
      ...request,
      contact: { id: 'c', phones: [], emails: [], messengerIds: ['telegram:42'] },
    }
    expect(decided(anonymous, someSettings({ messengerIdIsContactData: true })).reason).toBe(
      'no-contact-data',
    )
    expect(decided(anonymous, someSettings({}, undefined, { passWithoutContactData: true })).outcome).toBe(
      'passed',
    )
  })

  test('leaves a line for each of its gates, and none about timing', () => {
    const codes = decided(request, someSettings()).trace.map((line) => line.code)
    expect(codes.filter((code) => code.startsWith('gate-'))).toEqual(GATES.requests.map((gate) => gate.code))
    expect(codes).not.toContain('gate-timing')
    expect(told(decided(request, someSettings()), 'gate-section')).toEqual({
      section: 'requests',
      active: true,
    })
  })
})
