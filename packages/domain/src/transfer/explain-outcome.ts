import { type Text, text } from '@trunkline/contracts/locale'
import type { Outcome, Reason } from '@trunkline/contracts/outcome'
import type { PassingSectionName } from '@trunkline/contracts/settings/index'
import { SECTION_TITLES } from './trace-words.ts'

const REASON_SENTENCES: Readonly<Record<Reason, Text>> = {
  'no-integration': text(
    'Не передано: портал Битрикс24 ещё не выбран.',
    'Not passed: no Bitrix24 portal is chosen yet.',
  ),
  reauthorise: text(
    'Ждёт: портал Битрикс24 не подключён. Как только его подключат снова, всё будет передано целиком.',
    'Waits: the Bitrix24 portal is not connected. Once it is, all will be passed in full.',
  ),
  'main-off': text(
    'Не передано: интеграция выключена на главной вкладке.',
    'Not passed: the integration is off in the Main section.',
  ),
  'section-off': text(
    'Не передано: раздел настроек выключен.',
    'Not passed: the section of the settings is off.',
  ),
  'chats-off': text('Не передано: передача чатов выключена.', 'Not passed: passing chats is off.'),
  'requests-off': text(
    'Не передано: передача офлайн-заявок выключена.',
    'Not passed: passing offline requests is off.',
  ),
  'technical-request': text(
    'Не передано: это пробная отправка формы.',
    'Not passed: the form was only tried out.',
  ),
  'operator-started': text(
    'Не передано: чат начал оператор, и клиент пока не ответил.',
    'Not passed: an operator began the chat and the client has not answered yet.',
  ),
  'group-chat': text(
    'Не передано: это групповой чат, в нём пишут несколько человек.',
    'Not passed: this is a group chat, several people write in it.',
  ),
  'unknown-client': text(
    'Не передано: в Битрикс24 у клиента нет карточки, куда писать, а настройки разрешают передавать только известных клиентов.',
    'Not passed: the client has no card in Bitrix24 to write into, and the settings pass known clients only.',
  ),
  'channel-not-selected': text(
    'Не передано: этот канал не выбран для передачи.',
    'Not passed: this channel is not selected for passing.',
  ),
  'denied-by-filter': text(
    'Не передано: так решил фильтр передачи.',
    'Not passed: the transfer filter says so.',
  ),
  'no-contact-data': text(
    'Ждёт: нет ни телефона, ни почты клиента. Когда они появятся, всё будет передано целиком.',
    'Waits: neither phone nor e-mail of the client is known. Once they are, all will be passed in full.',
  ),
  'waiting-for-operator': text(
    'Ждёт ответа оператора: так выбрано в настройках.',
    'Waits for an operator’s answer: the settings say so.',
  ),
  'waiting-for-end': text(
    'Ждёт завершения чата: так выбрано в настройках.',
    'Waits for the end of the conversation: the settings say so.',
  ),
  'service-event': text(
    'Не передаётся: это служебная отметка, а не сообщение.',
    'Not passed: this is a service mark, not a message.',
  ),
  'unsupported-event': text(
    'Не передано: канал прислал то, чего мы пока не понимаем. Событие сохранено.',
    'Not passed: the channel sent something we do not understand yet. The event is kept.',
  ),
  'portal-refused': text(
    'Битрикс24 отказался записать данные. Подробности — в шагах ниже.',
    'Bitrix24 refused to write the data. The steps below say more.',
  ),
  'portal-unreachable': text(
    'Битрикс24 не отвечал слишком долго. Можно попробовать ещё раз.',
    'Bitrix24 did not answer for too long. It can be tried again.',
  ),
  'unknown-write': text(
    'Ответ Битрикс24 потерян, и неизвестно, записаны ли данные. Проверьте карточку и попробуйте ещё раз.',
    'The answer of Bitrix24 was lost, and it is not known whether the data were written. Check the card and try again.',
  ),
  'no-responsible': text(
    'Ждёт: некого назначить ответственным. Выберите его в настройках передачи.',
    'Waits: there is nobody to be responsible. Choose one in the settings of passing.',
  ),
  bug: text(
    'Ошибка на нашей стороне. Событие сохранено, его можно обработать ещё раз.',
    'A fault on our side. The event is kept and can be handled again.',
  ),
}

const OUTCOME_SENTENCES: Readonly<Record<Outcome, Text>> = {
  pending: text('Ещё обрабатывается.', 'Still being handled.'),
  passed: text('Передано в Битрикс24.', 'Passed to Bitrix24.'),
  not_passed: text('Не передано в Битрикс24.', 'Not passed to Bitrix24.'),
  held: text('Ждёт передачи в Битрикс24.', 'Waits to be passed to Bitrix24.'),
  failed: text('Передать в Битрикс24 не удалось.', 'It could not be passed to Bitrix24.'),
}

/**
 * One sentence that answers "why?": the reason where there is one, else the outcome. `section` is the one that the
 * event falls under, so that the sentence may name it.
 */
export function explainOutcome(outcome: Outcome, reason?: Reason | null, section?: PassingSectionName): Text {
  if (reason === undefined || reason === null || outcome === 'passed' || outcome === 'pending') {
    return OUTCOME_SENTENCES[outcome]
  }
  if (reason === 'section-off' && section !== undefined) {
    const title = SECTION_TITLES[section]
    return text(`Не передано: раздел «${title.ru}» выключен.`, `Not passed: the ${title.en} section is off.`)
  }
  return REASON_SENTENCES[reason]
}
