import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { PlanStep } from '@trunkline/contracts/crm/plan'
import type { ConversationId, DecisionId, IntegrationId, PortalId, StepId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { Tx } from './database.ts'
import { keyOfPortal } from './portals.ts'

/** One row of the step ledger. */
export interface StepRow {
  readonly id: StepId
  readonly decisionId: DecisionId
  readonly key: string
  readonly step: PlanStep
  readonly status: 'planned' | 'sent' | 'done' | 'failed' | 'unknown'
  readonly remoteId: string | null
  readonly attempts: number
  readonly sentAt: Date | null
  readonly endedAt: Date | null
  readonly error: { code: string; text: string } | null
  /** Since when its card is known to be deleted in the portal: history, whose key may be planned once more. */
  readonly retiredAt: Date | null
}

const stepColumns = sql`id, decision_id as "decisionId", key, step, status, remote_id as "remoteId", attempts,
  sent_at as "sentAt", ended_at as "endedAt", error, retired_at as "retiredAt"`

/**
 * Adds the steps of a plan; a step whose key the conversation has already is not made again.
 * @returns those that were added, in the order of the plan.
 */
export async function insertSteps(
  tx: Tx,
  rows: readonly { id: StepId; key: string; step: PlanStep }[],
  of: {
    integrationId: IntegrationId
    portalId: PortalId
    conversationId: ConversationId
    decisionId: DecisionId
  },
): Promise<StepRow[]> {
  if (rows.length === 0) return []
  const added =
    await sql<StepRow>`insert into plan_steps (workspace_id, id, integration_id, portal_id, portal_key, conversation_id,
      decision_id, position, key, step)
    select ${tx.workspaceId}, x.id, ${of.integrationId}, ${of.portalId}, ${keyOfPortal(of.portalId)}, ${of.conversationId},
      ${of.decisionId}, x.position, x.key, x.step
    from unnest(${rows.map((r) => r.id)}::uuid[], ${rows.map((r) => r.key)}::text[],
      ${rows.map((r) => JSON.stringify(r.step))}::jsonb[]) with ordinality as x(id, key, step, position)
    on conflict (workspace_id, conversation_id, portal_key, key) where retired_at is null do nothing
    returning ${stepColumns}`.execute(tx.kysely)
  const place = new Map(rows.map(({ id }, index) => [id, index]))
  return added.rows.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))
}

/** The steps of a conversation in a portal that count, whichever integration planned them. */
export async function stepsOf(
  tx: Tx,
  portalId: PortalId,
  conversationId: ConversationId,
): Promise<StepRow[]> {
  const { rows } = await sql<StepRow>`select ${stepColumns} from plan_steps
    where conversation_id = ${conversationId} and portal_key = ${keyOfPortal(portalId)} and retired_at is null
    order by id`.execute(tx.kysely)
  return rows
}

/** All that an integration ever planned for a conversation, in whichever portal and whether its card stands or not. */
export async function stepsPlanned(
  tx: Tx,
  integrationId: IntegrationId,
  conversationId: ConversationId,
): Promise<StepRow[]> {
  const { rows } = await sql<StepRow>`select ${stepColumns} from plan_steps
    where conversation_id = ${conversationId} and integration_id = ${integrationId} order by id`.execute(
    tx.kysely,
  )
  return rows
}

/** One conversation in one portal. */
export interface InPortal {
  readonly portalId: PortalId
  readonly conversationId: ConversationId
}

/** Steps that leave now; each leaving counts as an attempt. */
export async function markSent(tx: Tx, ids: readonly StepId[]): Promise<void> {
  await sql`update plan_steps set status = 'sent', sent_at = clock_timestamp(), attempts = attempts + 1, error = null
    where id = any(${ids}::uuid[])`.execute(tx.kysely)
}

/** How one step of the ledger ended, or that it is open again. */
export interface StepEnd {
  readonly id: StepId
  readonly status: StepRow['status']
  readonly remoteId?: string
  readonly error?: { readonly code: string; readonly text: string }
}

/** Writes the ends of steps of any number of conversations down; each step at most once. */
export async function endSteps(tx: Tx, ends: readonly StepEnd[]): Promise<void> {
  await tx.query({
    name: 'steps-end',
    text: `update plan_steps s set status = e.status, remote_id = coalesce(e.remote_id, s.remote_id), ended_at = now(),
        error = e.error
      from unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[]) as e(id, status, remote_id, error)
      where s.id = e.id`,
    values: [
      ends.map((end) => end.id),
      ends.map((end) => end.status),
      ends.map((end) => end.remoteId ?? null),
      ends.map((end) => (end.error === undefined ? null : JSON.stringify(end.error))),
    ],
  })
}

/** Failed steps of a conversation become planned again (journal, "try again"). */
export async function replanFailed(tx: Tx, of: InPortal): Promise<void> {
  await sql`update plan_steps set status = 'planned', error = null
    where conversation_id = ${of.conversationId} and portal_key = ${keyOfPortal(of.portalId)} and status = 'failed'
      and retired_at is null`.execute(tx.kysely)
}

/** Steps that never made anything belong to history, so that they may be planned anew. None of them may be running. */
export async function retireUnmade(tx: Tx, of: InPortal): Promise<void> {
  await sql`update plan_steps set retired_at = now()
    where conversation_id = ${of.conversationId} and portal_key = ${keyOfPortal(of.portalId)} and retired_at is null
      and status in ('planned', 'failed') and remote_id is null`.execute(tx.kysely)
}

/** What a person moved away: the cards are targets no more, and their comments belong to history. */
export async function leaveCards(
  tx: Tx,
  cards: readonly EntityRef[],
  commentSteps: readonly StepId[],
  of: InPortal,
): Promise<void> {
  await sql`update plan_steps set retired_at = now() where id = any(${commentSteps}::uuid[])`.execute(
    tx.kysely,
  )
  for (const { type, id } of cards) {
    const card = sql`conversation_id = ${of.conversationId} and portal_key = ${keyOfPortal(of.portalId)}
      and entity_type = ${type} and entity_id = ${id}`
    await sql`update crm_links set role = 'moved' where ${card}`.execute(tx.kysely)
    await sql`delete from crm_comments where ${card}`.execute(tx.kysely)
  }
}

/**
 * A comment that was to be removed stays after all, because what was to be written elsewhere never will be: its card is a
 * target again.
 */
export async function stayInCard(
  tx: Tx,
  step: { readonly id: StepId; readonly target: EntityRef; readonly commentId: string },
  of: InPortal,
): Promise<void> {
  const key = keyOfPortal(of.portalId)
  await sql`update plan_steps set retired_at = now() where id = ${step.id}`.execute(tx.kysely)
  await sql`update plan_steps s set retired_at = null
    where s.conversation_id = ${of.conversationId} and s.portal_key = ${key}
      and s.remote_id = ${step.commentId} and s.step ->> 'kind' = 'comment' and not exists (
        select from plan_steps live where live.workspace_id = s.workspace_id and live.portal_key = s.portal_key
          and live.conversation_id = s.conversation_id and live.key = s.key and live.retired_at is null)`.execute(
    tx.kysely,
  )
  await sql`update crm_links set role = 'target' where conversation_id = ${of.conversationId}
    and portal_key = ${key} and role = 'moved'
    and entity_type = ${step.target.type} and entity_id = ${step.target.id}`.execute(tx.kysely)
}
