import { sql } from 'kysely'
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
