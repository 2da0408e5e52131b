/** What the pump takes and gives. The pump itself is `pump.ts`. */

import type { PortalState } from '@trunkline/contracts/crm/facts'
import type { HubError } from '@trunkline/contracts/errors'
import type { PortalId } from '@trunkline/contracts/ids'
import type { Clock } from '../client/clock.ts'
import type { Params } from '../client/reference.ts'
import type { Tokens } from '../client/tokens.ts'
import type { Transport } from '../client/transport.ts'

/** 0 telephone card, 1 people's messages, 2 CRM writes of a conversation, 3 bulk (mailings, sync, history). */
export type Priority = 0 | 1 | 2 | 3

/** One method call. `name` is how other commands of the same group refer to it: letters and digits only. */
export interface PumpCommand {
  readonly name: string
  readonly method: string
  readonly params?: Params
}

/**
 * How one command ended.
 * `failed`: the portal refused it, it did not happen. `unknown`: the answer was lost, it may have happened.
 */
export type CommandAnswer =
  | {
      readonly outcome: 'done'
      readonly result: unknown
      readonly total?: number | undefined
      readonly next?: number | undefined
    }
  | { readonly outcome: 'failed'; readonly error: HubError }
  /** `error.code` is `portal/unknown-outcome`, `error.certain` is false. */
  | { readonly outcome: 'unknown'; readonly error: HubError }

/** Answers by the names of the commands. */
export type GroupAnswer = Readonly<Record<string, CommandAnswer>>

export interface GroupOptions {
  /** Default 2. */
  readonly priority?: Priority
  /**
   * True when a command must not be run twice (anything that adds). When the answer is lost such a group is answered
   * `unknown`; a group with `false` (reads, and updates that may be repeated) is repeated by the pump.
   */
  readonly writes: boolean
  /** Takes the group out of the queue while it has not left; no effect afterwards. */
  readonly signal?: AbortSignal
  /**
   * Awaited once, right before the request that carries the group leaves: the place to commit "sent". When it
   * throws, the group is taken out and rejected with that error; its neighbours go on.
   */
  readonly beforeSend?: () => Promise<void>
}

/** The portal's bucket. Cloud: 2 a second of 50; Enterprise: 5 of 250; a box without limits: make both large. */
export interface PumpPlan {
  /** Hits that leave the bucket in a second. */
  readonly rate: number
  /** Hits it holds; the pump never fills more than `burst - 1`. */
  readonly burst: number
}

/** What may be logged of a request: no parameter, no answer, no address path. */
export interface PortalLogEntry {
  readonly event: 'portal-request' | 'portal-token' | 'portal-state'
  readonly portalId: PortalId
  readonly method: string
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly durationMs: number
  readonly commands: number
  readonly groups: number
  readonly failed: number
  /** Error code of ours (`portal/rate-limited`), when the request as a whole ended badly. */
  readonly code?: string | undefined
}

export interface PumpOptions {
  readonly portalId: PortalId
  /** `https://<portal>/rest/`; used until the token store or a redirect names a newer one. */
  readonly endpoint: string
  readonly tokens: Tokens
  readonly http: Transport
  readonly plan: PumpPlan
  readonly clock?: Clock
  readonly log?: (entry: PortalLogEntry) => void
  /** Told once per change. `connected` when a request succeeds after another state. */
  readonly onState?: (state: PortalState, reason: HubError | undefined) => void
  /** Told when the portal asks to wait. `untilAt` is in clock milliseconds. */
  readonly onPaused?: (untilAt: number, reason: HubError) => void
  /** Told when the portal has moved to another host and answered there. */
  readonly onMoved?: (endpoint: string) => void
  /** Hits already in the bucket. 0 for a portal nobody has used lately; on take-over see `levelOnTakeOver`. */
  readonly initialLevel?: number
  /** Requests in flight at once. Default 6. */
  readonly concurrency?: number
  /** One request is given up after this. Default 65 000 (the portal cuts at 60 s). */
  readonly timeoutMs?: number
}

export interface PumpStats {
  /** Groups waiting, by priority. */
  readonly waiting: readonly [number, number, number, number]
  readonly waitingCommands: number
  readonly inFlight: number
  /** Hits in the bucket now, as we count them. */
  readonly level: number
  /** HTTP requests sent to the portal since the start. */
  readonly hits: number
  readonly commands: number
  /** 503 QUERY_LIMIT_EXCEEDED answers. */
  readonly refused: number
  /** Requests whose outcome is not known. */
  readonly lost: number
  /** Methods parked by OPERATION_TIME_LIMIT → until when (clock ms). */
  readonly parked: Readonly<Record<string, number>>
  /** When the pump may send again, if the portal asked it to wait (clock ms). */
  readonly pausedUntilAt: number | undefined
  readonly state: PortalState
}

export interface Pump {
  readonly portalId: PortalId
  /** One command. Resolves to its `result`; throws HubError. Default: priority 1, `writes: false`. */
  call(command: Omit<PumpCommand, 'name'>, options?: Partial<GroupOptions>): Promise<unknown>
  /**
   * Commands that stay together in one batch and run in this order (at most 50).
   *
   * Rejects with HubError only when nothing of the group ran: the portal wants a person (`auth` kind), cannot be
   * reached (`portal/unreachable`), the pump was stopped (`server/not-ready`), or the signal's own reason.
   */
  group(commands: readonly PumpCommand[], options: GroupOptions): Promise<GroupAnswer>
  stats(): PumpStats
  /** After a person repaired the connection: takes work again. */
  resume(): void
  /** Goes by the limits of another plan from now on. */
  changePlan(plan: PumpPlan): void
  /** Refuses what waits, lets what is in flight end. */
  stop(): Promise<void>
}
