import type { Decision } from '@trunkline/contracts/crm/decision'
import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { PlanStep } from '@trunkline/contracts/crm/plan'
import type { DRY_RUN_DIFFERENCES } from '@trunkline/contracts/http/settings'

export type Difference = (typeof DRY_RUN_DIFFERENCES)[number]
type StepOf<K extends PlanStep['kind']> = Extract<PlanStep, { kind: K }>

/** What a decision comes to, taken apart for comparing and for people. */
export interface Upshot {
  readonly wouldAsk: boolean
  readonly outcome: string | null
  readonly reason: string | null
  readonly created: StepOf<'create-lead'> | StepOf<'create-deal'> | undefined
  readonly activity: StepOf<'create-activity'> | undefined
  readonly notify: StepOf<'notify'> | undefined
  /** Cards that exist already and are written into. */
  readonly targets: readonly EntityRef[]
  readonly steps: readonly PlanStep[]
}

export function upshotOf(decision: Decision): Upshot {
  const steps = decision.need === undefined ? decision.plan.steps : []
  const find = <K extends PlanStep['kind']>(...kinds: K[]) =>
    steps.find((step): step is StepOf<K> => (kinds as string[]).includes(step.kind))
  return {
    wouldAsk: decision.need !== undefined,
    outcome: decision.need === undefined ? decision.outcome : null,
    reason: decision.need === undefined ? (decision.reason ?? null) : null,
    created: find('create-lead', 'create-deal'),
    activity: find('create-activity'),
    notify: find('notify'),
    targets: steps.flatMap((step) =>
      step.kind === 'comment' && !('step' in step.target) ? [step.target] : [],
    ),
    steps,
  }
}

/** What is different between what two sets of settings make of one conversation; empty = nothing. */
export function differencesOf(before: Upshot, after: Upshot): Difference[] {
  if (before.wouldAsk || after.wouldAsk) return before.wouldAsk && after.wouldAsk ? [] : ['would-ask']
  const found: Difference[] = []
  const differ = (what: Difference, one: unknown, other: unknown) => {
    if (JSON.stringify(one) !== JSON.stringify(other)) found.push(what)
  }
  const made = [before.created, after.created] as const
  const bothMake = made[0] !== undefined && made[1] !== undefined
  differ('outcome', [before.outcome, before.reason], [after.outcome, after.reason])
  differ('created', made[0]?.kind, made[1]?.kind)
  if (bothMake) {
    differ('stage', placeOf(made[0]), placeOf(made[1]))
    differ('responsible', made[0].fields.responsibleId, made[1].fields.responsibleId)
    differ('title', made[0].fields.title, made[1].fields.title)
  }
  differ('target', before.targets, after.targets)
  differ('activity', activityOf(before), activityOf(after))
  // Who is notified is who is responsible, which is told already.
  if (bothMake || !found.includes('created'))
    differ('notification', before.notify !== undefined, after.notify !== undefined)
  // Whatever else the plans write: mapped fields, labels, the contact.
  if (!found.some((one) => one === 'outcome' || one === 'created' || one === 'target'))
    differ('fields', restOf(before), restOf(after))
  return found
}

function placeOf(step: NonNullable<Upshot['created']>): unknown {
  return [step.fields.pipelineId ?? '', step.fields.stageId ?? '']
}

function activityOf({ activity }: Upshot): unknown {
  return activity === undefined ? null : [activity.subject, activity.responsibleId, activity.deadlineAt]
}

/** Steps without what the other differences speak of. */
function restOf({ steps }: Upshot): unknown {
  return steps.flatMap((step): unknown[] => {
    switch (step.kind) {
      case 'create-lead':
      case 'create-deal': {
        const { title: _, responsibleId: __, stageId: ___, pipelineId: ____, ...fields } = step.fields
        return [step.kind, fields]
      }
      case 'create-contact': {
        const { responsibleId: _, ...fields } = step.fields
        return [step.kind, fields]
      }
      case 'fill-fields':
        return [step.kind, step.target, step.fields]
      default:
        return []
    }
  })
}
