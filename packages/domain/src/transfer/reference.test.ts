import type { Decision } from '@trunkline/contracts/crm/decision'
import type { PlanStep, Target } from '@trunkline/contracts/crm/plan'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from './decide.ts'
import { anyCandidate, anyFacts, anySettings, openSettings } from './random.fixture.ts'
import { type Said, saidByTheRequirements } from './reference.fixture.ts'

/** A decision in the short words of the reference. */
function said(decision: Decision): Said {
  if (decision.need) return { asks: true }
  const { outcome, reason, contactClass, plan } = decision
  return {
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(contactClass === undefined ? {} : { class: contactClass }),
    writes: plan.steps.flatMap(writes),
  }
}

const name = (target: Target | undefined) =>
  target === undefined ? 'none' : 'step' in target ? 'new' : `${target.type}:${target.id}`

function writes(step: PlanStep): string[] {
  const custom = (type: string) =>
    'fields' in step && 'custom' in step.fields
      ? Object.entries(step.fields.custom ?? {}).map(([code, value]) => `field new ${type} ${code}=${value}`)
      : []
  switch (step.kind) {
    case 'create-contact':
      return [`contact for ${step.fields.responsibleId}`, ...custom('contact')]
    case 'create-lead':
    case 'create-deal': {
      const card = step.kind === 'create-lead' ? 'lead' : 'deal'
      const { responsibleId, pipelineId, stageId } = step.fields
      const place = `${pipelineId ?? ''}/${stageId ?? ''}`
      const whose = [name(step.contact), ...(step.company ? [name(step.company)] : [])].join(' and ')
      return [`${card} for ${responsibleId} of ${whose} at ${place}`, ...custom(card)]
    }
    case 'comment':
      return [`comment ${name(step.target)}`]
    case 'create-activity':
      return [`activity ${name(step.target)} by ${step.responsibleId}`]
    case 'fill-fields':
      return step.fields.map(
        ({ code, value }) => `field ${name(step.target)} ${step.target.type} ${code}=${value}`,
      )
    case 'attach-files':
      return [`files ${name(step.target)}`]
    case 'remove-comment':
      return [`remove comment ${step.commentId}`]
    case 'notify':
      return [`notify ${step.userId}`]
    default:
      return ['a step that decide never plans']
  }
}

const sorted = (one: Said): Said => ('asks' in one ? one : { ...one, writes: [...one.writes].sort() })

/** Cards each told of once: which of two tellings counts is not said in the requirements. */
const facts = fc
  .tuple(
    anyFacts,
    fc.uniqueArray(anyCandidate, { maxLength: 8, selector: (card) => `${card.type}:${card.id}` }),
  )
  .map(([given, candidates]) => (given.crm ? { ...given, crm: { candidates } } : given))

test.each([
  ['any settings', anySettings],
  ['everything switched on', openSettings],
])('with %s decides as §1.6 of the requirements says', (_, settings) => {
  const outcomes = new Set<string>()
  fc.assert(
    fc.property(facts, settings, (given, all) => {
      const decision = decide(given, all)
      outcomes.add(decision.need ? 'asks' : `${decision.outcome} ${decision.reason ?? ''}`)
      expect(sorted(said(decision))).toEqual(sorted(saidByTheRequirements(given, all)))
    }),
    { numRuns: 2000 },
  )
  expect(outcomes.size).toBeGreaterThan(3)
})
