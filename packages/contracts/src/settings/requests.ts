import { type Static, Type } from 'typebox'
import { text } from '../locale.ts'
import type { SectionAnnotations } from './field.ts'
import { passingFields } from './passing.ts'

const annotations: SectionAnnotations = {
  refusedFields: {
    timing: text(
      'У заявки нет диалога, а значит, ни начала, ни конца: она передаётся сразу.',
      'A request has no dialogue, so neither a start nor an end: it is passed at once.',
    ),
  },
}

/**
 * The Offline requests section (CHAT-66, UIS-25…29): as for chats, with its own values. A request has no dialogue, so
 * there is nothing about its start and end (UIS-27, AMB-24): it is passed at once.
 */
export const RequestsSettings = Type.Object(
  passingFields({
    sectionActive: text('Раздел «Офлайн-заявки» активен', 'Offline requests section is active'),
    enabled: text('Передавать офлайн-заявки', 'Pass offline requests'),
    enabledHint: text(
      'Если выключено, заявки остаются во входящих и в Битрикс24 не передаются.',
      'When off, requests stay in the inbox and are not passed to Bitrix24.',
    ),
    withoutContactData: text('Передавать заявки без контактных данных', 'Pass requests without contact data'),
    withoutContactDataHint: text(
      'Если выключено, заявка без телефона и почты ждёт и передаётся, как только сотрудник их впишет.',
      'When off, a request without phone and e-mail waits and is passed as soon as an employee fills them in.',
    ),
  }),
  { additionalProperties: false, ...annotations },
)
export type RequestsSettings = Static<typeof RequestsSettings>
