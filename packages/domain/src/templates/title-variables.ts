import type { Locale, Text } from '@trunkline/contracts/locale'
import { text } from '@trunkline/contracts/locale'

/**
 * Everything a name template may insert (CHAT-73). An empty string means "not known".
 * The keys are what people type between the braces, so they are never renamed.
 */
export interface TitleVariables {
  /** Kind of event in words: «Чат», "Chat". */
  readonly event_type: string
  /** Channel type in words: Telegram. */
  readonly channel_type: string
  readonly channel: string
  /** Name, else phone, else e-mail of the contact. */
  readonly visitor: string
  readonly name: string
  readonly phone: string
  readonly email: string
  /** Human number of the conversation: the «ID коммуникации» of the manuals. */
  readonly communication_id: string
  /** Day the conversation began, `YYYY-MM-DD` in UTC. */
  readonly date: string
  /** Host of the page the customer wrote from. */
  readonly site: string
  readonly page: string
  readonly utm_source: string
  readonly utm_medium: string
  readonly utm_campaign: string
  readonly utm_content: string
  readonly utm_term: string
}

/** Labels of the variables for the insert button, in the order they are offered. */
export const TITLE_VARIABLES: Readonly<Record<keyof TitleVariables, Text>> = {
  event_type: text('Тип события', 'Event type'),
  channel_type: text('Тип канала', 'Channel type'),
  channel: text('Канал', 'Channel'),
  visitor: text('Имя или телефон посетителя', 'Visitor name or phone'),
  name: text('Имя посетителя', 'Visitor name'),
  phone: text('Телефон посетителя', 'Visitor phone'),
  email: text('Почта посетителя', 'Visitor e-mail'),
  communication_id: text('ID коммуникации', 'Communication ID'),
  date: text('Дата', 'Date'),
  site: text('Сайт', 'Site'),
  page: text('Страница', 'Page'),
  utm_source: text('UTM source', 'UTM source'),
  utm_medium: text('UTM medium', 'UTM medium'),
  utm_campaign: text('UTM campaign', 'UTM campaign'),
  utm_content: text('UTM content', 'UTM content'),
  utm_term: text('UTM term', 'UTM term'),
}

/** The template used until an administrator writes another one (CHAT-68): «Чат Telegram — Анна». */
export const DEFAULT_TITLE_TEMPLATE: Readonly<Record<Locale, string>> = {
  ru: '{{ event_type }} {{ channel_type }} — {{ visitor }}',
  en: '{{ channel_type }} {{ event_type }} — {{ visitor }}',
}

/** What a chat is called in a title. */
export const CHAT_EVENT_TYPE: Readonly<Record<Locale, string>> = { ru: 'Чат', en: 'chat' }
