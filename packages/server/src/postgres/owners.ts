import { mkdir, open, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive, startTokenOf } from './process-table.ts'

/**
 * Who uses the embedded server: one empty file per user, named by pid and start token, in one folder.
 *
 * The folder itself is the switch. Removing a folder fails while a file is in it, so whoever manages to remove it
 * (the last `stop()`, or the watchdog) knows that nobody uses the server and nobody can begin to unnoticed:
 * a newcomer that finds no folder makes it anew and thereby learns that a server still running is condemned.
 */
export interface Registration {
  /** True when there was no folder: a server that still runs is on its way down and must not be adopted. */
  readonly condemned: boolean
  readonly file: string
}

let count = 0

/** Registers this process as a user of the server. */
export async function register(ownersDir: string): Promise<Registration> {
  const name = `${process.pid}-${await startTokenOf(process.pid)}-${++count}`
  let condemned = false
  for (;;) {
    condemned ||= await made(ownersDir)
    try {
      await (await open(join(ownersDir, name), 'wx', 0o600)).close()
      return { condemned, file: join(ownersDir, name) }
    } catch (error) {
      // The folder was removed between the two calls: look again.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}

/** Whether no other living process uses the server. Newcomers must be kept out meanwhile. */
export async function isOnlyUser(ownersDir: string, registration: Registration): Promise<boolean> {
  for (const name of await readdir(ownersDir)) {
    const [pid, token] = name.split('-')
    if (join(ownersDir, name) !== registration.file && (await isAlive(Number(pid), token ?? ''))) return false
  }
  return true
}

/** Takes the registration back. @returns true when it was the last living one: the server may be shut down. */
export async function unregister(ownersDir: string, registration: Registration): Promise<boolean> {
  await rm(registration.file, { force: true })
  for (const name of await readdir(ownersDir).catch(() => [])) {
    const [pid, token] = name.split('-')
    if (!(await isAlive(Number(pid), token ?? ''))) await rm(join(ownersDir, name), { force: true })
  }
  try {
    await rmdir(ownersDir)
    return true
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false
    if (code === 'ENOENT') return true
    throw error
  }
}

async function made(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
