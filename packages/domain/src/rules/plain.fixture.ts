import type { Rule, RuleGroup } from '@trunkline/contracts/rules/condition'
import type { FieldType } from './catalogue.ts'
import type { FactValue } from './evaluate.ts'

/** Which comparisons make sense, from the contract's words; written apart from the catalogue. */
const FITTING: Readonly<Record<FieldType, string>> = {
  choice: ' = != in notIn empty notEmpty ',
  text: ' = != in notIn contains notContains beginsWith empty notEmpty ',
  number: ' = != > < empty notEmpty ',
  boolean: ' = != ',
  list: ' contains notContains beginsWith empty notEmpty ',
  datetime: ' empty notEmpty ',
}

/**
 * Reference evaluator of conditions, for tests: one sentence of the definition after another, written apart from
 * evaluate.ts. `types` gives the type of each field; a field without one does not exist.
 */
export function plainlyHolds(
  node: Rule | RuleGroup,
  facts: Readonly<Record<string, FactValue>>,
  types: (field: string) => FieldType | undefined,
): boolean {
  if ('rules' in node) {
    let result = true
    if (node.rules.length > 0 && node.combinator === 'and')
      result = !node.rules.some((child) => !plainlyHolds(child, facts, types))
    if (node.rules.length > 0 && node.combinator === 'or')
      result = !!node.rules.find((child) => plainlyHolds(child, facts, types))
    return node.not ? !result : result
  }
  const type = types(node.field)
  if (type === undefined) return false
  const op = node.operator
  if (!FITTING[type].includes(` ${op} `)) return false
  const raw = facts[node.field]
  const actual = (Array.isArray(raw) ? raw : [raw]).filter((v) => v !== undefined && v !== null && v !== '')
  if (op === 'empty') return actual.length === 0
  if (op === 'notEmpty') return actual.length !== 0
  const listOp = op === 'in' || op === 'notIn'
  if (Array.isArray(node.value) !== listOp) return false
  const same = (v: unknown) =>
    type === 'text' || type === 'list'
      ? String(v).toLowerCase()
      : type === 'number'
        ? Number(v)
        : type === 'choice'
          ? String(v)
          : v
  const wanted = (Array.isArray(node.value) ? node.value : [node.value]).filter((v) => v !== null && v !== '')
  if (!listOp) {
    if (wanted.length === 0) return false
    if (type === 'boolean' && typeof wanted[0] !== 'boolean') return false
    if (type === 'number' && (typeof wanted[0] === 'boolean' || Number.isNaN(Number(wanted[0])))) return false
  }
  const w = wanted.map(same)
  const has = (check: (v: string | number | boolean) => boolean) =>
    actual.some((v) => check(same(v) as string | number | boolean))
  if (op === '=' || op === 'in') return has((v) => w.includes(v))
  if (op === '!=' || op === 'notIn') return !has((v) => w.includes(v))
  if (op === 'contains') return has((v) => String(v).indexOf(String(w[0])) >= 0)
  if (op === 'notContains') return !has((v) => String(v).indexOf(String(w[0])) >= 0)
  if (op === 'beginsWith') return has((v) => String(v).indexOf(String(w[0])) === 0)
  return has((v) => (op === '>' ? Number(v) > Number(w[0]) : Number(v) < Number(w[0])))
}
