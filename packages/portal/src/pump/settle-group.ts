import type { HubError } from '@trunkline/contracts/errors'
import type { BatchRow } from '../client/answer.ts'
import { classify, isRefreshable, portalError, unknownOutcome } from '../client/errors.ts'
import type { CommandAnswer, GroupAnswer } from './pump-contract.ts'
import type { WaitingGroup } from './waiting-group.ts'

/**
 * What the rows of a batch mean for one group.
 * `again`: put it back; `counts` when the try counts against it; `refresh` when the token was refused in a row.
 */
export type Settled =
  | { readonly kind: 'answer'; readonly answer: GroupAnswer; readonly failed: number }
  | { readonly kind: 'again'; readonly counts: boolean; readonly refresh: boolean; readonly error: HubError }

/**
 * Turns rows into answers, one by one.
 *
 * A group is put back as a whole when that cannot double anything: it may be repeated and a row asks for it, or every
 * row was refused before it ran. Otherwise each row is answered for itself, and a row that was refused for a moment
 * carries an error of kind `rate-limit`.
 */
export function settleGroup(
  group: WaitingGroup,
  rows: ReadonlyMap<string, BatchRow>,
  parkedUntilAt: (method: string) => number | undefined,
  nowMs: number,
): Settled {
  const answers: Record<string, CommandAnswer> = {}
  let failed = 0
  let momentary = 0
  let uncertain = 0
  let refresh = false
  let lastError: HubError | undefined
  group.commands.forEach((command, index) => {
    const row: BatchRow = rows.get(group.keys[index]!) ?? { kind: 'missing' }
    if (row.kind === 'result') {
      answers[command.name] = { outcome: 'done', result: row.result, total: row.total, next: row.next }
      return
    }
    failed += 1
    if (row.kind === 'missing') {
      uncertain += 1
      lastError = unknownOutcome(command.method)
      answers[command.name] = { outcome: 'unknown', error: lastError }
      return
    }
    const refusal = { code: row.code, description: row.description, method: command.method }
    const { code, ran } = classify(refusal)
    if (ran === 'maybe') {
      uncertain += 1
      lastError = unknownOutcome(command.method)
      answers[command.name] = { outcome: 'unknown', error: lastError }
      return
    }
    const until = parkedUntilAt(command.method)
    lastError = portalError(refusal, until === undefined ? undefined : Math.max(0, until - nowMs))
    if (isRefreshable(row.code)) refresh = true
    if (isMomentary(code) || isRefreshable(row.code)) momentary += 1
    answers[command.name] = { outcome: 'failed', error: lastError }
  })
  if (lastError !== undefined) {
    const nothingRan = momentary === group.commands.length
    if (nothingRan || (!group.writes && momentary > 0)) {
      return { kind: 'again', counts: refresh, refresh, error: lastError }
    }
    if (!group.writes && uncertain > 0) return { kind: 'again', counts: true, refresh, error: lastError }
  }
  return { kind: 'answer', answer: answers, failed }
}

function isMomentary(code: string): boolean {
  return code === 'portal/operating-limit' || code === 'portal/rate-limited' || code === 'portal/unreachable'
}
