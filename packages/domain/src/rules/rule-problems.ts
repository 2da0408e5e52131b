import { type Text, text } from '@trunkline/contracts/locale'
import type { RuleGroup } from '@trunkline/contracts/rules/condition'
import { fieldNamed, type RuleCatalogue } from './catalogue.ts'
import { MAX_DEPTH, MAX_RULES, type RuleWarning, readConditions } from './evaluate.ts'

export interface RuleProblem {
  readonly code: RuleWarning['code'] | 'empty-or'
  readonly message: Text
}

/**
 * Why a tree of conditions may not be saved; empty when it may. An empty OR group is refused (UIS-30): it would
 * match everything, which is never what "any of" means.
 */
export function ruleProblems(group: RuleGroup, catalogue: RuleCatalogue): RuleProblem[] {
  const problems = readConditions(group, catalogue).warnings.map(({ code, field }) => ({
    code,
    message: problemText(code, fieldNamed(catalogue, field)?.label ?? text(field, field)),
  }))
  return hasEmptyOr(group, 1) ? [...problems, { code: 'empty-or', message: EMPTY_OR }] : problems
}

const EMPTY_OR = text(
  'Группа «или» пуста: добавьте условие или удалите группу.',
  'The “or” group is empty: add a condition or delete the group.',
)

function hasEmptyOr(group: RuleGroup, depth: number): boolean {
  if (group.combinator === 'or' && group.rules.length === 0) return true
  return depth <= MAX_DEPTH && group.rules.some((child) => 'rules' in child && hasEmptyOr(child, depth + 1))
}

function problemText(code: RuleWarning['code'], field: Text): Text {
  switch (code) {
    case 'unknown-field':
      return text(`Такого параметра нет: ${field.ru}.`, `There is no such parameter: ${field.en}.`)
    case 'operator-does-not-fit':
      return text(
        `Это сравнение не подходит к параметру: ${field.ru}.`,
        `This comparison does not fit the parameter: ${field.en}.`,
      )
    case 'value-does-not-fit':
      return text(
        `Укажите значение для параметра: ${field.ru}.`,
        `Give a value for the parameter: ${field.en}.`,
      )
    case 'too-deep':
      return text(
        `Условия вложены глубже ${MAX_DEPTH} уровней.`,
        `Conditions are nested deeper than ${MAX_DEPTH} levels.`,
      )
    case 'too-many-rules':
      return text(`В правиле больше ${MAX_RULES} условий.`, `The rule has more than ${MAX_RULES} conditions.`)
  }
}
