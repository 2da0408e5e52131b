import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { TelegramMemory } from '@trunkline/channels/telegram/emulator-state'

/** A pretend person with a Telegram account; `id` is also the id of their talk with the bot. */
export interface TelegramPerson {
  readonly id: number
  readonly name: string
  readonly phone: string
}

/** The file of a pretend Telegram: what its server remembers, and who its people are. */
export interface TelegramFile extends TelegramMemory {
  readonly version: 1
  readonly people: readonly TelegramPerson[]
}

/** What a file of that name holds; undefined when there is none yet. @throws for a file that is not ours. */
export function loadTelegramFile(path: string): TelegramFile | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const file = JSON.parse(text, revive) as TelegramFile
  if (file.version !== 1) throw new Error(`${path}: written by another version; start with --reset`)
  return file
}

/** Replaces the file in one step, so that a kill leaves the old or the new one. */
export function saveTelegramFile(path: string, file: TelegramFile): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.tmp`, JSON.stringify(file, replace))
  renameSync(`${path}.tmp`, path)
}

/** Maps and bytes do not exist in JSON: they travel as `{ $map }` and `{ $bytes }`. */
function replace(_key: string, value: unknown): unknown {
  if (value instanceof Map) return { $map: [...value] }
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') }
  return value
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { $map: entries, $bytes: encoded } = value as { $map?: [unknown, unknown][]; $bytes?: string }
  if (Array.isArray(entries)) return new Map(entries)
  if (typeof encoded === 'string') return new Uint8Array(Buffer.from(encoded, 'base64'))
  return value
}
