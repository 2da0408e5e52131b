import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { ContactId, ConversationId, IntegrationId, StepId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { Tx } from './database.ts'
import { keyOfPortal } from './portals.ts'
import type { InPortal } from './step-ledger.ts'

/**
 * A card was deleted in the portal: every conversation that was written into it knows it as gone, and the steps that
 * made it, wrote into it or told of it are retired, so that their keys may be planned once more. The row of the
 * conversation that noticed is made if there was none. Safe to repeat: what was planned anew since is left alone,
 * because it speaks of another card.
 */
export async function markCardGone(
  tx: Tx,
  card: EntityRef,
  by: InPortal & { readonly integrationId: IntegrationId; readonly contactId: ContactId },
): Promise<void> {
  const key = keyOfPortal(by.portalId)
  await sql`insert into crm_links (workspace_id, integration_id, portal_key, conversation_id, contact_id, entity_type,
      entity_id, made, role, gone_at)
    values (${tx.workspaceId}, ${by.integrationId}, ${key}, ${by.conversationId}, ${by.contactId}, ${card.type}, ${card.id},
      false, ${card.type === 'contact' ? 'contact' : 'target'}, now())
    on conflict (workspace_id, conversation_id, portal_key, entity_type, entity_id) do nothing`.execute(
    tx.kysely,
  )
  const linked = await sql<{ id: ConversationId }>`update crm_links set gone_at = coalesce(gone_at, now())
    where portal_key = ${key} and entity_type = ${card.type} and entity_id = ${card.id}
    returning conversation_id as id`.execute(tx.kysely)
  const conversationIds = linked.rows.map((row) => row.id)
  await sql`with makers as (
      select id, conversation_id, key from plan_steps
      where portal_key = ${key} and conversation_id = any(${conversationIds}::uuid[])
        and retired_at is null and step ->> 'kind' = ${`create-${card.type}`} and remote_id = ${card.id}
    )
    update plan_steps s set retired_at = now()
    where s.portal_key = ${key} and s.conversation_id = any(${conversationIds}::uuid[])
      and s.retired_at is null
      and (
        s.id in (select id from makers)
        or (s.step -> 'target' ->> 'type' = ${card.type} and s.step -> 'target' ->> 'id' = ${card.id})
        or (s.step -> 'about' ->> 'type' = ${card.type} and s.step -> 'about' ->> 'id' = ${card.id})
        or exists (
          select from makers m where m.conversation_id = s.conversation_id
            and m.key in (s.step -> 'target' ->> 'step', s.step -> 'about' ->> 'step')
        )
        -- A card that was to get this client and was never made would be refused for ever.
        or (s.status in ('planned', 'failed') and s.remote_id is null and (
          (s.step -> 'contact' ->> 'type' = ${card.type} and s.step -> 'contact' ->> 'id' = ${card.id})
          or exists (
            select from makers m where m.conversation_id = s.conversation_id and m.key = s.step -> 'contact' ->> 'step'
          )
        ))
      )`.execute(tx.kysely)
  await sql`delete from crm_comments where portal_key = ${key}
    and conversation_id = any(${conversationIds}::uuid[])
    and entity_type = ${card.type} and entity_id = ${card.id}`.execute(tx.kysely)
}

/** One part of a rolling comment was deleted in the portal while its card stands: it may be written once more. */
export async function retireComment(
  tx: Tx,
  comment: EntityRef & { readonly stepId: StepId; readonly part: number },
  of: InPortal,
): Promise<void> {
  await sql`update plan_steps set retired_at = now() where id = ${comment.stepId} and retired_at is null`.execute(
    tx.kysely,
  )
  await sql`delete from crm_comments where portal_key = ${keyOfPortal(of.portalId)}
    and conversation_id = ${of.conversationId} and entity_type = ${comment.type} and entity_id = ${comment.id}
    and part = ${comment.part}`.execute(tx.kysely)
}
