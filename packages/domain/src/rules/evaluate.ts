import type { Operator, Rule, RuleGroup } from '@trunkline/contracts/rules/condition'
import {
  type FieldType,
  fieldNamed,
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

/** A tree of conditions, read once: what is wrong with it, and whether it holds for facts. */
export interface ReadConditions {
  readonly warnings: readonly RuleWarning[]
  readonly holds: (facts: ComparableFacts) => boolean
}

/**
 * Whether a tree of conditions holds for these facts.
 *
 * Total and pure. An empty group is true (UIS-30). A comparison that cannot be made (unknown field, operator or
 * value that does not fit the field's type, tree beyond the limits) is false and leaves a warning. Text is
 * compared without regard to letter case in any alphabet; ids of a `choice` exactly.
 */
export function evaluate(group: RuleGroup, facts: RuleFacts, catalogue: RuleCatalogue): Evaluation {
  const { warnings, holds } = readConditions(group, catalogue)
  return { matches: holds(comparableFacts(facts)), warnings }
}

type Comparable = string | number | boolean
type Check = (facts: ComparableFacts) => boolean
const NEVER: Check = () => false

/** Reads a tree of conditions, so that it may be asked about many facts. Warnings do not depend on facts. */
export function readConditions(group: RuleGroup, catalogue: RuleCatalogue): ReadConditions {
  const warnings: RuleWarning[] = []
  let left = MAX_RULES

  function warn(code: RuleWarning['code'], field: string): Check {
    warnings.push({ code, field })
    return NEVER
  }

  function comparison(rule: Rule): Check {
    const name = rule.field
    if (left-- <= 0) return warn('too-many-rules', name)
    const type = fieldNamed(catalogue, name)?.type
    if (type === undefined) return warn('unknown-field', name)
    if (!OPERATORS_BY_TYPE[type].includes(rule.operator)) return warn('operator-does-not-fit', name)
    const wanted = wantedOf(rule, type)
    if (wanted === undefined) return warn('value-does-not-fit', name)
    const test = TESTS[rule.operator](wanted)
    return (facts) => test(facts.of(name, type))
  }

  function walk(node: RuleGroup, depth: number): Check {
    if (depth > MAX_DEPTH) return warn('too-deep', '')
    const parts = node.rules.map((child) => ('rules' in child ? walk(child, depth + 1) : comparison(child)))
    const joined: Check =
      node.combinator === 'or' && parts.length > 0
        ? (facts) => parts.some((part) => part(facts))
        : (facts) => parts.every((part) => part(facts))
    return node.not === true ? (facts) => !joined(facts) : joined
  }

  return { holds: walk(group, 1), warnings }
}

/** Facts as comparisons see them: each value is folded once, however many rules look at it. */
export interface ComparableFacts {
  /** The known values of a field; empty = not known. */
  readonly of: (name: string, type: FieldType) => readonly Comparable[]
}

export function comparableFacts(facts: RuleFacts): ComparableFacts {
  const seen = new Map<string, { readonly type: FieldType; readonly values: readonly Comparable[] }>()
  return {
    of: (name, type) => {
      const before = seen.get(name)
      if (before?.type === type) return before.values
      const values = known(Object.hasOwn(facts, name) ? facts[name] : undefined, type)
      seen.set(name, { type, values })
      return values
    },
  }
}

/** Letter case and composed or decomposed accents do not matter. */
export function folded(value: string): string {
  return value.normalize('NFC').toLowerCase()
}

/** The fact as a list of comparable values; empty = not known. */
function known(actual: FactValue, type: FieldType): Comparable[] {
  const values = Array.isArray(actual)
    ? (actual as readonly string[])
    : [actual as Exclude<FactValue, readonly string[]>]
  const out: Comparable[] = []
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
function wantedOf(rule: Rule, type: FieldType): Comparable[] | undefined {
  if (OPERATORS_WITHOUT_VALUE.includes(rule.operator)) return []
  const many = rule.operator === 'in' || rule.operator === 'notIn'
  if (many !== Array.isArray(rule.value)) return undefined
  const given = Array.isArray(rule.value) ? rule.value : [rule.value]
  const wanted = known(given as readonly string[], type)
  return !many && wanted.length !== 1 ? undefined : wanted
}

type Test = (actual: readonly Comparable[]) => boolean

const anyOf = (wanted: readonly Comparable[]): Test => {
  const set = new Set(wanted)
  return (actual) => actual.some((value) => set.has(value))
}
const contains = ([first]: readonly Comparable[]): Test => {
  const part = String(first)
  return (actual) => actual.some((value) => String(value).includes(part))
}
const not = (test: Test): Test => {
  return (actual) => !test(actual)
}

const TESTS: Readonly<Record<Operator, (wanted: readonly Comparable[]) => Test>> = {
  empty: () => (actual) => actual.length === 0,
  notEmpty: () => (actual) => actual.length > 0,
  '=': anyOf,
  in: anyOf,
  '!=': (wanted) => not(anyOf(wanted)),
  notIn: (wanted) => not(anyOf(wanted)),
  contains,
  notContains: (wanted) => not(contains(wanted)),
  beginsWith: ([first]) => {
    const start = String(first)
    return (actual) => actual.some((value) => String(value).startsWith(start))
  },
  '>':
    ([limit]) =>
    (actual) =>
      actual.some((value) => value > limit!),
  '<':
    ([limit]) =>
    (actual) =>
      actual.some((value) => value < limit!),
}
