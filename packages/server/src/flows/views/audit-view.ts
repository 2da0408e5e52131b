import type { AuditEntry } from '@trunkline/contracts/http/people'
import { auditPage } from '../../store/audit.ts'
import type { Tx } from '../../store/database.ts'

/** A page of who did what, the newest first. */
export async function auditView(
  tx: Tx,
  page: { cursor: string | undefined; limit: number },
): Promise<{ data: AuditEntry[]; nextCursor: string | null }> {
  const { rows, nextCursor } = await auditPage(tx, page)
  return {
    data: rows.map((row) => ({
      id: row.id,
      at: row.at.toISOString(),
      actorName: row.actorName,
      action: row.action,
      subject: row.subject,
      details: row.details,
    })),
    nextCursor,
  }
}
