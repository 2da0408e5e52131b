import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { PlaceRule } from './rules.ts'

const rule = {
  id: 'r1',
  title: 'Сервис',
  active: true,
  when: { combinator: 'and', rules: [] },
  place: { leadStageId: '', pipelineId: '1', dealStageId: '' },
}
const group = { combinator: 'or', rules: [{ field: 'site', operator: '=', value: 'a.example' }] }

test('an exception that nobody wrote is not filled in: an empty one would take everything out of the rule', () => {
  expect(Value.Default(PlaceRule, structuredClone(rule))).toEqual(rule)
})

test('an exception is checked as any other group of conditions', () => {
  expect(Value.Check(PlaceRule, { ...rule, except: group })).toBe(true)
  expect(Value.Check(PlaceRule, { ...rule, except: { combinator: 'xor', rules: [] } })).toBe(false)
  expect(Value.Check(PlaceRule, { ...rule, except: { ...group, rules: [{ field: 'site' }] } })).toBe(false)
})
