/** The sandbox's memory on disk, so that a demo survives `kill -9`: one JSON snapshot, replaced atomically. */
import { readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { AuthState } from './auth-server.ts'
import type { PortalState } from './portal-state.ts'

const VERSION = 1
const DEBOUNCE_MS = 50

export interface Snapshot {
  version: number
  authPort: number
  auth: AuthState
  portals: PortalState[]
}

export interface StateFile {
  /** Resolves when everything changed before the call is on disk; without durability it only schedules a save. */
  saved(): Promise<void>
  /** Last save, then silence. */
  close(): Promise<void>
}

/** The stored snapshot, or `null` when there is none. A file of another version or a broken one is an error. */
export function readSnapshot(path: string): Snapshot | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  const snapshot = JSON.parse(text) as Snapshot
  if (snapshot.version !== VERSION)
    throw new Error(`sandbox state of version ${snapshot.version} cannot be read`)
  return snapshot
}

export function createStateFile(
  path: string,
  durable: boolean,
  take: () => Omit<Snapshot, 'version'>,
): StateFile {
  let running: Promise<void> | null = null
  let queued: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null

  const write = async (): Promise<void> => {
    const text = JSON.stringify({ version: VERSION, ...take() })
    await mkdir(dirname(path), { recursive: true })
    await writeFile(`${path}.tmp`, text)
    await rename(`${path}.tmp`, path)
  }
  const start = (): Promise<void> => {
    running = write().finally(() => {
      running = null
    })
    return running
  }
  // One write runs, one waits: whoever asks while one runs gets the next, which will hold their change.
  const save = (): Promise<void> => {
    if (!running) return start()
    queued ??= running
      .catch(() => undefined)
      .then(() => {
        queued = null
        return start()
      })
    return queued
  }
  return {
    async saved() {
      if (durable) return save()
      timer ??= setTimeout(() => {
        timer = null
        save().catch((error: unknown) => {
          process.emitWarning(`sandbox state was not saved: ${String(error)}`)
        })
      }, DEBOUNCE_MS)
    },
    async close() {
      if (timer) clearTimeout(timer)
      timer = null
      await save()
    },
  }
}
