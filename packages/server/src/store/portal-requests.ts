import type { PortalId } from '@trunkline/contracts/ids'
import type { Text } from '@trunkline/contracts/locale'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** What one node asks of the node that owns a portal. */
export const PORTAL_REQUEST_KINDS = [
  'check',
  'refresh-keys',
  'sync',
  'welcome',
  'reconnected',
  'farewell',
  'look-again',
] as const
export type PortalRequestKind = (typeof PORTAL_REQUEST_KINDS)[number]

/** How a request failed, to be thrown again where it was asked. */
export interface PortalRequestError {
  readonly code: string
  readonly publicText: Text
  readonly detail?: string
  readonly retryAfterMs?: number
}

/** Keeps a request until it is answered or nobody waits for it; forgets those of another day. */
export async function insertPortalRequest(
  tx: Tx,
  row: { id: string; portalId: PortalId; kind: PortalRequestKind; waitMs: number },
): Promise<void> {
  await sql`delete from portal_requests where asked_at < now() - interval '1 day'`.execute(tx.kysely)
  await sql`insert into portal_requests (workspace_id, id, portal_id, kind, expires_at)
    values (${tx.workspaceId}, ${row.id}, ${row.portalId}, ${row.kind},
      clock_timestamp() + ${row.waitMs} * interval '1 millisecond')`.execute(tx.kysely)
}

/** Requests of a portal that somebody still waits for, in the order they were made. */
export async function openPortalRequests(
  tx: Tx,
  portalId: PortalId,
): Promise<{ id: string; kind: PortalRequestKind }[]> {
  const { rows } = await sql<{ id: string; kind: PortalRequestKind }>`select id, kind from portal_requests
    where portal_id = ${portalId} and answered_at is null and expires_at > clock_timestamp()
    order by asked_at, id`.execute(tx.kysely)
  return rows
}

export async function answerPortalRequest(
  tx: Tx,
  id: string,
  error: PortalRequestError | undefined,
): Promise<void> {
  await sql`update portal_requests set answered_at = now(),
      error = ${error === undefined ? null : JSON.stringify(error)}::jsonb
    where id = ${id} and answered_at is null`.execute(tx.kysely)
}

/** How a request ended; undefined while it is open. */
export async function portalAnswer(
  tx: Tx,
  id: string,
): Promise<{ error: PortalRequestError | null } | undefined> {
  const { rows } = await sql<{
    error: PortalRequestError | null
  }>`select error from portal_requests where id = ${id} and answered_at is not null`.execute(tx.kysely)
  return rows[0]
}
