/** The step ledger as this room sees it; the server keeps it in its table. */

import type { PlanStep } from '@trunkline/contracts/crm/plan'
import type { HubError } from '@trunkline/contracts/errors'
import type { StepId } from '@trunkline/contracts/ids'
import type { Priority } from '../pump/pump-contract.ts'

/** A file of a timeline comment, whole in memory while it is sent. */
export interface CommentFile {
  readonly name: string
  readonly content: Buffer
}

export interface LedgerStep {
  readonly id: StepId
  readonly step: PlanStep
  /** Rendered text of a `comment` or `attach-files` step. Contains `marker`. */
  readonly comment?: string | undefined
  /** Text that every rendering of this comment contains and no other comment does, such as the conversation's address. */
  readonly marker?: string | undefined
  /** Rendered text of a `notify` step. `CARD_LINK` in it becomes the address of the card. */
  readonly notifyText?: string | undefined
  /** Description of a `create-activity` step. Contains `marker`. */
  readonly description?: string | undefined
  /** Opens the files of an `attach-files` step, when it is about to be sent. Those that are lost are left out. */
  readonly openFiles?: (() => Promise<readonly CommentFile[]>) | undefined
  /** The step is done already, with this id in the portal. */
  readonly remoteId?: string | undefined
  /**
   * When an earlier try left (ms since the epoch), for a step that is `sent` or `unknown` in the ledger: it is looked
   * for before it is repeated.
   */
  readonly sentAt?: number | undefined
}

/** Where the outcome of each step is written. Every call is awaited before the next request leaves. */
export interface StepLedger {
  /** Committed before the request leaves. */
  sent(ids: readonly StepId[]): Promise<void>
  /**
   * `remoteId` of a `fill-fields` step is the card's. `note` tells what was left out of it: fields that the portal
   * refused (`portal/fields-left-out`), or all of them because the card is not there.
   */
  done(id: StepId, remoteId: string, note?: HubError): Promise<void>
  /** The portal refused this step for good. */
  failed(id: StepId, error: HubError): Promise<void>
  /** It may have run; `executeSteps` again with `sentAt` to look for it. */
  unknown(id: StepId, error: HubError): Promise<void>
  /** It certainly did not run: back to `planned`. */
  released(id: StepId, reason: HubError): Promise<void>
}

export interface WriteContext {
  /** Default 2. */
  readonly priority?: Priority
  readonly signal?: AbortSignal
  /** `https://<portal>`, for links to cards in notifications. */
  readonly portalOrigin: string
  /** `sourceId` of created cards, a code of the portal's SOURCE dictionary. */
  readonly sourceId?: string
  /**
   * How long after a request left its writes may still appear (ms). A lost write that is not found is repeated only
   * after this. Default 65 000: the portal cuts a request at 60 s.
   */
  readonly settleMs?: number
  /**
   * What happens when a card is refused for a field that it can be made without (a stage or a mapped field that was
   * deleted). `leave-out`, the default: it is made without it. `stop`: the step fails, so that the caller reads the
   * directory again and plans anew.
   */
  readonly onFieldRefused?: 'leave-out' | 'stop'
  /** Clock milliseconds; default `Date.now`. */
  readonly now?: () => number
}

/**
 * `done`: every step has a remote id. `failed`: a step was refused for good. `unknown`: call again after
 * `retryAfterMs` with `sentAt`. `waiting`: steps certainly did not run (limits); call again after `retryAfterMs`.
 */
export interface StepsResult {
  readonly state: 'done' | 'failed' | 'unknown' | 'waiting'
  readonly retryAfterMs?: number | undefined
  /** With `failed`: a card was refused for a field that it can be made without (`onFieldRefused: 'stop'`). */
  readonly fieldsRefused?: boolean | undefined
  /** Remote ids by step id, old and new. */
  readonly remoteIds: ReadonlyMap<StepId, string>
}
