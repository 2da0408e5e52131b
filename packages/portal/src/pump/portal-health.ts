import type { PortalState } from '@trunkline/contracts/crm/facts'
import type { HubError } from '@trunkline/contracts/errors'
import type { Clock } from '../client/clock.ts'
import { backoffMs } from './pacing.ts'
import type { PumpOptions } from './pump-contract.ts'

/** Failed connections in a row before whoever waits is told that the portal cannot be reached. */
const GIVE_UP_AFTER = 5

/** The state of the portal that an error ends in: the pump stops there and a person is needed. */
const HALTS: Readonly<Record<string, PortalState>> = {
  'portal/reauthorise': 'reauthorise',
  'portal/uninstalled': 'uninstalled',
  'portal/payment-required': 'payment-required',
  'portal/insufficient-scope': 'reauthorise',
  'portal/blocked': 'blocked',
  'portal/bad-certificate': 'unreachable',
  'portal/private-address': 'unreachable',
  'portal/needs-https': 'unreachable',
}

/** How the portal does: its state as people see it, and until when we leave it alone. */
export interface PortalHealth {
  readonly state: PortalState
  /** Clock ms; 0 when it was never paused. */
  readonly pausedUntilAt: number
  /** An answer with rows came. */
  wentWell(): void
  /** The portal answered at all. */
  answered(): void
  /** 503: @returns false when this is one more voice of a refusal already heard. */
  tooMany(error: HubError): boolean
  /** No answer. @returns how long we wait, and whether it is time to tell who waits. */
  noAnswer(
    error: HubError,
    fromMs: number,
    toMs: number,
  ): { readonly waitMs: number; readonly giveUp: boolean }
  /** Ends in a state that wants a person, or answers false when this error is none of those. */
  halt(error: HubError, state?: PortalState): boolean
  resume(): void
}

export function createPortalHealth(
  clock: Clock,
  told: Pick<PumpOptions, 'onState' | 'onPaused'>,
  onHalt: (error: HubError) => void,
): PortalHealth {
  let state: PortalState = 'connected'
  let pausedUntilAt = 0
  let refusalsInRow = 0
  let failuresInRow = 0
  let halted = false

  function change(next: PortalState, reason: HubError | undefined): void {
    if (state === next) return
    state = next
    told.onState?.(next, reason)
  }

  function pause(waitMs: number): number {
    pausedUntilAt = Math.max(pausedUntilAt, clock.now() + waitMs)
    return pausedUntilAt
  }

  return {
    get state() {
      return state
    },
    get pausedUntilAt() {
      return pausedUntilAt
    },
    wentWell() {
      refusalsInRow = 0
      failuresInRow = 0
      if (!halted) change('connected', undefined)
    },
    answered() {
      failuresInRow = 0
    },
    tooMany(error) {
      // Several requests in flight hear the same "too many".
      if (pausedUntilAt > clock.now()) return false
      refusalsInRow += 1
      told.onPaused?.(pause(backoffMs(refusalsInRow, 1_000, 16_000)), error)
      return true
    },
    noAnswer(error, fromMs, toMs) {
      // Requests that were in flight together fail together: that is one failure.
      const leftMs = pausedUntilAt - clock.now()
      if (failuresInRow > 0 && leftMs > 0) return { waitMs: leftMs, giveUp: failuresInRow >= GIVE_UP_AFTER }
      failuresInRow += 1
      const waitMs = backoffMs(failuresInRow, fromMs, toMs)
      pause(waitMs)
      const giveUp = failuresInRow >= GIVE_UP_AFTER
      if (giveUp) change('unreachable', error)
      return { waitMs, giveUp }
    },
    halt(error, named) {
      const next = named ?? HALTS[error.code]
      if (next === undefined) return false
      halted = true
      change(next, error)
      onHalt(error)
      return true
    },
    resume() {
      halted = false
      pausedUntilAt = 0
      refusalsInRow = 0
      failuresInRow = 0
    },
  }
}
