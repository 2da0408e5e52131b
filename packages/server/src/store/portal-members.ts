import type { PortalId, UserId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** Which employee of a portal is which member of the workspace. */
export interface PortalMemberRow {
  readonly portalId: PortalId
  readonly portalUserId: string
  readonly portalUserName: string
  readonly userId: UserId
  /** `proved`: the person signed in on both sides; `confirmed`: an administrator said so. */
  readonly source: 'proved' | 'confirmed'
  readonly linkedAt: Date
}

const columns = sql`portal_id as "portalId", portal_user_id as "portalUserId", portal_user_name as "portalUserName",
  user_id as "userId", source, linked_at as "linkedAt"`

/** Links of portals that are still there, oldest first. */
export async function loadPortalMembers(tx: Tx): Promise<PortalMemberRow[]> {
  const { rows } = await sql<PortalMemberRow>`select ${columns} from portal_members m
    where exists (select from portals p where p.id = m.portal_id and p.deleted_at is null)
    order by linked_at, portal_user_id`.execute(tx.kysely)
  return rows
}

/** Whom an employee of a portal is linked to. */
export async function portalMember(
  tx: Tx,
  portalId: PortalId,
  portalUserId: string,
): Promise<PortalMemberRow | undefined> {
  const { rows } = await sql<PortalMemberRow>`select ${columns} from portal_members
    where portal_id = ${portalId} and portal_user_id = ${portalUserId}`.execute(tx.kysely)
  return rows[0]
}

/** Links an employee to a member; a link that the employee had before is replaced. */
export async function savePortalMember(tx: Tx, row: Omit<PortalMemberRow, 'linkedAt'>): Promise<void> {
  await sql`insert into portal_members (workspace_id, portal_id, portal_user_id, portal_user_name, user_id, source)
    values (${tx.workspaceId}, ${row.portalId}, ${row.portalUserId}, ${row.portalUserName}, ${row.userId}, ${row.source})
    on conflict (workspace_id, portal_id, portal_user_id) do update set
      portal_user_name = excluded.portal_user_name, user_id = excluded.user_id, source = excluded.source,
      linked_at = now(), opened_at = null`.execute(tx.kysely)
}

/** The employee opened the cabinet in a frame just now. */
export async function touchPortalMember(tx: Tx, portalId: PortalId, portalUserId: string): Promise<void> {
  await sql`update portal_members set opened_at = now()
    where portal_id = ${portalId} and portal_user_id = ${portalUserId}`.execute(tx.kysely)
}

/** @returns the link that was there. */
export async function deletePortalMember(
  tx: Tx,
  portalId: PortalId,
  portalUserId: string,
): Promise<PortalMemberRow | undefined> {
  const { rows } = await sql<PortalMemberRow>`delete from portal_members
    where portal_id = ${portalId} and portal_user_id = ${portalUserId} returning ${columns}`.execute(
    tx.kysely,
  )
  return rows[0]
}

/** Links of a portal that is taken away. */
export async function deletePortalMembers(tx: Tx, portalId: PortalId): Promise<void> {
  await sql`delete from portal_members where portal_id = ${portalId}`.execute(tx.kysely)
}

/** Origins of the portals that may show the cabinet in a frame: the connected ones. */
export async function framingOrigins(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{ origin: string }>`select origin from portals
    where deleted_at is null and state = 'connected' order by origin`.execute(tx.kysely)
  return rows.map(({ origin }) => origin)
}
