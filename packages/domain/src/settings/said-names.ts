import type { EntityType } from '@trunkline/contracts/crm/entity'
import { type Text, text } from '@trunkline/contracts/locale'
import type { RuleGroup } from '@trunkline/contracts/rules/condition'
import { fieldNamed, type RuleCatalogue, type RuleField } from '../rules/catalogue.ts'
import { type ChoiceNames, explainRule } from '../rules/explain-rule.ts'
import type { SettingsNames } from './settings-world.ts'

/** Names as sentences use them: an id without a name says that it has none. */

/** «Продажи», or the id. Quoted. */
export function channelName(id: string, names: SettingsNames): Text {
  return quoted(names.channels, id)
}

/** Anna Vetrova, or the number. Not quoted: it stands in a sentence as a person's name does. */
export function userName(id: string, names: SettingsNames): Text {
  if (id === '') return text('никто', 'nobody')
  const name = own(names.users, id)
  return name === undefined
    ? text(`сотрудник № ${id} (имя неизвестно)`, `user No. ${id} (name unknown)`)
    : text(name, name)
}

export function leadStageName(id: string, names: SettingsNames): Text {
  return quoted(names.leadStages, id)
}

export function pipelineName(id: string, names: SettingsNames): Text {
  return quoted(names.pipelines, id)
}

/** A stage of a deal. With an empty pipeline it is looked for in all of them: which one is first, names do not say. */
export function dealStageName(pipelineId: string, id: string, names: SettingsNames): Text {
  const stages =
    pipelineId === ''
      ? Object.assign({}, ...Object.values(names.dealStages))
      : (names.dealStages[pipelineId] ?? {})
  return quoted(stages, id)
}

export function cardFieldName(entity: EntityType, code: string, names: SettingsNames): Text {
  return quoted(names.cardFields[entity] ?? {}, code)
}

/** Conditions as a phrase without a full stop, with names for the ids of choices. */
export function conditionWords(group: RuleGroup, catalogue: RuleCatalogue, names: SettingsNames): Text {
  const ids = idsIn(group)
  const inLanguage = (language: 'ru' | 'en') =>
    explainRule(group, catalogue, choiceNames(ids, catalogue, names, language))[language]
  return text(inLanguage('ru'), inLanguage('en'))
}

function choiceNames(
  ids: ReadonlyMap<string, ReadonlySet<string>>,
  catalogue: RuleCatalogue,
  names: SettingsNames,
  language: 'ru' | 'en',
): ChoiceNames {
  const unknown = { ru: 'название неизвестно', en: 'name unknown' }[language]
  return Object.fromEntries(
    [...ids].map(([field, values]) => {
      const given = namesOfChoice(fieldNamed(catalogue, field), names, language)
      return [
        field,
        given === undefined
          ? {}
          : Object.fromEntries([...values].map((id) => [id, own(given, id) ?? `${id} (${unknown})`])),
      ]
    }),
  )
}

/** Undefined for a field whose values are not ids; those of our own lists have their words in the catalogue. */
function namesOfChoice(
  field: RuleField | undefined,
  names: SettingsNames,
  language: 'ru' | 'en',
): Readonly<Record<string, string>> | undefined {
  switch (field?.choices) {
    case 'channels':
      return names.channels
    case 'channel-types':
      return Object.fromEntries(
        Object.entries(names.channelTypes).map(([type, title]) => [type, title[language]]),
      )
    case 'portal-users':
      return names.users
    default:
      return undefined
  }
}

/** Values compared, by field. */
function idsIn(group: RuleGroup, found = new Map<string, Set<string>>()): Map<string, Set<string>> {
  for (const child of group.rules) {
    if ('rules' in child) idsIn(child, found)
    else {
      const values = found.get(child.field) ?? new Set()
      for (const value of Array.isArray(child.value) ? child.value : [child.value]) {
        if (typeof value === 'string' && value !== '') values.add(value)
      }
      found.set(child.field, values)
    }
  }
  return found
}

function quoted(names: Readonly<Record<string, string>>, id: string): Text {
  const name = own(names, id)
  return name === undefined
    ? text(`«${id}» (название неизвестно)`, `“${id}” (name unknown)`)
    : text(`«${name}»`, `“${name}”`)
}

function own(names: Readonly<Record<string, string>>, id: string): string | undefined {
  return Object.hasOwn(names, id) ? names[id] : undefined
}
