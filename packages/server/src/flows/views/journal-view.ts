import { HubError } from '@trunkline/contracts/errors'
import type { JournalEvent, JournalRow } from '@trunkline/contracts/http/journal'
import type { ConversationId, InboundEventId } from '@trunkline/contracts/ids'
import { explainOutcome } from '@trunkline/domain/transfer/explain'
import type { Tx } from '../../store/database.ts'
import {
  type JournalEventRow,
  type JournalQuery,
  journalPage,
  loadJournalEvent,
  outcomesOf,
} from '../../store/journal.ts'
import { type CrmLinkView, crmLinksOfConversations } from './crm-link.ts'
import { oneDecisionView } from './why-view.ts'

/** A page of accepted events with how each ended, the newest first. */
export async function journalPageView(
  tx: Tx,
  query: JournalQuery,
): Promise<{ data: JournalRow[]; nextCursor: string | null }> {
  const { rows, nextCursor } = await journalPage(tx, query)
  const links = await linksOf(tx, rows)
  return { data: rows.map((row) => rowView(row, links)), nextCursor }
}

/**
 * One event with its decision and history. What came from the network is shown on request only: it may hold more of the
 * customer than the conversation does.
 * @throws HubError `request/not-found`.
 */
export async function journalEventView(
  tx: Tx,
  id: InboundEventId,
  options: { showsRaw: boolean },
): Promise<JournalEvent> {
  const row = await loadJournalEvent(tx, id)
  if (row === undefined) throw new HubError('request/not-found')
  const history = await outcomesOf(tx, id)
  return {
    ...rowView(row, await linksOf(tx, [row])),
    raw: options.showsRaw ? rawOf(row) : null,
    decision:
      row.decisionId === null || row.conversationId === null
        ? null
        : await oneDecisionView(tx, row.conversationId, row.decisionId),
    history: history.map(({ at, outcome, reason }) => ({ at: at.toISOString(), outcome, reason })),
  }
}

type Links = ReadonlyMap<ConversationId, readonly CrmLinkView[]>

function linksOf(tx: Tx, rows: readonly JournalEventRow[]): Promise<Links> {
  return crmLinksOfConversations(
    tx,
    rows.flatMap((row) => (row.conversationId === null ? [] : [row.conversationId])),
  )
}

function rowView(row: JournalEventRow, links: Links): JournalRow {
  return {
    eventId: row.id,
    at: row.receivedAt.toISOString(),
    channel: { id: row.channelId, type: row.channelType, title: row.channelTitle },
    kind: row.kind ?? 'unknown',
    outcome: row.outcome,
    reason: row.reason,
    sentence: { ...explainOutcome(row.outcome, row.reason) },
    conversation:
      row.conversationId === null || row.number === null
        ? null
        : { id: row.conversationId, number: row.number, contactName: row.contactName ?? `№ ${row.number}` },
    crm: row.conversationId === null ? [] : [...(links.get(row.conversationId) ?? [])],
    decisionId: row.decisionId,
    canRetry: row.outcome === 'failed',
  }
}

function rawOf(row: { hook: unknown; body: Buffer | null }): unknown {
  return row.body === null ? row.hook : { hook: row.hook, body: row.body.toString('utf8') }
}
