import type { Operator, Rule, RuleGroup } from '@trunkline/contracts/rules/condition'
import { type FieldType, OPERATORS_BY_TYPE } from '@trunkline/domain/rules/catalogue'
import { evaluate } from '@trunkline/domain/rules/evaluate'
import { describe, expect, it } from 'vitest'
import {
  countRules,
  newRule,
  readable,
  replaced,
  valueKind,
  withField,
  withOperator,
} from './condition-tree.ts'

const TYPES = Object.keys(OPERATORS_BY_TYPE) as FieldType[]
const parameter = (type: FieldType, name = 'x') => ({
  name,
  type,
  operators: OPERATORS_BY_TYPE[type],
  choices: [],
})
/** A value of the right shape for every way of entering one. */
const FILLED: Readonly<Record<ReturnType<typeof valueKind>, Rule['value']>> = {
  none: null,
  'one-choice': 'a',
  'many-choices': ['a'],
  text: 'a',
  texts: ['a', 'b'],
  number: 7,
  boolean: false,
}

describe('conditions being edited', () => {
  it('what the editor asks for is what the evaluator takes, for every type and operator', () => {
    const catalogue = Object.fromEntries(TYPES.map((type) => [type, { label: { ru: type, en: type }, type }]))
    const refused = TYPES.flatMap((type) =>
      OPERATORS_BY_TYPE[type].flatMap((operator) => {
        const rule = { field: type, operator, value: FILLED[valueKind(type, operator, type === 'choice')] }
        const { warnings } = evaluate({ combinator: 'and', rules: [rule] }, {}, catalogue)
        return warnings.map((warning) => `${type} ${operator}: ${warning.code}`)
      }),
    )
    expect(refused).toEqual([])
  })

  it('another operator keeps what was typed: one value becomes a list and comes back', () => {
    const typed: Rule = { field: 'x', operator: '=', value: 'a.example' }
    const many = withOperator(typed, 'in', 'text')
    expect(many.value).toEqual(['a.example'])
    expect(withOperator(many, 'contains', 'text').value).toBe('a.example')
    expect(withOperator(typed, 'empty', 'text').value).toBeNull()
    expect(withOperator({ ...typed, value: null, operator: 'empty' }, 'in', 'text').value).toEqual([])
  })

  it('every operator of every type is reached from every other with a value of its own shape', () => {
    for (const type of TYPES) {
      for (const from of OPERATORS_BY_TYPE[type]) {
        for (const to of OPERATORS_BY_TYPE[type]) {
          const rule = withOperator(
            { field: 'x', operator: from, value: FILLED[valueKind(type, from, type === 'choice')] },
            to,
            type,
          )
          const kind = valueKind(type, to, type === 'choice')
          const isList = kind === 'texts' || kind === 'many-choices'
          expect(Array.isArray(rule.value), `${type} ${from} ${to}`).toBe(isList)
          if (kind === 'none') expect(rule.value).toBeNull()
        }
      }
    }
  })

  it('another parameter keeps the operator where it makes sense, and text only among texts', () => {
    const rule: Rule = { field: 'site', operator: 'contains', value: 'shop' }
    expect(withField(rule, parameter('text', 'page'), 'text')).toEqual({ ...rule, field: 'page' })
    expect(withField(rule, parameter('list', 'phone'), 'text')).toEqual({ ...rule, field: 'phone' })
    expect(withField(rule, parameter('number', 'n'), 'text')).toEqual({
      field: 'n',
      operator: '=',
      value: null,
    })
    const channel = { ...parameter('choice', 'channelId'), choices: [{ value: 'c1', label: 'One' }] }
    const is: Rule = { ...rule, operator: '=' }
    expect(withField(is, channel, 'text')).toEqual({ field: 'channelId', operator: '=', value: '' })
  })

  it('a fresh comparison of every type can be completed by its value alone', () => {
    for (const type of TYPES) expect(OPERATORS_BY_TYPE[type]).toContain(newRule(parameter(type)).operator)
  })

  it('a child is replaced or taken out without touching the tree it came from', () => {
    const rules: RuleGroup['rules'] = [newRule(parameter('text', 'a')), newRule(parameter('text', 'b'))]
    const frozen = JSON.stringify(rules)
    expect(replaced(rules, 0, null)).toEqual([rules[1]])
    expect(replaced(rules, 1, { combinator: 'or', rules: [] })[1]).toEqual({ combinator: 'or', rules: [] })
    expect(JSON.stringify(rules)).toBe(frozen)
  })

  it('what is not filled in yet reads as an ellipsis, at any depth; an operator without value does not', () => {
    const deep: RuleGroup = {
      combinator: 'and',
      rules: [
        { field: 'x', operator: 'empty' as Operator, value: null },
        { combinator: 'or', rules: [{ field: 'x', operator: '=', value: '' }] },
      ],
    }
    expect(readable(deep).rules).toEqual([
      { field: 'x', operator: 'empty', value: null },
      { combinator: 'or', rules: [{ field: 'x', operator: '=', value: '…' }] },
    ])
    expect(countRules(deep)).toBe(2)
  })
})
