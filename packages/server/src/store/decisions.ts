import type { Decision } from '@trunkline/contracts/crm/decision'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { Plan } from '@trunkline/contracts/crm/plan'
import type { ConversationId, DecisionId, IntegrationId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** Keeps a decision with the facts that it was made from; it is never changed. */
export async function insertDecision(
  tx: Tx,
  row: {
    id: DecisionId
    integrationId: IntegrationId
    conversationId: ConversationId
    decision: Extract<Decision, { outcome: string }>
    facts: TransferFacts
    versions: Readonly<Record<string, number>>
  },
): Promise<void> {
  const d = row.decision
  await sql`insert into decisions (workspace_id, id, integration_id, conversation_id, outcome, reason, contact_class, facts,
      plan, trace, settings_versions)
    values (${tx.workspaceId}, ${row.id}, ${row.integrationId}, ${row.conversationId}, ${d.outcome}, ${d.reason ?? null},
      ${d.contactClass ?? null}, ${JSON.stringify(row.facts)}, ${JSON.stringify(d.plan)}, ${JSON.stringify(d.trace)},
      ${JSON.stringify(row.versions)})`.execute(tx.kysely)
}

export interface DecisionRow {
  readonly id: DecisionId
  /** Who decided. */
  readonly integrationId: IntegrationId | null
  readonly at: Date
  readonly outcome: string
  readonly reason: string | null
  readonly contactClass: string | null
  readonly facts: TransferFacts
  readonly plan: Plan
  readonly trace: Extract<Decision, { outcome: string }>['trace']
  readonly versions: Record<string, number>
}

const decisionColumns = sql`id, integration_id as "integrationId", at, outcome, reason,
  contact_class as "contactClass", facts, plan, trace, settings_versions as versions`

export async function loadDecision(tx: Tx, id: DecisionId): Promise<DecisionRow | undefined> {
  const { rows } = await sql<DecisionRow>`select ${decisionColumns} from decisions where id = ${id}`.execute(
    tx.kysely,
  )
  return rows[0]
}

/** Decisions about a conversation, whoever made them; the newest first. */
export async function decisionsOf(
  tx: Tx,
  conversationId: ConversationId,
  limit: number,
): Promise<DecisionRow[]> {
  const { rows } =
    await sql<DecisionRow>`select ${decisionColumns} from decisions where conversation_id = ${conversationId}
    order by at desc, id desc limit ${limit}`.execute(tx.kysely)
  return rows
}
