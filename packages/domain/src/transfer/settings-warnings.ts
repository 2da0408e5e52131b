import { text } from '@trunkline/contracts/locale'
import type { ChatsSettings, SectionName } from '@trunkline/contracts/settings/index'
import type { FieldProblem, SectionValues, SettingsContext } from './settings-context.ts'

/**
 * What an administrator should know about settings that may be saved or are saved: switches that cancel each
 * other (CHAT-18, UIS-15), a responsible dismissed since (TEL-24), a site chat without a contact form (CHAT-79).
 */
export function settingsWarnings<S extends SectionName>(
  section: S,
  value: SectionValues[S],
  context: SettingsContext,
): FieldProblem[] {
  if (section !== 'chats') return []
  return chatsWarnings(value as ChatsSettings, context)
}

function chatsWarnings(value: ChatsSettings, context: SettingsContext): FieldProblem[] {
  const warnings: FieldProblem[] = []
  const add = (pointer: string, code: string, ru: string, en: string) =>
    warnings.push({ pointer, code, message: text(ru, en) })

  if (value.enabled && !value.active) {
    add(
      '/active',
      'section-off',
      'Передача чатов настроена, но раздел выключен: в Битрикс24 ничего не уходит.',
      'Passing chats is set up, but the section is off: nothing goes to Bitrix24.',
    )
  }
  if (value.active && !context.main.active) {
    add(
      '/active',
      'main-off',
      'Раздел включён, но интеграция выключена на главной вкладке: в Битрикс24 ничего не уходит.',
      'The section is on, but the integration is off in the Main section: nothing goes to Bitrix24.',
    )
  }
  const user = context.portalUsers?.find((one) => one.id === value.defaultResponsibleId)
  if (context.portalUsers && value.defaultResponsibleId !== '' && user?.active !== true) {
    const name = user?.name ?? `№ ${value.defaultResponsibleId}`
    add(
      '/defaultResponsibleId',
      'responsible-dismissed',
      `Ответственный больше не работает на портале: ${name}. Карточки пока достаются сотруднику, от имени которого подключено приложение.`,
      `The responsible no longer works in the portal: ${name}. For now cards go to the user in whose name the application is connected.`,
    )
  }
  value.channelIds.forEach((id, index) => {
    const channel = context.channels.find((one) => one.id === id)
    if (value.enabled && channel?.contactForm === false) {
      add(
        `/channelIds/${index}`,
        'no-contact-form',
        `У чата на сайте «${channel.title}» нет формы контактов: один и тот же посетитель может завести несколько карточек. Включите форму в настройках канала.`,
        `The site chat “${channel.title}” has no contact form: one visitor may end up with several cards. Switch the form on in the settings of the channel.`,
      )
    }
  })
  return warnings
}
