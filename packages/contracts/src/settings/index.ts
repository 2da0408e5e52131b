import type { Text } from '../locale.ts'
import { text } from '../locale.ts'
import { ChatsSettings } from './chats.ts'
import { MainSettings } from './main.ts'

export { ChatsSettings, MainSettings }

/** Every section of an integration: its schema, title and the groups of its form, in order. */
export const SECTIONS = {
  main: {
    schema: MainSettings,
    title: text('Главная', 'Main'),
    groups: { '': text('Интеграция', 'Integration') } as Record<string, Text>,
  },
  chats: {
    schema: ChatsSettings,
    title: text('Чаты', 'Chats'),
    groups: {
      section: text('Раздел', 'Section'),
      what: text('Что передавать', 'What to pass'),
      when: text('Когда', 'When'),
      who: text('Ответственный', 'Responsible'),
      first: text('Первичное обращение', 'First contact'),
      repeated: text('Повторное обращение', 'Repeated contact'),
    } as Record<string, Text>,
  },
} as const

export type SectionName = keyof typeof SECTIONS
export const SECTION_NAMES = Object.keys(SECTIONS) as SectionName[]

/** The settings of one integration that a decision is made with, with the version each section was saved under. */
export interface IntegrationSettings {
  readonly main: MainSettings
  readonly chats: ChatsSettings
  readonly versions: Readonly<Record<SectionName, number>>
}
