import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { ContactId, ConversationId, IntegrationId, PortalId, StepId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { CrmLinkRow } from './crm-links.ts'
import type { Tx } from './database.ts'
import { keyOfPortal } from './portals.ts'
import type { StepRow } from './step-ledger.ts'

/** A conversation whose transfer rests: everything planned for it is in the portal. */
export interface RestingConversation {
  readonly id: ConversationId
  readonly number: number
  readonly contactId: ContactId
}

/** An integration and the portal that it writes to. */
export interface WrittenBy {
  readonly integrationId: IntegrationId
  readonly portalId: PortalId
}

/**
 * Contacts of which something was written since a moment, in the order of their ids, after `after`. `busy` ones have a
 * conversation that is being written at this moment: what they have in the portal is not to be judged now.
 */
export async function contactsWritten(
  tx: Tx,
  of: WrittenBy,
  page: { readonly after: ContactId | null; readonly since: Date; readonly limit: number },
): Promise<{ id: ContactId; busy: boolean }[]> {
  const { rows } = await sql<{ id: ContactId; busy: boolean }>`select t.contact_id as id,
      bool_or(t.state = 'pending' or (t.state = 'passed' and t.written_up_to < c.revision) or exists (
        select from plan_steps s where s.conversation_id = t.conversation_id and s.portal_key = ${keyOfPortal(of.portalId)}
          and s.retired_at is null and s.status in ('planned', 'sent', 'unknown'))) as busy
    from transfers t join conversations c on c.id = t.conversation_id
    where t.integration_id = ${of.integrationId}
      and ${page.after === null ? sql`true` : sql`t.contact_id > ${page.after}`}
    group by t.contact_id having bool_or(t.state = 'passed' and t.written_at >= ${page.since})
    order by t.contact_id limit ${page.limit}`.execute(tx.kysely)
  return rows
}

/** Their conversations that were passed. */
export async function conversationsWritten(
  tx: Tx,
  integrationId: IntegrationId,
  contactIds: readonly ContactId[],
): Promise<RestingConversation[]> {
  const { rows } =
    await sql<RestingConversation>`select c.id, c.number, t.contact_id as "contactId" from transfers t
      join conversations c on c.id = t.conversation_id
    where t.integration_id = ${integrationId} and t.contact_id = any(${contactIds}::uuid[]) and t.state = 'passed'
    order by c.number`.execute(tx.kysely)
  return rows
}

/** Cards that these conversations are tied to and that are not known to be deleted. */
export async function linksWritten(
  tx: Tx,
  portalId: PortalId,
  conversationIds: readonly ConversationId[],
): Promise<(CrmLinkRow & { readonly conversationId: ConversationId })[]> {
  const { rows } = await sql<
    CrmLinkRow & { conversationId: ConversationId }
  >`select conversation_id as "conversationId", entity_type as type, entity_id as id, title, made, role from crm_links
    where portal_key = ${keyOfPortal(portalId)} and conversation_id = any(${conversationIds}::uuid[]) and gone_at is null
    order by conversation_id, at, entity_type`.execute(tx.kysely)
  return rows
}

/** A step that is done, and what the decision that planned it took the contact for. */
export type WrittenStep = Pick<StepRow, 'id' | 'key' | 'step' | 'remoteId'> & {
  readonly conversationId: ConversationId
  readonly contactClass: 'first' | 'repeated' | null
}

/** Steps of these conversations that are in this portal and count. */
export async function stepsWritten(
  tx: Tx,
  portalId: PortalId,
  conversationIds: readonly ConversationId[],
): Promise<WrittenStep[]> {
  const { rows } = await sql<WrittenStep>`select s.id, s.key, s.step, s.remote_id as "remoteId",
      s.conversation_id as "conversationId", d.contact_class as "contactClass"
    from plan_steps s left join decisions d on d.id = s.decision_id
    where s.portal_key = ${keyOfPortal(portalId)}
      and s.conversation_id = any(${conversationIds}::uuid[])
      and s.retired_at is null and s.status = 'done' and s.remote_id is not null
    order by s.id`.execute(tx.kysely)
  return rows
}

/** What the ledger knows of a step. `tied`: the cards that its conversation is in, each as `type:id`. */
export interface StepWord {
  readonly id: StepId
  readonly open: boolean
  readonly remoteId: string | null
  readonly conversation: { readonly id: ConversationId; readonly number: number }
  readonly tied: readonly string[]
}

/** What the ledger knows of steps by their ids, retired ones included: they made something too. */
export async function stepsById(tx: Tx, ids: readonly StepId[]): Promise<StepWord[]> {
  const { rows } = await sql<
    Omit<StepWord, 'conversation'> & { conversationId: ConversationId; number: number }
  >`select
      s.id, s.status <> 'done' and s.retired_at is null as open, s.remote_id as "remoteId",
      c.id as "conversationId", c.number, array(select l.entity_type || ':' || l.entity_id from crm_links l
        where l.conversation_id = c.id and l.role <> 'moved' and l.gone_at is null) as tied
    from plan_steps s join conversations c on c.id = s.conversation_id
    where s.id = any(${ids}::uuid[])`.execute(tx.kysely)
  return rows.map(({ conversationId, number, ...row }) => ({
    ...row,
    conversation: { id: conversationId, number: Number(number) },
  }))
}

/** Conversations that are tied to a card of a portal which is not known to be deleted. */
export async function conversationsOfCard(
  tx: Tx,
  portalId: PortalId,
  card: EntityRef,
): Promise<{ id: ConversationId; contactId: ContactId }[]> {
  const { rows } = await sql<{ id: ConversationId; contactId: ContactId }>`select conversation_id as id,
      contact_id as "contactId" from crm_links
    where portal_key = ${keyOfPortal(portalId)} and entity_type = ${card.type} and entity_id = ${card.id}
      and gone_at is null order by conversation_id`.execute(tx.kysely)
  return rows
}

/** What a step made was deleted in the portal: it belongs to history, and its key may be planned once more. */
export async function retireStep(tx: Tx, id: StepId): Promise<void> {
  await sql`update plan_steps set retired_at = now() where id = ${id} and retired_at is null`.execute(
    tx.kysely,
  )
}
