import { readdirSync, readFileSync } from 'node:fs'
import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { PlanStep } from '@trunkline/contracts/crm/plan'
import type { Text } from '@trunkline/contracts/locale'
import { OUTCOMES, REASONS } from '@trunkline/contracts/outcome'
import type { ChatsSettings } from '@trunkline/contracts/settings/index'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide } from './decide.ts'
import { explainCandidate, explainOutcome, explainStep, explainTrace, STEP_STATUSES } from './explain.ts'
import { CHANNEL_ID, card, someFacts, someSettings } from './facts.fixture.ts'
import { sectionOf } from './input.ts'
import { plural } from './names.ts'
import { anyFacts, anySettings, openSettings } from './random.fixture.ts'
import { CANDIDATE_REASONS, TRACE_CODES } from './trace.ts'

/** A sentence fit for a person: whole, in its language, no hole left by a missing value. */
function expectSentence({ ru, en }: Text): void {
  expect(ru).toMatch(/^[А-ЯЁ].*\.$/su)
  expect(en).toMatch(/^[A-Z].*\.$/su)
  for (const sentence of [ru, en]) {
    expect(sentence).not.toMatch(/undefined|null|NaN|\[object|[{}]|true|false|—\s*[.,;)»—]| {2}/u)
  }
}

const rules: Pick<ChatsSettings, 'transferRules' | 'responsibleRules'> = {
  transferRules: [
    {
      id: 't1',
      title: 'Только не спам',
      active: true,
      action: 'allow',
      when: {
        combinator: 'and',
        rules: [{ field: 'openingText', operator: 'notContains', value: 'казино' }],
      },
    },
    {
      id: 't2',
      title: 'Старый сайт',
      active: true,
      action: 'deny',
      when: { combinator: 'or', rules: [{ field: 'gone', operator: '=', value: 'x' }] },
    },
  ],
  responsibleRules: [
    {
      id: 'r1',
      title: 'Опт',
      active: true,
      userId: '7',
      when: { combinator: 'and', rules: [{ field: 'phone', operator: 'beginsWith', value: '+7916' }] },
    },
    { id: 'r2', title: 'Уволенные', active: true, userId: '99', when: { combinator: 'and', rules: [] } },
  ],
}

/** The line of a person who moved a transcript: no decision writes it. */
const MOVED: TraceLine = {
  code: 'moved',
  verdict: 'chose',
  values: { by: 'Олег', from: ['deal:5'], to: 'deal:12', title: 'Окна' },
}

describe('the trace', () => {
  test('of every decision reads as sentences in both languages, with no hole', () => {
    const met = new Set<string>()
    const collect = (lines: readonly TraceLine[]) => {
      for (const line of lines) {
        met.add(line.code)
        expectSentence(
          explainTrace(line, { users: { '1': 'Иван', '7': 'Anna' }, channels: { [CHANNEL_ID]: 'Продажи' } }),
        )
        expectSentence(explainTrace(line))
      }
    }
    const withRules = fc.constantFrom(
      rules,
      { ...rules, transferRules: [] },
      { transferRules: [], responsibleRules: rules.responsibleRules.slice(1) },
      {},
    )
    fc.assert(
      fc.property(anyFacts, anySettings, withRules, (facts, settings, some) =>
        collect(decide(facts, { ...settings, chats: { ...settings.chats, ...some } }).trace),
      ),
      { numRuns: 300 },
    )
    fc.assert(
      fc.property(anyFacts, openSettings, withRules, (facts, settings, some) =>
        collect(decide(facts, { ...settings, chats: { ...settings.chats, ...some } }).trace),
      ),
      { numRuns: 1000 },
    )
    collect(
      decide(
        someFacts({ portal: { ...someFacts().portal, actingUserId: '' }, crm: { candidates: [] } }),
        someSettings({ defaultResponsibleId: '' }),
      ).trace,
    )
    collect([MOVED])
    expect([...met].sort()).toEqual([...TRACE_CODES].sort())
  })

  test('codes in the source are those of the list', () => {
    const folder = new URL('.', import.meta.url)
    const written = new Set<string>()
    for (const name of readdirSync(folder)) {
      if (!name.endsWith('.ts') || name.includes('.test.') || name.includes('.fixture.')) continue
      const source = readFileSync(new URL(name, folder), 'utf8')
      for (const match of source.matchAll(/(?:\bline\(\s*|code: )'([a-z-]+)'/g)) written.add(match[1]!)
    }
    expect([...written, MOVED.code].sort()).toEqual([...TRACE_CODES].sort())
  })

  test('says why in words', () => {
    const facts = someFacts({
      crm: {
        candidates: [
          card('deal', '12', '2026-02-01T12:00:00+03:00', { title: 'Окна' }),
          card('contact', '5', '2026-01-01T00:00:00+03:00'),
        ],
      },
    })
    const trace = decide(facts, someSettings()).trace.map((line) => explainTrace(line).ru)
    expect(trace.slice(-4)).toEqual([
      'Повторное обращение: в Битрикс24 у клиента 2 карточки.',
      'Найдено через контакт: сделка № 12 «Окна», создано 01.02.2026 — выбрано.',
      'Найдено по телефону: контакт № 5 «contact 5», создано 01.01.2026 — не понадобилось: нашлась подходящая сделка или лид.',
      'Записывается сюда: сделка № 12 «Окна» (самое новое из открытого, порядок: сначала сделка).',
    ])
  })

  test('of a request never speaks of chats', () => {
    fc.assert(
      fc.property(anyFacts, openSettings, (facts, settings) => {
        if (sectionOf(facts) === 'chats') return
        for (const line of decide(facts, settings).trace) {
          const { ru, en } = explainTrace(line)
          expect(ru).not.toMatch(/(?<![а-яё])чат/iu)
          expect(en).not.toMatch(/\bchats?\b|the conversation/i)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('names stages, pipelines and fields as the portal does', () => {
    const names = {
      stages: { 'deal:C3:NEW': 'Новая' },
      pipelines: { '3': 'Опт' },
      fields: { 'deal:UF_1': 'Город' },
    }
    const place = { card: 'deal', list: 'first', by: 'default', stageId: 'C3:NEW', pipelineId: '3' }
    expect(explainTrace({ code: 'place', verdict: 'chose', values: place }, names).ru).toBe(
      'Новая карточка попадает сюда: стадия «Новая», воронка «Опт» (по умолчанию).',
    )
    const mapping = { entity: 'deal', source: 'form.city', target: 'UF_1', why: 'field-gone' }
    expect(explainTrace({ code: 'mapping', verdict: 'note', values: mapping }, names).en).toBe(
      'Additional field left out: Form field “city” → field “Город” (deal), the portal has no such field any more.',
    )
  })

  test('of a later version is shown, not hidden', () => {
    expect(explainTrace({ code: 'gate-weather', verdict: 'pass', values: {} })).toEqual({
      ru: 'gate-weather',
      en: 'gate-weather',
    })
    expect(explainCandidate({ why: 'moon' }).ru).toBe('Причина не записана')
  })

  test('has a reason for each candidate', () => {
    const texts = CANDIDATE_REASONS.map((why) => explainCandidate({ why }))
    expect(new Set(texts.map((one) => one.ru)).size).toBe(CANDIDATE_REASONS.length)
    expect(new Set(texts.map((one) => one.en)).size).toBe(CANDIDATE_REASONS.length)
  })
})

describe('an outcome', () => {
  test('is one or two whole sentences for every reason, each different', () => {
    const said = new Set<string>()
    for (const outcome of OUTCOMES) {
      expectSentence(explainOutcome(outcome))
      for (const reason of REASONS) expectSentence(explainOutcome(outcome, reason))
    }
    for (const reason of REASONS) said.add(explainOutcome('failed', reason).ru)
    expect(said.size).toBe(REASONS.length)
    expect(explainOutcome('passed', null).ru).toBe('Передано в Битрикс24.')
  })

  test('names the section that the event falls under, and no other', () => {
    expect(explainOutcome('not_passed', 'section-off', 'requests').ru).toBe(
      'Не передано: раздел «Офлайн-заявки» выключен.',
    )
    expect(explainOutcome('not_passed', 'section-off', 'chats').en).toBe(
      'Not passed: the Chats section is off.',
    )
    const ofBoth = REASONS.filter(
      (reason) => !/^(chats-off|operator-started|group-chat|waiting-for)/.test(reason),
    )
    for (const reason of ofBoth) {
      expect(explainOutcome('held', reason, 'requests').ru, reason).not.toMatch(/(?<![а-яё])чат/iu)
    }
  })
})

describe('a step', () => {
  const fields = { title: 'Чат Telegram — Анна', name: 'Анна' }
  const steps: PlanStep[] = [
    { kind: 'create-contact', key: 'create-contact', fields },
    { kind: 'create-lead', key: 'create-lead', fields: {} },
    { kind: 'create-deal', key: 'create-deal', fields },
    { kind: 'comment', key: 'comment:deal:5', target: { type: 'deal', id: '5' } },
    { kind: 'comment', key: 'comment:step:create-deal', target: { step: 'create-deal' } },
    {
      kind: 'create-activity',
      key: 'activity:deal:5',
      target: { type: 'deal', id: '5' },
      subject: 'Ответить',
      responsibleId: '7',
      deadlineAt: '2026-03-01T11:00:00.000Z',
    },
    {
      kind: 'fill-fields',
      key: 'fields:deal:5',
      target: { type: 'deal', id: '5' },
      fields: [{ code: 'UF_1', value: 'x', policy: 'overwrite' }],
    },
    { kind: 'notify', key: 'notify:create-deal', userId: '7', about: { step: 'create-deal' } },
  ]
  test('is a sentence in every state', () => {
    for (const step of steps) {
      const said = STEP_STATUSES.map((status) => {
        const sentence = explainStep(step, status, { users: { '7': 'Олег' }, cards: { 'deal:5': 'Окна' } })
        expectSentence(sentence)
        return sentence.en
      })
      expect(new Set(said).size).toBe(STEP_STATUSES.length)
    }
    expect(explainStep(steps[2]!, 'done').ru).toBe('Новая сделка «Чат Telegram — Анна»: готово.')
    expect(explainStep(steps[3]!, 'failed', { cards: { 'deal:5': 'Окна' } }).en).toBe(
      'Conversation in the card (deal No. 5 “Окна”): failed.',
    )
  })
})

test.each([
  [1, '1 карточка'],
  [2, '2 карточки'],
  [5, '5 карточек'],
  [11, '11 карточек'],
  [21, '21 карточка'],
  [112, '112 карточек'],
])('%i is counted in Russian', (count, expected) => {
  expect(plural(count, 'карточка', 'карточки', 'карточек')).toBe(expected)
})
