import type { PumpCommand } from './pump-contract.ts'

/** What a command is taken to run before anything was seen of its method, seconds: 20 writes or 50 reads a batch. */
const UNKNOWN_WRITE_SECONDS = 1
const UNKNOWN_READ_SECONDS = 0.3
const READ = /(?:\.list|\.get|\.findbycomm|\.fields|^profile|^scope|^app\.info)$/i

/**
 * How long each method runs on this portal, learnt from the `time` of its answers, so that a batch is expected to end
 * well before the portal cuts the request at 60 s. Rises quickly and falls slowly.
 */
export interface MethodCosts {
  seconds(command: PumpCommand): number
  /** Whether an answer has told what it costs. */
  isKnown(command: PumpCommand): boolean
  observe(command: PumpCommand, seconds: number): void
  /** The request that carried these commands ran into the time limit. */
  punish(commands: readonly PumpCommand[]): void
}

export function createMethodCosts(): MethodCosts {
  const known = new Map<string, number>()
  const seconds = (command: PumpCommand) =>
    known.get(costKey(command)) ?? (READ.test(command.method) ? UNKNOWN_READ_SECONDS : UNKNOWN_WRITE_SECONDS)

  return {
    seconds,
    isKnown: (command) => known.has(costKey(command)),
    observe(command, sample) {
      const key = costKey(command)
      const before = known.get(key)
      const weight = before === undefined ? 1 : sample > before ? 0.5 : 0.1
      known.set(key, Math.max(0.001, (before ?? 0) * (1 - weight) + sample * weight))
    },
    punish(commands) {
      for (const command of new Map(commands.map((one) => [costKey(one), one])).values()) {
        known.set(costKey(command), Math.min(20, seconds(command) * 2))
      }
    },
  }
}

/** Creating a deal and creating a contact are one method and two prices. */
function costKey(command: PumpCommand): string {
  const entityTypeId = command.params?.['entityTypeId']
  return typeof entityTypeId === 'number' ? `${command.method}#${entityTypeId}` : command.method
}
