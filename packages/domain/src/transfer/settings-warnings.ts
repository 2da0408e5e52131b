import { type Text, text } from '@trunkline/contracts/locale'
import type { PassingSectionName, PassingSettings, SectionName } from '@trunkline/contracts/settings/index'
import type { FieldProblem, SectionValues, SettingsContext } from './settings-context.ts'
import { problem, referenceProblems } from './settings-references.ts'

/**
 * What an administrator should know about settings that may be saved or are saved: switches that cancel each
 * other (CHAT-18, UIS-15), a responsible dismissed since (TEL-24), stages and fields deleted since (CHAT-54, CHAT-75),
 * a site chat without a contact form (CHAT-79), choices that have no effect.
 */
export function settingsWarnings<S extends SectionName>(
  section: S,
  value: SectionValues[S],
  context: SettingsContext,
): FieldProblem[] {
  if (section === 'main') return []
  const passing = value as PassingSettings
  return [
    ...switchWarnings(section as PassingSectionName, passing, context),
    ...responsibleWarnings(passing, context),
    ...referenceProblems(section as PassingSectionName, passing, context),
    ...(section === 'chats' ? contactFormWarnings(passing, context) : []),
    ...idleWarnings(passing, context),
  ]
}

const PASSING: Readonly<Record<PassingSectionName, Text>> = {
  chats: text('Передача чатов настроена', 'Passing chats is set up'),
  requests: text('Передача офлайн-заявок настроена', 'Passing offline requests is set up'),
}

function switchWarnings(
  section: PassingSectionName,
  value: PassingSettings,
  { main }: SettingsContext,
): FieldProblem[] {
  if (value.enabled && !value.active) {
    const what = PASSING[section]
    return [
      problem(
        '/active',
        'section-off',
        `${what.ru}, но раздел выключен: в Битрикс24 ничего не уходит.`,
        `${what.en}, but the section is off: nothing goes to Bitrix24.`,
      ),
    ]
  }
  if (!value.active || main.active) return []
  return [
    problem(
      '/active',
      'main-off',
      'Раздел включён, но интеграция выключена на главной вкладке: в Битрикс24 ничего не уходит.',
      'The section is on, but the integration is off in the Main section: nothing goes to Bitrix24.',
    ),
  ]
}

function responsibleWarnings(value: PassingSettings, { portalUsers }: SettingsContext): FieldProblem[] {
  const user = portalUsers?.find((one) => one.id === value.defaultResponsibleId)
  if (!portalUsers || value.defaultResponsibleId === '' || user?.active === true) return []
  const name = user?.name ?? `№ ${value.defaultResponsibleId}`
  return [
    problem(
      '/defaultResponsibleId',
      'responsible-dismissed',
      `Ответственный больше не работает на портале: ${name}. Карточки пока достаются сотруднику, от имени которого подключено приложение.`,
      `The responsible no longer works in the portal: ${name}. For now cards go to the user in whose name the application is connected.`,
    ),
  ]
}

function contactFormWarnings(value: PassingSettings, { channels }: SettingsContext): FieldProblem[] {
  if (!value.enabled) return []
  return value.channelIds.flatMap((id, index) => {
    const channel = channels.find((one) => one.id === id)
    if (channel?.contactForm !== false) return []
    return [
      problem(
        `/channelIds/${index}`,
        'no-contact-form',
        `У чата на сайте «${channel.title}» нет формы контактов: один и тот же посетитель может завести несколько карточек. Включите форму в настройках канала.`,
        `The site chat “${channel.title}” has no contact form: one visitor may end up with several cards. Switch the form on in the settings of the channel.`,
      ),
    ]
  })
}

/** Choices that change nothing as the others stand. */
function idleWarnings(value: PassingSettings, { crmMode }: SettingsContext): FieldProblem[] {
  const warnings: FieldProblem[] = []
  const makesOnRepeated =
    value.repeatedContactCreates === 'card' || value.repeatedContactCreates === 'card-and-activity'
  if (value.addToClosed && makesOnRepeated) {
    warnings.push(
      problem(
        '/addToClosed',
        'closed-unused',
        'Не действует: при повторном обращении создаётся новая карточка, в найденные не пишем.',
        'Has no effect: a repeated contact makes a new card, nothing is written into found ones.',
      ),
    )
  }
  if (value.firstContactCreates === 'nothing' && value.passWithoutContactData) {
    warnings.push(
      problem(
        '/passWithoutContactData',
        'unknown-never-pass',
        'Почти не действует: передаются только известные клиенты, а без контактных данных клиента не узнать.',
        'Has hardly any effect: only known clients are passed, and without contact data a client is not recognised.',
      ),
    )
  }
  if (crmMode === 'simple' && value.commentPriority === 'lead' && !makesOnRepeated) {
    warnings.push(
      problem(
        '/commentPriority',
        'leads-off',
        'Портал работает в простом режиме CRM: новых лидов в нём не бывает.',
        'The portal works in simple CRM mode: it gets no new leads.',
      ),
    )
  }
  return warnings
}
