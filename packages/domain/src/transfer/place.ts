import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { CardFields } from '@trunkline/contracts/crm/plan'
import type { Place } from '@trunkline/contracts/settings/rules'
import type { DecisionInput } from './input.ts'
import { ruleMatches } from './rules.ts'
import { line } from './trace.ts'

export type PlaceFields = Pick<CardFields, 'stageId' | 'pipelineId'>
/** Whose rules and default apply: those of first or those of repeated contacts (CHAT-54, CHAT-55). */
export type PlaceList = 'first' | 'repeated'

/**
 * Where a new card goes (CHAT-54…61): the first rule that matches, has no exception for this event and whose stage
 * still exists; else the default place; else the portal's own first stage. "Denied" takes the event out of one rule
 * and never blocks creation (AMB-17).
 */
export function placeFor(
  card: 'lead' | 'deal',
  list: PlaceList,
  input: DecisionInput,
  trace: TraceLine[],
): PlaceFields {
  const { facts, passing } = input
  const rules = list === 'first' ? passing.firstPlaceRules : passing.repeatedPlaceRules
  const unusable = (from: 'rule' | 'default', place: Place, rule?: string) =>
    line('place-unusable', 'note', {
      from,
      card,
      ...idsOf(card, place),
      ...(rule === undefined ? {} : { rule }),
    })

  for (const rule of rules) {
    if (!rule.active) continue
    const matched = ruleMatches(rule.title, rule.when, input, trace)
    const excepted =
      matched && rule.except !== undefined && ruleMatches(rule.title, rule.except, input, trace)
    const place = matched && !excepted ? usablePlace(card, rule.place, facts.portal.stages) : undefined
    trace.push(line('place-rule', place ? 'chose' : 'skip', { rule: rule.title, list, matched, excepted }))
    if (place) {
      trace.push(line('place', 'chose', { card, list, by: 'rule', rule: rule.title, ...place }))
      return place
    }
    if (matched && !excepted) trace.push(unusable('rule', rule.place, rule.title))
  }

  const byDefault = list === 'first' ? passing.firstPlace : passing.repeatedPlace
  const place = usablePlace(card, byDefault, facts.portal.stages)
  if (!place) trace.push(unusable('default', byDefault))
  const fields = place ?? {}
  const isSet = fields.stageId !== undefined || fields.pipelineId !== undefined
  trace.push(line('place', 'chose', { card, list, by: isSet ? 'default' : 'portal', ...fields }))
  return fields
}

/**
 * The stage and pipeline that a place means for this kind of card, empty where it leaves them to the portal; undefined
 * when the portal has no such stage or pipeline. While its directory was never read all are taken as they are.
 */
function usablePlace(
  card: 'lead' | 'deal',
  place: Place,
  stages: TransferFacts['portal']['stages'],
): PlaceFields | undefined {
  const { stageId, pipelineId } = idsOf(card, place)
  if (card === 'lead') {
    if (stageId === '') return {}
    return !stages || stages.lead.includes(stageId) ? { stageId } : undefined
  }
  if (!stages) {
    return { ...(stageId === '' ? {} : { stageId }), ...(pipelineId === '' ? {} : { pipelineId }) }
  }
  if (pipelineId !== '' && !Object.hasOwn(stages.deal, pipelineId)) return undefined
  if (stageId === '') return pipelineId === '' ? {} : { pipelineId }
  // A stage alone says which pipeline it means: no two pipelines share one.
  const owner =
    pipelineId !== ''
      ? pipelineId
      : Object.keys(stages.deal)
          .sort()
          .find((id) => stages.deal[id]!.includes(stageId))
  if (owner === undefined || !stages.deal[owner]!.includes(stageId)) return undefined
  return { stageId, pipelineId: owner }
}

function idsOf(card: 'lead' | 'deal', place: Place): { stageId: string; pipelineId: string } {
  return card === 'lead'
    ? { stageId: place.leadStageId, pipelineId: '' }
    : { stageId: place.dealStageId, pipelineId: place.pipelineId }
}
