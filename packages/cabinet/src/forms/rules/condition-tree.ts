import type { Operator, Rule, RuleGroup } from '@trunkline/contracts/rules/condition'
import {
  type FieldType,
  OPERATORS_BY_TYPE,
  OPERATORS_WITHOUT_VALUE,
  type RuleCatalogue,
} from '@trunkline/domain/rules/catalogue'
import { type RuleProblem, ruleProblems } from '@trunkline/domain/rules/rule-problems'
import type { PickerOption } from '../picker-option.ts'

/** A parameter that a condition may compare, with everything its editor needs. */
export interface Parameter {
  readonly name: string
  /** In the reader's language. */
  readonly label: string
  /** Heading it stands under in the list of parameters; empty for none. */
  readonly group: string
  readonly type: FieldType
  readonly operators: readonly Operator[]
  /** What a `choice` is chosen from. */
  readonly choices: readonly PickerOption[]
}

/** Deepest group that the editor offers to nest; the outermost is level 1. Deeper ones from an import are still drawn. */
export const OFFERED_DEPTH = 5

/** No conditions: fits everything. */
export const EMPTY_GROUP: RuleGroup = { combinator: 'and', rules: [] }

/** Whether a node of the tree is a group of further ones, not a comparison. */
export const isGroup = (node: Rule | RuleGroup): node is RuleGroup => 'rules' in node

/** How the value of a comparison is entered. */
export type ValueKind = 'none' | 'one-choice' | 'many-choices' | 'text' | 'texts' | 'number' | 'boolean'

/**
 * Which editor a comparison gets. `hasChoices`: the parameter offers a list; a text with one is still typed where the
 * comparison is not about the whole value, such as «contains».
 */
export function valueKind(type: FieldType, operator: Operator, hasChoices: boolean): ValueKind {
  if (OPERATORS_WITHOUT_VALUE.includes(operator)) return 'none'
  const many = operator === 'in' || operator === 'notIn'
  if (type === 'boolean') return 'boolean'
  if (type === 'number') return 'number'
  if (hasChoices && (type === 'choice' || operator === '=' || operator === '!=' || many))
    return many ? 'many-choices' : 'one-choice'
  return many ? 'texts' : 'text'
}

/** An empty value in the shape that the comparison takes. */
function emptyValue(type: FieldType, operator: Operator): Rule['value'] {
  if (OPERATORS_WITHOUT_VALUE.includes(operator)) return null
  if (operator === 'in' || operator === 'notIn') return []
  return type === 'boolean' ? true : type === 'number' ? null : ''
}

/** A fresh comparison of a parameter, with its first operator. */
export function newRule(parameter: Pick<Parameter, 'name' | 'type' | 'operators'>): Rule {
  const operator = (parameter.operators[0] ?? OPERATORS_BY_TYPE[parameter.type][0])!
  return { field: parameter.name, operator, value: emptyValue(parameter.type, operator) }
}

/** The same comparison of another parameter: the operator stays where it makes sense, the value only within one type. */
export function withField(
  rule: Rule,
  parameter: Pick<Parameter, 'name' | 'type' | 'operators' | 'choices'>,
  before: FieldType | undefined,
): Rule {
  if (!parameter.operators.includes(rule.operator)) return newRule(parameter)
  const isFreeText =
    parameter.choices.length === 0 && (parameter.type === 'text' || parameter.type === 'list')
  const keepsValue = isFreeText && (before === 'text' || before === 'list')
  return {
    field: parameter.name,
    operator: rule.operator,
    value: keepsValue ? rule.value : emptyValue(parameter.type, rule.operator),
  }
}

/** The same comparison with another operator: one value becomes a list of it and back; nothing typed is lost needlessly. */
export function withOperator(rule: Rule, operator: Operator, type: FieldType): Rule {
  if (OPERATORS_WITHOUT_VALUE.includes(operator)) return { ...rule, operator, value: null }
  const held = Array.isArray(rule.value) ? rule.value[0] : rule.value
  if (operator === 'in' || operator === 'notIn') {
    if (Array.isArray(rule.value)) return { ...rule, operator }
    return { ...rule, operator, value: typeof held === 'string' && held !== '' ? [held] : [] }
  }
  return { ...rule, operator, value: held ?? emptyValue(type, operator) }
}

/** A list of children with one replaced, or taken out when `node` is null. */
export function replaced(
  rules: RuleGroup['rules'],
  index: number,
  node: Rule | RuleGroup | null,
): RuleGroup['rules'] {
  return node === null
    ? rules.filter((_, at) => at !== index)
    : rules.map((old, at) => (at === index ? node : old))
}

/** How many comparisons a tree holds. */
export function countRules(group: RuleGroup): number {
  return group.rules.reduce((sum, node) => sum + (isGroup(node) ? countRules(node) : 1), 0)
}

/** What keeps one comparison from being made, if anything; the sentences are the domain's own. */
export function conditionProblem(rule: Rule, catalogue: RuleCatalogue): RuleProblem | undefined {
  return ruleProblems({ combinator: 'and', rules: [rule] }, catalogue)[0]
}

/** The tree with unfilled values as an ellipsis, so that it reads well while it is being written. */
export function readable(group: RuleGroup): RuleGroup {
  return {
    ...group,
    rules: group.rules.map((node) => {
      if (isGroup(node)) return readable(node)
      const isEmpty =
        node.value === '' || node.value === null || (Array.isArray(node.value) && node.value.length === 0)
      return isEmpty && !OPERATORS_WITHOUT_VALUE.includes(node.operator) ? { ...node, value: '…' } : node
    }),
  }
}
