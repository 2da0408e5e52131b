import type { Rule } from '@trunkline/contracts/rules/condition'
import { fieldNamed, type RuleCatalogue } from '../rules/catalogue.ts'
import { evaluate, folded } from '../rules/evaluate.ts'

/**
 * What a comparison asks of one known value. Values are as the evaluator compares them: numbers, booleans, ids
 * exactly, text folded.
 */
export type ValueTest =
  | { readonly is: 'any' }
  | { readonly is: 'one-of'; readonly values: readonly (string | number | boolean)[] }
  | { readonly is: 'contains' | 'begins'; readonly text: string }
  | { readonly is: 'above' | 'below'; readonly limit: number }

/**
 * A comparison as the solver sees it: some known value of the field passes the test, or none does. `false`: the
 * evaluator cannot make it (unknown field, misfit), so it never holds. `opaque`: the solver does not know the operator.
 */
export type Comparison =
  | { readonly some: boolean; readonly field: string; readonly test: ValueTest }
  | 'false'
  | 'opaque'

/** Reads a comparison; agrees with `evaluate` on every fact (property test). */
export function comparisonOf(rule: Rule, catalogue: RuleCatalogue): Comparison {
  if (evaluate({ combinator: 'and', rules: [rule] }, {}, catalogue).warnings.length > 0) return 'false'
  const type = fieldNamed(catalogue, rule.field)?.type
  const { field, operator } = rule
  const given = Array.isArray(rule.value) ? rule.value : [rule.value]
  const values = given
    .filter((value) => value !== null && value !== '')
    .map((value) => {
      if (type === 'boolean' || value === null) return value ?? ''
      if (type === 'number') return Number(value)
      return type === 'choice' ? String(value) : folded(String(value))
    })
    // A word among the values of a number field: the evaluator passes it over, nothing equals it.
    .filter((value) => typeof value !== 'number' || Number.isFinite(value))
  const said = (some: boolean, test: ValueTest): Comparison => ({ some, field, test })
  const text = String(values[0] ?? '')
  switch (operator) {
    case 'empty':
    case 'notEmpty':
      return said(operator === 'notEmpty', { is: 'any' })
    case '=':
    case 'in':
      return said(true, { is: 'one-of', values })
    case '!=':
    case 'notIn':
      return said(false, { is: 'one-of', values })
    case 'contains':
    case 'notContains':
      return said(operator === 'contains', { is: 'contains', text })
    case 'beginsWith':
      return said(true, { is: 'begins', text })
    case '>':
      return said(true, { is: 'above', limit: Number(values[0]) })
    case '<':
      return said(true, { is: 'below', limit: Number(values[0]) })
    default:
      return 'opaque'
  }
}

/** Whether a known value passes. */
export function passes(value: string | number | boolean, test: ValueTest): boolean {
  switch (test.is) {
    case 'any':
      return true
    case 'one-of':
      return test.values.includes(value)
    case 'contains':
      return String(value).includes(test.text)
    case 'begins':
      return String(value).startsWith(test.text)
    case 'above':
      return Number(value) > test.limit
    case 'below':
      return Number(value) < test.limit
  }
}

/** Whether every value that passes `one` surely passes `other`. False when unsure. */
export function implies(one: ValueTest, other: ValueTest): boolean {
  if (other.is === 'any') return true
  switch (one.is) {
    case 'any':
      return false
    case 'one-of':
      return one.values.every((value) => passes(value, other))
    case 'contains':
      return other.is === 'contains' && one.text.includes(other.text)
    case 'begins':
      return (
        (other.is === 'begins' && one.text.startsWith(other.text)) ||
        (other.is === 'contains' && one.text.includes(other.text))
      )
    case 'above':
      return other.is === 'above' && one.limit >= other.limit
    case 'below':
      return other.is === 'below' && one.limit <= other.limit
  }
}

/** Whether surely no value passes both. False when unsure. */
export function excludes(one: ValueTest, other: ValueTest): boolean {
  if (one.is === 'one-of') return !one.values.some((value) => passes(value, other))
  if (other.is === 'one-of') return excludes(other, one)
  if (one.is === 'begins' && other.is === 'begins') {
    return !one.text.startsWith(other.text) && !other.text.startsWith(one.text)
  }
  if (one.is === 'above' && other.is === 'below') return other.limit <= one.limit
  return one.is === 'below' && other.is === 'above' && excludes(other, one)
}
