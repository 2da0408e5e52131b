import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { DryRunSide, DryRunTraces } from '@trunkline/contracts/http/settings'
import { text } from '@trunkline/contracts/locale'
import type { Outcome, Reason } from '@trunkline/contracts/outcome'
import { explainOutcome, explainTrace, type NameBook } from '@trunkline/domain/transfer/explain'
import type { Upshot } from './compare-decisions.ts'
import { portalNames, type SettingsGround } from './settings-ground.ts'

/** Names for the ids of plans and traces. */
export interface DryRunNames extends NameBook {
  /** Pipelines of deals by id. */
  readonly pipelineTitles: Readonly<Record<string, string>>
  /** Stages by `lead:STAGE` or `deal:PIPELINE:STAGE`. */
  readonly stageTitles: Readonly<Record<string, string>>
}

export function dryRunNames(ground: SettingsGround): DryRunNames {
  const pipelines = ground.pipelines ?? []
  return {
    ...portalNames(ground),
    pipelineTitles: Object.fromEntries(
      pipelines.filter(({ entity }) => entity === 'deal').map(({ id, name }) => [id, name]),
    ),
    stageTitles: Object.fromEntries(
      pipelines.flatMap(({ entity, id, stages }) =>
        stages.map((stage) => [
          entity === 'lead' ? `lead:${stage.id}` : `deal:${id}:${stage.id}`,
          stage.name,
        ]),
      ),
    ),
  }
}

const WOULD_ASK = text(
  'Прошло бы дальше; куда — станет ясно, когда Битрикс24 спросят о клиенте.',
  'Would go on; where to is known once Bitrix24 is asked about the client.',
)

/** What one set of settings makes of a conversation, in names. */
export function sideView(upshot: Upshot, facts: TransferFacts, names: DryRunNames): DryRunSide {
  const { created, activity } = upshot
  const fields = created?.fields
  const user = (id: string) => names.users?.[id] ?? `#${id}`
  const titles = new Map((facts.crm?.candidates ?? []).map((card) => [`${card.type}:${card.id}`, card.title]))
  return {
    state: upshot.wouldAsk ? 'would-ask' : 'decided',
    outcome: upshot.outcome,
    reason: upshot.reason,
    summary: upshot.wouldAsk
      ? { ...WOULD_ASK }
      : { ...explainOutcome(upshot.outcome as Outcome, upshot.reason as Reason | null) },
    created:
      created === undefined || fields === undefined
        ? null
        : {
            entity: created.kind === 'create-lead' ? 'lead' : 'deal',
            title: fields.title ?? '',
            pipeline:
              fields.pipelineId === undefined
                ? null
                : (names.pipelineTitles[fields.pipelineId] ?? fields.pipelineId),
            stage: fields.stageId === undefined ? null : stageTitle(created.kind, fields, names),
          },
    responsible: fields?.responsibleId === undefined ? null : user(fields.responsibleId),
    targets: upshot.targets.map(({ type, id }) => ({
      entity: type,
      id,
      title: titles.get(`${type}:${id}`) ?? '',
    })),
    activity:
      activity === undefined
        ? null
        : { subject: activity.subject, responsible: user(activity.responsibleId) },
  }
}

/** A deal without a pipeline of its own goes into the portal's default one, which is number 0. */
function stageTitle(
  kind: 'create-lead' | 'create-deal',
  fields: { readonly stageId?: string; readonly pipelineId?: string },
  names: DryRunNames,
): string {
  const stageId = fields.stageId ?? ''
  const key = kind === 'create-lead' ? `lead:${stageId}` : `deal:${fields.pipelineId ?? '0'}:${stageId}`
  return names.stageTitles[key] ?? stageId
}

export function traceView(trace: readonly TraceLine[], names: DryRunNames): DryRunTraces['before']['trace'] {
  return trace.map((line) => ({ code: line.code, verdict: line.verdict, ...explainTrace(line, names) }))
}
