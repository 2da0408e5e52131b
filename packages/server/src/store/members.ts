import type { Role } from '@trunkline/contracts/http/people'
import type { UserId, WorkspaceId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { Queryable, Tx } from './database.ts'

/** A person of a workspace. Name, e-mail and password are kept by the sign-in library. */
export interface MemberRow {
  readonly userId: UserId
  readonly role: Role
  readonly createdAt: Date
  readonly lastSeenAt: Date | null
}

const columns = sql`user_id as "userId", role, created_at as "createdAt", last_seen_at as "lastSeenAt"`

/** Where a signed-in person belongs, and as what; undefined for one whose access was taken away. */
export async function workspaceOfUser(
  database: Queryable,
  userId: UserId,
): Promise<{ workspaceId: WorkspaceId; role: Role } | undefined> {
  const rows = await database.query<{ workspaceId: WorkspaceId; role: Role }>({
    name: 'workspace-of-user',
    text: 'select workspace_id as "workspaceId", role from door.workspace_of_user($1)',
    values: [userId],
  })
  return rows[0]
}

/** Whether this server has an owner already. */
export async function hasMembers(database: Queryable): Promise<boolean> {
  const rows = await database.query<{ found: boolean }>({ text: 'select door.has_members() as found' })
  return rows[0]?.found ?? false
}

/** Makes everybody who sets the server up wait for one another, until the end of the transaction. */
export async function lockSetup(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('trunkline setup'))`.execute(tx.kysely)
}

/** Members of the workspace, the longest there first. */
export async function loadMembers(tx: Tx): Promise<MemberRow[]> {
  const { rows } = await sql<MemberRow>`select ${columns} from members order by created_at, user_id`.execute(
    tx.kysely,
  )
  return rows
}

/** One member, locked against a change beside us. */
export async function lockMember(tx: Tx, userId: UserId): Promise<MemberRow | undefined> {
  const { rows } =
    await sql<MemberRow>`select ${columns} from members where user_id = ${userId} for update`.execute(
      tx.kysely,
    )
  return rows[0]
}

/** Owners of the workspace, locked: two of them must not step down at one moment. */
export async function lockOwners(tx: Tx): Promise<UserId[]> {
  const { rows } = await sql<{ userId: UserId }>`select user_id as "userId" from members where role = 'owner'
    order by user_id for update`.execute(tx.kysely)
  return rows.map((row) => row.userId)
}

export async function insertMember(tx: Tx, member: { userId: UserId; role: Role }): Promise<void> {
  await sql`insert into members (workspace_id, user_id, role) values (${tx.workspaceId}, ${member.userId}, ${member.role})`.execute(
    tx.kysely,
  )
}

export async function saveRole(tx: Tx, userId: UserId, role: Role): Promise<void> {
  await sql`update members set role = ${role} where user_id = ${userId}`.execute(tx.kysely)
}

export async function deleteMember(tx: Tx, userId: UserId): Promise<void> {
  await sql`delete from members where user_id = ${userId}`.execute(tx.kysely)
}

/** Notes that somebody was here, once a minute at most. */
export async function touchMember(tx: Tx, userId: UserId): Promise<void> {
  await sql`update members set last_seen_at = now()
    where user_id = ${userId} and (last_seen_at is null or last_seen_at < now() - interval '1 minute')`.execute(
    tx.kysely,
  )
}
