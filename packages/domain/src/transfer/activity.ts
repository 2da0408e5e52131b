import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { PlanStep, Target } from '@trunkline/contracts/crm/plan'
import type { DecisionInput } from './input.ts'
import { isUsable, responsibleFor } from './rules.ts'
import { activityKey } from './step-keys.ts'
import { titleFrom } from './title.ts'
import { line, refText } from './trace.ts'

const MINUTE_MS = 60_000

/**
 * The to-do bound to a card (UIS-21, CHAT-45). Done by the user of the settings, else by the responsible of the card,
 * else by whom a new card would go to. Nothing when nobody can do it: the comment matters more.
 * @param ownerId responsible of the card, as far as it is known.
 */
export function activitySteps(
  target: Target,
  ownerId: string | undefined,
  input: DecisionInput,
  trace: TraceLine[],
): PlanStep[] {
  const { facts, passing } = input
  const wanted = passing.activityResponsibleId
  const isWanted = isUsable(wanted, facts.portal)
  if (wanted !== '' && !isWanted) {
    trace.push(line('responsible-unusable', 'note', { userId: wanted, from: 'activity' }))
  }
  const isOwner = ownerId !== undefined && isUsable(ownerId, facts.portal)
  if (!isWanted && !isOwner && ownerId !== undefined && ownerId !== '') {
    trace.push(line('responsible-unusable', 'note', { userId: ownerId, from: 'card' }))
  }
  const by = isWanted ? 'setting' : isOwner ? 'card' : 'rules'
  const userId = isWanted ? wanted : isOwner ? ownerId : responsibleFor(input, trace)
  const where = 'step' in target ? 'new' : refText(target)
  if (userId === undefined) {
    trace.push(line('activity', 'skip', { target: where }))
    return []
  }
  const template = passing.activityTemplate.trim() === '' ? passing.titleTemplate : passing.activityTemplate
  const subject = titleFrom(template, input.values, input.facts)
  const deadlineAt = later(facts.now, passing.activityDeadlineMin)
  trace.push(line('activity', 'chose', { target: where, subject, userId, by, deadlineAt }))
  return [
    { kind: 'create-activity', key: activityKey(target), target, subject, responsibleId: userId, deadlineAt },
  ]
}

/** An instant so many minutes later; an unreadable one stays as it is. */
function later(now: string, minutes: number): string {
  const at = new Date(Date.parse(now) + minutes * MINUTE_MS)
  return Number.isNaN(at.getTime()) ? now : at.toISOString()
}
