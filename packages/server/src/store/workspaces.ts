import type { WorkspaceId } from '@trunkline/contracts/ids'
import type { Locale } from '@trunkline/contracts/locale'
import { sql } from 'kysely'
import type { Queryable, Tx } from './database.ts'

/** One company on our server. */
export interface WorkspaceRow {
  readonly id: WorkspaceId
  readonly name: string
  /** Region in which phones without a country code are read, such as `RU`. */
  readonly defaultRegion: string
  readonly timeZone: string
  readonly locale: Locale
}

export async function loadWorkspace(tx: Tx): Promise<WorkspaceRow> {
  const { rows } =
    await sql<WorkspaceRow>`select id, name, default_region as "defaultRegion", time_zone as "timeZone", locale
    from workspaces`.execute(tx.kysely)
  if (rows[0] === undefined) throw new Error('the workspace does not exist')
  return rows[0]
}

/** All workspaces of this server. */
export async function workspaceIds(database: Queryable): Promise<WorkspaceId[]> {
  const rows = await database.query<{ id: WorkspaceId }>({
    text: 'select id from door.workspace_ids() as ids(id)',
  })
  return rows.map(({ id }) => id)
}

export async function insertWorkspace(tx: Tx, row: Pick<WorkspaceRow, 'name' | 'locale'>): Promise<void> {
  await sql`insert into workspaces (id, name, locale) values (${tx.workspaceId}, ${row.name}, ${row.locale})`.execute(
    tx.kysely,
  )
}
