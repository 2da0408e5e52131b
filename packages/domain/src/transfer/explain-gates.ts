import { type Text, text } from '@trunkline/contracts/locale'
import { shown } from './names.ts'
import { PORTAL_STATE_WORDS } from './portal-state-words.ts'
import type { TraceCode } from './trace.ts'
import { pick, type Sentence } from './trace-sentence.ts'
import { CONTACT_DATA, FILTER, SECTION_TITLES } from './trace-words.ts'

const onOff = (on: boolean, ru: [string, string], en: [string, string]): Text =>
  on ? text(ru[0], en[0]) : text(ru[1], en[1])

type GateCode = Extract<TraceCode, `gate-${string}`>

/** What each gate says. Words fit chats and offline requests alike where both have the gate. */
export const GATE_SENTENCES: Readonly<Record<GateCode, Sentence>> = {
  'gate-portal': (values) => {
    const state = pick(PORTAL_STATE_WORDS, values.state)
    return values.state === 'connected'
      ? text('Портал Битрикс24 подключён.', 'The Bitrix24 portal is connected.')
      : text(
          `Портал Битрикс24 не готов: ${state.ru}. Обращение ждёт подключения.`,
          `The Bitrix24 portal is not ready: ${state.en}. The contact waits for the connection.`,
        )
  },
  'gate-main': (values) =>
    onOff(
      values.active === true,
      ['Интеграция включена на главной вкладке.', 'Интеграция выключена на главной вкладке.'],
      ['The integration is on in the Main section.', 'The integration is off in the Main section.'],
    ),
  'gate-section': (values) => {
    const title = pick(SECTION_TITLES, values.section)
    return onOff(
      values.active === true,
      [`Раздел «${title.ru}» включён.`, `Раздел «${title.ru}» выключен.`],
      [`The ${title.en} section is on.`, `The ${title.en} section is off.`],
    )
  },
  'gate-chats': (values) =>
    onOff(
      values.enabled === true,
      ['Передача чатов включена.', 'Передача чатов выключена.'],
      ['Passing chats is on.', 'Passing chats is off.'],
    ),
  'gate-requests': (values) =>
    onOff(
      values.enabled === true,
      ['Передача офлайн-заявок включена.', 'Передача офлайн-заявок выключена.'],
      ['Passing offline requests is on.', 'Passing offline requests is off.'],
    ),
  'gate-channel': (values, names) => {
    const title = names.channels?.[String(values.channelId)] ?? shown(values.channel)
    if (values.selected === true) {
      return text(`Канал «${title}» выбран для передачи.`, `The channel “${title}” is selected for passing.`)
    }
    return values.bound === true
      ? text(
          `Канал «${title}» сняли с передачи, но начатое обращение дописывается до конца.`,
          `The channel “${title}” is no longer selected, but what was already begun is finished.`,
        )
      : text(
          `Канал «${title}» не выбран для передачи.`,
          `The channel “${title}” is not selected for passing.`,
        )
  },
  'gate-technical': (values) =>
    values.technical === true
      ? text(
          'Это пробная отправка формы, карточек она не создаёт.',
          'The form was only tried out; that makes no cards.',
        )
      : text('Заявка настоящая, а не пробная.', 'The request is a real one, not a trial.'),
  'gate-started-by': (values) => {
    if (values.startedBy !== 'operator') return text('Обращение начал клиент.', 'The client began it.')
    if (values.contactWrote === true) {
      return text(
        'Чат начал оператор, клиент ответил.',
        'An operator began the chat and the client answered.',
      )
    }
    if (values.ignoreOperatorStarted !== true) {
      return text(
        'Чат начал оператор, клиент ещё не писал; настройка такие чаты передаёт.',
        'An operator began the chat and the client wrote nothing yet; the setting passes such chats.',
      )
    }
    return values.bound === true
      ? text(
          'Чат начал оператор, клиент ещё не писал, но чат уже записан в Битрикс24.',
          'An operator began the chat and the client wrote nothing yet, but it is already in Bitrix24.',
        )
      : text(
          'Чат начал оператор, клиент ещё не ответил: такие чаты не передаются.',
          'An operator began the chat and the client has not answered: such chats are not passed.',
        )
  },
  'gate-group': (values) => {
    if (values.isGroup !== true) return text('В чате пишет один человек.', 'One person writes in the chat.')
    if (values.ignoreGroups !== true) {
      return text(
        'Это групповой чат; настройка такие передаёт.',
        'This is a group chat; the setting passes them.',
      )
    }
    return values.bound === true
      ? text(
          'Это групповой чат, но он уже записан в Битрикс24.',
          'This is a group chat, but it is already in Bitrix24.',
        )
      : text(
          'Это групповой чат: такие чаты не передаются.',
          'This is a group chat: such chats are not passed.',
        )
  },
  'gate-filter': (values) => (FILTER[String(values.because)] ?? FILTER['no-rules']!)(shown(values.rule)),
  'gate-contact-data': (values) => pick(CONTACT_DATA, values.by),
  'gate-timing': (values) => {
    if (values.timing === 'start') {
      return text('Чаты передаются с первого сообщения.', 'Conversations are passed from the first message.')
    }
    const when =
      values.timing === 'operator'
        ? text('после ответа оператора', 'once an operator has answered')
        : text('после завершения', 'after they end')
    const now =
      values.timing === 'operator' && values.operatorJoined === true
        ? text('и оператор уже ответил', 'and one has answered')
        : values.closed === true
          ? text('и этот завершён', 'and this one has ended')
          : values.bound === true
            ? text(
                'но этот уже начали передавать и допишут',
                'but this one was already begun and will be finished',
              )
            : values.timing === 'operator'
              ? text('а в этом оператор ещё не отвечал', 'and in this one nobody has answered yet')
              : text('а этот ещё идёт', 'and this one still goes on')
    return text(`Чаты передаются ${when.ru}, ${now.ru}.`, `Conversations are passed ${when.en}, ${now.en}.`)
  },
}
