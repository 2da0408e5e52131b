import type { EntityRef } from '@trunkline/contracts/crm/entity'
import { HubError } from '@trunkline/contracts/errors'
import type { StepId } from '@trunkline/contracts/ids'
import { idOf, recordOf } from '../client/answer.ts'
import type { Param } from '../client/reference.ts'
import type { WireItem } from '../client/wire.ts'
import { type LeftOut, leaveOutNext } from './leave-out.ts'
import type { CommentFile, LedgerStep, StepsResult, WriteContext } from './ledger-step.ts'
import type { FoundWrite } from './look-for-lost.ts'
import { itemOf } from './read-result.ts'
import { madeType } from './step-command.ts'

const DEFAULT_SETTLE_MS = 65_000
/** When to come again for steps that were refused for a moment and the portal did not say for how long. */
const DEFAULT_WAIT_MS = 5_000

/** A step while it is being carried out. */
export interface Work {
  readonly ledgerStep: LedgerStep
  remoteId: string | undefined
  sentAt: number | undefined
  error: HubError | undefined
  state: 'planned' | 'done' | 'failed' | 'unknown' | 'waiting'
  /** Done in this call; the ledger hears of it once the card's client was compared with the plan. */
  isFresh: boolean
  /** The card as the portal said it made it. */
  seen: WireItem | undefined
  leftOut: LeftOut
  /** What of a `fill-fields` step has to be written; undefined while the card was not read. */
  fill: Readonly<Record<string, Param>> | undefined
  /** Files of an `attach-files` step, opened to be sent in this round. */
  files: readonly CommentFile[] | undefined
  /** What to say of a step that is done, but not in full. */
  note: HubError | undefined
}

/** A step as the ledger left it. */
export function workOf(ledgerStep: LedgerStep): Work {
  const { remoteId, sentAt } = ledgerStep
  return {
    ledgerStep,
    remoteId,
    sentAt: remoteId === undefined ? sentAt : undefined,
    error: undefined,
    state: remoteId !== undefined ? 'done' : sentAt !== undefined ? 'unknown' : 'planned',
    isFresh: false,
    seen: undefined,
    leftOut: new Set(),
    fill: undefined,
    files: undefined,
    note: undefined,
  }
}

export function settleMsOf(context: WriteContext): number {
  return context.settleMs ?? DEFAULT_SETTLE_MS
}

/** May be sent again while the first may still be running: it would write the same. */
export function isRepeatable({ step }: LedgerStep): boolean {
  return step.kind === 'notify' || step.kind === 'fill-fields' || step.kind === 'remove-comment'
}

/** Written with a marker to be found by. */
export function isMarked({ step }: LedgerStep): boolean {
  return step.kind === 'comment' || step.kind === 'create-activity' || step.kind === 'attach-files'
}

/** Which fields a step is done without, and what the portal said of them. Codes are no personal data. */
export function leftOutNote(codes: readonly string[], error: HubError): HubError {
  return new HubError('portal/fields-left-out', {
    detail: `${codes.join(', ')}: ${error.detail ?? error.message}`,
    cause: error,
  })
}

export function finish(work: Work, remoteId: string, seen: WireItem | undefined): void {
  work.remoteId = remoteId
  work.state = 'done'
  work.error = undefined
  work.isFresh = true
  work.seen = seen
}

/** The portal's id of what a step made. A user who switched notices off gets `off`: there is nothing to repeat. */
export function remoteIdOf(step: LedgerStep['step'], result: unknown): string | undefined {
  if (step.kind === 'notify') return idOf(result) ?? 'off'
  if (step.kind === 'comment' || step.kind === 'attach-files') return idOf(result)
  if (step.kind === 'create-activity') return idOf(recordOf(result)['id'])
  if (step.kind === 'fill-fields') return step.target.id
  if (step.kind === 'remove-comment') return step.commentId
  return idOf(itemOf(result)?.id)
}

/** The card a target stands for, when it is known. */
export function cardOf(
  works: readonly Work[],
  target: EntityRef | { readonly step: string },
  found?: ReadonlyMap<StepId, FoundWrite>,
): EntityRef | undefined {
  if (!('step' in target)) return target
  const maker = works.find(({ ledgerStep }) => ledgerStep.step.key === target.step)
  const type = maker === undefined ? undefined : madeType(maker.ledgerStep.step)
  const id = maker?.remoteId ?? (maker === undefined ? undefined : found?.get(maker.ledgerStep.id)?.remoteId)
  return type === undefined || id === undefined ? undefined : { type, id }
}

export function resultOf(works: readonly Work[], context: WriteContext, nowMs: number): StepsResult {
  const remoteIds = new Map(
    works.flatMap(({ ledgerStep, remoteId }) =>
      remoteId === undefined ? [] : [[ledgerStep.id, remoteId] as const],
    ),
  )
  const unknown = works.filter(({ state }) => state === 'unknown')
  if (unknown.length > 0) {
    const settledAt = Math.max(...unknown.map(({ sentAt }) => sentAt ?? nowMs)) + settleMsOf(context)
    return { state: 'unknown', retryAfterMs: Math.max(1_000, settledAt - nowMs), remoteIds }
  }
  const failed = works.filter(({ state }) => state === 'failed')
  if (failed.length > 0) {
    const fieldsRefused = failed.some(
      ({ ledgerStep, error, leftOut }) =>
        error !== undefined && leaveOutNext(ledgerStep.step, error, leftOut) !== undefined,
    )
    return { state: 'failed', fieldsRefused, remoteIds }
  }
  const open = works.filter(({ state }) => state !== 'done')
  if (open.length === 0) return { state: 'done', remoteIds }
  const waits = open.map(({ error }) => error?.retryAfterMs ?? DEFAULT_WAIT_MS)
  return { state: 'waiting', retryAfterMs: Math.max(...waits), remoteIds }
}
