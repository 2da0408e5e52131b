import type { EntityType } from '@trunkline/contracts/crm/entity'
import { type Text, text } from '@trunkline/contracts/locale'
import type { RuleGroup } from '@trunkline/contracts/rules/condition'
import type { PassingSectionName } from '@trunkline/contracts/settings/index'
import type {
  FieldMapping,
  Place,
  PlaceRule,
  ResponsibleRule,
  TransferRule,
} from '@trunkline/contracts/settings/rules'
import { conditionFields, fieldNamed, mappingFields, type RuleCatalogue } from '../rules/catalogue.ts'
import { isBare } from '../rules/rule-problems.ts'
import {
  cardFieldName,
  conditionWords,
  dealStageName,
  leadStageName,
  pipelineName,
  userName,
} from './said-names.ts'
import type { SettingsNames } from './settings-world.ts'

/** Any line of a list in the settings; its own fields tell which. */
export type SettingRule = TransferRule | ResponsibleRule | PlaceRule | FieldMapping

/**
 * A rule or a line of the mapping as one sentence: «Если Сайт — «site-a.ru», ответственный — Анна Ветрова.» One that is
 * switched off begins with «Выключено:». The title is not in it.
 */
export function ruleSentence(
  rule: SettingRule,
  names: SettingsNames,
  section: PassingSectionName = 'chats',
): Text {
  const catalogue = conditionFields(section)
  const said = 'when' in rule ? conditional(rule, names, catalogue) : mappingWords(rule, names, section)
  if (rule.active) return text(capital(said.ru), capital(said.en))
  return text(`Выключено: ${said.ru}`, `Off: ${said.en}`)
}

/** What a rule does when it fits, as a clause. */
export function resultWords(rule: TransferRule | ResponsibleRule | PlaceRule, names: SettingsNames): Text {
  if ('action' in rule) {
    return rule.action === 'allow' ? text('передавать', 'pass') : text('не передавать', 'do not pass')
  }
  if ('userId' in rule) {
    const user = userName(rule.userId, names)
    return text(`ответственный — ${user.ru}`, `the responsible is ${user.en}`)
  }
  return placeWords(rule.place, names)
}

/** Where new cards go, as a clause. */
export function placeWords(place: Place, names: SettingsNames): Text {
  const lead = place.leadStageId === '' ? FIRST_STAGE : onStage(leadStageName(place.leadStageId, names))
  const stage =
    place.dealStageId === ''
      ? FIRST_STAGE
      : onStage(dealStageName(place.pipelineId, place.dealStageId, names))
  const pipeline = place.pipelineId === '' ? undefined : pipelineName(place.pipelineId, names)
  return text(
    `новый лид попадает ${lead.ru}, новая сделка — ${pipeline ? `в воронку ${pipeline.ru} ` : ''}${stage.ru}`,
    `a new lead goes ${lead.en}, a new deal ${pipeline ? `into the pipeline ${pipeline.en} ` : ''}${stage.en}`,
  )
}

/** Conditions of a rule with its exception, as a phrase: «Сайт — «a» (кроме случаев, когда …)». */
export function conditionsOf(
  rule: { readonly when: RuleGroup; readonly except?: RuleGroup },
  names: SettingsNames,
  catalogue: RuleCatalogue,
): Text {
  const when = conditionWords(rule.when, catalogue, names)
  if (rule.except === undefined) return when
  if (isBare(rule.except) && rule.except.not !== true) {
    return text(`${when.ru}, кроме всех случаев`, `${when.en}, except in every case`)
  }
  const except = conditionWords(rule.except, catalogue, names)
  return text(`${when.ru}, кроме случаев, когда ${except.ru}`, `${when.en}, except when ${except.en}`)
}

function conditional(
  rule: TransferRule | ResponsibleRule | PlaceRule,
  names: SettingsNames,
  catalogue: RuleCatalogue,
): Text {
  const result = resultWords(rule, names)
  const conditions = conditionsOf(rule, names, catalogue)
  const always = rule.when.rules.length === 0 && rule.when.not !== true
  // «если всегда, ответственный — …» would be no sentence.
  return always
    ? text(`${conditions.ru}: ${result.ru}.`, `${conditions.en}: ${result.en}.`)
    : text(`если ${conditions.ru}, ${result.ru}.`, `if ${conditions.en}, ${result.en}.`)
}

function mappingWords(mapping: FieldMapping, names: SettingsNames, section: PassingSectionName): Text {
  const source = fieldNamed(mappingFields(section), mapping.source)?.label
  const from = source ?? text(`«${mapping.source}» (нет такого поля)`, `“${mapping.source}” (no such field)`)
  const target = cardFieldName(mapping.entity, mapping.target, names)
  const card = CARDS[mapping.entity]
  const policy =
    mapping.policy === 'overwrite'
      ? text('даже если там уже что-то есть', 'even if it holds something')
      : text('если оно пустое', 'if it is empty')
  return text(
    `${source ? `«${from.ru}»` : from.ru}: пишется в поле ${target.ru} ${card.ru}, ${policy.ru}.`,
    `${source ? `“${from.en}”` : from.en} is written into the field ${target.en} of ${card.en}, ${policy.en}.`,
  )
}

const FIRST_STAGE = text('на первую стадию', 'to the first stage')

function onStage(name: Text): Text {
  return text(`на стадию ${name.ru}`, `to the stage ${name.en}`)
}

const CARDS: Readonly<Record<EntityType, Text>> = {
  lead: text('лида', 'the lead'),
  deal: text('сделки', 'the deal'),
  contact: text('контакта', 'the contact'),
  company: text('компании', 'the company'),
}

function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}
