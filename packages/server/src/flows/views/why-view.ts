import type { EntityType } from '@trunkline/contracts/crm/entity'
import { HubError } from '@trunkline/contracts/errors'
import type { DecisionView } from '@trunkline/contracts/http/journal'
import type { ConversationId, DecisionId, PortalId } from '@trunkline/contracts/ids'
import type { Outcome, Reason } from '@trunkline/contracts/outcome'
import type { TraceGround } from '@trunkline/domain/settings/rule-in-trace'
import {
  explainCandidate,
  explainOutcome,
  explainStep,
  type NameBook,
} from '@trunkline/domain/transfer/explain'
import { cardOfTarget, madeBy, madeTitle } from '@trunkline/domain/transfer/made-cards'
import type { PortalField, PortalPipeline, PortalUser } from '@trunkline/portal'
import { loadChannels } from '../../store/channels.ts'
import { loadConversation } from '../../store/conversations.ts'
import { cardTitles } from '../../store/crm-links.ts'
import type { Tx } from '../../store/database.ts'
import { type DecisionRow, decisionsOf, loadDecision } from '../../store/decisions.ts'
import { loadDirectory, originOfPortal } from '../../store/portals.ts'
import { type IntegrationRow, loadIntegrations } from '../../store/settings.ts'
import { type StepRow, stepsPlanned } from '../../store/step-ledger.ts'
import { loadTransfer, type TransferRow } from '../../store/transfers.ts'
import { directoryNames } from '../portals/directory-names.ts'
import { type CrmLinkView, cardUrl, crmLink } from './crm-link.ts'
import { lineView, traceGrounds } from './rules-in-trace.ts'

const MAX_DECISIONS = 20

/** Every decision about a conversation as sentences, the newest first. @throws HubError `request/not-found`. */
export async function whyView(
  tx: Tx,
  conversationId: ConversationId,
): Promise<{ decisions: DecisionView[] }> {
  if ((await loadConversation(tx, conversationId)) === undefined) throw new HubError('request/not-found')
  const rows = await decisionsOf(tx, conversationId, MAX_DECISIONS)
  const tellings = await tellingsOf(tx, conversationId, rows)
  return { decisions: rows.map((row) => decisionView(tellings(row), row)) }
}

/** One decision; null when it was never made. */
export async function oneDecisionView(
  tx: Tx,
  conversationId: ConversationId,
  id: DecisionId,
): Promise<DecisionView | null> {
  const row = await loadDecision(tx, id)
  return row === undefined ? null : decisionView((await tellingsOf(tx, conversationId, [row]))(row), row)
}

/** What sentences about one conversation are made with, as one integration decided about it. */
interface Telling {
  /** Its name; null while there was never another. */
  readonly integration: string | null
  readonly names: NameBook
  readonly origin: string | null
  readonly steps: readonly StepRow[]
  readonly transfer: TransferRow | undefined
  readonly grounds: ReadonlyMap<DecisionId, TraceGround>
}

/** Each decision is told by the integration that made it, even by one that was deleted since, as of the portal it had then. */
async function tellingsOf(
  tx: Tx,
  conversationId: ConversationId,
  rows: readonly DecisionRow[],
): Promise<(row: DecisionRow) => Telling> {
  const integrations = await loadIntegrations(tx, 'with-deleted')
  const ownerOf = (row: DecisionRow) =>
    integrations.find(({ id }) => id === row.integrationId) ?? integrations[0]!
  const keyOf = (row: DecisionRow) => `${ownerOf(row).id} ${row.facts.portal.id}`
  const tellings = new Map<string, Telling>()
  for (const [key, own] of Map.groupBy(rows, keyOf)) {
    const integration = ownerOf(own[0]!)
    const telling = await tellingOf(tx, conversationId, integration, own)
    tellings.set(key, { ...telling, integration: integrations.length > 1 ? integration.name : null })
  }
  return (row) => tellings.get(keyOf(row))!
}

async function tellingOf(
  tx: Tx,
  conversationId: ConversationId,
  integration: IntegrationRow,
  rows: readonly DecisionRow[],
): Promise<Omit<Telling, 'integration'>> {
  const portalId = rows[0]!.facts.portal.id as PortalId
  const cards = await cardTitles(tx, portalId, conversationId)
  return {
    names: {
      channels: Object.fromEntries((await loadChannels(tx)).map((channel) => [channel.id, channel.title])),
      ...directoryNames(
        await loadDirectory<PortalUser>(tx, portalId, 'user'),
        await loadDirectory<PortalPipeline>(tx, portalId, 'pipeline'),
        await loadDirectory<PortalField>(tx, portalId, 'field'),
      ),
      cards: Object.fromEntries(cards.map(({ type, id, title }) => [`${type}:${id}`, title])),
    },
    origin: await originOfPortal(tx, portalId),
    steps: await stepsPlanned(tx, integration.id, conversationId),
    transfer: await loadTransfer(tx, integration.id, conversationId),
    grounds: await traceGrounds(tx, integration.id, rows),
  }
}

function decisionView(telling: Telling, row: DecisionRow): DecisionView {
  const { outcome, reason } = outcomeNow(telling, row)
  return {
    id: row.id,
    at: row.at.toISOString(),
    outcome,
    reason,
    summary: { ...explainOutcome(outcome, reason) },
    contactClass: row.contactClass,
    integration: telling.integration,
    trace: row.trace.map((line) => lineView(line, telling.names, telling.grounds.get(row.id))),
    settingsVersions: row.versions,
    steps: telling.steps.filter((step) => step.decisionId === row.id).map((step) => stepView(telling, step)),
    candidates: row.trace
      .filter((line) => line.code === 'candidate')
      .map(({ verdict, values }) => {
        const type = String(values['type']) as EntityType
        const id = String(values['id'])
        return {
          type,
          id,
          title: typeof values['title'] === 'string' ? values['title'] : '',
          url: cardUrl(telling.origin, type, id),
          chosen: verdict === 'chose',
          why: { ...explainCandidate(values) },
        }
      }),
  }
}

/** A decision to pass is only half of it: the newest one also tells how the writing went. */
function outcomeNow(
  { transfer, steps }: Telling,
  row: DecisionRow,
): { outcome: Outcome; reason: Reason | null } {
  const decided = { outcome: row.outcome as Outcome, reason: row.reason as Reason | null }
  if (transfer?.decisionId !== row.id) return decided
  if (transfer.state === 'failed') return { outcome: 'failed', reason: transfer.reason as Reason | null }
  const isUnderWay = steps.some(
    (step) => step.decisionId === row.id && step.status !== 'done' && step.retiredAt === null,
  )
  return decided.outcome === 'passed' && isUnderWay ? { outcome: 'pending', reason: null } : decided
}

function stepView(telling: Telling, row: StepRow): DecisionView['steps'][number] {
  return {
    id: row.id,
    kind: row.step.kind,
    status: row.status,
    sentence: { ...explainStep(row.step, row.status, telling.names) },
    attempts: row.attempts,
    error: row.error === null ? null : row.error.text || row.error.code,
    link: stepLink(telling, row),
    at: (row.endedAt ?? row.sentAt)?.toISOString() ?? null,
  }
}

/** The card that a step made or wrote into. */
function stepLink(telling: Telling, row: StepRow): CrmLinkView | null {
  const made = madeBy(row.step)
  if (made !== undefined) {
    if (row.remoteId === null) return null
    const title = madeTitle(row.step) ?? null
    return crmLink(telling.origin, { type: made, id: row.remoteId, title, made: true })
  }
  const target = 'target' in row.step ? row.step.target : 'about' in row.step ? row.step.about : undefined
  const card = target === undefined ? undefined : cardOfTarget(target, makersFor(telling, row))
  if (card === undefined) return null
  return crmLink(telling.origin, {
    ...card,
    title: telling.names.cards?.[`${card.type}:${card.id}`] ?? null,
    made: false,
  })
}

/** Steps that may have made what a step speaks of. One key may have been planned anew: those of its own plan come first. */
function makersFor({ steps }: Telling, row: StepRow): StepRow[] {
  return [
    ...steps.filter((step) => step.decisionId === row.decisionId),
    ...steps.filter((step) => (step.retiredAt === null) === (row.retiredAt === null)),
  ]
}
