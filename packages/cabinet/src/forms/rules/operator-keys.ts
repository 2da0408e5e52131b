import type { Operator } from '@trunkline/contracts/rules/condition'

const KEYS: Readonly<Record<Operator, string>> = {
  '=': 'is',
  '!=': 'isNot',
  in: 'in',
  notIn: 'notIn',
  contains: 'contains',
  notContains: 'notContains',
  beginsWith: 'beginsWith',
  empty: 'empty',
  notEmpty: 'notEmpty',
  '>': 'more',
  '<': 'less',
}

/** The name of an operator in the texts, under `rules.operator`. An unknown one keeps its own name. */
export function operatorKey(operator: Operator): string {
  return KEYS[operator] ?? operator
}
