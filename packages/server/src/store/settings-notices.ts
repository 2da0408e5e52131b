import type { IntegrationId } from '@trunkline/contracts/ids'
import type { Text } from '@trunkline/contracts/locale'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** One place of saved settings that points to something gone. */
export interface NoticeRow {
  readonly section: string
  readonly pointer: string
  readonly code: string
  readonly message: Text
}

/**
 * Makes these the notices of an integration: new ones are added, those that are no longer true go, the others keep their
 * time.
 * @returns those that are new.
 */
export async function replaceNotices(
  tx: Tx,
  integrationId: IntegrationId,
  notices: readonly NoticeRow[],
): Promise<{ added: NoticeRow[]; removed: number }> {
  const given = sql`select * from unnest(${notices.map((one) => one.section)}::text[],
    ${notices.map((one) => one.pointer)}::text[], ${notices.map((one) => one.code)}::text[],
    ${notices.map((one) => JSON.stringify(one.message))}::jsonb[]) as given (section, pointer, code, message)`
  const removed = await sql<{ section: string }>`delete from settings_notices n
    where n.integration_id = ${integrationId}
      and (n.section, n.pointer, n.code) not in (select section, pointer, code from (${given}) g)
    returning n.section`.execute(tx.kysely)
  const { rows } = await sql<NoticeRow & { isNew: boolean }>`insert into settings_notices as n
      (workspace_id, integration_id, section, pointer, code, message)
    select ${tx.workspaceId}, ${integrationId}, g.section, g.pointer, g.code, g.message from (${given}) g
    on conflict (workspace_id, integration_id, section, pointer, code) do update set message = excluded.message
    returning n.section, n.pointer, n.code, n.message, (xmax = 0) as "isNew"`.execute(tx.kysely)
  return {
    added: rows.filter((row) => row.isNew).map(({ isNew: _, ...row }) => row),
    removed: removed.rows.length,
  }
}

/** The notices of the workspace, the oldest first. */
export async function loadNotices(
  tx: Tx,
): Promise<(NoticeRow & { readonly integrationId: IntegrationId; readonly since: Date })[]> {
  const { rows } = await sql<
    NoticeRow & { integrationId: IntegrationId; since: Date }
  >`select integration_id as "integrationId", section, pointer, code, message, since
    from settings_notices order by since, section, pointer`.execute(tx.kysely)
  return rows
}
