import { text } from '@trunkline/contracts/locale'
import type { ChatsSettings, SectionName } from '@trunkline/contracts/settings/index'
import type { FieldProblem, SectionValues, SettingsContext } from './settings-context.ts'

/**
 * Why a section may not be saved, beyond what its schema says: rules on combinations of fields and on things that
 * exist (AMB-11, CHAT-24, CHAT-25). Empty when it may. Call it with a value that passed the schema.
 */
export function settingsProblems<S extends SectionName>(
  section: S,
  value: SectionValues[S],
  context: SettingsContext,
): FieldProblem[] {
  return section === 'chats' ? chatsProblems(value as ChatsSettings, context) : []
}

function chatsProblems(value: ChatsSettings, context: SettingsContext): FieldProblem[] {
  const problems: FieldProblem[] = []
  const known = new Set(context.channels.map((channel) => channel.id))
  const add = (pointer: string, code: string, ru: string, en: string) =>
    problems.push({ pointer, code, message: text(ru, en) })

  if (value.enabled && value.channelIds.length === 0) {
    add(
      '/channelIds',
      'channels-required',
      'Выберите хотя бы один канал: без каналов ничего передаваться не будет.',
      'Select at least one channel: without channels nothing would be passed.',
    )
  }
  value.channelIds.forEach((id, index) => {
    if (!known.has(id)) {
      add(
        `/channelIds/${index}`,
        'channel-unknown',
        'Этого канала больше нет. Уберите его из списка.',
        'This channel no longer exists. Take it off the list.',
      )
    }
  })

  const responsible = value.defaultResponsibleId
  if (responsible === '') {
    if (value.enabled) {
      add(
        '/defaultResponsibleId',
        'responsible-required',
        'Выберите ответственного по умолчанию: у каждой новой карточки должен быть владелец.',
        'Choose the default responsible: every new card needs an owner.',
      )
    }
  } else if (context.portalUsers) {
    const user = context.portalUsers.find((one) => one.id === responsible)
    if (!user) {
      add(
        '/defaultResponsibleId',
        'responsible-unknown',
        'Такого сотрудника на портале нет. Выберите другого.',
        'The portal has no such user. Choose another one.',
      )
    } else if (!user.active) {
      add(
        '/defaultResponsibleId',
        'responsible-dismissed',
        `Этот сотрудник уволен: ${user.name}. Выберите работающего.`,
        `This user is dismissed: ${user.name}. Choose an active one.`,
      )
    }
  }

  return problems
}
