import type { Finding } from '@trunkline/contracts/crm/reconciliation'
import type { IntegrationId, PortalId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** A finding that somebody is about to repair. */
export interface WantedFinding {
  readonly id: string
  readonly integrationId: IntegrationId
  readonly portalId: PortalId
  readonly finding: Finding
  readonly firstAt: Date
}

/** Marks a finding to be looked at again. @returns its portal; undefined when it is settled or there is none. */
export async function wantFinding(tx: Tx, id: string): Promise<PortalId | undefined> {
  const { rows } = await sql<{ portalId: PortalId }>`update reconciliation_findings set wanted_at = now()
    where id = ${id} and state in ('open', 'seen') returning portal_id as "portalId"`.execute(tx.kysely)
  return rows[0]?.portalId
}

/** Findings of a portal that wait for another look, the first asked first. */
export async function wantedFindings(tx: Tx, portalId: PortalId): Promise<WantedFinding[]> {
  const { rows } = await sql<WantedFinding>`select id, integration_id as "integrationId",
      portal_id as "portalId", finding, first_at as "firstAt" from reconciliation_findings
    where portal_id = ${portalId} and wanted_at is not null and state in ('open', 'seen')
    order by wanted_at, id limit 20`.execute(tx.kysely)
  return rows
}

/** It was looked at again: it stands as it was found, or it is no more. */
export async function lookedAgain(tx: Tx, id: string, stands: boolean): Promise<void> {
  await sql`update reconciliation_findings set wanted_at = null,
      state = ${stands ? sql`state` : sql`'vanished'`},
      settled_at = ${stands ? sql`settled_at` : sql`now()`}
    where id = ${id} and state in ('open', 'seen')`.execute(tx.kysely)
}
