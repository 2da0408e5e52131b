import type { Text } from '@trunkline/contracts/locale'
import { text } from '@trunkline/contracts/locale'
import type { Operator } from '@trunkline/contracts/rules/condition'

/** `choice`: one id out of a list; `text` and `list` compare without regard to letter case. */
export type FieldType = 'choice' | 'text' | 'number' | 'boolean' | 'list'

/** A parameter that conditions may compare (CHAT-58). */
export interface RuleField {
  readonly label: Text
  readonly type: FieldType
  /** Which names to show for the ids of a `choice`. */
  readonly choices?: 'channels' | 'channel-types' | 'portal-users'
}

/** Fields by name. The facts record of an evaluation has values under the same names. */
export type RuleCatalogue = Readonly<Record<string, RuleField>>

/** Operators that make sense for each type of field. */
export const OPERATORS_BY_TYPE: Readonly<Record<FieldType, readonly Operator[]>> = {
  choice: ['=', '!=', 'in', 'notIn', 'empty', 'notEmpty'],
  text: ['=', '!=', 'in', 'notIn', 'contains', 'notContains', 'beginsWith', 'empty', 'notEmpty'],
  number: ['=', '!=', '>', '<', 'empty', 'notEmpty'],
  boolean: ['=', '!='],
  list: ['contains', 'notContains', 'beginsWith', 'empty', 'notEmpty'],
}

/** Operators that take no value. */
export const OPERATORS_WITHOUT_VALUE: readonly Operator[] = ['empty', 'notEmpty']

/** What the rules of the Chats section may look at. */
export const CHAT_FIELDS = {
  channelId: { label: text('Канал', 'Channel'), type: 'choice', choices: 'channels' },
  channelType: { label: text('Тип канала', 'Channel type'), type: 'choice', choices: 'channel-types' },
  site: { label: text('Сайт', 'Site'), type: 'text' },
  pageUrl: { label: text('Адрес страницы', 'Page address'), type: 'text' },
  'utm.source': { label: text('Метка utm_source', 'utm_source label'), type: 'text' },
  'utm.medium': { label: text('Метка utm_medium', 'utm_medium label'), type: 'text' },
  'utm.campaign': { label: text('Метка utm_campaign', 'utm_campaign label'), type: 'text' },
  'utm.content': { label: text('Метка utm_content', 'utm_content label'), type: 'text' },
  'utm.term': { label: text('Метка utm_term', 'utm_term label'), type: 'text' },
  openingText: { label: text('Текст первого сообщения', 'Text of the first message'), type: 'text' },
  phone: { label: text('Телефон', 'Phone'), type: 'list' },
  email: { label: text('Почта', 'E-mail'), type: 'list' },
  contactName: { label: text('Имя', 'Name'), type: 'text' },
  conversationNumber: { label: text('Номер коммуникации', 'Communication number'), type: 'number' },
} as const satisfies RuleCatalogue
