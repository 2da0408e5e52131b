import type { ChannelType, ContactId, ConversationId, IntegrationId } from '@trunkline/contracts/ids'
import type { SectionName } from '@trunkline/contracts/settings/index'
import type { ConversationRow } from './conversations.ts'
import type { Tx } from './database.ts'
import type { PortalRow } from './portals.ts'
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
  readonly transfer: TransferRow
  readonly conversation: ConversationRow
  readonly channel: { readonly type: ChannelType; readonly title: string }
  readonly contact: {
    readonly name: string | null
    readonly identities: readonly { readonly kind: string; readonly value: string }[]
  }
  readonly workspace: Pick<WorkspaceRow, 'locale' | 'timeZone'>
  /** The newest saved version of each section that was ever saved. */
  readonly versions: Readonly<Partial<Record<SectionName, number>>>
}

type HeadRow = ConversationRow &
  WorkspaceRow &
  TransferPortal & {
    integrationId: IntegrationId
    portalId: PortalRow['id'] | null
    portalState: PortalRow['state']
    transferState: TransferRow['state']
    transferReason: string | null
    decisionId: TransferRow['decisionId']
    writtenUpTo: number
    writtenAt: Date | null
    channelType: ChannelType
    channelTitle: string
    contactId: ContactId
    contactName: string | null
    identities: TransferHead['contact']['identities']
    versions: TransferHead['versions']
  }

/**
 * Reads in one statement what every look at a transfer needs.
 * @returns undefined while nobody decided whose the conversation is, and when its integration was deleted.
 */
export async function loadTransferHead(
  tx: Tx,
  conversationId: ConversationId,
): Promise<TransferHead | undefined> {
  const rows = await tx.query<HeadRow>({
    name: 'transfer-head',
    text: `select
        c.id, c.number, c.kind, c.channel_id as "channelId", c.talk, c.contact_id as "contactId", c.status,
        c.started_at as "startedAt", c.closed_at as "closedAt", c.assignee_user_id as "assigneeUserId", c.sequence,
        c.revision, c.context, c.state,
        t.integration_id as "integrationId", t.state as "transferState", t.reason as "transferReason",
        t.decision_id as "decisionId", t.written_up_to as "writtenUpTo", t.written_at as "writtenAt",
        p.id as "portalId", p.origin, p.state as "portalState", p.crm_mode as "crmMode", p.acting_user as "actingUser",
        p.synced_at as "syncedAt", concat_ws(' ', p.id, p.synced_at, p.state_since) as "directoryMark",
        ch.type as "channelType", ch.title as "channelTitle", ct.name as "contactName",
        w.locale, w.time_zone as "timeZone",
        (select coalesce(jsonb_agg(jsonb_build_object('kind', ci.kind, 'value', ci.value)), '[]')
          from contact_identities ci where ci.contact_id = c.contact_id) as identities,
        (select coalesce(jsonb_object_agg(newest.section, newest.version), '{}') from (
          select section, max(version) as version from settings_versions
          where integration_id = i.id group by section) newest) as versions
      from transfers t
        join integrations i on i.workspace_id = t.workspace_id and i.id = t.integration_id and i.deleted_at is null
        join conversations c on c.workspace_id = t.workspace_id and c.id = t.conversation_id
        join channels ch on ch.workspace_id = t.workspace_id and ch.id = c.channel_id
        join contacts ct on ct.workspace_id = t.workspace_id and ct.id = c.contact_id
        join workspaces w on w.id = t.workspace_id
        left join portals p on p.workspace_id = t.workspace_id and p.id = i.portal_id and p.deleted_at is null
      where t.conversation_id = $1 order by t.state = 'passed' desc, i.created_at limit 1`,
    values: [conversationId],
  })
  return rows[0] === undefined ? undefined : headOf(rows[0])
}

function headOf(row: HeadRow): TransferHead {
  const { integrationId, locale, timeZone, identities, versions } = row
  const { origin, crmMode, actingUser, syncedAt, directoryMark } = row
  return {
    integrationId,
    portal:
      row.portalId === null
        ? undefined
        : { id: row.portalId, state: row.portalState, origin, crmMode, actingUser, syncedAt, directoryMark },
    transfer: {
      conversationId: row.id,
      state: row.transferState,
      reason: row.transferReason,
      decisionId: row.decisionId,
      writtenUpTo: row.writtenUpTo,
      writtenAt: row.writtenAt,
    },
    conversation: {
      id: row.id,
      number: row.number,
      kind: row.kind,
      channelId: row.channelId,
      talk: row.talk,
      contactId: row.contactId,
      status: row.status,
      startedAt: row.startedAt,
      closedAt: row.closedAt,
      assigneeUserId: row.assigneeUserId,
      sequence: row.sequence,
      revision: row.revision,
      context: row.context,
      state: row.state,
    },
    channel: { type: row.channelType, title: row.channelTitle },
    contact: { name: row.contactName, identities },
    workspace: { locale, timeZone },
    versions,
  }
}
