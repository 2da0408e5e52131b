import type { IntegrationId } from '@trunkline/contracts/ids'
import type { SectionName } from '@trunkline/contracts/settings/index'
import { sql } from 'kysely'
import { fromCursor, toCursor } from './cursor.ts'
import type { Tx } from './database.ts'
import type { SettingsVersionRow } from './settings.ts'

const columns = sql`section, version, value, author_user_id as "authorUserId", reason, at`

/**
 * A page of the saved versions of a section, the newest first, and the version before the last of them, which their
 * differences are told against.
 */
export async function versionsPage(
  tx: Tx,
  of: { integrationId: IntegrationId; section: SectionName },
  page: { cursor: string | undefined; limit: number },
): Promise<{
  rows: SettingsVersionRow[]
  before: SettingsVersionRow | undefined
  nextCursor: string | null
}> {
  const below = page.cursor === undefined ? undefined : Number(fromCursor(page.cursor, 1)[0])
  const { rows } = await sql<SettingsVersionRow>`select ${columns} from settings_versions
    where integration_id = ${of.integrationId} and section = ${of.section}
      ${below === undefined || !Number.isSafeInteger(below) ? sql`` : sql`and version < ${below}`}
    order by version desc limit ${page.limit + 1}`.execute(tx.kysely)
  const shown = rows.slice(0, page.limit)
  const last = rows.length > page.limit ? shown.at(-1) : undefined
  return {
    rows: shown,
    before: rows[page.limit],
    nextCursor: last === undefined ? null : toCursor([String(last.version)]),
  }
}

/** One saved version; undefined when there was none of that number. */
export async function loadVersion(
  tx: Tx,
  of: { integrationId: IntegrationId; section: SectionName; version: number },
): Promise<SettingsVersionRow | undefined> {
  const { rows } = await sql<SettingsVersionRow>`select ${columns} from settings_versions
    where integration_id = ${of.integrationId} and section = ${of.section} and version = ${of.version}`.execute(
    tx.kysely,
  )
  return rows[0]
}
