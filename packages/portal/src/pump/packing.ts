import type { Priority } from './pump-contract.ts'

/** The portal refuses more. Source: reference/bitrix24.md §2.4. */
export const MAX_COMMANDS = 50
/** Encoded commands of one batch together. Ours: a body that proxies in front of a box still take. */
export const MAX_BYTES = 900_000
/** How long a batch led by each priority may be expected to run: a person waits behind nothing long. */
const MAX_SECONDS: Readonly<Record<Priority, number>> = { 0: 3, 1: 5, 2: 20, 3: 20 }
/** Who may ride in a batch led by each priority, in this order. */
const RIDERS: Readonly<Record<Priority, readonly Priority[]>> = { 0: [0], 1: [1, 2], 2: [2, 3], 3: [3, 2] }

/** What packing looks at in a waiting group. */
export interface Packable {
  readonly commands: readonly unknown[]
  readonly bytes: number
  /** Must travel without others: it is suspected of spoiling a whole batch. */
  readonly alone: boolean
}

export interface Packed<G> {
  readonly groups: readonly G[]
  readonly commands: number
  readonly seconds: number
  /** Waiting longer would not put more into it. */
  readonly full: boolean
}

/**
 * Chooses the groups of the next batch: whole groups, at most 50 commands, an expected run time within the bound of
 * the leading priority, first come first served inside each priority. A group that is `held` (its method is parked) is
 * passed over. A group too big for any batch goes alone.
 */
export function pack<G extends Packable>(
  queues: Readonly<Record<Priority, readonly G[]>>,
  lead: Priority,
  secondsOf: (group: G) => number,
  isHeld: (group: G) => boolean,
): Packed<G> {
  const groups: G[] = []
  let commands = 0
  let seconds = 0
  let bytes = 0
  let full = false
  for (const priority of RIDERS[lead]) {
    for (const group of queues[priority]) {
      if (isHeld(group)) continue
      const cost = secondsOf(group)
      const fits =
        groups.length === 0 ||
        (!group.alone &&
          commands + group.commands.length <= MAX_COMMANDS &&
          seconds + cost <= MAX_SECONDS[lead] &&
          bytes + group.bytes <= MAX_BYTES)
      if (!fits) {
        full = true
        break
      }
      groups.push(group)
      commands += group.commands.length
      seconds += cost
      bytes += group.bytes
      if (group.alone) return { groups, commands, seconds, full: true }
    }
    if (commands === MAX_COMMANDS) break
  }
  return {
    groups,
    commands,
    seconds,
    full: full || commands >= MAX_COMMANDS - 1 || seconds >= MAX_SECONDS[lead] * 0.9,
  }
}
