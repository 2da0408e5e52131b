import type { PlaceRule, ResponsibleRule, TransferRule } from '@trunkline/contracts/settings/rules'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conditionFields } from '../rules/catalogue.ts'
import { evaluate, type RuleFacts } from '../rules/evaluate.ts'
import { referenceProblems } from '../transfer/settings-references.ts'
import { canMatch, formulaOf, type SolverGround } from './can-match.ts'
import { lint } from './lint.ts'
import { and, anyGroup, anyRule, anyRuleFacts, anySettings, saneSettings, WORLD } from './settings.fixture.ts'

const catalogue = conditionFields('chats')
const ground: SolverGround = { catalogue, channels: WORLD.channels }
const FIELDS = ['visitorType', 'site', 'phone', 'channelId', 'channelType', 'conversationNumber', 'gone']
const matches = (rule: TransferRule | ResponsibleRule | PlaceRule, facts: RuleFacts) =>
  evaluate(rule.when, facts, catalogue).matches &&
  !('except' in rule && rule.except !== undefined && evaluate(rule.except, facts, catalogue).matches)

/** Mostly small conjunctions, which repeat and include each other; some trees of any shape. */
const anyCondition = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(anyRule(FIELDS, catalogue), { maxLength: 2 }).map((rules) => and(...rules)),
  },
  anyGroup(FIELDS, catalogue),
)
const head = {
  title: fc.constant('Правило'),
  active: fc.constantFrom(true, true, true, false),
  when: anyCondition,
}
const numbered = <T>(rules: readonly T[]) =>
  rules.map((rule, index) => ({ ...rule, id: String(index), title: `Правило ${index}` }))
const listOf = <T>(rule: fc.Arbitrary<T>) => fc.array(rule, { minLength: 1, maxLength: 4 }).map(numbered)
const idle = /^(rule-dead|except-everything|rule-shadowed|rule-repeats|allow-and-deny|allow-denied)$/

/** Indexes of the rules of a list that the linter says never decide. */
function idleOf(settings: Parameters<typeof lint>[0], list: string): Set<number> {
  const found = lint(settings, WORLD).filter(({ code, section }) => section === 'chats' && idle.test(code))
  const at = new RegExp(`^/${list}/(\\d+)(/except)?$`)
  return new Set(found.flatMap(({ pointer }) => at.exec(pointer)?.[1] ?? []).map(Number))
}

describe('the solver', () => {
  test('never calls a condition impossible that some facts fulfil, nor its opposite', () => {
    let impossible = 0
    fc.assert(
      fc.property(anyCondition, anyRuleFacts, (group, facts) => {
        const holds = evaluate(group, facts, catalogue).matches
        for (const opposite of [false, true]) {
          const formula = formulaOf(group, catalogue, opposite)
          if (formula === undefined || canMatch([formula], ground)) continue
          impossible++
          expect(holds).toBe(opposite)
        }
      }),
      { numRuns: 3000 },
    )
    expect(impossible).toBeGreaterThan(100)
  })

  test('knows that a list may hold several values at once', () => {
    const values = fc.array(fc.constantFrom('а', 'аб', 'x'), { maxLength: 3 })
    const one = fc.record({
      field: fc.constantFrom('phone', 'tags'),
      operator: fc.constantFrom('beginsWith' as const, 'contains' as const, 'notContains' as const),
      value: fc.constantFrom('а', 'аб', 'x'),
    })
    const lists = fc.array(one, { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(lists, values, values, (rules, phone, tags) => {
        const group = and(...rules)
        const formula = formulaOf(group, catalogue)
        if (formula !== undefined && evaluate(group, { phone, tags }, catalogue).matches) {
          expect(canMatch([formula], ground)).toBe(true)
        }
      }),
      { numRuns: 5000 },
    )
  })
})

test('whatever a save is refused for, the linter names at the same field', () => {
  let refused = 0
  fc.assert(
    fc.property(anySettings, (settings) => {
      const found = new Set(lint(settings, WORLD).map(({ section, pointer }) => section + pointer))
      for (const section of ['chats', 'requests'] as const) {
        const problems = referenceProblems(section, settings[section], WORLD)
        refused += problems.length
        for (const { pointer } of problems) expect(found).toContain(section + pointer)
      }
    }),
    { numRuns: 300 },
  )
  expect(refused).toBeGreaterThan(300)
})

describe('a rule that the linter calls dead or shadowed never decides', () => {
  test('among responsible rules', () => {
    let named = 0
    const rule = fc.record({ ...head, userId: fc.constantFrom('7', '8', '9', '', '77') })
    fc.assert(
      fc.property(listOf(rule), fc.array(anyRuleFacts, { minLength: 4, maxLength: 8 }), (rules, many) => {
        const silent = idleOf(saneSettings({ responsibleRules: rules }), 'responsibleRules')
        named += silent.size
        for (const facts of many) {
          const decides = rules.findIndex(
            (one) => one.active && ['7', '9'].includes(one.userId) && matches(one, facts),
          )
          expect(silent.has(decides)).toBe(false)
        }
      }),
      { numRuns: 1500 },
    )
    expect(named).toBeGreaterThan(200)
  })

  test('among pipeline rules, exceptions included', () => {
    let named = 0
    const place = fc.constantFrom(
      { leadStageId: '', pipelineId: '5', dealStageId: 'C5:NEW' },
      { leadStageId: 'NEW', pipelineId: '', dealStageId: '' },
      { leadStageId: 'GONE', pipelineId: '', dealStageId: '' },
    )
    const rule = fc.record(
      { ...head, except: anyCondition, place },
      { requiredKeys: ['title', 'active', 'when', 'place'] },
    )
    fc.assert(
      fc.property(listOf(rule), fc.array(anyRuleFacts, { minLength: 4, maxLength: 8 }), (rules, many) => {
        const silent = idleOf(saneSettings({ firstPlaceRules: rules }), 'firstPlaceRules')
        named += silent.size
        for (const facts of many) {
          for (const skipsGone of [true, false]) {
            const usable = (one: PlaceRule) => !skipsGone || one.place.leadStageId !== 'GONE'
            const decides = rules.findIndex((one) => one.active && usable(one) && matches(one, facts))
            expect(silent.has(decides)).toBe(false)
          }
        }
      }),
      { numRuns: 1500 },
    )
    expect(named).toBeGreaterThan(150)
  })

  test('in the transfer filter, where Deny beats Allow', () => {
    let named = 0
    let nothing = 0
    const rule = fc.record({ ...head, action: fc.constantFrom('allow' as const, 'deny' as const) })
    fc.assert(
      fc.property(listOf(rule), fc.array(anyRuleFacts, { minLength: 4, maxLength: 8 }), (rules, many) => {
        const settings = saneSettings({ transferRules: rules })
        const silent = idleOf(settings, 'transferRules')
        const closed = lint(settings, WORLD).some(
          ({ code, section }) => code === 'filter-passes-nothing' && section === 'chats',
        )
        named += silent.size
        nothing += closed ? 1 : 0
        for (const facts of many) {
          const matching = rules.filter((one) => one.active && matches(one, facts))
          const denied = matching.find((one) => one.action === 'deny')
          const allowed = matching.find((one) => one.action === 'allow')
          const decides = denied ?? allowed
          if (decides) expect(silent.has(rules.indexOf(decides))).toBe(false)
          const passes =
            !denied && (allowed !== undefined || !rules.some((one) => one.active && one.action === 'allow'))
          if (closed) expect(passes).toBe(false)
        }
      }),
      { numRuns: 1500 },
    )
    expect(named).toBeGreaterThan(200)
    expect(nothing).toBeGreaterThan(50)
  })
})
