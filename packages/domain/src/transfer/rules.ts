import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { ResponsibleRule, TransferRule } from '@trunkline/contracts/settings/rules'
import { CHAT_FIELDS } from '../rules/catalogue.ts'
import { evaluate, type RuleFacts } from '../rules/evaluate.ts'
import { line } from './trace.ts'

type RuleHead = Pick<TransferRule, 'title' | 'active' | 'when'>

/** Whether one rule matches, with the warnings of its conditions as trace lines. */
function ruleMatches(rule: RuleHead, values: RuleFacts, trace: TraceLine[]): boolean {
  const { matches, warnings } = evaluate(rule.when, values, CHAT_FIELDS)
  for (const warning of warnings) {
    trace.push(
      line('rule-warning', 'note', { rule: rule.title, warning: warning.code, field: warning.field }),
    )
  }
  return matches
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
export function transferFilter(rules: readonly TransferRule[], values: RuleFacts): FilterResult {
  const active = rules.filter((rule) => rule.active)
  if (active.length === 0) return { passes: true, because: 'no-rules', trace: [] }
  const trace: TraceLine[] = []
  const matching = active.filter((rule) => {
    const matched = ruleMatches(rule, values, trace)
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

/**
 * Who will own the card: the first matching rule whose user is active, else the default, else the user
 * the application acts as (CHAT-25, CHAT-41, CHAT-42). Undefined only when the portal has nobody at all.
 */
export function responsibleFor(
  rules: readonly ResponsibleRule[],
  defaultId: string,
  { facts, values }: { readonly facts: TransferFacts; readonly values: RuleFacts },
  trace: TraceLine[],
): string | undefined {
  // An empty list means that the directory was not read yet: nobody is known to be dismissed.
  const active = facts.portal.activeUserIds
  const usable = (userId: string) => userId !== '' && (active.length === 0 || active.includes(userId))
  for (const rule of rules.filter((candidate) => candidate.active)) {
    const matched = ruleMatches(rule, values, trace)
    const chosen = matched && usable(rule.userId)
    trace.push(
      line('responsible-rule', chosen ? 'chose' : 'skip', { rule: rule.title, matched, userId: rule.userId }),
    )
    if (chosen) {
      trace.push(line('responsible', 'chose', { userId: rule.userId, by: 'rule', rule: rule.title }))
      return rule.userId
    }
    if (matched) trace.push(line('responsible-unusable', 'note', { userId: rule.userId, from: 'rule' }))
  }
  if (usable(defaultId)) {
    trace.push(line('responsible', 'chose', { userId: defaultId, by: 'default' }))
    return defaultId
  }
  trace.push(
    line('responsible-unusable', 'note', { userId: defaultId, from: defaultId === '' ? 'unset' : 'default' }),
  )
  const acting = facts.portal.actingUserId
  if (acting === '') {
    trace.push(line('no-responsible', 'stop', {}))
    return undefined
  }
  trace.push(line('responsible', 'chose', { userId: acting, by: 'acting' }))
  return acting
}
