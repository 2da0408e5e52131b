import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import { type Text, text } from '@trunkline/contracts/locale'
import type { Rule, RuleGroup } from '@trunkline/contracts/rules/condition'
import type { PassingSettings } from '@trunkline/contracts/settings/index'
import type { PlaceRule, ResponsibleRule, TransferRule } from '@trunkline/contracts/settings/rules'
import { conditionFields, fieldNamed } from '../rules/catalogue.ts'
import type { FactValue } from '../rules/evaluate.ts'
import { sectionOf } from '../transfer/input.ts'
import { ruleFacts } from '../transfer/rule-facts.ts'
import { ruleSentence } from './rule-sentence.ts'
import { conditionWords } from './said-names.ts'
import type { SettingsNames } from './settings-world.ts'

/** What a trace was made from: the settings and facts that are stored with its decision. */
export interface TraceGround {
  /** The section's value in the version that the decision used. */
  readonly passing: PassingSettings
  readonly facts: TransferFacts
  readonly names: SettingsNames
}

/** Most parameters whose values are told; the rest of a long rule would not be read. */
const MOST_VALUES = 8
const MOST_CHARS = 100

/**
 * The rule that a line of a trace is about, in the words in which the settings say it, and what the conversation had where
 * the rule compares: «Если Сайт — «a.ru», ответственный — Анна Ветрова. В обращении: Сайт — «b.ru».» (CHAT-42).
 *
 * Undefined for a line about something else, and for a rule that those settings do not have.
 */
export function ruleInTrace(line: TraceLine, { passing, facts, names }: TraceGround): Text | undefined {
  const rule = ruleOf(line, passing)
  if (rule === undefined) return undefined
  const section = sectionOf(facts)
  const sentence = ruleSentence(rule, names, section)
  const values = ruleFacts(facts)
  const catalogue = conditionFields(section)
  const fields = [
    ...new Set([...fieldsIn(rule.when), ...('except' in rule && rule.except ? fieldsIn(rule.except) : [])]),
  ]
    .filter((name) => fieldNamed(catalogue, name) !== undefined)
    .slice(0, MOST_VALUES)
  if (fields.length === 0) return sentence
  const had = fields.map((field) =>
    conditionWords({ combinator: 'and', rules: [asRule(field, values[field])] }, catalogue, names),
  )
  return text(
    `${sentence.ru} В обращении: ${had.map((one) => one.ru).join('; ')}.`,
    `${sentence.en} In this contact: ${had.map((one) => one.en).join('; ')}.`,
  )
}

/** Lines name rules by list and title; of two rules with one title the first is meant. */
function ruleOf(
  { code, values }: TraceLine,
  passing: PassingSettings,
): TransferRule | ResponsibleRule | PlaceRule | undefined {
  const titled = <R extends { readonly title: string; readonly active: boolean }>(rules: readonly R[]) =>
    rules.find((rule) => rule.active && rule.title === values['rule'])
  switch (code) {
    case 'filter-rule':
      return titled(passing.transferRules)
    case 'responsible-rule':
      return titled(passing.responsibleRules)
    case 'place-rule':
      return titled(values['list'] === 'repeated' ? passing.repeatedPlaceRules : passing.firstPlaceRules)
    default:
      return undefined
  }
}

function fieldsIn(group: RuleGroup): string[] {
  return group.rules.flatMap((child) => ('rules' in child ? fieldsIn(child) : [child.field]))
}

/** A value that the conversation had, in the shape of a comparison, so that it is told in the same words. */
function asRule(field: string, value: FactValue): Rule {
  const known = (Array.isArray(value) ? value : [value]).filter(
    (one): one is string | number | boolean => one !== undefined && one !== null && one !== '',
  )
  if (known.length === 0) return { field, operator: 'empty', value: null }
  const [first] = known
  const single = known.length === 1 && first !== undefined && typeof first !== 'string'
  return { field, operator: '=', value: single ? first : known.map((one) => shortened(String(one))) }
}

function shortened(value: string): string {
  const characters = [...value]
  return characters.length > MOST_CHARS ? `${characters.slice(0, MOST_CHARS).join('')}…` : value
}
