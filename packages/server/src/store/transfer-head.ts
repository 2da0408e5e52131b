import type { ChannelType, ConversationId, IntegrationId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import { type ConversationRow, conversationColumns } from './conversations.ts'
import type { Tx } from './database.ts'
import type { PortalRow } from './portals.ts'
import { type SavedVersions, savedVersions } from './settings.ts'
import type { TransferRow } from './transfers.ts'
import type { WorkspaceRow } from './workspaces.ts'

/** The portal of a transfer, without its secrets. */
export type TransferPortal = Pick<
  PortalRow,
  'id' | 'origin' | 'state' | 'crmMode' | 'actingUser' | 'syncedAt'
> & {
  /** Differs as soon as the directory of the portal may: equal ones stand for equal directories. */
  readonly directoryMark: string
}

/** All of one conversation's transfer that is one row somewhere. */
export interface TransferHead {
  readonly integrationId: IntegrationId
  /** Undefined while the integration has no portal. */
  readonly portal: TransferPortal | undefined
  /** Something of the conversation was planned in that portal already. */
  readonly begun: boolean
  readonly transfer: TransferRow
  readonly conversation: ConversationRow
  readonly channel: { readonly type: ChannelType; readonly title: string }
  readonly contact: {
    readonly name: string | null
    readonly identities: readonly { readonly kind: string; readonly value: string }[]
  }
  readonly workspace: Pick<WorkspaceRow, 'locale' | 'timeZone'>
  readonly versions: SavedVersions
}

type HeadRow = ConversationRow & {
  readonly integrationId: IntegrationId
  readonly portal: {
    readonly id: PortalRow['id']
    readonly origin: string
    readonly state: PortalRow['state']
    readonly crmMode: PortalRow['crmMode']
    readonly actingUser: PortalRow['actingUser']
  } | null
  readonly begun: boolean
  readonly syncedAt: Date | null
  readonly directoryMark: string
  readonly transfer: Pick<TransferRow, 'state' | 'reason' | 'decisionId' | 'writtenUpTo'>
  readonly writtenAt: Date | null
  readonly channel: TransferHead['channel']
  readonly contact: TransferHead['contact']
  readonly workspace: TransferHead['workspace']
  readonly versions: TransferHead['versions']
}

/**
 * Reads in one statement what every look at a transfer needs.
 * @returns undefined while nobody decided whose the conversation is, and when its integration was deleted.
 */
export async function loadTransferHead(
  tx: Tx,
  conversationId: ConversationId,
): Promise<TransferHead | undefined> {
  // Instants stand beside the objects: inside JSON they would be texts.
  const { rows } = await sql<HeadRow>`select c.*, t.integration_id as "integrationId",
      jsonb_build_object('state', t.state, 'reason', t.reason, 'decisionId', t.decision_id,
        'writtenUpTo', t.written_up_to) as transfer, t.written_at as "writtenAt",
      case when p.id is not null then jsonb_build_object('id', p.id, 'origin', p.origin, 'state', p.state,
        'crmMode', p.crm_mode, 'actingUser', p.acting_user) end as portal,
      exists (select from plan_steps s where s.conversation_id = t.conversation_id and s.portal_key = p.key) as begun,
      p.synced_at as "syncedAt", concat_ws(' ', p.id, p.synced_at, p.state_since) as "directoryMark",
      jsonb_build_object('type', ch.type, 'title', ch.title) as channel,
      jsonb_build_object('locale', w.locale, 'timeZone', w.time_zone) as workspace,
      jsonb_build_object('name', ct.name, 'identities', (
        select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'value', value)), '[]')
        from contact_identities where contact_id = ct.id)) as contact,
      ${savedVersions} as versions
    from transfers t
      join integrations i on i.workspace_id = t.workspace_id and i.id = t.integration_id and i.deleted_at is null
      join lateral (select ${conversationColumns} from conversations where id = t.conversation_id) c on true
      join channels ch on ch.workspace_id = t.workspace_id and ch.id = c."channelId"
      join contacts ct on ct.workspace_id = t.workspace_id and ct.id = c."contactId"
      join workspaces w on w.id = t.workspace_id
      left join portals p on p.workspace_id = t.workspace_id and p.id = i.portal_id and p.deleted_at is null
    where t.conversation_id = ${conversationId}
    order by t.state = 'passed' desc, i.created_at limit 1`.execute(tx.kysely)
  return rows[0] === undefined ? undefined : headOf(rows[0])
}

function headOf(row: HeadRow): TransferHead {
  const {
    integrationId,
    portal,
    begun,
    syncedAt,
    directoryMark,
    transfer,
    writtenAt,
    channel,
    contact,
    workspace,
    versions,
    ...conversation
  } = row
  return {
    integrationId,
    portal: portal === null ? undefined : { ...portal, syncedAt, directoryMark },
    begun,
    transfer: { ...transfer, conversationId: conversation.id, writtenAt },
    conversation,
    channel,
    contact,
    workspace,
    versions,
  }
}
