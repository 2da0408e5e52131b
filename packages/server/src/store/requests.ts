import type { RequestField } from '@trunkline/contracts/channel/inbound-event'
import type { RequestStatus } from '@trunkline/contracts/http/conversations'
import type { ConversationId, UserId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** What a form left instead of a chat held, and what was done about it. Its conversation holds the rest. */
export interface RequestRow {
  readonly conversationId: ConversationId
  readonly formName: string
  readonly formType: 'widget' | 'site-form'
  readonly fields: readonly RequestField[]
  readonly technical: boolean
  readonly personalDataConsent: boolean
  readonly mailingConsent: boolean
  readonly consentVersion: string
  readonly status: RequestStatus
  readonly statusAt: Date | null
  readonly statusBy: UserId | null
  readonly comment: string
  readonly commentAt: Date | null
  readonly commentBy: UserId | null
}

type Given = Omit<RequestRow, 'status' | 'statusAt' | 'statusBy' | 'comment' | 'commentAt' | 'commentBy'>

/** The content of a request, beside its conversation and in the same transaction. */
export async function insertRequest(tx: Tx, row: Given): Promise<void> {
  await sql`insert into offline_requests (workspace_id, conversation_id, form_name, form_type, fields, technical,
      personal_data_consent, mailing_consent, consent_version)
    values (${tx.workspaceId}, ${row.conversationId}, ${row.formName}, ${row.formType}, ${JSON.stringify(row.fields)}::jsonb,
      ${row.technical}, ${row.personalDataConsent}, ${row.mailingConsent}, ${row.consentVersion})`.execute(
    tx.kysely,
  )
}

/** The request of a conversation; undefined when it is a chat. */
export async function loadRequest(
  tx: Tx,
  conversationId: ConversationId,
  lock: 'lock' | 'read' = 'read',
): Promise<RequestRow | undefined> {
  const { rows } = await sql<RequestRow>`select conversation_id as "conversationId", form_name as "formName",
      form_type as "formType", fields, technical, personal_data_consent as "personalDataConsent",
      mailing_consent as "mailingConsent", consent_version as "consentVersion", status, status_at as "statusAt",
      status_by as "statusBy", comment, comment_at as "commentAt", comment_by as "commentBy"
    from offline_requests where conversation_id = ${conversationId}
    ${lock === 'lock' ? sql`for update` : sql``}`.execute(tx.kysely)
  return rows[0]
}

export async function saveRequestStatus(
  tx: Tx,
  id: ConversationId,
  to: { readonly status: RequestStatus; readonly by: UserId; readonly at: Date },
): Promise<void> {
  await sql`update offline_requests set status = ${to.status}, status_by = ${to.by}, status_at = ${to.at}
    where conversation_id = ${id}`.execute(tx.kysely)
}

export async function saveRequestComment(
  tx: Tx,
  id: ConversationId,
  to: { readonly comment: string; readonly by: UserId; readonly at: Date },
): Promise<void> {
  await sql`update offline_requests set comment = ${to.comment}, comment_by = ${to.by}, comment_at = ${to.at}
    where conversation_id = ${id}`.execute(tx.kysely)
}
