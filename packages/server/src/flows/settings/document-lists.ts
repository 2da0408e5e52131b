import type { EntityType } from '@trunkline/contracts/crm/entity'
import type {
  SettingsDocument,
  SettingsOption,
  SettingsPipeline,
  SettingsPortalField,
} from '@trunkline/contracts/http/settings'
import type { Locale } from '@trunkline/contracts/locale'
import { OPERATORS } from '@trunkline/contracts/rules/condition'
import type { IntegrationSettings, PassingSettings, SectionName } from '@trunkline/contracts/settings/index'
import {
  CHOICE_WORDS,
  conditionFields,
  mappingFields,
  OPERATORS_BY_TYPE,
  OPERATORS_WITHOUT_VALUE,
} from '@trunkline/domain/rules/catalogue'
import { OPERATOR_WORDS } from '@trunkline/domain/rules/explain-rule'
import { adapterOf } from '../channel-account.ts'
import type { SettingsGround } from './settings-ground.ts'

/** Sections that pass something, with what they have in common. */
function passing(settings: IntegrationSettings): PassingSettings[] {
  return [settings.chats, settings.requests]
}

/** Portal users that the settings name anywhere. */
export function chosenUsers(settings: IntegrationSettings): Set<string> {
  return new Set(
    passing(settings).flatMap((section) => [
      section.defaultResponsibleId,
      section.activityResponsibleId,
      ...section.responsibleRules.map((rule) => rule.userId),
    ]),
  )
}

/**
 * Choices of pickers by name. A dismissed user is only there while chosen, so that the form can say who it was; the same
 * goes for a field or stage that was deleted.
 */
export function optionsOf(ground: SettingsGround, locale: Locale): SettingsDocument['options'] {
  const chosen = chosenUsers(ground.settings)
  const types = new Map(ground.channels.map((row) => [row.type, adapterOf(row.type).title[locale]]))
  const users = (ground.users ?? [])
    .filter((user) => user.active || chosen.has(user.id))
    .map(
      (user): SettingsOption => ({
        value: user.id,
        label: user.name,
        ...(user.position === undefined || user.position === '' ? {} : { hint: user.position }),
        ...(user.active ? {} : { disabled: true }),
      }),
    )
  return {
    channels: ground.channels.map((row) => ({
      value: row.id,
      label: row.title,
      hint: adapterOf(row.type).title[locale],
    })),
    'channel-types': [...types].map(([value, label]) => ({ value, label })),
    'portal-user': users,
    'portal-users': users,
    ...Object.fromEntries(
      Object.entries(CHOICE_WORDS).map(([name, words]) => [
        name,
        Object.entries(words).map(([value, label]) => ({ value, label: label[locale] })),
      ]),
    ),
  }
}

/** Pipelines with their stages, those of leads first. In simple mode there are no leads to put anywhere. */
export function pipelinesOf(ground: SettingsGround): SettingsPipeline[] {
  const places = passing(ground.settings).flatMap((section) => [
    section.firstPlace,
    section.repeatedPlace,
    ...[...section.firstPlaceRules, ...section.repeatedPlaceRules].map((rule) => rule.place),
  ])
  return [...(ground.pipelines ?? [])]
    .sort((a, b) => Number(b.entity === 'lead') - Number(a.entity === 'lead'))
    .map(({ entity, id, name, isDefault, stages }) => {
      const known = new Set(stages.map((stage) => stage.id))
      const chosen =
        entity === 'lead'
          ? places.map((place) => place.leadStageId)
          : places.filter((place) => place.pipelineId === id).map((place) => place.dealStageId)
      const gone = [...new Set(chosen)].filter((stageId) => stageId !== '' && !known.has(stageId))
      return {
        entity,
        id,
        label: name,
        isDefault,
        stages: [
          ...stages.map((stage) => ({
            value: stage.id,
            label: stage.name,
            closed: stage.semantics !== 'open',
            ...(stage.color === undefined ? {} : { colour: stage.color }),
          })),
          ...gone.map((stageId) => ({ value: stageId, label: stageId, closed: false, disabled: true })),
        ],
      }
    })
}

/** Types of fields that a mapping can fill. */
const FILLABLE = new Set<string>(['text', 'number', 'date', 'datetime', 'boolean', 'list', 'link'])

/** Fields of cards that a mapping may write, by entity. */
export function portalFieldsOf(ground: SettingsGround): Record<string, SettingsPortalField[]> {
  const mapped = new Map<string, Set<string>>()
  for (const { entity, target } of passing(ground.settings).flatMap((section) => section.fieldMappings))
    mapped.set(entity, (mapped.get(entity) ?? new Set()).add(target))
  const entities: readonly EntityType[] = ['lead', 'deal', 'contact', 'company']
  return Object.fromEntries(
    entities.map((entity) => {
      const all = (ground.fields ?? []).filter((field) => field.entity === entity)
      const offered = all.filter(
        (field) => (!field.readOnly && FILLABLE.has(field.type)) || mapped.get(entity)?.has(field.code),
      )
      const gone = [...(mapped.get(entity) ?? [])].filter(
        (code) => ground.fields !== null && !all.some((field) => field.code === code),
      )
      return [
        entity,
        [
          ...offered
            .sort((a, b) => a.label.localeCompare(b.label, ground.workspace.locale))
            .map(
              (field): SettingsPortalField => ({
                value: field.code,
                label: field.label,
                hint: field.code,
                type: field.type,
                multiple: field.multiple,
                mandatory: field.mandatory,
                ...(field.readOnly || !FILLABLE.has(field.type) ? { disabled: true } : {}),
                ...(field.items === undefined
                  ? {}
                  : { items: field.items.map(({ id, label }) => ({ value: id, label })) }),
              }),
            ),
          ...gone.map((code) => ({
            value: code,
            label: code,
            type: 'other',
            multiple: false,
            mandatory: false,
            disabled: true,
          })),
        ],
      ]
    }),
  )
}

/** The catalogue that rules and mappings of a section choose from, in the order of offering. */
export function fieldsOf(section: SectionName): SettingsDocument['fields'] {
  if (section === 'main') return []
  const inConditions = conditionFields(section)
  const inMappings = mappingFields(section)
  return Object.entries({ ...inMappings, ...inConditions }).map(([name, field]) => ({
    name,
    label: { ...field.label },
    type: field.type,
    operators: [...OPERATORS_BY_TYPE[field.type]],
    choices: field.choices ?? null,
    inConditions: Object.hasOwn(inConditions, name),
    inMappings: Object.hasOwn(inMappings, name),
  }))
}

/** Operators in words. */
export function operatorsOf(): SettingsDocument['operators'] {
  return Object.fromEntries(
    OPERATORS.map((operator) => [
      operator,
      {
        label: { ...OPERATOR_WORDS[operator] },
        takesValue: !OPERATORS_WITHOUT_VALUE.includes(operator),
        many: operator === 'in' || operator === 'notIn',
      },
    ]),
  )
}
