import type {
  ChannelId,
  ChannelType,
  ConversationId,
  DecisionId,
  InboundEventId,
} from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import type { Outcome, Reason } from '@trunkline/contracts/outcome'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** An accepted event waiting to be worked on. `part` is what the adapter's `split` cut out of the hook. */
export interface PendingEvent {
  readonly id: InboundEventId
  /** As the database writes it, to the microsecond: part of the row's key. */
  readonly receivedAt: string
  readonly channelId: ChannelId
  readonly channelType: ChannelType
  readonly part: Json
  readonly traceId: string
}

/** The oldest unhandled events of one ordering key, in the order of arrival. */
export async function pendingEvents(tx: Tx, laneKey: string, limit: number): Promise<PendingEvent[]> {
  return tx.query<PendingEvent>({
    name: 'pending-events',
    text: `select e.id, e.received_at::text as "receivedAt", e.channel_id as "channelId", c.type as "channelType",
        e.hook -> 'part' as part, e.trace_id as "traceId"
      from inbound_events e join channels c on c.workspace_id = e.workspace_id and c.id = e.channel_id
      where e.lane_key = $1 and e.handled_at is null order by e.seq limit $2`,
    values: [laneKey, limit],
  })
}

/** What working on an event found out, and how it ended if that is known already. */
export interface HandledEvent {
  readonly id: InboundEventId
  readonly receivedAt: string
  readonly kind: string
  readonly conversationId: ConversationId | null
  /** Revision of the conversation that the event made; null for events the portal never hears of. */
  readonly revision: number | null
  readonly outcome: Outcome
  readonly reason: Reason | null
}

export async function markHandled(tx: Tx, events: readonly HandledEvent[]): Promise<void> {
  if (events.length === 0) return
  await tx.query({
    name: 'mark-handled',
    text: `with done as (
        update inbound_events e set handled_at = now(), kind = w.kind, conversation_id = w.conversation_id,
          outcome = w.outcome, reason = w.reason, revision = w.revision
        from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::int[])
          as w(id, received_at, kind, conversation_id, outcome, reason, revision)
        where e.id = w.id and e.received_at = w.received_at
        returning e.workspace_id, e.id, w.outcome, w.reason
      )
      insert into outcomes (workspace_id, event_id, outcome, reason)
      select workspace_id, id, outcome, reason from done where outcome <> 'pending'`,
    values: [
      events.map((e) => e.id),
      events.map((e) => e.receivedAt),
      events.map((e) => e.kind),
      events.map((e) => e.conversationId),
      events.map((e) => e.outcome),
      events.map((e) => e.reason),
      events.map((e) => e.revision),
    ],
  })
}

/**
 * Gives the content events of a conversation, up to a revision of it, the outcome that was decided for it. Events that
 * passed stay passed; what came later than `upToRevision` is not part of what was decided or written.
 * @returns how many events changed.
 */
export async function settleEvents(
  tx: Tx,
  conversationId: ConversationId,
  settled: { outcome: Outcome; reason: Reason | null; decisionId: DecisionId | null; upToRevision: number },
): Promise<number> {
  const rows = await tx.query<{ id: string }>({
    name: 'settle-events',
    text: `with changed as (
        update inbound_events set outcome = $2, reason = $3, decision_id = $4
        where conversation_id = $1 and revision <= $5 and outcome <> 'passed'
          and (outcome <> 'not_passed' or $2 = 'passed')
          and (outcome, coalesce(reason, '')) <> ($2::text, coalesce($3::text, ''))
        returning workspace_id, id
      )
      insert into outcomes (workspace_id, event_id, outcome, reason, decision_id)
      select workspace_id, id, $2::text, $3::text, $4::uuid from changed returning event_id as id`,
    values: [conversationId, settled.outcome, settled.reason, settled.decisionId, settled.upToRevision],
  })
  return rows.length
}

/**
 * The content events of conversations, each up to a revision of it, have passed: the portal holds them. Each conversation
 * at most once.
 */
export async function settlePassed(
  tx: Tx,
  conversations: readonly {
    conversationId: ConversationId
    decisionId: DecisionId | null
    upToRevision: number
  }[],
): Promise<void> {
  await tx.query({
    name: 'settle-passed',
    text: `with changed as (
        update inbound_events e set outcome = 'passed', reason = null, decision_id = s.decision_id
        from unnest($1::uuid[], $2::uuid[], $3::int[]) as s(conversation_id, decision_id, up_to)
        where e.conversation_id = s.conversation_id and e.revision <= s.up_to and e.outcome <> 'passed'
        returning e.workspace_id, e.id, s.decision_id
      )
      insert into outcomes (workspace_id, event_id, outcome, decision_id)
      select workspace_id, id, 'passed', decision_id from changed`,
    values: [
      conversations.map((one) => one.conversationId),
      conversations.map((one) => one.decisionId),
      conversations.map((one) => one.upToRevision),
    ],
  })
}

/** What is pending of one ordering key ends as failed, without a conversation: working on it never came to an end. */
export async function failPending(tx: Tx, laneKey: string): Promise<void> {
  await sql`with changed as (
      update inbound_events set handled_at = now(), kind = 'unknown', outcome = 'failed', reason = 'bug'
      where lane_key = ${laneKey} and handled_at is null returning workspace_id, id
    )
    insert into outcomes (workspace_id, event_id, outcome, reason)
    select workspace_id, id, 'failed', 'bug' from changed`.execute(tx.kysely)
}

/** Puts failed events back to be worked on anew (journal, "try again"). */
export async function reopenEvents(tx: Tx, conversationId: ConversationId): Promise<void> {
  await sql`with changed as (
      update inbound_events set outcome = 'pending', reason = null
      where conversation_id = ${conversationId} and outcome = 'failed' returning workspace_id, id
    )
    insert into outcomes (workspace_id, event_id, outcome) select workspace_id, id, 'pending' from changed`.execute(
    tx.kysely,
  )
}

/** Puts one event back before its lane: it failed while we worked on it and became part of no conversation (lane `talk`). */
export async function reopenEvent(
  tx: Tx,
  id: InboundEventId,
): Promise<{ laneKey: string; channelId: ChannelId } | undefined> {
  const { rows } = await sql<{ laneKey: string; channelId: ChannelId }>`
    update inbound_events set handled_at = null, outcome = 'pending', reason = null
    where id = ${id} and outcome = 'failed' and conversation_id is null
    returning lane_key as "laneKey", channel_id as "channelId"`.execute(tx.kysely)
  if (rows[0])
    await sql`insert into outcomes (workspace_id, event_id, outcome) values (${tx.workspaceId}, ${id}, 'pending')`.execute(
      tx.kysely,
    )
  return rows[0]
}
