import { expect, it } from 'vitest'
import { parseSource } from './read-imports.ts'
import { readTree } from './source-tree.ts'
import { settingsIn, unreadSettings } from './unread-settings.ts'

const isCode = (path: string) => path.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(path)

it('every setting that a person can change is obeyed by some code', async () => {
  const schemas = await readTree(['packages/contracts/src/settings'], isCode)
  const readers = await readTree(['packages/domain/src', 'packages/server/src/flows'], isCode)
  expect(schemas.flatMap((file) => settingsIn(parseSource(file))).length).toBeGreaterThan(5)
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
