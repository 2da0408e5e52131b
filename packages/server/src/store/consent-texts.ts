import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** A wording that a form of ours asks consent with, by the name that goes with the consent. */
export interface ConsentTextRow {
  readonly version: string
  readonly personalData: string
  readonly policyUrl: string
  readonly mailing: string
}

/** Keeps wordings for good; one that is known already is the same by its name. */
export async function rememberConsentTexts(tx: Tx, rows: readonly ConsentTextRow[]): Promise<void> {
  for (const { version, personalData, policyUrl, mailing } of rows)
    await sql`insert into consent_texts (workspace_id, version, personal_data, policy_url, mailing)
      values (${tx.workspaceId}, ${version}, ${personalData}, ${policyUrl}, ${mailing})
      on conflict do nothing`.execute(tx.kysely)
}

export async function consentTextOf(tx: Tx, version: string): Promise<ConsentTextRow | undefined> {
  const { rows } = await sql<ConsentTextRow>`select version, personal_data as "personalData",
      policy_url as "policyUrl", mailing from consent_texts where version = ${version}`.execute(tx.kysely)
  return rows[0]
}
