import { expect, it } from 'vitest'
import { readTree } from './source-tree.ts'
import { countTexts, textFaults } from './texts-check.ts'

const isText = (path: string) =>
  (/\.(ts|vue)$/.test(path) && !/\.(test|spec)\.ts$/.test(path)) || /\/(ru|en)(\/[^/]+)?\.json$/.test(path)

it('every text of the product exists in Russian and in English alike', async () => {
  const files = await readTree(['packages'], isText)
  expect(countTexts(files)).toBeGreaterThan(20)
  expect(textFaults(files)).toEqual([])
})

const RU = {
  path: 'packages/cabinet/src/texts/ru.json',
  text: '{ "inbox": { "open": "Открыть {n}", "close": "Закрыть" } }',
}

it.each([
  ['a key of one file alone', '{ "inbox": { "open": "Open {n}" } }', '"inbox.close" is missing in English'],
  [
    'a key of the other file alone',
    '{ "inbox": { "open": "Open {n}", "close": "Close", "x": "X" } }',
    '"inbox.x" is missing in Russian',
  ],
  ['empty words', '{ "inbox": { "open": "Open {n}", "close": "" } }', '"inbox.close" is empty in English'],
  [
    'Cyrillic in English',
    '{ "inbox": { "open": "Open {n}", "close": "Закрыть" } }',
    'Cyrillic letters in English',
  ],
  [
    'another placeholder',
    '{ "inbox": { "open": "Open {count}", "close": "Close" } }',
    '"inbox.open" has other {placeholders}',
  ],
])('%s is named', (_what, text, expected) => {
  const faults = textFaults([RU, { path: 'packages/cabinet/src/texts/en.json', text }])
  expect(faults).toHaveLength(1)
  expect(faults[0]).toContain(expected)
})

it('a language file without its pair is named, and a whole pair is not', () => {
  expect(textFaults([RU])[0]).toContain('has no English beside it')
  expect(textFaults([{ path: 'x/en.json', text: '{}' }])[0]).toContain('has no Russian beside it')
  const folder = { path: 'x/texts/ru/home.json', text: RU.text }
  expect(textFaults([folder])[0]).toContain('x/texts/en/home.json')
  const en = {
    path: RU.path.replace('ru.json', 'en.json'),
    text: '{ "inbox": { "open": "Open {n}", "close": "Close" } }',
  }
  expect(textFaults([RU, en])).toEqual([])
  expect(countTexts([RU, en])).toBe(4)
})

it('literals are held to the same: objects of two languages and text() calls', () => {
  const path = 'packages/channels/src/telegram/texts.ts'
  const code = [
    "export const title = { ru: 'Бот', en: 'Bot' }",
    "export const hint = { ru: 'Ключ' }",
    "export const label = text('Ключ', '')",
    "export const all = { ru: { a: 'А', b: 'Б' }, en: { a: 'A' } } as const",
  ].join('\n')
  expect(textFaults([{ path, text: code }])).toEqual([
    `${path}:2 has ru alone: the other language is missing.`,
    `${path}:3: the text is empty in English.`,
    `${path}:4: "b" is missing in English.`,
  ])
})
