import { expect, it } from 'vitest'
import { parseSource } from './read-imports.ts'
import { readTree } from './source-tree.ts'
import { settingsIn, unreadSettings } from './unread-settings.ts'

const isCode = (path: string) => path.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(path)
/** Telling of a setting, in words or in a finding of the linter, is not obeying it. */
const obeys = (path: string) => isCode(path) && !path.startsWith('packages/domain/src/settings/')

it('every setting that a person can change is obeyed by some code', async () => {
  const schemas = await readTree(['packages/contracts/src/settings'], isCode)
  const readers = await readTree(['packages/domain/src', 'packages/server/src/flows'], obeys)
  expect(schemas.flatMap((file) => settingsIn(parseSource(file))).length).toBeGreaterThan(25)
  expect(unreadSettings(schemas, readers)).toEqual([])
})

it('a setting that nobody takes is named; one taken by a dot or by its name in braces is not', () => {
  const path = 'packages/contracts/src/settings/chats.ts'
  const text =
    'export const ChatsSettings = Type.Object({ a: Type.Boolean(), b: Type.Boolean(), c: Type.Boolean() })'
  const reader = { path: 'x.ts', text: 'const { b } = settings.chats; if (settings.chats.a) go("c")' }
  expect(unreadSettings([{ path, text }], [reader])).toEqual([
    `${path}: nobody reads ChatsSettings.c; delete it or obey it.`,
  ])
})

it('settings that sections share are counted where their function gives them', () => {
  const path = 'packages/contracts/src/settings/passing.ts'
  const text =
    'export function passingFields(words: Words) { return { a: Type.Boolean(), b: Type.Boolean() } }'
  expect(unreadSettings([{ path, text }], [{ path: 'x.ts', text: 'go(section.a)' }])).toEqual([
    `${path}: nobody reads passingFields.b; delete it or obey it.`,
  ])
})
