import type { Operator, Rule, RuleGroup } from '@trunkline/contracts/rules/condition'
import {
  type FieldType,
  OPERATORS_BY_TYPE,
  OPERATORS_WITHOUT_VALUE,
  type RuleCatalogue,
} from './catalogue.ts'

/** Deepest nesting of groups; the outermost group is level 1. */
export const MAX_DEPTH = 8
/** Most comparisons in one tree. */
export const MAX_RULES = 200

/** A value of a fact; absent, null and the empty string are one: not known. */
export type FactValue = string | number | boolean | null | undefined | readonly string[]
export type RuleFacts = Readonly<Record<string, FactValue>>

/** Why a comparison could not be made and counted as false. */
export interface RuleWarning {
  readonly code:
    | 'unknown-field'
    | 'operator-does-not-fit'
    | 'value-does-not-fit'
    | 'too-deep'
    | 'too-many-rules'
  readonly field: string
}

export interface Evaluation {
  readonly matches: boolean
  readonly warnings: readonly RuleWarning[]
}

/**
 * Whether a tree of conditions holds for these facts.
 *
 * Total and pure. An empty group is true (UIS-30). A comparison that cannot be made (unknown field, operator or
 * value that does not fit the field's type, tree beyond the limits) is false and leaves a warning. Text is
 * compared without regard to letter case in any alphabet; ids of a `choice` exactly.
 */
export function evaluate(group: RuleGroup, facts: RuleFacts, catalogue: RuleCatalogue): Evaluation {
  const warnings: RuleWarning[] = []
  let left = MAX_RULES

  function warn(code: RuleWarning['code'], field: string): false {
    warnings.push({ code, field })
    return false
  }

  function compare(rule: Rule): boolean {
    if (left-- <= 0) return warn('too-many-rules', rule.field)
    if (!Object.hasOwn(catalogue, rule.field)) return warn('unknown-field', rule.field)
    const type = catalogue[rule.field]!.type
    if (!OPERATORS_BY_TYPE[type].includes(rule.operator)) return warn('operator-does-not-fit', rule.field)
    const wanted = wantedOf(rule, type)
    if (wanted === undefined) return warn('value-does-not-fit', rule.field)
    const actual = Object.hasOwn(facts, rule.field) ? facts[rule.field] : undefined
    return holds(rule.operator, known(actual, type), wanted)
  }

  function walk(node: RuleGroup, depth: number): boolean {
    if (depth > MAX_DEPTH) return warn('too-deep', '')
    const results = node.rules.map((child) => ('rules' in child ? walk(child, depth + 1) : compare(child)))
    const joined =
      node.combinator === 'or' && results.length > 0 ? results.some(Boolean) : results.every(Boolean)
    return node.not === true ? !joined : joined
  }

  const matches = walk(group, 1)
  return { matches, warnings }
}

/** Letter case and composed or decomposed accents do not matter. */
export function folded(value: string): string {
  return value.normalize('NFC').toLowerCase()
}

/** The fact as a list of comparable values; empty = not known. */
function known(actual: FactValue, type: FieldType): (string | number | boolean)[] {
  const values = Array.isArray(actual)
    ? (actual as readonly string[])
    : [actual as Exclude<FactValue, readonly string[]>]
  const out: (string | number | boolean)[] = []
  for (const value of values) {
    if (value === null || value === undefined || value === '') continue
    if (type === 'boolean') {
      if (typeof value === 'boolean') out.push(value)
    } else if (type === 'number') {
      const number = Number(value)
      if (typeof value !== 'boolean' && Number.isFinite(number)) out.push(number)
    } else out.push(type === 'choice' ? String(value) : folded(String(value)))
  }
  return out
}

/** The rule's value in the field's type, always as a list; undefined when it cannot be read so. */
function wantedOf(rule: Rule, type: FieldType): (string | number | boolean)[] | undefined {
  if (OPERATORS_WITHOUT_VALUE.includes(rule.operator)) return []
  const many = rule.operator === 'in' || rule.operator === 'notIn'
  if (many !== Array.isArray(rule.value)) return undefined
  const given = Array.isArray(rule.value) ? rule.value : [rule.value]
  const wanted = known(given as readonly string[], type)
  return !many && wanted.length !== 1 ? undefined : wanted
}

function holds(
  operator: Operator,
  actual: readonly (string | number | boolean)[],
  wanted: readonly (string | number | boolean)[],
): boolean {
  const first = wanted[0]
  switch (operator) {
    case 'empty':
      return actual.length === 0
    case 'notEmpty':
      return actual.length > 0
    case '=':
    case 'in':
      return actual.some((value) => wanted.includes(value))
    case '!=':
    case 'notIn':
      return !actual.some((value) => wanted.includes(value))
    case 'contains':
      return actual.some((value) => String(value).includes(String(first)))
    case 'notContains':
      return !actual.some((value) => String(value).includes(String(first)))
    case 'beginsWith':
      return actual.some((value) => String(value).startsWith(String(first)))
    case '>':
      return actual.some((value) => value > first!)
    case '<':
      return actual.some((value) => value < first!)
  }
}
