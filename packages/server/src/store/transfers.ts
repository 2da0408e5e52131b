import type { ContactId, ConversationId, DecisionId, IntegrationId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

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

/** A conversation of which the portal now holds everything up to a revision. */
export interface WrittenUpTo {
  readonly integrationId: IntegrationId
  readonly conversationId: ConversationId
  readonly upToRevision: number
  readonly at: Date
}

/**
 * Notes how much of each conversation the portal holds. Whatever is to be written besides has a revision above that, so
 * the lane, which was woken for it, finds it.
 */
export async function saveWritten(tx: Tx, rows: readonly WrittenUpTo[]): Promise<void> {
  await tx.query({
    name: 'transfers-written',
    text: `update transfers t set written_up_to = w.up_to, written_at = w.at, updated_at = now()
      from unnest($1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[]) as w(integration_id, conversation_id, up_to, at)
      where t.integration_id = w.integration_id and t.conversation_id = w.conversation_id`,
    values: [
      rows.map((row) => row.integrationId),
      rows.map((row) => row.conversationId),
      rows.map((row) => row.upToRevision),
      rows.map((row) => row.at),
    ],
  })
}

/** Those of the integrations for which something of a contact is held. */
export async function holdingIntegrations(
  tx: Tx,
  integrationIds: readonly IntegrationId[],
  contactId: ContactId,
): Promise<IntegrationId[]> {
  const { rows } = await sql<{
    integrationId: IntegrationId
  }>`select distinct integration_id as "integrationId" from transfers
    where integration_id = any(${integrationIds}::uuid[]) and contact_id = ${contactId}
      and state = 'held'`.execute(tx.kysely)
  return rows.map((row) => row.integrationId)
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
