import { expect, test } from 'vitest'
import { nestQuotes } from './quotes.ts'

test.each([
  ['Канал «Telegram «Ромашки»» выбран.', 'Канал «Telegram „Ромашки“» выбран.'],
  ['Удалить «Цветы «Ромашка» и «Василёк»»?', 'Удалить «Цветы „Ромашка“ и „Василёк“»?'],
  ['«Ромашка» и «Василёк»', '«Ромашка» и «Василёк»'],
  ['Название «не закрыто', 'Название «не закрыто'],
  ['лишняя» и «обычная»', 'лишняя» и «обычная»'],
])('quotes inside quotes of "%s" are the inner ones', (given, printed) => {
  expect(nestQuotes(given)).toBe(printed)
})
