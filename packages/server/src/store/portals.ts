import type { CrmMode, PortalState } from '@trunkline/contracts/crm/facts'
import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import type { Text } from '@trunkline/contracts/locale'
import { type RawBuilder, sql } from 'kysely'
import type { Queryable, Tx } from './database.ts'

/** One Bitrix24 account. Secrets are sealed (seal.ts, purposes `portal-client` and `portal-tokens`). */
export interface PortalRow {
  readonly id: PortalId
  readonly name: string | null
  readonly origin: string
  readonly memberId: string | null
  readonly clientId: string
  readonly clientSecret: Buffer
  readonly tokens: Buffer | null
  readonly tokenExpiresAt: Date | null
  readonly applicationToken: Buffer | null
  readonly clientEndpoint: string | null
  readonly serverEndpoint: string | null
  readonly state: PortalState
  readonly stateReason: Text | null
  readonly stateAction: string | null
  readonly stateSince: Date
  readonly actingUser: { id: string; name: string; admin: boolean } | null
  readonly scopes: string[]
  readonly crmMode: CrmMode | null
  readonly region: string | null
  readonly plan: { rate: number; burst: number }
  readonly pausedUntil: Date | null
  readonly syncedAt: Date | null
  readonly createdAt: Date
  /** When Bitrix24 itself installed it, while nobody has chosen it for the integration. */
  readonly installedAt: Date | null
}

const columns = sql`id, name, origin, member_id as "memberId", client_id as "clientId", client_secret as "clientSecret", tokens,
  token_expires_at as "tokenExpiresAt", application_token as "applicationToken", client_endpoint as "clientEndpoint",
  server_endpoint as "serverEndpoint", state, state_reason as "stateReason", state_action as "stateAction",
  state_since as "stateSince", acting_user as "actingUser", scopes, crm_mode as "crmMode", region, plan,
  paused_until as "pausedUntil", synced_at as "syncedAt", created_at as "createdAt",
  installed_at as "installedAt"`

export async function loadPortals(tx: Tx): Promise<PortalRow[]> {
  const { rows } =
    await sql<PortalRow>`select ${columns} from portals where deleted_at is null order by created_at`.execute(
      tx.kysely,
    )
  return rows
}

export async function loadPortal(
  tx: Tx,
  id: PortalId,
  lock: 'lock' | 'read' = 'read',
): Promise<PortalRow | undefined> {
  const { rows } = await sql<PortalRow>`select ${columns} from portals where id = ${id} and deleted_at is null
    ${lock === 'lock' ? sql`for update` : sql``}`.execute(tx.kysely)
  return rows[0]
}

export async function portalByOrigin(tx: Tx, origin: string): Promise<PortalRow | undefined> {
  const { rows } =
    await sql<PortalRow>`select ${columns} from portals where origin = ${origin} and deleted_at is null`.execute(
      tx.kysely,
    )
  return rows[0]
}

export async function portalByMember(tx: Tx, memberId: string): Promise<PortalRow | undefined> {
  const { rows } =
    await sql<PortalRow>`select ${columns} from portals where member_id = ${memberId} and deleted_at is null`.execute(
      tx.kysely,
    )
  return rows[0]
}

/** Entries of a portal in every workspace, by the id that the auth server vouches for. */
export async function portalsByMember(
  database: Queryable,
  memberId: string,
): Promise<{ workspaceId: WorkspaceId; portalId: PortalId }[]> {
  return database.query<{ workspaceId: WorkspaceId; portalId: PortalId }>({
    text: 'select workspace_id as "workspaceId", portal_id as "portalId" from door.portals_by_member($1)',
    values: [memberId],
  })
}

/** A portal of any workspace. */
export interface PortalPlace {
  readonly workspaceId: WorkspaceId
  readonly portalId: PortalId
}

/** Every portal of every workspace, connected or on its way. */
export async function portalsToServe(database: Queryable): Promise<PortalPlace[]> {
  return database.query<PortalPlace>({
    text: 'select workspace_id as "workspaceId", portal_id as "portalId" from door.portals_to_serve()',
  })
}

/** The portal whose consent was begun with this `state`; undefined when it was used, or is too old. */
export async function portalOfState(
  database: Queryable,
  stateHash: Buffer,
): Promise<PortalPlace | undefined> {
  const rows = await database.query<PortalPlace>({
    text: 'select workspace_id as "workspaceId", portal_id as "portalId" from door.authorisation_by_state($1)',
    values: [stateHash],
  })
  return rows[0]
}

/** Makes installations of one portal wait for one another, until the end of the transaction. */
export async function lockPortalMember(tx: Tx, memberId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('portal ' || ${memberId}))`.execute(tx.kysely)
}

/** The portal works through another application from now on. */
export async function saveClient(
  tx: Tx,
  id: PortalId,
  client: Pick<PortalRow, 'clientId' | 'clientSecret'>,
): Promise<void> {
  await sql`update portals set client_id = ${client.clientId}, client_secret = ${client.clientSecret}
    where id = ${id}`.execute(tx.kysely)
}

/**
 * Which Bitrix24 account an entry is of, inside a statement: what was written belongs to the account, so that it is found
 * again under a new entry of the same one. A deleted entry still tells it.
 */
export function keyOfPortal(id: PortalId): RawBuilder<string> {
  return sql<string>`(select key from portals where id = ${id})`
}

/** All entries of the account that an entry is of, deleted ones too. */
export async function entriesOfPortal(tx: Tx, id: PortalId): Promise<PortalId[]> {
  const { rows } = await sql<{ id: PortalId }>`select id from portals where key = ${keyOfPortal(id)}`.execute(
    tx.kysely,
  )
  return rows.map((row) => row.id)
}

/** Where the account that an entry is of is opened; null when it is connected no more. */
export async function originOfPortal(tx: Tx, id: PortalId): Promise<string | null> {
  const { rows } = await sql<{ origin: string }>`select origin from portals
    where key = ${keyOfPortal(id)} and deleted_at is null`.execute(tx.kysely)
  return rows[0]?.origin ?? null
}

/** Whether an integration works with the portal. */
export async function isChosenPortal(tx: Tx, id: PortalId): Promise<boolean> {
  const { rows } = await sql<{
    found: boolean
  }>`select exists (select from integrations
    where portal_id = ${id} and deleted_at is null) as found`.execute(tx.kysely)
  return rows[0]?.found ?? false
}

/** Bitrix24 installed it; people are asked to choose it until somebody does. */
export async function markInstalled(tx: Tx, id: PortalId): Promise<void> {
  await sql`update portals set installed_at = now() where id = ${id}`.execute(tx.kysely)
}

export async function insertPortal(
  tx: Tx,
  row: Pick<PortalRow, 'id' | 'name' | 'origin' | 'clientId' | 'clientSecret'>,
): Promise<void> {
  await sql`insert into portals (workspace_id, id, name, origin, client_id, client_secret, state)
    values (${tx.workspaceId}, ${row.id}, ${row.name}, ${row.origin}, ${row.clientId}, ${row.clientSecret}, 'authorising')`.execute(
    tx.kysely,
  )
}

export async function renamePortal(tx: Tx, id: PortalId, name: string | null): Promise<void> {
  await sql`update portals set name = ${name} where id = ${id}`.execute(tx.kysely)
}

/**
 * A changed address: the old tokens are dropped at once, so that nothing goes to the old host any more, and its people and
 * stages count as missing until the new one was read (TEL-11).
 */
export async function movePortal(tx: Tx, id: PortalId, origin: string): Promise<void> {
  await sql`update portals set origin = ${origin}, tokens = null, client_endpoint = null, application_token = null,
    state = 'authorising', state_since = now(), state_reason = null where id = ${id}`.execute(tx.kysely)
  await sql`update portal_directory set missing_since = now()
    where portal_id = ${id} and missing_since is null`.execute(tx.kysely)
}

export async function saveTokens(
  tx: Tx,
  id: PortalId,
  t: {
    tokens: Buffer
    expiresAt: Date
    clientEndpoint: string
    serverEndpoint: string
    memberId: string
    origin: string
  },
): Promise<void> {
  await sql`update portals set tokens = ${t.tokens}, token_expires_at = ${t.expiresAt}, client_endpoint = ${t.clientEndpoint},
      server_endpoint = ${t.serverEndpoint}, member_id = ${t.memberId}, origin = ${t.origin}
    where id = ${id}`.execute(tx.kysely)
}

/** @param box null forgets it: the next event at the portal's own address brings the new one. */
export async function saveApplicationToken(tx: Tx, id: PortalId, box: Buffer | null): Promise<void> {
  await sql`update portals set application_token = ${box} where id = ${id}`.execute(tx.kysely)
}

export async function savePortalState(
  tx: Tx,
  id: PortalId,
  next: { state: PortalState; reason: Text | null; action: string | null },
): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`update portals set
      state_since = case when state = ${next.state} then state_since else now() end,
      state = ${next.state}, state_reason = ${next.reason === null ? null : JSON.stringify(next.reason)}::jsonb,
      state_action = ${next.action}
    where id = ${id} and (state, coalesce(state_action, '')) is distinct from (${next.state}::text, ${next.action ?? ''}::text)
    returning id`.execute(tx.kysely)
  return rows.length > 0
}

/** The portal answers at another address now; it is still the same portal. */
export async function saveEndpoint(tx: Tx, id: PortalId, clientEndpoint: string): Promise<void> {
  await sql`update portals set client_endpoint = ${clientEndpoint}, origin = ${new URL(clientEndpoint).origin}
    where id = ${id}`.execute(tx.kysely)
}

export async function savePause(tx: Tx, id: PortalId, until: Date | null): Promise<void> {
  await sql`update portals set paused_until = ${until} where id = ${id}`.execute(tx.kysely)
}

export async function saveRegion(tx: Tx, id: PortalId, region: string | null): Promise<void> {
  await sql`update portals set region = ${region} where id = ${id}`.execute(tx.kysely)
}

/** Limits that the pump of a portal keeps: hits a second, and hits at once. */
export async function savePlan(tx: Tx, id: PortalId, plan: PortalRow['plan']): Promise<void> {
  await sql`update portals set plan = ${JSON.stringify(plan)}::jsonb where id = ${id}`.execute(tx.kysely)
}

export async function saveIdentity(
  tx: Tx,
  id: PortalId,
  facts: {
    crmMode: CrmMode
    actingUser: { id: string; name: string; admin: boolean }
    scopes: readonly string[]
  },
): Promise<void> {
  await sql`update portals set crm_mode = ${facts.crmMode}, acting_user = ${JSON.stringify(facts.actingUser)},
    scopes = ${facts.scopes}::text[], synced_at = now() where id = ${id}`.execute(tx.kysely)
}

export async function deletePortal(tx: Tx, id: PortalId): Promise<void> {
  await sql`update portals set deleted_at = now(), tokens = null, application_token = null, client_secret = '',
    state = 'draft' where id = ${id}`.execute(tx.kysely)
  await sql`update integrations set portal_id = null where portal_id = ${id}`.execute(tx.kysely)
}

/** One thing of a portal to choose from. */
export interface DirectoryEntry {
  readonly kind: 'user' | 'department' | 'pipeline' | 'source' | 'field'
  readonly remoteId: string
  readonly data: unknown
}

/** Replaces what is known of a portal; what is not among the entries any more is marked missing, not forgotten. */
export async function saveDirectory(
  tx: Tx,
  portalId: PortalId,
  entries: readonly DirectoryEntry[],
): Promise<void> {
  await sql`insert into portal_directory (workspace_id, portal_id, kind, remote_id, data)
    select ${tx.workspaceId}, ${portalId}, x.kind, x.remote_id, x.data
    from unnest(${entries.map((e) => e.kind)}::text[], ${entries.map((e) => e.remoteId)}::text[],
      ${entries.map((e) => JSON.stringify(e.data))}::jsonb[]) as x(kind, remote_id, data)
    on conflict (workspace_id, portal_id, kind, remote_id)
      do update set data = excluded.data, seen_at = now(), missing_since = null`.execute(tx.kysely)
  await sql`update portal_directory set missing_since = now()
    where portal_id = ${portalId} and missing_since is null and (kind, remote_id) not in (
      select * from unnest(${entries.map((e) => e.kind)}::text[], ${entries.map((e) => e.remoteId)}::text[]))`.execute(
    tx.kysely,
  )
}

export async function loadDirectory<T>(
  tx: Tx,
  portalId: PortalId,
  kind: DirectoryEntry['kind'],
): Promise<T[]> {
  const { rows } = await sql<{ data: T }>`select data from portal_directory
    where portal_id = ${portalId} and kind = ${kind} and missing_since is null order by data ->> 'name', remote_id`.execute(
    tx.kysely,
  )
  return rows.map((row) => row.data)
}

/** Remembers a started authorisation by the hash of its `state`; used once, for ten minutes. */
export async function insertAuthorisation(
  tx: Tx,
  row: { stateHash: Buffer; portalId: PortalId; userId: string },
): Promise<void> {
  await sql`delete from portal_authorisations where expires_at < now()`.execute(tx.kysely)
  await sql`insert into portal_authorisations (workspace_id, state_hash, portal_id, user_id, expires_at)
    values (${tx.workspaceId}, ${row.stateHash}, ${row.portalId}, ${row.userId}, now() + interval '10 minutes')`.execute(
    tx.kysely,
  )
}

/** Takes a started authorisation; a second time there is none. */
export async function takeAuthorisation(
  tx: Tx,
  stateHash: Buffer,
): Promise<{ portalId: PortalId; userId: string } | undefined> {
  const { rows } = await sql<{ portalId: PortalId; userId: string }>`delete from portal_authorisations
    where state_hash = ${stateHash} and expires_at > now() returning portal_id as "portalId", user_id as "userId"`.execute(
    tx.kysely,
  )
  return rows[0]
}
