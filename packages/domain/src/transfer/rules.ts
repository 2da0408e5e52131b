import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { RuleGroup } from '@trunkline/contracts/rules/condition'
import type { DecisionInput } from './input.ts'
import { line } from './trace.ts'

/** Whether the conditions of a rule hold, with their warnings as trace lines. */
export function ruleMatches(
  title: string,
  conditions: RuleGroup,
  input: DecisionInput,
  trace: TraceLine[],
): boolean {
  const { holds, warnings } = input.read(conditions)
  for (const warning of warnings) {
    trace.push(line('rule-warning', 'note', { rule: title, warning: warning.code, field: warning.field }))
  }
  return holds(input.comparable)
}

/** How the transfer filter ended (AMB-19). `rule` is the one that decided. */
export interface FilterResult {
  readonly passes: boolean
  readonly because: 'no-rules' | 'allowed' | 'denied' | 'not-in-allowed' | 'nothing-denied'
  readonly rule?: string
  readonly trace: readonly TraceLine[]
}

/**
 * The transfer filter: no rules pass all; any matching Deny stops; where Allow rules exist one of them must match.
 */
export function transferFilter(input: DecisionInput): FilterResult {
  const active = input.passing.transferRules.filter((rule) => rule.active)
  if (active.length === 0) return { passes: true, because: 'no-rules', trace: [] }
  const trace: TraceLine[] = []
  const matching = active.filter((rule) => {
    const matched = ruleMatches(rule.title, rule.when, input, trace)
    trace.push(
      line('filter-rule', matched ? 'chose' : 'skip', { rule: rule.title, action: rule.action, matched }),
    )
    return matched
  })
  const denied = matching.find((rule) => rule.action === 'deny')
  if (denied) return { passes: false, because: 'denied', rule: denied.title, trace }
  const allowed = matching.find((rule) => rule.action === 'allow')
  if (allowed) return { passes: true, because: 'allowed', rule: allowed.title, trace }
  const allowListed = active.some((rule) => rule.action === 'allow')
  return { passes: !allowListed, because: allowListed ? 'not-in-allowed' : 'nothing-denied', trace }
}

/** Whether a portal user may own things: named, and not dismissed as far as is known. */
export function isUsable(userId: string, portal: TransferFacts['portal']): boolean {
  // An empty list means that the directory was not read yet: nobody is known to be dismissed.
  return userId !== '' && (portal.activeUserIds.length === 0 || portal.activeUserIds.includes(userId))
}

/**
 * Who will own the card: the first matching rule whose user is active, else the default, else the user
 * the application acts as (CHAT-25, CHAT-41, CHAT-42). Undefined only when the portal has nobody at all.
 */
export function responsibleFor(input: DecisionInput, trace: TraceLine[]): string | undefined {
  const { facts, passing } = input
  for (const rule of passing.responsibleRules) {
    if (!rule.active) continue
    const matched = ruleMatches(rule.title, rule.when, input, trace)
    const chosen = matched && isUsable(rule.userId, facts.portal)
    trace.push(
      line('responsible-rule', chosen ? 'chose' : 'skip', { rule: rule.title, matched, userId: rule.userId }),
    )
    if (chosen) {
      trace.push(line('responsible', 'chose', { userId: rule.userId, by: 'rule', rule: rule.title }))
      return rule.userId
    }
    if (matched && rule.userId !== '')
      trace.push(line('responsible-unusable', 'note', { userId: rule.userId, from: 'rule' }))
  }
  const byDefault = passing.defaultResponsibleId
  if (isUsable(byDefault, facts.portal)) {
    trace.push(line('responsible', 'chose', { userId: byDefault, by: 'default' }))
    return byDefault
  }
  trace.push(
    line('responsible-unusable', 'note', { userId: byDefault, from: byDefault === '' ? 'unset' : 'default' }),
  )
  const acting = facts.portal.actingUserId
  if (acting === '') return undefined
  trace.push(line('responsible', 'chose', { userId: acting, by: 'acting' }))
  return acting
}
