import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { DryRunSide, DryRunTraces } from '@trunkline/contracts/http/settings'
import { text } from '@trunkline/contracts/locale'
import type { Outcome, Reason } from '@trunkline/contracts/outcome'
import type { TraceGround } from '@trunkline/domain/settings/rule-in-trace'
import { explainOutcome, type NameBook } from '@trunkline/domain/transfer/explain'
import { lineView } from '../views/rules-in-trace.ts'
import type { Upshot } from './compare-decisions.ts'

const WOULD_ASK = text(
  'Прошло бы дальше; куда — станет ясно, когда Битрикс24 спросят о клиенте.',
  'Would go on; where to is known once Bitrix24 is asked about the client.',
)

/** What one set of settings makes of a conversation, in names. */
export function sideView(upshot: Upshot, facts: TransferFacts, names: NameBook): DryRunSide {
  const { created, activity, notify } = upshot
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
                : (names.pipelines?.[fields.pipelineId] ?? fields.pipelineId),
            stage:
              fields.stageId === undefined
                ? null
                : (names.stages?.[`${created.kind === 'create-lead' ? 'lead' : 'deal'}:${fields.stageId}`] ??
                  fields.stageId),
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
    notified: notify === undefined ? null : user(notify.userId),
  }
}

/** A trace as sentences; a line about a rule goes on with that rule as the settings of this side have it. */
export function traceView(
  trace: readonly TraceLine[],
  names: NameBook,
  ground: TraceGround,
): DryRunTraces['before']['trace'] {
  return trace.map((line) => lineView(line, names, ground))
}
