import { execFileSync } from 'node:child_process'
import { cp, lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { completeSymlinks, postgresBinaries } from './binaries.ts'

test('a package installed without its install script is completed and runs', async () => {
  const installed = dirname(dirname(dirname((await postgresBinaries()).postgres)))
  const copy = await mkdtemp(join(tmpdir(), 'tlpg-package-'))
  try {
    // As in the tarball: without a single symlink.
    await cp(installed, copy, {
      recursive: true,
      filter: async (path) => !(await lstat(path)).isSymbolicLink(),
    })
    const postgres = join(copy, 'native/bin/postgres')
    expect(() => execFileSync(postgres, ['--version'], { stdio: 'pipe' })).toThrow(/shared libraries/)
    await Promise.all([completeSymlinks(copy), completeSymlinks(copy)])
    expect(execFileSync(postgres, ['--version'], { encoding: 'utf8' })).toMatch(
      /^postgres \(PostgreSQL\) 18\./,
    )
    expect((await readdir(join(copy, 'native/lib'))).length).toBeGreaterThan(20)
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
})
