import { type Text, text } from '@trunkline/contracts/locale'
import type { Operator, Rule, RuleGroup } from '@trunkline/contracts/rules/condition'
import {
  CHOICE_WORDS,
  type ChoiceList,
  fieldNamed,
  OPERATORS_WITHOUT_VALUE,
  type RuleCatalogue,
  type RuleField,
} from './catalogue.ts'

/** Names for the ids of `choice` fields: by field, then by id. */
export type ChoiceNames = Readonly<Record<string, Readonly<Record<string, string>>>>

/**
 * Operators in words; also the texts of the condition builder. A Russian field name keeps its nominative, so the
 * wording needs no agreement in gender.
 */
export const OPERATOR_WORDS: Readonly<Record<Operator, Text>> = {
  '=': text('—', 'is'),
  '!=': text('— не', 'is not'),
  in: text('— одно из', 'is one of'),
  notIn: text('— не из', 'is none of'),
  contains: text('содержит', 'contains'),
  notContains: text('не содержит', 'does not contain'),
  beginsWith: text('начинается с', 'begins with'),
  empty: text('— не указано', 'is not given'),
  notEmpty: text('— указано', 'is given'),
  '>': text('больше', 'is more than'),
  '<': text('меньше', 'is less than'),
}

/** A tree of conditions as a phrase: «Канал — «Сайт» и (Адрес страницы содержит «/price» или …)». */
export function explainRule(group: RuleGroup, catalogue: RuleCatalogue, names: ChoiceNames = {}): Text {
  return phrase(group, catalogue, names, true)
}

function phrase(node: RuleGroup | Rule, catalogue: RuleCatalogue, names: ChoiceNames, outer: boolean): Text {
  if (!('rules' in node)) return comparison(node, catalogue, names)
  if (node.rules.length === 0) {
    return node.not === true ? text('никогда', 'never') : text('всегда', 'always')
  }
  const parts = node.rules.map((child) => phrase(child, catalogue, names, false))
  const or = node.combinator === 'or'
  const ru = parts.map((part) => part.ru).join(or ? ' или ' : ' и ')
  const en = parts.map((part) => part.en).join(or ? ' or ' : ' and ')
  if (node.not === true) return text(`неверно, что (${ru})`, `it is not so that (${en})`)
  return outer || parts.length === 1 ? text(ru, en) : text(`(${ru})`, `(${en})`)
}

function comparison(rule: Rule, catalogue: RuleCatalogue, names: ChoiceNames): Text {
  const field = fieldNamed(catalogue, rule.field)
  const label =
    field?.label ?? text(`«${rule.field}» (нет такого параметра)`, `“${rule.field}” (no such parameter)`)
  const operator = OPERATOR_WORDS[rule.operator]
  if (OPERATORS_WITHOUT_VALUE.includes(rule.operator)) {
    return text(`${label.ru} ${operator.ru}`, `${label.en} ${operator.en}`)
  }
  const values = Array.isArray(rule.value) ? rule.value : [rule.value]
  const words = ownWords(field)
  const said = values.map((value) => valueWords(value, names[rule.field], words))
  const ru = said.map((one) => one.ru).join(', ') || 'пустого списка'
  const en = said.map((one) => one.en).join(', ') || 'an empty list'
  return text(`${label.ru} ${operator.ru} ${ru}`, `${label.en} ${operator.en} ${en}`)
}

/** Words of a choice that is ours. */
function ownWords(field: RuleField | undefined): Readonly<Record<string, Text>> {
  const list = field?.choices
  return list !== undefined && Object.hasOwn(CHOICE_WORDS, list) ? CHOICE_WORDS[list as ChoiceList] : {}
}

function valueWords(
  value: string | number | boolean | null,
  names: Readonly<Record<string, string>> = {},
  words: Readonly<Record<string, Text>> = {},
): Text {
  if (typeof value === 'boolean') return value ? text('да', 'yes') : text('нет', 'no')
  if (typeof value === 'number') return text(String(value), String(value))
  const given = value ?? ''
  if (Object.hasOwn(words, given)) return text(`«${words[given]!.ru}»`, `“${words[given]!.en}”`)
  const shown = Object.hasOwn(names, given) ? names[given]! : given
  return text(`«${shown}»`, `“${shown}”`)
}
