import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { Finding, NamedCard, NamedConversation } from '@trunkline/contracts/crm/reconciliation'
import { HubError } from '@trunkline/contracts/errors'
import type {
  Reconciliation,
  ReconciliationFinding,
  ReconciliationRun,
} from '@trunkline/contracts/http/reconciliation'
import type { IntegrationId } from '@trunkline/contracts/ids'
import { findingHint, findingTitle, repairsOf, repairWords } from '@trunkline/domain/reconcile/sentences'
import { cardPath } from '@trunkline/portal'
import type { Tx } from '../../store/database.ts'
import { loadPortal } from '../../store/portals.ts'
import {
  countOpenFindings,
  type FindingRow,
  findingsOf,
  latestRun,
  lockFinding,
  type RunRow,
} from '../../store/reconciliations.ts'
import { loadIntegration } from '../../store/settings.ts'

/** Findings that one page shows; more of them are rather a reason to repair the first ones. */
const SHOWN = 200

/** The latest comparison of an integration and what is open. @throws HubError `request/not-found`. */
export async function reconciliationView(tx: Tx, integrationId?: IntegrationId): Promise<Reconciliation> {
  const { id, portalId } = await loadIntegration(tx, integrationId)
  const run = await latestRun(tx, id)
  const place = portalId === null ? undefined : { integrationId: id, portalId }
  const rows = place === undefined ? [] : await findingsOf(tx, place, SHOWN)
  const origins = await originsOf(tx, rows)
  return {
    portalId,
    run: run === undefined ? null : runView(run),
    open: place === undefined ? 0 : await countOpenFindings(tx, place),
    findings: rows.map((row) => findingView(row, origins.get(row.portalId) ?? '')),
  }
}

/** @throws HubError `request/not-found`. */
export async function oneFindingView(tx: Tx, id: string): Promise<ReconciliationFinding> {
  const row = await lockFinding(tx, id)
  if (row === undefined) throw new HubError('request/not-found')
  const origins = await originsOf(tx, [row])
  return findingView(row, origins.get(row.portalId) ?? '')
}

async function originsOf(tx: Tx, rows: readonly FindingRow[]): Promise<Map<string, string>> {
  const origins = new Map<string, string>()
  for (const { portalId } of rows) {
    if (!origins.has(portalId)) origins.set(portalId, (await loadPortal(tx, portalId))?.origin ?? '')
  }
  return origins
}

function runView(row: RunRow): ReconciliationRun {
  return {
    id: row.id,
    state: row.state,
    askedBy: row.askedByName,
    askedAt: row.askedAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    checked: { ...row.checked },
    error: row.error === null ? null : { ...row.error },
  }
}

function findingView(row: FindingRow, origin: string): ReconciliationFinding {
  const { finding } = row
  const isSettled = row.state === 'repaired' || row.state === 'vanished'
  return {
    id: row.id,
    kind: finding.kind,
    state: row.state,
    title: { ...findingTitle(finding) },
    hint: { ...findingHint(finding) },
    cards: cardsOf(finding).map(({ type, id, title }) => ({
      type,
      id,
      title,
      url: `${origin}${cardPath(type, id)}`,
    })),
    conversations: conversationsOf(finding).map(({ id, number }) => ({ id, number })),
    repairs: isSettled
      ? []
      : repairsOf(finding)
          .filter((repair) => row.state === 'open' || repair !== 'seen')
          .map((repair) => {
            const { label, done } = repairWords(repair, finding)
            return { repair, label: { ...label }, done: { ...done } }
          }),
    firstAt: row.firstAt.toISOString(),
    settledAt: row.settledAt?.toISOString() ?? null,
    settledBy: row.settledByName,
  }
}

function cardsOf(finding: Finding): readonly NamedCard[] {
  if (finding.kind === 'cards-doubled') return [finding.kept, finding.extra]
  const known: EntityRef | undefined = finding.kind === 'card-stray' ? finding.known : undefined
  return [finding.card, ...(known === undefined ? [] : [{ ...known, title: '' }])]
}

function conversationsOf(finding: Finding): readonly NamedConversation[] {
  if ('conversations' in finding) return finding.conversations
  return 'conversation' in finding ? [finding.conversation] : []
}
