import type { DirectoryChange } from '@trunkline/contracts/http/portals'
import type { PortalId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { Tx } from './database.ts'
import type { DirectoryEntry } from './portals.ts'

/** Changes older than this are forgotten. */
const KEPT = sql.lit('90 days')

/** Everything that the directory of a portal holds now, without what vanished. */
export async function directoryEntries(tx: Tx, portalId: PortalId): Promise<DirectoryEntry[]> {
  const { rows } = await sql<DirectoryEntry>`select kind, remote_id as "remoteId", data from portal_directory
    where portal_id = ${portalId} and missing_since is null order by kind, remote_id`.execute(tx.kysely)
  return rows
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

/** Keeps what one reading of the directory found changed. */
export async function insertDirectoryChanges(
  tx: Tx,
  row: { readonly id: string; readonly portalId: PortalId; readonly changes: readonly DirectoryChange[] },
): Promise<void> {
  await sql`insert into directory_changes (workspace_id, id, portal_id, changes)
    values (${tx.workspaceId}, ${row.id}, ${row.portalId}, ${JSON.stringify(row.changes)}::jsonb)`.execute(
    tx.kysely,
  )
  await sql`delete from directory_changes where portal_id = ${row.portalId} and at < now() - ${KEPT}::interval`.execute(
    tx.kysely,
  )
}

/** What changed lately, the newest reading first. */
export async function directoryChanges(
  tx: Tx,
  portalId: PortalId,
  limit: number,
): Promise<{ at: Date; changes: DirectoryChange[] }[]> {
  const { rows } = await sql<{
    at: Date
    changes: DirectoryChange[]
  }>`select at, changes from directory_changes
    where portal_id = ${portalId} order by at desc, id desc limit ${limit}`.execute(tx.kysely)
  return rows
}

/** How many things of each kind the directory of a portal holds. */
export async function directoryCounts(tx: Tx, portalId: PortalId): Promise<Record<string, number>> {
  const { rows } = await sql<{
    kind: string
    n: number
  }>`select kind, count(*)::int as n from portal_directory
    where portal_id = ${portalId} and missing_since is null group by kind`.execute(tx.kysely)
  return Object.fromEntries(rows.map(({ kind, n }) => [kind, n]))
}
