import type { WidgetChatMessage } from '@trunkline/contracts/widget/protocol'
import { expect, test } from 'vitest'
import { daysOf } from './days.ts'
import { chooseLocale, sayIn, sizeText } from './texts.ts'

const at = (iso: Date, sequence: number): WidgetChatMessage => ({
  id: `m${sequence}`,
  sequence,
  from: 'visitor',
  text: '',
  edited: false,
  removed: false,
  files: [],
  at: iso.toISOString(),
})

test('the talk is cut at midnight of the visitor, each day by its name', () => {
  const now = new Date(2026, 10, 20, 12)
  const days = daysOf(
    [
      at(new Date(2025, 11, 31, 23, 59), 1),
      at(new Date(2026, 10, 3, 10), 2),
      at(new Date(2026, 10, 19, 23, 59), 3),
      at(new Date(2026, 10, 20, 0, 0), 4),
      at(new Date(2026, 10, 20, 11), 5),
    ],
    now,
    'ru',
    sayIn('ru'),
  )
  expect(days.map(({ title, messages }) => [title, messages.length])).toEqual([
    ['31 декабря 2025 г.', 1],
    ['3 ноября', 1],
    ['Вчера', 1],
    ['Сегодня', 2],
  ])
  expect(new Set(days.map(({ day }) => day)).size).toBe(4)
})

test('the language is the first one named that is spoken here', () => {
  expect(chooseLocale(null, 'de', 'ru-RU')).toBe('ru')
  expect(chooseLocale('en', 'ru')).toBe('en')
  expect(chooseLocale('', undefined, 'fr')).toBe('en')
})

test('sizes are said as people say them', () => {
  expect(sizeText(sayIn('ru'), 'ru', 1_540_000)).toBe('1,5 МБ')
  expect(sizeText(sayIn('en'), 'en', 900)).toBe('900 B')
})
