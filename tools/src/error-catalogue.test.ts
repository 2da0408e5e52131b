import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { catalogue, catalogueFaults, errorsText } from './error-catalogue.ts'
import { ROOT, readTree } from './source-tree.ts'

it('docs/errors.md is what the catalogue says today (npm run errors writes it)', async () => {
  expect(await readFile(join(ROOT, 'docs/errors.md'), 'utf8')).toBe(errorsText())
})

it('every code that is thrown is in the catalogue, and every code of the catalogue is made somewhere', async () => {
  const isCode = (path: string) => path.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(path)
  const rooms = ['contracts', 'domain', 'channels', 'portal', 'server'].map((room) => `packages/${room}/src`)
  expect(catalogueFaults(await readTree(rooms, isCode), Object.keys(catalogue))).toEqual([])
})

it('a forgotten and a dead code are both named', () => {
  const text =
    "const t = { 'a/used': 1, 'a/dead': 2 }\nthrow new HubError('a/used')\nthrow new HubError('a/new')"
  expect(catalogueFaults([{ path: 'x.ts', text }], ['a/used', 'a/dead'])).toEqual([
    'a/new is thrown and stands in no table of errors.',
    'a/dead stands in a table of errors and nothing makes it.',
  ])
})
