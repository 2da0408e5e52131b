import { text } from '@trunkline/contracts/locale'
import type { PassingSectionName, PassingSettings } from '@trunkline/contracts/settings/index'
import type { FieldMapping, Place } from '@trunkline/contracts/settings/rules'
import { fieldNamed, mappingFields } from '../rules/catalogue.ts'
import { canFit } from './field-value.ts'
import type { FieldProblem, SettingsContext } from './settings-context.ts'

/**
 * What settings point to and cannot have: users, stages, pipelines, fields of cards. Only what is in use is asked
 * about: a rule that is off, a place where no card is made, a table that is off may stay as they are. Lists of the
 * portal that were never read refuse nothing.
 */
export function referenceProblems(
  section: PassingSectionName,
  value: PassingSettings,
  context: SettingsContext,
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
    } else problems.push(...userProblems(at, rule.userId, context))
  })
  if (value.activityResponsibleId !== '') {
    problems.push(...userProblems('/activityResponsibleId', value.activityResponsibleId, context))
  }
  const lists = [
    ['first', value.firstContactCreates, value.firstPlace, value.firstPlaceRules],
    ['repeated', value.repeatedContactCreates, value.repeatedPlace, value.repeatedPlaceRules],
  ] as const
  for (const [list, creates, place, rules] of lists) {
    if (creates === 'nothing' || creates === 'activity') continue
    problems.push(...placeProblems(`/${list}Place`, place, context))
    rules.forEach((rule, index) => {
      if (rule.active)
        problems.push(...placeProblems(`/${list}PlaceRules/${index}/place`, rule.place, context))
    })
  }
  return [...problems, ...mappingProblems(section, value, context)]
}

/** One thing to mend. */
export function problem(pointer: string, code: string, ru: string, en: string): FieldProblem {
  return { pointer, code, message: text(ru, en) }
}

/** Why a user may not be chosen; empty while the directory was never read. */
export function userProblems(
  pointer: string,
  userId: string,
  { portalUsers }: SettingsContext,
): FieldProblem[] {
  if (!portalUsers) return []
  const user = portalUsers.find((one) => one.id === userId)
  if (!user) {
    return [
      problem(
        pointer,
        'responsible-unknown',
        'Такого сотрудника на портале нет. Выберите другого.',
        'The portal has no such user. Choose another one.',
      ),
    ]
  }
  if (user.active) return []
  return [
    problem(
      pointer,
      'responsible-dismissed',
      `Этот сотрудник уволен: ${user.name}. Выберите работающего.`,
      `This user is dismissed: ${user.name}. Choose an active one.`,
    ),
  ]
}

function placeProblems(pointer: string, place: Place, { pipelines }: SettingsContext): FieldProblem[] {
  if (!pipelines) return []
  const problems: FieldProblem[] = []
  const gone = (field: string) =>
    problem(
      `${pointer}/${field}`,
      'stage-unknown',
      'Такой стадии на портале нет. Выберите другую.',
      'The portal has no such stage. Choose another one.',
    )
  const hasStage = (pipeline: { readonly stages: readonly { readonly id: string }[] }, id: string) =>
    pipeline.stages.some((stage) => stage.id === id)
  const ofLeads = pipelines.filter((one) => one.entity === 'lead')
  const ofDeals = pipelines.filter((one) => one.entity === 'deal')

  const { leadStageId, pipelineId, dealStageId } = place
  if (leadStageId !== '' && ofLeads.length > 0 && !ofLeads.some((one) => hasStage(one, leadStageId))) {
    problems.push(gone('leadStageId'))
  }
  const pipeline = ofDeals.find((one) => one.id === pipelineId)
  if (pipelineId !== '' && !pipeline) {
    problems.push(
      problem(
        `${pointer}/pipelineId`,
        'pipeline-unknown',
        'Такой воронки на портале нет. Выберите другую.',
        'The portal has no such pipeline. Choose another one.',
      ),
    )
  } else if (
    dealStageId !== '' &&
    !(pipeline ? [pipeline] : ofDeals).some((one) => hasStage(one, dealStageId))
  ) {
    const owner = ofDeals.find((one) => hasStage(one, dealStageId))
    problems.push(
      owner && pipeline
        ? problem(
            `${pointer}/dealStageId`,
            'stage-of-other-pipeline',
            `Эта стадия из другой воронки: «${owner.name}». Выберите стадию воронки «${pipeline.name}».`,
            `This stage belongs to another pipeline: “${owner.name}”. Choose a stage of “${pipeline.name}”.`,
          )
        : gone('dealStageId'),
    )
  }
  return problems
}

/** CHAT-75: known source, a field that exists, may be written and can take the value, and each field once. */
function mappingProblems(
  section: PassingSectionName,
  value: PassingSettings,
  context: SettingsContext,
): FieldProblem[] {
  if (!value.mapFields) return []
  const problems: FieldProblem[] = []
  const taken = new Set<string>()
  value.fieldMappings.forEach((mapping, index) => {
    if (!mapping.active) return
    const at = `/fieldMappings/${index}`
    problems.push(...oneMapping(at, mapping, section, context))
    const field = `${mapping.entity}:${mapping.target}`
    if (taken.has(field)) {
      problems.push(
        problem(
          `${at}/target`,
          'target-twice',
          'В это поле уже пишет строка выше. Выберите другое поле.',
          'A line above writes into this field already. Choose another field.',
        ),
      )
    }
    taken.add(field)
  })
  return problems
}

function oneMapping(
  at: string,
  { entity, source, target }: FieldMapping,
  section: PassingSectionName,
  { fields }: SettingsContext,
): FieldProblem[] {
  const problems: FieldProblem[] = []
  const known = fieldNamed(mappingFields(section), source)
  if (!known) {
    problems.push(
      problem(
        `${at}/source`,
        'source-unknown',
        `Такого параметра в этом разделе нет: ${source}.`,
        `This section has no such parameter: ${source}.`,
      ),
    )
  }
  if (!fields) return problems
  const ofEntity = fields[entity] ?? {}
  const field = Object.hasOwn(ofEntity, target) ? ofEntity[target] : undefined
  if (!field) {
    problems.push(
      problem(
        `${at}/target`,
        'field-unknown',
        `Такого поля на портале нет: ${target}. Выберите другое.`,
        `The portal has no such field: ${target}. Choose another one.`,
      ),
    )
  } else if (field.readOnly) {
    problems.push(
      problem(
        `${at}/target`,
        'field-read-only',
        `Портал не разрешает писать в это поле: ${field.label}.`,
        `The portal does not let this field be written: ${field.label}.`,
      ),
    )
  } else if (known && !canFit(known, field.type)) {
    problems.push(
      problem(
        `${at}/target`,
        'type-does-not-fit',
        `Параметр «${known.label.ru}» не подходит к типу поля «${field.label}».`,
        `The parameter “${known.label.en}” does not fit the type of the field “${field.label}”.`,
      ),
    )
  }
  return problems
}
