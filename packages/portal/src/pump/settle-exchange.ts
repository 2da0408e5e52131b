import { HubError } from '@trunkline/contracts/errors'
import type { AccessToken } from '../client/tokens.ts'
import type { Bucket } from './bucket.ts'
import type { Exchange } from './exchange-batch.ts'
import type { MethodCosts } from './method-costs.ts'
import type { ParkedMethods } from './parked-methods.ts'
import type { PortalHealth } from './portal-health.ts'
import type { PumpOptions } from './pump-contract.ts'
import type { Queues } from './queues.ts'
import { settleGroup } from './settle-group.ts'
import type { WaitingGroup } from './waiting-group.ts'
import { settle, uniformAnswer } from './waiting-group.ts'

/** Tries of a group that may be repeated, before its caller is told. */
const MAX_ATTEMPTS = 5
/** Different tokens refused in a row before we believe that the application has lost the portal. */
const MAX_BAD_TOKENS = 3

/** What one answer, or its absence, changes: the groups it carried, the bucket, the token, the portal's health. */
export interface Settler {
  /** @returns how many commands failed. Never rejects but for a fault of ours. */
  exchange(groups: readonly WaitingGroup[], exchange: Exchange, token: AccessToken): Promise<number>
  /** There was no token to send with. */
  noToken(groups: readonly WaitingGroup[], error: unknown): void
  readonly counts: { readonly refused: number; readonly lost: number }
  resume(): void
}

export function createSettler(parts: {
  readonly options: Pick<PumpOptions, 'portalId' | 'tokens' | 'onPaused'>
  readonly now: () => number
  readonly bucket: Bucket
  readonly costs: MethodCosts
  readonly parked: ParkedMethods
  readonly health: PortalHealth
  readonly queues: Queues
  readonly onMoved: (origin: string, token: AccessToken) => void
}): Settler {
  const { options, now, bucket, costs, parked, health, queues, onMoved } = parts
  const counts = { refused: 0, lost: 0 }
  const badTokens = new Set<string>()

  async function exchange(
    groups: readonly WaitingGroup[],
    ended: Exchange,
    token: AccessToken,
  ): Promise<number> {
    switch (ended.kind) {
      case 'rows':
        return settleRows(groups, ended, token)
      case 'refused':
        health.answered()
        return settleRefused(groups, ended.error, ended.refreshable, token)
      case 'unreachable':
        if (ended.movedTo === undefined) cannotReach(groups, ended.error)
        else {
          queues.putBack(groups)
          health.halt(ended.error, 'moved')
        }
        return 0
      case 'filtered':
        if (health.noAnswer(ended.error, 250, 15_000).giveUp) {
          tellWhoWaits(groups, ended.error, 15_000)
          return 0
        }
        return settleSuspects(groups, ended.error)
      case 'lost':
        counts.lost += 1
        if (ended.timedOut) costs.punish(groups.flatMap((group) => group.commands))
        health.noAnswer(ended.error, 250, 15_000)
        return settleLost(groups, ended.error)
    }
  }

  async function settleRows(
    groups: readonly WaitingGroup[],
    ended: Extract<Exchange, { kind: 'rows' }>,
    token: AccessToken,
  ): Promise<number> {
    if (ended.movedTo !== undefined) onMoved(ended.movedTo, token)
    learn(groups, ended)
    let failed = 0
    let refresh = false
    const again: WaitingGroup[] = []
    for (const group of groups) {
      const settled = settleGroup(group, ended.rows, (method) => parked.until(method, now()), now())
      if (settled.kind === 'answer') {
        failed += settled.failed
        settle(group, () => group.resolve(settled.answer))
        continue
      }
      refresh ||= settled.refresh
      if (settled.counts) group.attempts += 1
      if (group.attempts < MAX_ATTEMPTS) again.push(group)
      else settle(group, () => group.resolve(uniformAnswer(group, 'failed', settled.error)))
    }
    if (refresh) return failed + (await settleRefused(again, new HubError('portal/reauthorise'), true, token))
    badTokens.clear()
    health.wentWell()
    queues.putBack(again)
    return failed
  }

  /** What rows say of the time their methods took, and of methods that the portal paused. */
  function learn(groups: readonly WaitingGroup[], ended: Extract<Exchange, { kind: 'rows' }>): void {
    for (const group of groups) {
      group.commands.forEach((command, index) => {
        const row = ended.rows.get(group.keys[index]!)
        if (row === undefined || row.kind === 'missing') return
        const { duration, operating, operating_reset_at: resetAt } = row.time ?? {}
        if (row.kind === 'result') {
          if (duration !== undefined) costs.observe(command, duration)
          parked.observe(command.method, operating, resetAt, now())
        } else if (row.code.toLowerCase() === 'operation_time_limit') {
          const until = parked.park(command.method, resetAt, now())
          const error = new HubError('portal/operating-limit', {
            retryAfterMs: until - now(),
            detail: command.method,
          })
          options.onPaused?.(until, error)
        }
      })
    }
  }

  async function settleRefused(
    groups: readonly WaitingGroup[],
    error: HubError,
    refreshable: boolean,
    token: AccessToken,
  ): Promise<number> {
    // Many requests in flight hear of the same token: that is one.
    if (refreshable && badTokens.add(token.accessToken).size <= MAX_BAD_TOKENS) {
      try {
        await options.tokens.refresh(options.portalId, token.accessToken)
        queues.putBack(groups)
      } catch (trouble) {
        noToken(groups, trouble)
      }
      return 0
    }
    if (error.code === 'portal/rate-limited' || error.code === 'portal/operating-limit') {
      counts.refused += 1
      bucket.fill(now())
      health.tooMany(error)
      queues.putBack(groups)
      return 0
    }
    if (health.halt(error)) {
      queues.putBack(groups)
      return 0
    }
    return settleSuspects(groups, error)
  }

  /** The request as a whole displeased: each group tries alone, and the one that is to blame is answered. */
  function settleSuspects(groups: readonly WaitingGroup[], error: HubError): number {
    if (groups.length > 1) {
      for (const group of groups) group.alone = true
      queues.putBack(groups)
      return 0
    }
    for (const group of groups) settle(group, () => group.resolve(uniformAnswer(group, 'failed', error)))
    return groups.reduce((sum, group) => sum + group.commands.length, 0)
  }

  /** The answer was lost: writes are answered `unknown`, what may be repeated is repeated. */
  function settleLost(groups: readonly WaitingGroup[], error: HubError): number {
    const again: WaitingGroup[] = []
    let failed = 0
    for (const group of groups) {
      group.attempts += 1
      if (!group.writes && group.attempts < MAX_ATTEMPTS) again.push(group)
      else {
        failed += group.commands.length
        settle(group, () => group.resolve(uniformAnswer(group, 'unknown', error)))
      }
    }
    queues.putBack(again)
    return failed
  }

  function noToken(groups: readonly WaitingGroup[], error: unknown): void {
    if (error instanceof HubError && health.halt(error)) queues.putBack(groups)
    else if (error instanceof HubError && error.code === 'portal/unreachable') cannotReach(groups, error)
    else for (const group of groups) settle(group, () => group.reject(error))
  }

  /** Nothing ran. Waits longer each time, and after some tries tells everybody who waits. */
  function cannotReach(groups: readonly WaitingGroup[], error: HubError): void {
    if (health.halt(error)) {
      queues.putBack(groups)
      return
    }
    const { waitMs, giveUp } = health.noAnswer(error, 500, 30_000)
    if (giveUp) tellWhoWaits(groups, error, waitMs)
    else queues.putBack(groups)
  }

  function tellWhoWaits(groups: readonly WaitingGroup[], cause: HubError, waitMs: number): void {
    const error = new HubError('portal/unreachable', { cause, retryAfterMs: Math.round(waitMs) })
    for (const group of groups) settle(group, () => group.reject(error))
    queues.rejectAll(error)
  }

  return {
    exchange,
    noToken,
    counts,
    resume() {
      badTokens.clear()
    },
  }
}
