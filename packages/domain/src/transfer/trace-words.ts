import { type Text, text } from '@trunkline/contracts/locale'
import { type PassingSectionName, SECTIONS } from '@trunkline/contracts/settings/index'
import type { CandidateReason, MappingResult } from './trace.ts'

/** The words that sentences of the trace are put together from, by the values that lines carry. */

export const CANDIDATE_WHY: Readonly<Record<CandidateReason, Text>> = {
  chosen: text('выбрано', 'chosen'),
  older: text('есть более новая карточка того же вида', 'there is a newer card of the same kind'),
  'closed-earlier': text('другая карточка закрыта позже', 'another card was closed later'),
  'closed-while-active-exists': text(
    'закрыто, а у клиента есть открытая карточка',
    'closed, and the client has an open card',
  ),
  'closed-not-allowed': text(
    'закрыто, а писать в закрытые карточки не разрешено',
    'closed, and writing into closed cards is not allowed',
  ),
  'lower-priority': text(
    'по порядку настроек раньше идёт другая карточка',
    'another card comes first in the order of the settings',
  ),
  'card-found': text(
    'не понадобилось: нашлась подходящая сделка или лид',
    'not needed: a fitting deal or lead was found',
  ),
  'other-person': text(
    'похоже, это другой человек: совпал только менее надёжный признак',
    'probably another person: only a less reliable key matches',
  ),
  'made-by-us-card-follows': text(
    'создано для этого обращения; осталось создать саму карточку',
    'made for this same contact; the card itself is still to be made',
  ),
  'new-card-is-made': text(
    'при повторном обращении настройки велят создать новую карточку',
    'on repeated contact the settings make a new card',
  ),
}

export const IDENTITY: Readonly<Record<string, Text>> = {
  binding: text('по прошлым обращениям', 'by earlier conversations'),
  phone: text('по телефону', 'by phone'),
  email: text('по почте', 'by e-mail'),
  contact: text('через контакт', 'through a contact'),
  company: text('через компанию', 'through a company'),
}

export const CONTACT_DATA: Readonly<Record<string, Text>> = {
  bound: text(
    'Обращение уже записано в Битрикс24, контактные данные больше не нужны.',
    'It is already in Bitrix24, contact data are no longer needed.',
  ),
  phone: text('Телефон клиента известен.', 'The phone of the client is known.'),
  email: text('Почта клиента известна.', 'The e-mail of the client is known.'),
  'not-required': text(
    'Контактных данных нет, но настройка разрешает передавать и без них.',
    'There are no contact data, but the setting allows passing without them.',
  ),
  messenger: text(
    'Известен аккаунт мессенджера, и настройка считает его контактными данными.',
    'The messenger account is known, and the setting treats it as contact data.',
  ),
  nothing: text(
    'Нет ни телефона, ни почты: обращение ждёт и будет передано целиком, когда они появятся.',
    'There is neither phone nor e-mail: it waits and will be passed in full once they appear.',
  ),
}

export const FILTER: Readonly<Record<string, (rule: string) => Text>> = {
  'no-rules': () =>
    text('Фильтр передачи пуст: передаётся всё.', 'The transfer filter is empty: all is passed.'),
  allowed: (rule) =>
    text(`Передачу разрешает правило «${rule}».`, `The rule “${rule}” allows it to be passed.`),
  denied: (rule) => text(`Передачу запрещает правило «${rule}».`, `The rule “${rule}” forbids passing it.`),
  'not-in-allowed': () =>
    text('Ни одно разрешающее правило фильтра не подошло.', 'No allowing rule of the filter matched.'),
  'nothing-denied': () =>
    text('Ни одно запрещающее правило фильтра не подошло.', 'No forbidding rule of the filter matched.'),
}

export const WARNINGS: Readonly<Record<string, Text>> = {
  'unknown-field': text('такого параметра больше нет', 'there is no such parameter any more'),
  'operator-does-not-fit': text(
    'сравнение не подходит к параметру',
    'the comparison does not fit the parameter',
  ),
  'value-does-not-fit': text('значение не подходит к параметру', 'the value does not fit the parameter'),
  'too-deep': text('условия вложены слишком глубоко', 'the conditions are nested too deeply'),
  'too-many-rules': text('условий слишком много', 'there are too many conditions'),
}

export const PRIORITY: Readonly<Record<string, Text>> = {
  deal: text('сначала сделка', 'deal first'),
  lead: text('сначала лид', 'lead first'),
  both: text('в сделку и в лид', 'into the deal and the lead'),
}

/** Names of the sections that pass something. */
export const SECTION_TITLES: Readonly<Record<PassingSectionName, Text>> = {
  chats: SECTIONS.chats.title,
  requests: SECTIONS.requests.title,
}

/** Why a mapped field was left out; of a written one there is nothing to say. */
export const MAPPING_WHY: Readonly<Record<Exclude<MappingResult, 'written'>, Text>> = {
  empty: text('в обращении этого нет', 'there is nothing to write'),
  'does-not-fit': text('значение не подходит к типу поля', 'the value does not fit the type of the field'),
  'field-gone': text('такого поля в портале больше нет', 'the portal has no such field any more'),
  'read-only': text('портал не разрешает писать в это поле', 'the portal does not let this field be written'),
  'never-read': text(
    'поля портала ещё не прочитаны: нужна синхронизация',
    'the fields of the portal were never read: synchronise first',
  ),
  'unknown-source': text('такого параметра у нас нет', 'we have no such parameter'),
  'target-taken': text('в это поле уже пишет строка выше', 'a line above writes into this field already'),
}
