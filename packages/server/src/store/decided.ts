import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { ConversationId, DecisionId, IntegrationId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { Tx } from './database.ts'
import { firstAnswer } from './talk-facts.ts'

/** A conversation with the facts of its last full decision, and what became of it since. */
export interface DecidedRow {
  readonly decisionId: DecisionId
  readonly conversationId: ConversationId
  readonly number: number
  /** As stored with the decision. */
  readonly facts: TransferFacts
  readonly closedAt: Date | null
  /** When a person of the company first answered, and who. */
  readonly operatorJoinedAt: Date | null
  readonly operatorName: string | null
}

/** How far back conversations are looked through for those that have a decision of the wanted kind. */
const MAX_LOOKED_AT = 50_000

const columns = sql`d.id as "decisionId", c.id as "conversationId", c.number, d.facts, c.closed_at as "closedAt",
  answer.occurred_at as "operatorJoinedAt", answer.author_name as "operatorName"`

/**
 * The newest conversations with a full decision, one row each, in one statement. Full: made while the conversation was
 * in no card yet, so its facts hold all that choosing a card takes; later decisions only keep the comments going.
 */
export async function decidedConversations(
  tx: Tx,
  of: { integrationId: IntegrationId; events: readonly ('chat' | 'request')[]; limit: number },
): Promise<DecidedRow[]> {
  const { rows } = await sql<DecidedRow>`select ${columns}
    from (select id, number, closed_at from conversations where number is not null
      order by number desc limit ${MAX_LOOKED_AT}) c
    cross join lateral (select id, facts from decisions
      where conversation_id = c.id and integration_id = ${of.integrationId}
        and facts #> '{bound,targets}' = '[]'::jsonb
      order by at desc, id desc limit 1) d
    ${firstAnswer(sql`c.id`)}
    where coalesce(d.facts ->> 'event', 'chat') = any(${of.events}::text[])
    order by c.number desc limit ${of.limit}`.execute(tx.kysely)
  return rows
}

/** One of them by its decision; undefined when it is not a full decision of this integration. */
export async function decidedConversation(
  tx: Tx,
  integrationId: IntegrationId,
  decisionId: DecisionId,
): Promise<DecidedRow | undefined> {
  const { rows } = await sql<DecidedRow>`select ${columns} from decisions d
    join conversations c on c.workspace_id = d.workspace_id and c.id = d.conversation_id
    ${firstAnswer(sql`c.id`)}
    where d.id = ${decisionId} and d.integration_id = ${integrationId}
      and d.facts #> '{bound,targets}' = '[]'::jsonb`.execute(tx.kysely)
  return rows[0]
}

/** The newest conversation of a kind that an integration has to do with; undefined while there is none. */
export async function newestConversation(
  tx: Tx,
  integrationId: IntegrationId,
  kind: 'chat' | 'request',
): Promise<ConversationId | undefined> {
  const { rows } = await sql<{ id: ConversationId }>`select id from conversations c
    where kind = ${kind} and number is not null and exists (select from transfers t
      where t.conversation_id = c.id and t.integration_id = ${integrationId})
    order by number desc limit 1`.execute(tx.kysely)
  return rows[0]?.id
}
