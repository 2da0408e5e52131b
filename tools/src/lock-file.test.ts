import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { completeLock, type LockFile, missingOptionals } from './lock-file.ts'
import { ROOT } from './source-tree.ts'

it('the lock file names the packages of every system, so that npm ci takes it (npm run lock adds them)', async () => {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as LockFile
  expect(missingOptionals(lock).map((it) => it.name)).toEqual([])
})

const LOCK: LockFile = {
  packages: {
    'node_modules/tool': {
      version: '2.0.0',
      license: 'MIT',
      optionalDependencies: {
        '@tool/linux-x64': '2.0.0',
        '@tool/darwin-arm64': '2.0.0',
        'tool-linux-riscv64-gnu': '2.0.1',
        '@tool/wasm32-wasi': '2.0.0',
      },
    },
    'node_modules/@tool/linux-x64': { version: '2.0.0', optional: true },
  },
}

it('what npm left out is added for its system only, in the order of npm', () => {
  expect(missingOptionals(LOCK).map((it) => it.name)).toHaveLength(3)
  const { packages } = completeLock(LOCK)
  expect(missingOptionals({ packages })).toEqual([])
  expect(Object.keys(packages)).toEqual([...Object.keys(packages)].sort())
  expect(packages['node_modules/@tool/darwin-arm64']).toEqual({
    version: '2.0.0',
    license: 'MIT',
    optional: true,
    os: ['darwin'],
    cpu: ['arm64'],
  })
  expect(packages['node_modules/tool-linux-riscv64-gnu']).toMatchObject({ os: ['linux'], libc: ['glibc'] })
  expect(packages['node_modules/@tool/wasm32-wasi']).toMatchObject({ cpu: ['wasm32'] })
})

it('a package whose system or version cannot be told is left to a person', () => {
  const asking = (optionalDependencies: Record<string, string>) => ({
    packages: { 'node_modules/tool': { optionalDependencies } },
  })
  expect(() => completeLock(asking({ 'tool-extra': '1.0.0' }))).toThrow('does not tell its system')
  expect(() => completeLock(asking({ 'tool-linux-x64': '^1.0.0' }))).toThrow('not one version')
})
