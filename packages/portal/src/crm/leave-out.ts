import type { PlanStep } from '@trunkline/contracts/crm/plan'
import type { HubError } from '@trunkline/contracts/errors'
import { isGone, refusalOf } from '../client/errors.ts'

/** Names under which a card is refused for its stage, pipeline or responsible, in both spellings of the portal. */
const PLACE = /\b(?:stageId|stage_id|statusId|status_id)\b/i
const PIPELINE = /\b(?:categoryId|category_id)\b/i
const RESPONSIBLE = /\b(?:assignedById|assigned_by_id)\b/i

/** A client that is not there is no broken mapping: whoever planned the card must look again. */
const CLIENT = /\b(?:contactIds?|contact_ids?|companyId|company_id)\b/i

/** Fields of a card that it can be made without: `stage`, `pipeline`, `responsible`, or the code of a mapped field. */
export type LeftOut = ReadonlySet<string>

/**
 * Whether the portal refused because of the value of a field, and not the card as such.
 * Source: reference/bitrix24.md §4.2 and §4.3: `CRM_FIELD_ERROR_…`, `ERROR_CORE`, or a text with an empty code.
 */
export function isFieldRefusal(error: HubError): boolean {
  const refusal = refusalOf(error)
  if (refusal === undefined || error.code !== 'portal/refused' || isGone(error)) return false
  return /^(?:CRM_FIELD_ERROR.*|ERROR_CORE|INVALID_ARG_VALUE|0|)$/i.test(refusal.code)
}

/**
 * What to try without next, after the portal refused a card for a field: the fields that its words name, else all
 * that the card can be made without. A mapping or a stage that broke must not keep a client out (CHAT-75).
 * @returns undefined when there is nothing left that could be left out.
 */
export function leaveOutNext(step: PlanStep, error: HubError, out: LeftOut): LeftOut | undefined {
  if (!isFieldRefusal(error)) return undefined
  const optional = optionalFields(step).filter((name) => !out.has(name))
  const said = refusalOf(error)?.description ?? ''
  if (CLIENT.test(said)) return undefined
  const named = optional.filter((name) => isNamed(name, said))
  // Without its responsible a card goes to whom our token acts as, so that only a refusal that says so takes it away.
  const unnamed = optional.filter((name) => name !== 'responsible')
  const next = named.length > 0 ? named : unnamed
  if (next.length === 0) return undefined
  // A stage belongs to its pipeline.
  return new Set([...out, ...next, ...(next.includes('pipeline') ? ['stage'] : [])])
}

function optionalFields(step: PlanStep): string[] {
  switch (step.kind) {
    case 'create-contact':
    case 'create-lead':
    case 'create-deal':
      return [
        ...Object.keys(step.fields.custom ?? {}),
        ...(step.fields.stageId === undefined ? [] : ['stage']),
        ...(step.fields.pipelineId === undefined ? [] : ['pipeline']),
        ...(step.fields.responsibleId === undefined ? [] : ['responsible']),
      ]
    case 'fill-fields':
      return step.fields.map(({ code }) => code)
    default:
      return []
  }
}

function isNamed(name: string, said: string): boolean {
  if (name === 'stage') return PLACE.test(said)
  if (name === 'pipeline') return PIPELINE.test(said)
  if (name === 'responsible') return RESPONSIBLE.test(said)
  return said.toLowerCase().includes(name.toLowerCase())
}
