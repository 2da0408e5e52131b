import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { EXCEPTIONS, type Lock, licenceFaults, noticeText, productDependencies } from './licences.ts'
import { ROOT } from './source-tree.ts'

async function readLock(): Promise<Lock> {
  return JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as Lock
}

it('NOTICE.md is what the lock file says today (npm run notices writes it)', async () => {
  const written = await readFile(join(ROOT, 'NOTICE.md'), 'utf8')
  expect(written).toBe(noticeText(productDependencies(await readLock())))
})

it('nothing that ships is under a licence that nobody looked at', async () => {
  expect(licenceFaults(productDependencies(await readLock()))).toEqual([])
})

it('no exception outlives its package', async () => {
  const dependencies = productDependencies(await readLock())
  const stale = EXCEPTIONS.filter(
    (it) => !dependencies.some(({ name, licence }) => name.startsWith(it.prefix) && licence === it.licence),
  )
  expect(stale).toEqual([])
})

const LOCK: Lock = {
  packages: {
    'packages/server': {
      dependencies: { '@trunkline/domain': '1', deep: '1' },
      optionalDependencies: { maybe: '1' },
    },
    'packages/domain': { dependencies: { shared: '2' } },
    'packages/sandbox': { dependencies: { toy: '1' } },
    'node_modules/@trunkline/domain': { resolved: 'packages/domain', link: true },
    'node_modules/deep': { version: '1.0.0', license: 'MIT', dependencies: { shared: '1' } },
    'node_modules/deep/node_modules/shared': { version: '1.0.0', license: 'ISC' },
    'node_modules/shared': { version: '2.0.0', license: 'ISC' },
    'node_modules/maybe': { version: '1.0.0', license: 'GPL-3.0-or-later' },
    'node_modules/toy': { version: '1.0.0', license: 'AGPL-3.0-only' },
  },
}

it('the list holds what ships through all levels and versions, and nothing of the sandbox', () => {
  expect(productDependencies(LOCK)).toEqual([
    { name: 'deep', versions: ['1.0.0'], licence: 'MIT' },
    { name: 'maybe', versions: ['1.0.0'], licence: 'GPL-3.0-or-later' },
    { name: 'shared', versions: ['1.0.0', '2.0.0'], licence: 'ISC' },
  ])
})

it.each([
  ['GPL-3.0-or-later', 1],
  ['LGPL-2.1', 1],
  ['UNKNOWN', 1],
  ['MIT AND GPL-2.0', 1],
  ['(MIT OR GPL-2.0)', 0],
  ['MIT AND ISC', 0],
])('a package under %s gives %i complaint(s)', (licence, complaints) => {
  expect(licenceFaults([{ name: 'x', versions: ['1'], licence }], [])).toHaveLength(complaints)
})

it('a copyleft package fails unless somebody wrote down why it may stay', () => {
  const faults = licenceFaults(productDependencies(LOCK), [])
  expect(faults).toEqual(['maybe is under GPL-3.0-or-later: a person must look at it before we ship it.'])
  const allowed = [{ prefix: 'maybe', licence: 'GPL-3.0-or-later', why: 'it is a test' }]
  expect(licenceFaults(productDependencies(LOCK), allowed)).toEqual([])
})
