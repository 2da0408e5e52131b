import { sql } from 'kysely'
import { EXACT, fromCursor, toCursor } from './cursor.ts'
import type { Tx } from './database.ts'

/** Who did what: settings, sign-ins, connections. Append-only. */
export async function insertAudit(
  tx: Tx,
  entry: {
    id: string
    actorUserId: string | null
    actorName: string | null
    action: string
    subject: string
    details?: Record<string, unknown>
  },
): Promise<void> {
  await sql`insert into audit_log (workspace_id, id, actor_user_id, actor_name, action, subject, details)
    values (${tx.workspaceId}, ${entry.id}, ${entry.actorUserId}, ${entry.actorName}, ${entry.action}, ${entry.subject},
      ${JSON.stringify(entry.details ?? {})})`.execute(tx.kysely)
}

export interface AuditRow {
  readonly id: string
  readonly at: Date
  readonly actorName: string | null
  readonly action: string
  readonly subject: string
  readonly details: Record<string, unknown>
}

/** A page of the audit, the newest first. */
export async function auditPage(
  tx: Tx,
  page: { cursor: string | undefined; limit: number },
): Promise<{ rows: AuditRow[]; nextCursor: string | null }> {
  const [at, id] = page.cursor === undefined ? [] : fromCursor(page.cursor, 2)
  const { rows } = await sql<
    AuditRow & { exactAt: string }
  >`select id, at, actor_name as "actorName", action, subject, details,
      to_char(at at time zone 'UTC', ${sql.lit(EXACT)}) as "exactAt"
    from audit_log ${at == null ? sql`` : sql`where (at, id) < (${at}::timestamptz, ${id ?? null}::uuid)`}
    order by at desc, id desc limit ${page.limit + 1}`.execute(tx.kysely)
  const last = rows.length > page.limit ? rows[page.limit - 1] : undefined
  return {
    rows: rows.slice(0, page.limit),
    nextCursor: last === undefined ? null : toCursor([last.exactAt, last.id]),
  }
}
