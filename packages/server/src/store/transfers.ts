import type { Decision } from '@trunkline/contracts/crm/decision'
import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { Plan, PlanStep } from '@trunkline/contracts/crm/plan'
import type {
  ContactId,
  ConversationId,
  DecisionId,
  IntegrationId,
  PortalId,
  StepId,
} from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import { sql } from 'kysely'
import type { Tx } from './database.ts'
import { keyOfPortal } from './portals.ts'

/** Where one conversation's transfer to one integration stands. */
export interface TransferRow {
  readonly conversationId: ConversationId
  readonly state: 'pending' | 'passed' | 'not_passed' | 'held' | 'failed'
  readonly reason: string | null
  readonly decisionId: DecisionId | null
  /** Revision of the conversation that the portal holds. */
  readonly writtenUpTo: number
  readonly writtenAt: Date | null
}

const columns = sql`transfers.conversation_id as "conversationId", transfers.state, transfers.reason,
  transfers.decision_id as "decisionId", transfers.written_up_to as "writtenUpTo", transfers.written_at as "writtenAt"`

/** Makes the row of a conversation if there is none, so that the lane of its contact finds it. */
export async function ensureTransfer(
  tx: Tx,
  row: { integrationId: IntegrationId; conversationId: ConversationId; contactId: ContactId },
): Promise<void> {
  await sql`insert into transfers (workspace_id, integration_id, conversation_id, contact_id)
    values (${tx.workspaceId}, ${row.integrationId}, ${row.conversationId}, ${row.contactId})
    on conflict (workspace_id, integration_id, conversation_id) do nothing`.execute(tx.kysely)
}

/** As `ensureTransfer`; one that had not passed for good is looked at again, because something new came. */
export async function openTransfer(
  tx: Tx,
  row: { integrationId: IntegrationId; conversationId: ConversationId; contactId: ContactId },
): Promise<void> {
  await sql`insert into transfers as t (workspace_id, integration_id, conversation_id, contact_id)
    values (${tx.workspaceId}, ${row.integrationId}, ${row.conversationId}, ${row.contactId})
    on conflict (workspace_id, integration_id, conversation_id) do update set state = 'pending'
      where t.state in ('not_passed', 'failed')`.execute(tx.kysely)
}

/**
 * Transfers of one contact that may have something to do: not decided for good, or with changes that the portal does
 * not have yet. Oldest conversation first, so that its card is there for the next one.
 */
export async function transfersToWork(
  tx: Tx,
  integrationId: IntegrationId,
  contactId: ContactId,
): Promise<TransferRow[]> {
  const { rows } = await sql<TransferRow>`select ${columns} from transfers
    join conversations c on c.workspace_id = transfers.workspace_id and c.id = transfers.conversation_id
    where transfers.integration_id = ${integrationId} and transfers.contact_id = ${contactId}
      and (transfers.state in ('pending', 'held') or (transfers.state = 'passed' and transfers.written_up_to < c.revision))
    order by c.started_at, c.number`.execute(tx.kysely)
  return rows
}

/**
 * Whose a conversation is now; one that was deleted has none. `begun`: something of it is in the portal that the integration
 * writes to, or was to be.
 */
export async function transferOwner(
  tx: Tx,
  conversationId: ConversationId,
): Promise<{ readonly integrationId: IntegrationId; readonly begun: boolean } | undefined> {
  const { rows } = await sql<{
    integrationId: IntegrationId
    begun: boolean
  }>`select integration_id as "integrationId",
      exists (select from plan_steps s where s.conversation_id = t.conversation_id and s.portal_key = p.key) as begun
    from transfers t
      join integrations i on i.workspace_id = t.workspace_id and i.id = t.integration_id and i.deleted_at is null
      left join portals p on p.workspace_id = t.workspace_id and p.id = i.portal_id
    where t.conversation_id = ${conversationId} order by begun desc limit 1`.execute(tx.kysely)
  return rows[0]
}

/**
 * Another integration takes a conversation over, of which nothing is in its portal yet; it is decided anew.
 * @returns false when something was planned meanwhile: then it stays.
 */
export async function handOverTransfer(
  tx: Tx,
  conversationId: ConversationId,
  from: IntegrationId,
  to: IntegrationId,
): Promise<boolean> {
  // A worker that plans holds the row; only a statement that begins after it sees what was planned.
  if (!(await lockTransfer(tx, from, conversationId))) return false
  const { numAffectedRows } =
    await sql`update transfers t set integration_id = ${to}, state = 'pending', reason = null, decision_id = null
    where t.conversation_id = ${conversationId} and t.integration_id = ${from} and not exists (
      select from integrations i join portals p on p.workspace_id = i.workspace_id and p.id = i.portal_id
        join plan_steps s on s.workspace_id = i.workspace_id and s.portal_key = p.key
      where i.id = t.integration_id and s.conversation_id = t.conversation_id)`.execute(tx.kysely)
  return numAffectedRows === 1n
}

export async function loadTransfer(
  tx: Tx,
  integrationId: IntegrationId,
  conversationId: ConversationId,
): Promise<TransferRow | undefined> {
  const { rows } = await sql<TransferRow>`select ${columns} from transfers
    where integration_id = ${integrationId} and conversation_id = ${conversationId}`.execute(tx.kysely)
  return rows[0]
}

/** @returns whether the conversation is still this integration's; nobody takes it over before the transaction ends. */
export async function saveTransfer(
  tx: Tx,
  integrationId: IntegrationId,
  conversationId: ConversationId,
  next: { state: TransferRow['state']; reason: string | null; decisionId: DecisionId | null },
): Promise<boolean> {
  const { numAffectedRows } = await sql`update transfers set state = ${next.state}, reason = ${next.reason},
      decision_id = coalesce(${next.decisionId}, decision_id), updated_at = now()
    where integration_id = ${integrationId} and conversation_id = ${conversationId}`.execute(tx.kysely)
  return numAffectedRows === 1n
}

/** As `saveTransfer`, when there is nothing to save. */
export async function lockTransfer(
  tx: Tx,
  integrationId: IntegrationId,
  conversationId: ConversationId,
): Promise<boolean> {
  const { rows } = await sql`select 1 from transfers
    where integration_id = ${integrationId} and conversation_id = ${conversationId} for update`.execute(
    tx.kysely,
  )
  return rows.length === 1
}

/** Contacts whose transfers are held, with the reasons given. */
export async function heldContacts(
  tx: Tx,
  integrationId: IntegrationId,
  reasons: readonly string[],
): Promise<ContactId[]> {
  const { rows } = await sql<{
    contactId: ContactId
  }>`select distinct contact_id as "contactId" from transfers
    where integration_id = ${integrationId} and state = 'held' and reason = any(${reasons}::text[])`.execute(
    tx.kysely,
  )
  return rows.map((row) => row.contactId)
}

/** Contacts of whose conversations something still waits for the integration: to be decided, or to be written. */
export async function unsettledContacts(tx: Tx, integrationId: IntegrationId): Promise<ContactId[]> {
  const { rows } = await sql<{
    contactId: ContactId
  }>`select distinct t.contact_id as "contactId" from transfers t
    join conversations c on c.workspace_id = t.workspace_id and c.id = t.conversation_id
    where t.integration_id = ${integrationId}
      and (t.state in ('pending', 'held') or (t.state = 'passed' and t.written_up_to < c.revision))`.execute(
    tx.kysely,
  )
  return rows.map((row) => row.contactId)
}

/** How many conversations wait to be passed by the integration: not decided yet, or held. */
export async function countWaiting(tx: Tx, integrationId: IntegrationId): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from transfers
    where integration_id = ${integrationId} and state in ('pending', 'held')`.execute(tx.kysely)
  return rows[0]?.count ?? 0
}

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

/** Makes a card the target of a transcript, whatever it was to it before. */
export async function enterCard(
  tx: Tx,
  card: EntityRef & { readonly title: string | null },
  of: InPortal & { readonly integrationId: IntegrationId; readonly contactId: ContactId },
): Promise<void> {
  await sql`insert into crm_links (workspace_id, integration_id, portal_key, conversation_id, contact_id, entity_type,
      entity_id, title, made, role)
    values (${tx.workspaceId}, ${of.integrationId}, ${keyOfPortal(of.portalId)}, ${of.conversationId}, ${of.contactId},
      ${card.type}, ${card.id}, ${card.title}, false, 'target')
    on conflict (workspace_id, conversation_id, portal_key, entity_type, entity_id)
      do update set title = coalesce(excluded.title, crm_links.title), role = 'target', gone_at = null`.execute(
    tx.kysely,
  )
}

/** Steps that never made anything belong to history, so that they may be planned anew. None of them may be running. */
export async function retireUnmade(tx: Tx, of: InPortal): Promise<void> {
  await sql`update plan_steps set retired_at = now()
    where conversation_id = ${of.conversationId} and portal_key = ${keyOfPortal(of.portalId)} and retired_at is null
      and status in ('planned', 'failed') and remote_id is null`.execute(tx.kysely)
}

export async function markSent(tx: Tx, ids: readonly StepId[]): Promise<void> {
  await sql`update plan_steps set status = 'sent', sent_at = clock_timestamp(), attempts = attempts + 1, error = null
    where id = any(${ids}::uuid[])`.execute(tx.kysely)
}

/** Failed steps of a conversation become planned again (journal, "try again"). */
export async function replanFailed(tx: Tx, of: InPortal): Promise<void> {
  await sql`update plan_steps set status = 'planned', error = null
    where conversation_id = ${of.conversationId} and portal_key = ${keyOfPortal(of.portalId)} and status = 'failed'
      and retired_at is null`.execute(tx.kysely)
}

export interface CrmLinkRow extends EntityRef {
  readonly title: string | null
  readonly made: boolean
  /** `moved`: was a target until a person moved the transcript to another card. */
  readonly role: 'target' | 'contact' | 'moved'
}

/** As `CrmLinkRow`, with whose it is, and since when its card is known to be deleted. */
export type CrmLinkAround = CrmLinkRow & {
  readonly conversationId: ConversationId
  readonly contactId: ContactId
  readonly goneAt: Date | null
}

/** What ties a conversation, and whatever else this contact has with us, to cards of a portal; the oldest first. */
export async function crmLinksAround(
  tx: Tx,
  portalId: PortalId,
  of: { readonly conversationId: ConversationId; readonly contactId: ContactId },
): Promise<CrmLinkAround[]> {
  const { rows } =
    await sql<CrmLinkAround>`select conversation_id as "conversationId", contact_id as "contactId",
      entity_type as type, entity_id as id, title, made, role, gone_at as "goneAt" from crm_links
    where portal_key = ${keyOfPortal(portalId)}
      and (conversation_id = ${of.conversationId} or contact_id = ${of.contactId}) order by at, entity_type`.execute(
      tx.kysely,
    )
  return rows
}

/** The names of the cards of a portal that a conversation is or was tied to. */
export async function cardTitles(
  tx: Tx,
  portalId: PortalId,
  conversationId: ConversationId,
): Promise<(EntityRef & { readonly title: string })[]> {
  const { rows } = await sql<EntityRef & { title: string }>`select entity_type as type, entity_id as id, title
    from crm_links where conversation_id = ${conversationId} and portal_key = ${keyOfPortal(portalId)}
      and title is not null order by at`.execute(tx.kysely)
  return rows
}

/** One part of the rolling comment in one card. */
export interface CommentRow extends EntityRef {
  readonly part: number
  readonly remoteId: string | null
  readonly textHash: Buffer | null
}

export async function commentsOf(
  tx: Tx,
  portalId: PortalId,
  conversationId: ConversationId,
): Promise<CommentRow[]> {
  const { rows } =
    await sql<CommentRow>`select entity_type as type, entity_id as id, part, remote_id as "remoteId",
      text_hash as "textHash" from crm_comments
    where conversation_id = ${conversationId} and portal_key = ${keyOfPortal(portalId)}
    order by entity_type, entity_id, part`.execute(tx.kysely)
  return rows
}

/** What a decision looks at in the talk itself. */
export interface TalkFacts {
  /** Opening words of the contact; empty when there were none. */
  readonly openingText: string
  readonly contactWrote: boolean
  /** Who wrote the first message: of the contact or of ours; null while there is none. */
  readonly firstDirection: 'inbound' | 'outbound' | null
  /** When a person of the company first answered, and who. */
  readonly operatorJoinedAt: Date | null
  readonly operatorName: string | null
  /** Which conversation of this contact it is, from 1. */
  readonly ordinal: number
  /** Where the contact was, as far as we know the first time; null when no site chat ever saw it. */
  readonly firstVisit: { readonly at: Date; readonly context: Record<string, Json> } | null
}

export async function talkFacts(
  tx: Tx,
  conversation: { readonly id: ConversationId; readonly contactId: ContactId },
): Promise<TalkFacts> {
  const { id, contactId } = conversation
  const { rows } = await sql<
    Omit<TalkFacts, 'firstVisit'> & { visitAt: Date | null; visitContext: Record<string, Json> | null }
  >`select
      coalesce((select text from messages where conversation_id = ${id} and direction = 'inbound' and text <> ''
        order by occurred_at, sequence limit 1), '') as "openingText",
      exists (select from messages where conversation_id = ${id} and direction = 'inbound') as "contactWrote",
      (select direction from messages where conversation_id = ${id} and direction <> 'system'
        order by occurred_at, sequence limit 1) as "firstDirection",
      answer.occurred_at as "operatorJoinedAt", answer.author_name as "operatorName",
      (select count(*)::int from conversations other where other.contact_id = ${contactId}
        and (other.started_at, other.id) <= (this.started_at, this.id)) as ordinal,
      visit.started_at as "visitAt", visit.context as "visitContext"
    from conversations this
      left join lateral (select occurred_at, author_name from messages
        where conversation_id = ${id} and direction = 'outbound' and origin in ('hub', 'elsewhere')
        order by occurred_at, sequence limit 1) answer on true
      left join lateral (select started_at, context from conversations other
        where other.contact_id = ${contactId} and other.context ? 'pageUrl'
        order by other.started_at, other.id limit 1) visit on true
    where this.id = ${id}`.execute(tx.kysely)
  const { visitAt, visitContext, ...facts } = rows[0]!
  return {
    ...facts,
    firstVisit: visitAt === null || visitContext === null ? null : { at: visitAt, context: visitContext },
  }
}

/**
 * Fields of a portal's cards, by `entity:code`, as the directory has them now.
 * @returns undefined when the fields of the portal were never read.
 */
export async function portalFieldsNamed<T>(
  tx: Tx,
  portalId: PortalId,
  names: readonly string[],
): Promise<T[] | undefined> {
  const { rows } = await sql<{ data: T | null }>`select f.data from (select 1) one
      left join portal_directory f on f.portal_id = ${portalId} and f.kind = 'field' and f.missing_since is null
        and f.remote_id = any(${names}::text[])
    where exists (select from portal_directory where portal_id = ${portalId} and kind = 'field')
    order by f.remote_id`.execute(tx.kysely)
  return rows.length === 0 ? undefined : rows.flatMap(({ data }) => data ?? [])
}
