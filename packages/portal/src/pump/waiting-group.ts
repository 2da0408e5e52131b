import type { HubError } from '@trunkline/contracts/errors'
import { commandString, referredCommands } from '../client/encode.ts'
import { MAX_COMMANDS } from './packing.ts'
import type { GroupAnswer, GroupOptions, Priority, PumpCommand } from './pump-contract.ts'

/** A group inside the pump: encoded once, kept until it is answered. */
export interface WaitingGroup {
  /** Order of arrival. */
  readonly seq: number
  readonly priority: Priority
  readonly writes: boolean
  readonly commands: readonly PumpCommand[]
  /** Batch key of each command, in order: `c<seq>_<name>`. */
  readonly keys: readonly string[]
  /** Encoded command strings, in order. */
  readonly strings: readonly string[]
  readonly bytes: number
  readonly arrivedAt: number
  beforeSend: (() => Promise<void>) | undefined
  /** Travels without others from now on. */
  alone: boolean
  /** Tries that may count against it. */
  attempts: number
  settled: boolean
  readonly resolve: (answer: GroupAnswer) => void
  readonly reject: (error: unknown) => void
}

/** Encodes the commands of a group. Throws TypeError for a group that no batch can hold: a mistake of the caller. */
export function waitingGroup(
  seq: number,
  commands: readonly PumpCommand[],
  options: GroupOptions,
  nowMs: number,
  settle: { resolve: (answer: GroupAnswer) => void; reject: (error: unknown) => void },
): WaitingGroup {
  if (commands.length === 0 || commands.length > MAX_COMMANDS) {
    throw new TypeError(`a group holds 1 to ${MAX_COMMANDS} commands, not ${commands.length}`)
  }
  const keyOf = (name: string) => `c${seq}_${name}`
  const seen = new Set<string>()
  for (const command of commands) {
    if (!/^[a-z0-9]+$/i.test(command.name)) throw new TypeError(`"${command.name}" is no name for a command`)
    if (seen.has(command.name)) throw new TypeError(`two commands of a group are named "${command.name}"`)
    for (const name of referredCommands(command.params)) {
      if (!seen.has(name))
        throw new TypeError(`"${command.name}" refers to "${name}", which is not before it`)
    }
    seen.add(command.name)
  }
  const strings = commands.map((command) => commandString(command.method, command.params, keyOf))
  return {
    seq,
    priority: options.priority ?? 2,
    writes: options.writes,
    commands,
    keys: commands.map((command) => keyOf(command.name)),
    strings,
    bytes: strings.reduce((sum, one) => sum + one.length, 0),
    arrivedAt: nowMs,
    beforeSend: options.beforeSend,
    alone: false,
    attempts: 0,
    settled: false,
    resolve: settle.resolve,
    reject: settle.reject,
  }
}

/** The same answer for every command of a group. */
export function uniformAnswer(
  group: WaitingGroup,
  outcome: 'failed' | 'unknown',
  error: HubError,
): GroupAnswer {
  return Object.fromEntries(group.commands.map((command) => [command.name, { outcome, error }]))
}

/** Answers a group once; later attempts do nothing. */
export function settle(group: WaitingGroup, how: () => void): void {
  if (group.settled) return
  group.settled = true
  how()
}
