import { type Text, text } from '@trunkline/contracts/locale'
import type { Rule, RuleGroup } from '@trunkline/contracts/rules/condition'
import { fieldNamed, type RuleCatalogue } from './catalogue.ts'
import { MAX_DEPTH, MAX_RULES, type RuleWarning, readConditions } from './evaluate.ts'

export interface RuleProblem {
  readonly code: RuleWarning['code'] | 'empty-or' | 'except-empty' | 'phone-spelling'
  readonly message: Text
}

/**
 * Why a tree of conditions may not be saved; empty when it may. An empty OR group is refused (UIS-30): it would
 * match everything, which is never what "any of" means. So is a phone spelt as no phone is kept.
 */
export function ruleProblems(group: RuleGroup, catalogue: RuleCatalogue): RuleProblem[] {
  const problems: RuleProblem[] = readConditions(group, catalogue).warnings.map(({ code, field }) => ({
    code,
    message: problemText(code, fieldNamed(catalogue, field)?.label ?? text(field, field)),
  }))
  if (hasNode(group, isEmptyOr)) problems.push({ code: 'empty-or', message: EMPTY_OR })
  if (hasNode(group, isMisspeltPhone)) problems.push({ code: 'phone-spelling', message: PHONE_SPELLING })
  return problems
}

/** Whether a tree has no comparison in it, however many groups. Such a tree says nothing of an event. */
export function isBare(group: RuleGroup): boolean {
  return group.rules.every((child) => 'rules' in child && isBare(child))
}

/**
 * Why an exception may not be saved. One without conditions would except everything, which nobody means who adds an
 * exception: then the rule is switched off.
 */
export function exceptionProblems(group: RuleGroup, catalogue: RuleCatalogue): RuleProblem[] {
  const problems = ruleProblems(group, catalogue)
  return problems.length === 0 && isBare(group) ? [{ code: 'except-empty', message: EXCEPT_EMPTY }] : problems
}

const EXCEPT_EMPTY = text(
  'В исключении нет условий, значит, исключено всё: добавьте условие или уберите исключение.',
  'The exception has no conditions, so it excepts everything: add a condition or take the exception away.',
)

const EMPTY_OR = text(
  'Группа «или» пуста: добавьте условие или удалите группу.',
  'The “or” group is empty: add a condition or delete the group.',
)

const PHONE_SPELLING = text(
  'Телефон сравнивается в виде +79161234567: без пробелов, скобок и дефисов.',
  'A phone is compared as +79161234567: without spaces, brackets and hyphens.',
)

function isEmptyOr(node: Rule | RuleGroup): boolean {
  return 'rules' in node && node.combinator === 'or' && node.rules.length === 0
}

/** Phones are kept in E.164, so any other sign in the value could never match. */
function isMisspeltPhone(node: Rule | RuleGroup): boolean {
  return (
    'field' in node && node.field === 'phone' && typeof node.value === 'string' && /[^+\d]/.test(node.value)
  )
}

function hasNode(group: RuleGroup, fits: (node: Rule | RuleGroup) => boolean, depth = 1): boolean {
  if (fits(group)) return true
  return (
    depth <= MAX_DEPTH &&
    group.rules.some((child) => ('rules' in child ? hasNode(child, fits, depth + 1) : fits(child)))
  )
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
