import { randomBytes, randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Chat, EmulatorState } from '@trunkline/channels/telegram/emulator-state'
import type { DeliveryMemory } from './durable-delivery.ts'

/** A pretend person with a Telegram account; `id` is also the id of their talk with the bot. */
export interface TelegramPerson {
  readonly id: number
  readonly name: string
  readonly phone: string
}

/** Everything the pretend Telegram remembers, as it lies in the file. */
export interface TelegramMemory {
  version: 1
  bot: EmulatorState['bot']
  token: string
  updateId: number
  people: TelegramPerson[]
  chats: Map<number, Chat>
  files: EmulatorState['files']
  webhook: EmulatorState['webhook']
  delivery: DeliveryMemory
}

/** What a file of that name holds, or a new bot that nobody knows yet. @throws for a file that is not ours. */
export function loadTelegramMemory(path: string, botName: string): TelegramMemory {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return freshMemory(botName)
    throw error
  }
  const memory = JSON.parse(text, revive) as TelegramMemory
  if (memory.version !== 1) throw new Error(`${path}: written by another version; start with --reset`)
  return memory
}

/** Replaces the file in one step, so that a kill leaves the old or the new one. */
export function saveTelegramMemory(path: string, memory: TelegramMemory): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.tmp`, JSON.stringify(memory, replace))
  renameSync(`${path}.tmp`, path)
}

function freshMemory(botName: string): TelegramMemory {
  const id = randomInt(1_000_000_000, 9_000_000_000)
  return {
    version: 1,
    bot: { id, first_name: botName, username: `demo_${id}_bot` },
    token: `${id}:${randomBytes(26).toString('base64url')}`,
    updateId: randomInt(1, 1_000_000_000),
    people: [],
    chats: new Map(),
    files: new Map(),
    webhook: undefined,
    delivery: { target: undefined, waiting: [] },
  }
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
