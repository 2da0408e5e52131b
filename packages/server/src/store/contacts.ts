import type { ContactId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** One way to know a person. The value of kind `channel` holds the channel's id too (domain/identity/match.ts). */
export interface IdentityRow {
  readonly id: string
  readonly contactId: ContactId
  readonly kind: 'phone' | 'email' | 'channel'
  readonly value: string
  readonly raw: string | null
  readonly vouched: boolean
}

/** An identity to be given to a contact. */
export type NewIdentity = Omit<IdentityRow, 'raw' | 'contactId'> & { readonly raw?: string }

// Tells whose the identity is, whoever was first.
const ON_TAKEN = sql`on conflict (workspace_id, kind, value)
      do update set vouched = contact_identities.vouched or excluded.vouched
    returning contact_id as "contactId"`

const identityColumns = sql`id, contact_id as "contactId", kind, value, raw, vouched`

/**
 * Makes a contact with the identity that it is known by.
 * @returns the contact who has the identity now: the new one, or another who was first.
 */
export async function insertContact(
  tx: Tx,
  contact: { readonly id: ContactId; readonly name: string | null },
  identity: NewIdentity,
): Promise<ContactId> {
  const { rows } = await sql<{ contactId: ContactId }>`
    with contact as (insert into contacts (workspace_id, id, name)
      values (${tx.workspaceId}, ${contact.id}, ${contact.name}) returning workspace_id, id)
    insert into contact_identities (workspace_id, id, contact_id, kind, value, raw, vouched)
    select workspace_id, ${identity.id}, id, ${identity.kind}, ${identity.value}, ${identity.raw ?? null},
      ${identity.vouched} from contact
    ${ON_TAKEN}`.execute(tx.kysely)
  return rows[0]!.contactId
}

export async function loadContact(
  tx: Tx,
  id: ContactId,
): Promise<{ id: ContactId; name: string | null } | undefined> {
  const { rows } = await sql<{
    id: ContactId
    name: string | null
  }>`select id, name from contacts where id = ${id}`.execute(tx.kysely)
  return rows[0]
}

export async function renameContact(tx: Tx, id: ContactId, name: string): Promise<void> {
  await sql`update contacts set name = ${name}, updated_at = now() where id = ${id}`.execute(tx.kysely)
}

/** The identities of one contact, oldest first. */
export async function identitiesOf(tx: Tx, contactId: ContactId): Promise<IdentityRow[]> {
  const { rows } = await sql<IdentityRow>`select ${identityColumns} from contact_identities
    where contact_id = ${contactId} order by created_at, id`.execute(tx.kysely)
  return rows
}

/** Identities that equal any of the given ones, whoever they belong to. Locks them against a merge beside us. */
export async function findIdentities(
  tx: Tx,
  wanted: readonly { kind: string; value: string }[],
): Promise<IdentityRow[]> {
  if (wanted.length === 0) return []
  const tuples = sql.join(wanted.map((w) => sql`(${w.kind}, ${w.value})`))
  const { rows } = await sql<IdentityRow>`select ${identityColumns} from contact_identities
    where (kind, value) in (${tuples}) order by created_at, id for update`.execute(tx.kysely)
  return rows
}

/**
 * Adds an identity unless somebody has it.
 * @returns the contact who has it now: the given one, or the other who was first.
 */
export async function claimIdentity(
  tx: Tx,
  identity: NewIdentity & { readonly contactId: ContactId },
): Promise<ContactId> {
  const { rows } = await sql<{ contactId: ContactId }>`
    insert into contact_identities (workspace_id, id, contact_id, kind, value, raw, vouched)
    values (${tx.workspaceId}, ${identity.id}, ${identity.contactId}, ${identity.kind}, ${identity.value},
      ${identity.raw ?? null}, ${identity.vouched})
    ${ON_TAKEN}`.execute(tx.kysely)
  return rows[0]!.contactId
}

/** Moves everything of one contact to another and records why; the merged one stays, pointing to its heir. */
export async function mergeContacts(
  tx: Tx,
  merge: { id: string; from: ContactId; into: ContactId; evidence: Record<string, unknown> },
): Promise<void> {
  await sql`update contact_identities set contact_id = ${merge.into} where contact_id = ${merge.from}`.execute(
    tx.kysely,
  )
  await sql`update conversations set contact_id = ${merge.into} where contact_id = ${merge.from}`.execute(
    tx.kysely,
  )
  await sql`update transfers set contact_id = ${merge.into} where contact_id = ${merge.from}`.execute(
    tx.kysely,
  )
  await sql`update crm_links set contact_id = ${merge.into} where contact_id = ${merge.from}`.execute(
    tx.kysely,
  )
  await sql`update contacts set name = coalesce(name, (select f.name from contacts f where f.id = ${merge.from}))
    where id = ${merge.into}`.execute(tx.kysely)
  await sql`update contacts set merged_into = ${merge.into}, updated_at = now() where id = ${merge.from}`.execute(
    tx.kysely,
  )
  await sql`insert into contact_merges (workspace_id, id, from_contact_id, into_contact_id, evidence)
    values (${tx.workspaceId}, ${merge.id}, ${merge.from}, ${merge.into}, ${JSON.stringify(merge.evidence)})`.execute(
    tx.kysely,
  )
}

/** The network proved an identity that was only claimed before. */
export async function vouchIdentity(
  tx: Tx,
  identity: { kind: 'phone' | 'email'; value: string },
): Promise<void> {
  await sql`update contact_identities set vouched = true where kind = ${identity.kind} and value = ${identity.value}`.execute(
    tx.kysely,
  )
}

/** Takes an identity from a contact; nothing happens when the contact does not have it. */
export async function dropIdentity(
  tx: Tx,
  contactId: ContactId,
  identity: { kind: 'phone' | 'email'; value: string },
): Promise<void> {
  await sql`delete from contact_identities where contact_id = ${contactId} and kind = ${identity.kind}
    and value = ${identity.value}`.execute(tx.kysely)
}

/** One contact, locked against a merge or another correction beside us. A merged one is no contact any more. */
export async function lockContact(
  tx: Tx,
  id: ContactId,
): Promise<{ id: ContactId; name: string | null } | undefined> {
  const { rows } = await sql<{ id: ContactId; name: string | null }>`select id, name from contacts
    where id = ${id} and merged_into is null for update`.execute(tx.kysely)
  return rows[0]
}
