import { type Text, text } from '@trunkline/contracts/locale'
import type { PassingSectionName, PassingSettings } from '@trunkline/contracts/settings/index'
import type { FieldMapping, Place } from '@trunkline/contracts/settings/rules'
import type { RuleProblem } from '../rules/rule-problems.ts'
import { missingOfPlace } from '../settings/places.ts'
import { type MappingFault, mappingFaults, userFault } from '../settings/reference-faults.ts'
import type { SettingsWorld } from '../settings/settings-world.ts'
import type { TemplateProblem } from '../templates/render-title.ts'

/** Why a section may not be saved, besides what is wrong inside its rules and templates. */
export type ProblemCode =
  | 'time-zone-unknown'
  | 'channels-required'
  | 'channel-unknown'
  | 'responsible-required'
  | 'responsible-unknown'
  | 'responsible-dismissed'
  | 'id-twice'
  | 'pipeline-unknown'
  | 'stage-unknown'
  | 'stage-of-other-pipeline'
  | 'source-unknown'
  | 'field-unknown'
  | 'field-read-only'
  | 'type-does-not-fit'

/** One thing to mend before a section may be saved. `pointer` is a JSON Pointer into the section's value. */
export interface FieldProblem {
  readonly pointer: string
  readonly code: ProblemCode | RuleProblem['code'] | TemplateProblem['code']
  readonly message: Text
}

/**
 * What settings point to and cannot have: users, stages, pipelines, fields of cards. Only what is in use is asked
 * about: a rule that is off, a place where no card is made, a table that is off may stay as they are. Lists of the
 * portal that were never read refuse nothing.
 */
export function referenceProblems(
  section: PassingSectionName,
  value: PassingSettings,
  world: SettingsWorld,
): FieldProblem[] {
  const problems: FieldProblem[] = []
  value.responsibleRules.forEach((rule, index) => {
    if (!rule.active) return
    const at = `/responsibleRules/${index}/userId`
    if (rule.userId === '') {
      problems.push(
        problem(
          at,
          'responsible-required',
          'Выберите сотрудника для этого правила.',
          'Choose a user for this rule.',
        ),
      )
    } else problems.push(...userProblems(at, rule.userId, world))
  })
  if (value.activityResponsibleId !== '') {
    problems.push(...userProblems('/activityResponsibleId', value.activityResponsibleId, world))
  }
  const lists = [
    ['first', value.firstContactCreates, value.firstPlace, value.firstPlaceRules],
    ['repeated', value.repeatedContactCreates, value.repeatedPlace, value.repeatedPlaceRules],
  ] as const
  for (const [list, creates, place, rules] of lists) {
    if (creates === 'nothing' || creates === 'activity') continue
    problems.push(...placeProblems(`/${list}Place`, place, world))
    rules.forEach((rule, index) => {
      if (rule.active) problems.push(...placeProblems(`/${list}PlaceRules/${index}/place`, rule.place, world))
    })
  }
  return [...problems, ...mappingProblems(section, value, world)]
}

/** One thing to mend. */
export function problem(pointer: string, code: ProblemCode, ru: string, en: string): FieldProblem {
  return { pointer, code, message: text(ru, en) }
}

/** Why a user may not be chosen; empty while the directory was never read, and for nobody. */
export function userProblems(pointer: string, userId: string, world: SettingsWorld): FieldProblem[] {
  const found = userFault(userId, world)
  switch (found?.fault) {
    case 'gone':
      return [
        problem(
          pointer,
          'responsible-unknown',
          'Такого сотрудника на портале нет. Выберите другого.',
          'The portal has no such user. Choose another one.',
        ),
      ]
    case 'dismissed':
      return [
        problem(
          pointer,
          'responsible-dismissed',
          `Этот сотрудник уволен: ${found.name}. Выберите работающего.`,
          `This user is dismissed: ${found.name}. Choose an active one.`,
        ),
      ]
    default:
      return []
  }
}

function placeProblems(pointer: string, place: Place, world: SettingsWorld): FieldProblem[] {
  return missingOfPlace(place, world).map((part) => {
    if (part === 'pipeline') {
      return problem(
        `${pointer}/pipelineId`,
        'pipeline-unknown',
        'Такой воронки на портале нет. Выберите другую.',
        'The portal has no such pipeline. Choose another one.',
      )
    }
    const pipelines = world.pipelines ?? []
    const chosen = pipelines.find((one) => one.id === place.pipelineId)
    const owner = pipelines.find((one) => one.stages.some((stage) => stage.id === place.dealStageId))
    if (part === 'dealStage' && owner && chosen) {
      return problem(
        `${pointer}/dealStageId`,
        'stage-of-other-pipeline',
        `Эта стадия из другой воронки: «${owner.name}». Выберите стадию воронки «${chosen.name}».`,
        `This stage belongs to another pipeline: “${owner.name}”. Choose a stage of “${chosen.name}”.`,
      )
    }
    return problem(
      `${pointer}/${part === 'leadStage' ? 'leadStageId' : 'dealStageId'}`,
      'stage-unknown',
      'Такой стадии на портале нет. Выберите другую.',
      'The portal has no such stage. Choose another one.',
    )
  })
}

/**
 * CHAT-75: a known source, a field that exists, may be written and can take the value. Several lines may write into one
 * field: the later ones are fallbacks.
 */
function mappingProblems(
  section: PassingSectionName,
  value: PassingSettings,
  world: SettingsWorld,
): FieldProblem[] {
  if (!value.mapFields) return []
  return value.fieldMappings.flatMap((mapping, index) => {
    if (!mapping.active) return []
    return mappingFaults(section, mapping, world).map((fault) =>
      mappingProblem(`/fieldMappings/${index}/${fault.at}`, mapping, fault),
    )
  })
}

function mappingProblem(
  pointer: string,
  { source, target }: FieldMapping,
  fault: MappingFault,
): FieldProblem {
  switch (fault.fault) {
    case 'unknown':
      return problem(
        pointer,
        'source-unknown',
        `Такого параметра в этом разделе нет: ${source}.`,
        `This section has no such parameter: ${source}.`,
      )
    case 'gone':
      return problem(
        pointer,
        'field-unknown',
        `Такого поля на портале нет: ${target}. Выберите другое.`,
        `The portal has no such field: ${target}. Choose another one.`,
      )
    case 'read-only':
      return problem(
        pointer,
        'field-read-only',
        `Портал не разрешает писать в это поле: ${fault.field.label}.`,
        `The portal does not let this field be written: ${fault.field.label}.`,
      )
    case 'misfit':
      return problem(
        pointer,
        'type-does-not-fit',
        `Параметр «${fault.source.label.ru}» не подходит к типу поля «${fault.field.label}».`,
        `The parameter “${fault.source.label.en}” does not fit the type of the field “${fault.field.label}”.`,
      )
  }
}
