import { OPERATORS, type Rule, type RuleGroup } from '@trunkline/contracts/rules/condition'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conditionFields, OPERATORS_BY_TYPE, type RuleCatalogue } from './catalogue.ts'
import {
  comparableFacts,
  evaluate,
  MAX_DEPTH,
  MAX_RULES,
  type RuleFacts,
  readConditions,
} from './evaluate.ts'
import { explainRule, OPERATOR_WORDS } from './explain-rule.ts'
import { plainlyHolds } from './plain.fixture.ts'
import { ruleProblems } from './rule-problems.ts'

const label = { ru: 'Параметр', en: 'Parameter' }
const catalogue = {
  channel: { label, type: 'choice' },
  words: { label, type: 'text' },
  number: { label, type: 'number' },
  flag: { label, type: 'boolean' },
  phones: { label, type: 'list' },
  at: { label, type: 'datetime' },
  'form.*': { label, type: 'text' },
} as const satisfies RuleCatalogue
const typeOf = (field: string) =>
  Object.hasOwn(catalogue, field)
    ? catalogue[field as keyof typeof catalogue].type
    : field.startsWith('form.')
      ? 'text'
      : undefined
const and = (...rules: (Rule | RuleGroup)[]): RuleGroup => ({ combinator: 'and', rules })
const or = (...rules: (Rule | RuleGroup)[]): RuleGroup => ({ combinator: 'or', rules })
const is = (field: string, operator: Rule['operator'], value: Rule['value'] = null): Rule => ({
  field,
  operator,
  value,
})
const matches = (rule: Rule | RuleGroup, facts: RuleFacts) =>
  evaluate('rules' in rule ? rule : and(rule), facts, catalogue).matches

describe('a comparison', () => {
  test.each<[Rule, RuleFacts, boolean]>([
    [is('words', 'contains', 'ДОСТАВК'), { words: 'Сколько стоит доставка?' }, true],
    [is('words', '=', 'привет'), { words: 'ПРИВЕТ' }, true],
    [is('words', 'contains', 'й'), { words: 'и\u0306' }, true],
    [is('words', 'beginsWith', 'ско'), { words: 'Сколько' }, true],
    [is('words', 'beginsWith', 'лько'), { words: 'Сколько' }, false],
    [is('words', 'notContains', 'x'), {}, true],
    [is('words', '!=', 'x'), { words: null }, true],
    [is('words', '=', 'x'), {}, false],
    [is('words', 'empty'), { words: '' }, true],
    [is('words', 'notEmpty'), { words: '' }, false],
    [is('channel', '=', 'A'), { channel: 'a' }, false],
    [is('channel', 'in', ['a', 'b']), { channel: 'b' }, true],
    [is('channel', 'notIn', ['a', 'b']), { channel: 'c' }, true],
    [is('channel', 'in', []), { channel: 'c' }, false],
    [is('number', '>', 5), { number: 6 }, true],
    [is('number', '>', '5'), { number: 5 }, false],
    [is('number', '<', 5), {}, false],
    [is('flag', '=', false), { flag: false }, true],
    [is('flag', '=', false), {}, false],
    [is('phones', 'beginsWith', '+7916'), { phones: ['+7495', '+79161234567'] }, true],
    [is('phones', 'empty'), { phones: [] }, true],
  ])('%j on %j is %s', (rule, facts, expected) => {
    expect(evaluate(and(rule), facts, catalogue)).toEqual({ matches: expected, warnings: [] })
  })

  test.each<[Rule, string]>([
    [is('gone', '=', 'x'), 'unknown-field'],
    [is('constructor', '=', 'x'), 'unknown-field'],
    [is('flag', 'contains', 'x'), 'operator-does-not-fit'],
    [is('channel', 'in', 'a'), 'value-does-not-fit'],
    [is('words', '=', ['a']), 'value-does-not-fit'],
    [is('words', 'contains', ''), 'value-does-not-fit'],
    [is('number', '>', 'many'), 'value-does-not-fit'],
  ])('%j is false and warns of %s', (rule, code) => {
    const result = evaluate(and(rule), { gone: 'x', words: 'a', channel: 'a', number: 9 }, catalogue)
    expect(result).toEqual({ matches: false, warnings: [{ code, field: rule.field }] })
    expect(ruleProblems(and(rule), catalogue).map((problem) => problem.code)).toEqual([code])
  })
})

describe('a group', () => {
  test('that is empty is true, and an empty OR may not be saved (UIS-30)', () => {
    expect(matches(and(), {})).toBe(true)
    expect(matches(or(), {})).toBe(true)
    expect(ruleProblems(and(), catalogue)).toEqual([])
    expect(ruleProblems(and(and(or())), catalogue).map((problem) => problem.code)).toEqual(['empty-or'])
  })

  test('beyond the limits is false with a warning, however deep or long', () => {
    let deep: RuleGroup = and()
    for (let level = 1; level < 2000; level++) deep = and(deep)
    expect(evaluate(deep, {}, catalogue)).toEqual({
      matches: false,
      warnings: [{ code: 'too-deep', field: '' }],
    })
    const long = and(...Array.from({ length: MAX_RULES + 1 }, () => is('words', 'empty')))
    expect(evaluate(long, {}, catalogue).matches).toBe(false)
    expect(ruleProblems(long, catalogue)[0]?.code).toBe('too-many-rules')
    expect(ruleProblems(deep, catalogue)[0]?.code).toBe('too-deep')
    let fits: RuleGroup = and(is('words', 'empty'))
    for (let level = 1; level < MAX_DEPTH; level++) fits = and(fits)
    expect(evaluate(fits, {}, catalogue)).toEqual({ matches: true, warnings: [] })
  })

  const text = fc.constantFrom('', 'а', 'Аб', 'аБв', 'x')
  const anyRule: fc.Arbitrary<Rule> = fc.record({
    field: fc.constantFrom('channel', 'words', 'number', 'flag', 'phones', 'at', 'form.city', 'gone'),
    operator: fc.constantFrom(...OPERATORS),
    value: fc.oneof(
      text,
      fc.integer({ min: -2, max: 2 }),
      fc.boolean(),
      fc.constant(null),
      fc.array(text, { maxLength: 3 }),
    ),
  })
  const anyGroup: fc.Arbitrary<RuleGroup> = fc.letrec<{ group: RuleGroup; node: Rule | RuleGroup }>(
    (tie) => ({
      node: fc.oneof({ maxDepth: 4, depthSize: 'small' }, anyRule, tie('group')),
      group: fc.record(
        {
          combinator: fc.constantFrom('and' as const, 'or' as const),
          not: fc.boolean(),
          rules: fc.array(tie('node'), { maxLength: 4 }),
        },
        { requiredKeys: ['combinator', 'rules'] },
      ),
    }),
  ).group
  const anyFacts = fc.record({
    channel: fc.option(text, { nil: undefined }),
    words: fc.option(text, { nil: null }),
    number: fc.option(fc.integer({ min: -2, max: 2 }), { nil: undefined }),
    flag: fc.option(fc.boolean(), { nil: undefined }),
    phones: fc.array(text, { maxLength: 2 }),
    at: fc.constantFrom(undefined, '2026-03-01T10:00:00Z'),
    'form.city': fc.oneof(text, fc.array(text, { maxLength: 2 })),
  })

  test('holds exactly when a plain reading of the conditions says so', () => {
    fc.assert(
      fc.property(anyGroup, anyFacts, (group, facts) => {
        expect(evaluate(group, facts, catalogue).matches).toBe(plainlyHolds(group, facts, typeOf))
      }),
      { numRuns: 3000 },
    )
  })

  test('reads back in both languages with every value named', () => {
    fc.assert(
      fc.property(anyGroup, (group) => {
        const { ru, en } = explainRule(group, catalogue)
        for (const phrase of [ru, en]) {
          expect(phrase.trim()).not.toBe('')
          expect(phrase).not.toMatch(/undefined|null|\[object|true|false/)
        }
      }),
    )
  })
})

test('a rule reads as a sentence', () => {
  const group = and(
    is('channelId', '=', 'c1'),
    or(is('pageUrl', 'contains', '/price'), is('utm.source', 'in', ['ya', 'vk'])),
    { ...and(is('phone', 'empty')), not: true },
  )
  const { ru, en } = explainRule(group, conditionFields('chats'), { channelId: { c1: 'Сайт' } })
  expect(ru).toBe(
    'Канал — «Сайт» и (Адрес страницы содержит «/price» или Метка utm_source — одно из «ya», «vk») и неверно, что (Телефон — не указано)',
  )
  expect(en).toBe(
    'Channel is “Сайт” and (Page address contains “/price” or utm_source label is one of “ya”, “vk”) and it is not so that (Phone is not given)',
  )
})

test.each([
  ['+7 (916)', ['phone-spelling']],
  ['8-916', ['phone-spelling']],
  ['+7916', []],
  ['916', []],
])('a phone spelt %s may not be saved: %j', (value, codes) => {
  const group = and(or(is('phone', 'beginsWith', value)))
  expect(ruleProblems(group, conditionFields('chats')).map((problem) => problem.code)).toEqual(codes)
})

test('a choice of ours and a field of a form read in words', () => {
  const group = and(is('visitorType', '=', 'returned'), is('form.Город', '=', 'Казань'))
  const { ru, en } = explainRule(group, conditionFields('requests'))
  expect(ru).toBe('Посетитель — «Вернулся» и Поле формы «Город» — «Казань»')
  expect(en).toBe('Visitor is “Returned” and Form field “Город” is “Казань”')
})

test('facts asked about once are folded once, however many rules ask', () => {
  let reads = 0
  const facts = comparableFacts({
    get words() {
      reads += 1
      return 'ПРИВЕТ'
    },
  })
  const { holds, warnings } = readConditions(
    and(is('words', '=', 'привет'), is('words', 'contains', 'рив'), is('words', 'notEmpty')),
    catalogue,
  )
  expect([holds(facts), holds(facts), warnings, reads]).toEqual([true, true, [], 1])
})

test('every operator of the contract has words and a type that uses it', () => {
  expect(Object.keys(OPERATOR_WORDS).sort()).toEqual([...OPERATORS].sort())
  expect(new Set(Object.values(OPERATORS_BY_TYPE).flat())).toEqual(new Set(OPERATORS))
})
