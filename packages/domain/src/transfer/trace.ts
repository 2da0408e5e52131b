import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { Json } from '@trunkline/contracts/json'

/** Every code that a trace line may have. The sentences are in explain-trace.ts; a code without one does not compile. */
export const TRACE_CODES = [
  'gate-portal',
  'gate-main',
  'gate-section',
  'gate-chats',
  'gate-requests',
  'gate-channel',
  'gate-technical',
  'gate-started-by',
  'gate-group',
  'gate-filter',
  'gate-contact-data',
  'gate-timing',
  'filter-rule',
  'rule-warning',
  'card-gone',
  'moved',
  'bound',
  'lookup',
  'no-keys',
  'identity',
  'candidate',
  'class',
  'creation-continued',
  'came-back',
  'repeated-creates',
  'known-only',
  'target',
  'copy',
  'create',
  'place-rule',
  'place-unusable',
  'place',
  'utm',
  'mapping',
  'activity',
  'responsible-rule',
  'responsible-unusable',
  'responsible',
  'no-responsible',
  'notify',
] as const
export type TraceCode = (typeof TRACE_CODES)[number]

/** Why a candidate was or was not written into; values of `why` in lines of code `candidate`. */
export const CANDIDATE_REASONS = [
  'chosen',
  'older',
  'closed-earlier',
  'closed-while-active-exists',
  'closed-not-allowed',
  'lower-priority',
  'card-found',
  'other-person',
  'made-by-us-card-follows',
  'new-card-is-made',
] as const
export type CandidateReason = (typeof CANDIDATE_REASONS)[number]

/** How a field mapping ended; values of `why` in lines of code `mapping`. */
export const MAPPING_RESULTS = [
  'written',
  'empty',
  'does-not-fit',
  'field-gone',
  'read-only',
  'never-read',
  'unknown-source',
  'target-taken',
] as const
export type MappingResult = (typeof MAPPING_RESULTS)[number]

/** One trace line; a helper so that codes are checked. */
export function line(
  code: TraceCode,
  verdict: TraceLine['verdict'],
  values: Record<string, Json>,
): TraceLine {
  return { code, verdict, values }
}

/** How a card is written in trace values: `deal:123`. */
export function refText(ref: EntityRef): string {
  return `${ref.type}:${ref.id}`
}
