import type {
  IntegrationSettings,
  MainSettings,
  PassingSectionName,
  PassingSettings,
  SectionName,
} from '@trunkline/contracts/settings/index'
import { isTimeZone } from '../conversation/working-time.ts'
import { conditionFields } from '../rules/catalogue.ts'
import { exceptionProblems, type RuleProblem, ruleProblems } from '../rules/rule-problems.ts'
import type { SettingsWorld } from '../settings/settings-world.ts'
import { templateProblems } from '../templates/render-title.ts'
import { type FieldProblem, problem, referenceProblems, userProblems } from './settings-references.ts'

/**
 * Why a section may not be saved, beyond what its schema says: rules on combinations of fields and on things that
 * exist. Empty when it may. Call it with a value that passed the schema.
 *
 * The schema itself refuses an activity alone on first contact (AMB-13), a place of conditions it does not know, and a
 * timing of requests (AMB-24).
 */
export function settingsProblems<S extends SectionName>(
  section: S,
  value: IntegrationSettings[S],
  world: SettingsWorld,
): FieldProblem[] {
  return section === 'main'
    ? timeZoneProblems(value as MainSettings)
    : passingProblems(section as PassingSectionName, value as PassingSettings, world)
}

function timeZoneProblems({ timeZone }: MainSettings): FieldProblem[] {
  if (timeZone === '' || isTimeZone(timeZone)) return []
  return [
    problem(
      '/timeZone',
      'time-zone-unknown',
      'Такого часового пояса нет. Выберите из списка, например Asia/Omsk.',
      'There is no such time zone. Choose one of the list, for example Asia/Omsk.',
    ),
  ]
}

function passingProblems(
  section: PassingSectionName,
  value: PassingSettings,
  world: SettingsWorld,
): FieldProblem[] {
  return [
    ...channelProblems(value, world),
    ...defaultResponsibleProblems(value, world),
    ...ruleListProblems(section, value),
    ...templatesProblems(section, value),
    ...referenceProblems(section, value, world),
  ]
}

/** CHAT-24, AMB-11: no channel would mean that nothing is passed, which is never what was meant. */
function channelProblems(value: PassingSettings, world: SettingsWorld): FieldProblem[] {
  const problems: FieldProblem[] = []
  if (value.enabled && value.channelIds.length === 0) {
    problems.push(
      problem(
        '/channelIds',
        'channels-required',
        'Выберите хотя бы один канал: без каналов ничего передаваться не будет.',
        'Select at least one channel: without channels nothing would be passed.',
      ),
    )
  }
  const known = new Set(world.channels.map((channel) => channel.id))
  value.channelIds.forEach((id, index) => {
    if (known.has(id)) return
    problems.push(
      problem(
        `/channelIds/${index}`,
        'channel-unknown',
        'Этого канала больше нет. Уберите его из списка.',
        'This channel no longer exists. Take it off the list.',
      ),
    )
  })
  return problems
}

/** CHAT-25, UIS-25, AMB-11. */
function defaultResponsibleProblems(value: PassingSettings, world: SettingsWorld): FieldProblem[] {
  if (value.defaultResponsibleId !== '') {
    return userProblems('/defaultResponsibleId', value.defaultResponsibleId, world)
  }
  if (!value.enabled) return []
  return [
    problem(
      '/defaultResponsibleId',
      'responsible-required',
      'Выберите ответственного по умолчанию: у каждой новой карточки должен быть владелец.',
      'Choose the default responsible: every new card needs an owner.',
    ),
  ]
}

const RULE_LISTS = ['transferRules', 'responsibleRules', 'firstPlaceRules', 'repeatedPlaceRules'] as const

/** Each rule's conditions, and ids that differ inside a list (UIS-30). Switched-off rules too: they are one click away. */
function ruleListProblems(section: PassingSectionName, value: PassingSettings): FieldProblem[] {
  const catalogue = conditionFields(section)
  const problems: FieldProblem[] = []
  const add = (pointer: string, found: readonly RuleProblem[]) => {
    for (const { code, message } of found) problems.push({ pointer, code, message })
  }
  for (const list of RULE_LISTS) {
    value[list].forEach((rule, index) => {
      add(`/${list}/${index}/when`, ruleProblems(rule.when, catalogue))
      if ('except' in rule && rule.except !== undefined)
        add(`/${list}/${index}/except`, exceptionProblems(rule.except, catalogue))
    })
    problems.push(...idsTwice(list, value[list]))
  }
  return [...problems, ...idsTwice('fieldMappings', value.fieldMappings)]
}

function idsTwice(list: string, rules: readonly { readonly id: string }[]): FieldProblem[] {
  return rules.flatMap((rule, index) =>
    rules.findIndex((other) => other.id === rule.id) === index
      ? []
      : [
          problem(
            `/${list}/${index}/id`,
            'id-twice',
            'У двух строк списка один и тот же код. Удалите строку и добавьте её заново.',
            'Two lines of the list have the same id. Delete the line and add it again.',
          ),
        ],
  )
}

/** CHAT-69; an empty template is the default one. */
function templatesProblems(section: PassingSectionName, value: PassingSettings): FieldProblem[] {
  return (['activityTemplate', 'titleTemplate'] as const).flatMap((field) =>
    value[field].trim() === ''
      ? []
      : templateProblems(value[field], section).map(({ code, message }) => ({
          pointer: `/${field}`,
          code,
          message,
        })),
  )
}
