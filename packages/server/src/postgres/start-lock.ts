import { randomUUID } from 'node:crypto'
import { link, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, startTokenOf } from './process-table.ts'

const RETRY_MS = 20
const BREAKER_MAX_AGE_MS = 10_000

/**
 * Runs `work` while no other process holds the lock file. The holder's pid and start token stand in the file, so a
 * lock left by `kill -9` is broken by the next comer. Breaking goes through a second link: only its holder may
 * remove a stale lock, so two comers cannot each remove the other's fresh one.
 * @throws when the lock stays with a living process for `timeoutMs`.
 */
export async function withStartLock<T>(path: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const mine = `${path}.${process.pid}-${randomUUID()}`
  await writeFile(mine, `${process.pid} ${await startTokenOf(process.pid)}`, { mode: 0o600 })
  try {
    const deadline = Date.now() + timeoutMs
    while (!(await tryLink(mine, path))) {
      await breakIfStale(mine, path)
      if (Date.now() > deadline) throw new Error(`another process keeps ${path} for ${timeoutMs} ms`)
      await sleep(RETRY_MS)
    }
    try {
      await removeLitter(path)
      return await work()
    } finally {
      await unlink(path)
    }
  } finally {
    await rm(mine, { force: true })
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function breakIfStale(mine: string, path: string): Promise<void> {
  const seen = await readFile(path, 'utf8').catch(() => null)
  if (seen === null || (await holderLives(seen))) return
  const breaker = `${path}.break`
  if (!(await tryLink(mine, breaker))) {
    // Held for microseconds unless its holder was killed inside; age tells the two apart.
    const held = await stat(breaker).catch(() => null)
    if (held && Date.now() - held.ctimeMs > BREAKER_MAX_AGE_MS) await rm(breaker, { force: true })
    return
  }
  try {
    const now = await readFile(path, 'utf8').catch(() => null)
    if (now === seen) await rm(path, { force: true })
  } finally {
    await rm(breaker, { force: true })
  }
}

/** The private files of comers that were killed while they waited. */
async function removeLitter(path: string): Promise<void> {
  const folder = dirname(path)
  for (const name of await readdir(folder)) {
    const [, pid] = /^(\d+)-/.exec(name.slice(basename(path).length + 1)) ?? []
    if (!name.startsWith(`${basename(path)}.`) || pid === undefined) continue
    // By the pid in the name: a file whose maker is alive may be empty, about to be written.
    if ((await startTokenOf(Number(pid))) === null) await rm(join(folder, name), { force: true })
  }
}

async function holderLives(content: string): Promise<boolean> {
  const [pid, token] = content.split(' ')
  return isAlive(Number(pid), token ?? '')
}
