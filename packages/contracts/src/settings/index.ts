import { Value } from 'typebox/value'
import type { Text } from '../locale.ts'
import { text } from '../locale.ts'
import { ChatsSettings } from './chats.ts'
import { MainSettings } from './main.ts'
import { RequestsSettings } from './requests.ts'

export { ChatsSettings, MainSettings, RequestsSettings }

/** Groups of the forms of what is passed, in order. */
const PASSING_GROUPS = {
  section: text('Раздел', 'Section'),
  what: text('Что передавать', 'What to pass'),
  when: text('Когда', 'When'),
  who: text('Ответственный', 'Responsible'),
  first: text('Первичное обращение', 'First contact'),
  repeated: text('Повторное обращение', 'Repeated contact'),
  activity: text('Дело', 'Activity'),
  content: text('Что писать в карточку', 'What is written into the card'),
  names: text('Названия', 'Names'),
  fields: text('Дополнительные поля', 'Additional fields'),
}
const { when: _chatsOnly, ...REQUEST_GROUPS } = PASSING_GROUPS

/** Every section of an integration: its schema, title and the groups of its form, in order. */
export const SECTIONS = {
  main: {
    schema: MainSettings,
    title: text('Главная', 'Main'),
    groups: {
      '': text('Интеграция', 'Integration'),
      time: text('Время', 'Time'),
    } as Record<string, Text>,
  },
  chats: {
    schema: ChatsSettings,
    title: text('Чаты', 'Chats'),
    groups: PASSING_GROUPS as Record<string, Text>,
  },
  requests: {
    schema: RequestsSettings,
    title: text('Офлайн-заявки', 'Offline requests'),
    groups: REQUEST_GROUPS as Record<string, Text>,
  },
} as const

export type SectionName = keyof typeof SECTIONS
/** Sections that pass something: each has the fields of `settings/passing.ts`. */
export type PassingSectionName = 'chats' | 'requests'
/** What both of those have. */
export type PassingSettings = RequestsSettings
export const SECTION_NAMES = Object.keys(SECTIONS) as SectionName[]

/** The settings of one integration that a decision is made with, with the version each section was saved under. */
export interface IntegrationSettings {
  readonly main: MainSettings
  readonly chats: ChatsSettings
  readonly requests: RequestsSettings
  readonly versions: Readonly<Record<SectionName, number>>
}

/** A section's value when nobody saved one. */
export function defaultSettings<S extends SectionName>(section: S): IntegrationSettings[S] {
  return Value.Default(SECTIONS[section].schema, {}) as IntegrationSettings[S]
}
