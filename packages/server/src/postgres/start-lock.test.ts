import { fork } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTokenOf } from './process-table.ts'
import { withStartLock } from './start-lock.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tlpg-lock-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('one at a time, however many want it, also when all of them find a dead holder first', async () => {
  const path = join(dir, 'lock')
  const dead = fork('-e', [''], { execArgv: [], stdio: 'ignore' })
  await new Promise((resolve) => dead.once('exit', resolve))
  await writeFile(path, `${dead.pid} 1`)
  let inside = 0
  let most = 0
  await Promise.all(
    Array.from({ length: 20 }, () =>
      withStartLock(path, 20_000, async () => {
        inside += 1
        most = Math.max(most, inside)
        await sleep(5)
        inside -= 1
      }),
    ),
  )
  expect(most).toBe(1)
  expect(await readdir(dir)).toEqual([])
})

test('a living holder is waited for and then named in the error', async () => {
  const path = join(dir, 'lock')
  await writeFile(path, `${process.pid} ${await startTokenOf(process.pid)}`)
  await expect(withStartLock(path, 100, () => Promise.resolve())).rejects.toThrow(/another process keeps/)
})

test('a lock whose pid was given to another process is stale', async () => {
  const path = join(dir, 'lock')
  await writeFile(path, `${process.pid} 12345`)
  expect(await withStartLock(path, 1000, () => Promise.resolve('in'))).toBe('in')
})

test('the lock is free again after a failure', async () => {
  const path = join(dir, 'lock')
  await expect(withStartLock(path, 1000, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
  expect(await withStartLock(path, 1000, () => Promise.resolve('in'))).toBe('in')
})

test('many processes that come at the same moment do not sweep away one another', async () => {
  const path = join(dir, 'lock')
  for (let round = 0; round < 20; round++) {
    await Promise.all(Array.from({ length: 10 }, () => withStartLock(path, 20_000, () => Promise.resolve())))
  }
  await writeFile(join(dir, 'lock.999999999-left-by-a-killed-one'), '')
  await withStartLock(path, 1000, () => Promise.resolve())
  expect(await readdir(dir)).toEqual([])
})
