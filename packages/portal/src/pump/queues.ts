import { HubError } from '@trunkline/contracts/errors'
import type { Priority } from './pump-contract.ts'
import type { WaitingGroup } from './waiting-group.ts'
import { settle } from './waiting-group.ts'

export const PRIORITIES: readonly Priority[] = [0, 1, 2, 3]

/** Groups that wait, by priority, each queue in the order of arrival. */
export interface Queues {
  readonly of: Readonly<Record<Priority, readonly WaitingGroup[]>>
  add(group: WaitingGroup): void
  /** Groups that leave. */
  remove(groups: readonly WaitingGroup[]): void
  /** Back in their places by arrival, before all that came later. Refused at once after `close`. */
  putBack(groups: readonly WaitingGroup[]): void
  /** Takes a group out if it still waits. */
  takeOut(group: WaitingGroup, reason: unknown): void
  rejectAll(error: unknown): void
  /** Everybody who waits or comes is refused with this until `open`. */
  close(error: HubError): void
  open(): void
  readonly closed: HubError | undefined
  isEmpty(): boolean
}

/** @param onWork called when there is something to send. */
export function createQueues(onWork: () => void): Queues {
  const of: Record<Priority, WaitingGroup[]> = { 0: [], 1: [], 2: [], 3: [] }
  let closed: HubError | undefined

  function rejectAll(error: unknown): void {
    for (const priority of PRIORITIES) {
      for (const group of of[priority].splice(0)) settle(group, () => group.reject(error))
    }
  }

  return {
    of,
    get closed() {
      return closed
    },
    add(group) {
      of[group.priority].push(group)
      onWork()
    },
    remove(groups) {
      for (const group of groups) of[group.priority].splice(of[group.priority].indexOf(group), 1)
    },
    putBack(groups) {
      for (const group of groups) {
        if (group.settled) continue
        const error = closed
        if (error !== undefined) {
          settle(group, () => group.reject(error))
          continue
        }
        const queue = of[group.priority]
        const after = queue.findIndex((other) => other.seq > group.seq)
        queue.splice(after < 0 ? queue.length : after, 0, group)
      }
      onWork()
    },
    takeOut(group, reason) {
      const index = of[group.priority].indexOf(group)
      if (index < 0) return
      of[group.priority].splice(index, 1)
      settle(group, () => group.reject(reason))
    },
    rejectAll,
    close(error) {
      closed = error
      rejectAll(error)
    },
    open() {
      closed = undefined
    },
    isEmpty: () => PRIORITIES.every((priority) => of[priority].length === 0),
  }
}

/** What callers hear of a pump that was stopped. */
export function stoppedError(): HubError {
  return new HubError('server/not-ready', { detail: 'the pump was stopped' })
}
