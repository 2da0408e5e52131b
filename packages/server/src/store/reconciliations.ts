import type { Finding, Repair } from '@trunkline/contracts/crm/reconciliation'
import type { ContactId, IntegrationId, PortalId } from '@trunkline/contracts/ids'
import type { Text } from '@trunkline/contracts/locale'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** How much a comparison has looked at so far. */
export interface Checked {
  readonly conversations: number
  readonly cards: number
  readonly comments: number
  readonly activities: number
}

/** One comparison of what an integration wrote with what its portal has. */
export interface RunRow {
  readonly id: string
  readonly integrationId: IntegrationId
  readonly portalId: PortalId
  readonly state: 'waiting' | 'running' | 'done' | 'failed'
  readonly askedByName: string | null
  readonly askedAt: Date
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  /** The last contact that was compared; null before the first. */
  readonly cursor: ContactId | null
  readonly checked: Checked
  readonly error: Text | null
}

const runColumns = sql`id, integration_id as "integrationId", portal_id as "portalId", state,
  asked_by_name as "askedByName", asked_at as "askedAt", started_at as "startedAt", ended_at as "endedAt",
  cursor_contact_id as cursor, checked, error`

/** Comparisons and settled findings older than this are forgotten. */
const KEPT = sql.lit('90 days')

/** @returns whether it was added; false when one of this integration is open already. */
export async function insertRun(
  tx: Tx,
  row: {
    readonly id: string
    readonly integrationId: IntegrationId
    readonly portalId: PortalId
    readonly askedBy: { readonly userId: string; readonly name: string } | null
  },
): Promise<boolean> {
  await sql`delete from reconciliations where state in ('done', 'failed') and asked_at < now() - ${KEPT}::interval`.execute(
    tx.kysely,
  )
  await sql`delete from reconciliation_findings
    where state <> 'open' and settled_at < now() - ${KEPT}::interval`.execute(tx.kysely)
  const { rows } =
    await sql`insert into reconciliations (workspace_id, id, integration_id, portal_id, asked_by, asked_by_name)
    values (${tx.workspaceId}, ${row.id}, ${row.integrationId}, ${row.portalId}, ${row.askedBy?.userId ?? null},
      ${row.askedBy?.name ?? null})
    on conflict (workspace_id, integration_id) where state in ('waiting', 'running') do nothing returning id`.execute(
      tx.kysely,
    )
  return rows.length > 0
}

/** The comparison of an integration that is to be worked on. */
export async function openRun(tx: Tx, integrationId: IntegrationId): Promise<RunRow | undefined> {
  const { rows } = await sql<RunRow>`select ${runColumns} from reconciliations
    where integration_id = ${integrationId} and state in ('waiting', 'running')`.execute(tx.kysely)
  return rows[0]
}

export async function latestRun(tx: Tx, integrationId: IntegrationId): Promise<RunRow | undefined> {
  const { rows } = await sql<RunRow>`select ${runColumns} from reconciliations
    where integration_id = ${integrationId} order by asked_at desc, id desc limit 1`.execute(tx.kysely)
  return rows[0]
}

export async function startRun(tx: Tx, id: string): Promise<void> {
  await sql`update reconciliations set state = 'running', started_at = coalesce(started_at, now()) where id = ${id}`.execute(
    tx.kysely,
  )
}

/** Contacts up to `cursor` were compared; `checked` is added to what was before. */
export async function saveProgress(
  tx: Tx,
  id: string,
  progress: { readonly cursor: ContactId; readonly checked: Checked },
): Promise<void> {
  const { conversations, cards, comments, activities } = progress.checked
  await sql`update reconciliations set cursor_contact_id = ${progress.cursor}, checked = jsonb_build_object(
      'conversations', (checked ->> 'conversations')::int + ${conversations}::int,
      'cards', (checked ->> 'cards')::int + ${cards}::int,
      'comments', (checked ->> 'comments')::int + ${comments}::int,
      'activities', (checked ->> 'activities')::int + ${activities}::int)
    where id = ${id}`.execute(tx.kysely)
}

/** Ends a comparison; one that was ended before stays as it is. */
export async function endRun(
  tx: Tx,
  id: string,
  end: { readonly state: 'done' } | { readonly state: 'failed'; readonly error: Text },
): Promise<void> {
  await sql`update reconciliations set state = ${end.state}, ended_at = now(),
      error = ${end.state === 'failed' ? JSON.stringify(end.error) : null}::jsonb
    where id = ${id} and state in ('waiting', 'running')`.execute(tx.kysely)
}

/** One thing that a comparison found. */
export interface FindingRow {
  readonly id: string
  readonly integrationId: IntegrationId
  readonly portalId: PortalId
  readonly finding: Finding
  readonly state: 'open' | 'seen' | 'repaired' | 'vanished'
  readonly firstAt: Date
  readonly repair: Repair | null
  readonly settledAt: Date | null
  readonly settledByName: string | null
}

const findingColumns = sql`id, integration_id as "integrationId", portal_id as "portalId", finding, state,
  first_at as "firstAt", repair, settled_at as "settledAt", settled_by_name as "settledByName"`

/**
 * Keeps what a comparison found. What was found before is the same row: one that a person marked as seen stays so, one
 * that was thought mended is open again.
 */
export async function saveFindings(
  tx: Tx,
  run: Pick<RunRow, 'id' | 'integrationId' | 'portalId'>,
  rows: readonly {
    readonly id: string
    readonly key: string
    readonly finding: Finding
  }[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`insert into reconciliation_findings (workspace_id, id, integration_id, portal_id, key, kind, contact_id, finding,
      found_by)
    select ${tx.workspaceId}, x.id, ${run.integrationId}, ${run.portalId}, x.key, x.finding ->> 'kind',
      (x.finding ->> 'contactId')::uuid, x.finding, ${run.id}
    from unnest(${rows.map((r) => r.id)}::uuid[], ${rows.map((r) => r.key)}::text[],
      ${rows.map((r) => JSON.stringify(r.finding))}::jsonb[]) as x(id, key, finding)
    on conflict (workspace_id, integration_id, portal_id, key) do update set
      finding = excluded.finding, contact_id = excluded.contact_id, found_by = excluded.found_by,
      state = case when reconciliation_findings.state = 'seen' then 'seen' else 'open' end,
      repair = case when reconciliation_findings.state = 'seen' then reconciliation_findings.repair end,
      settled_at = case when reconciliation_findings.state = 'seen' then reconciliation_findings.settled_at end,
      settled_by = case when reconciliation_findings.state = 'seen' then reconciliation_findings.settled_by end,
      settled_by_name = case when reconciliation_findings.state = 'seen' then reconciliation_findings.settled_by_name end`.execute(
    tx.kysely,
  )
}

/** Open findings of these contacts that this comparison did not find again are no more. */
export async function vanishUnfound(
  tx: Tx,
  run: Pick<RunRow, 'id' | 'integrationId' | 'portalId'>,
  of: { readonly contactIds: readonly ContactId[] } | { readonly kind: 'card-stray'; readonly since: Date },
): Promise<void> {
  const which =
    'kind' in of
      ? sql`kind = ${of.kind} and first_at >= ${of.since}`
      : sql`contact_id = any(${of.contactIds}::uuid[])`
  await sql`update reconciliation_findings set state = 'vanished', settled_at = now()
    where integration_id = ${run.integrationId} and portal_id = ${run.portalId} and state = 'open'
      and found_by <> ${run.id} and ${which}`.execute(tx.kysely)
}

export async function lockFinding(tx: Tx, id: string): Promise<FindingRow | undefined> {
  const { rows } = await sql<FindingRow>`select ${findingColumns} from reconciliation_findings
    where id = ${id} for update`.execute(tx.kysely)
  return rows[0]
}

export async function settleFinding(
  tx: Tx,
  id: string,
  how: {
    readonly state: 'seen' | 'repaired'
    readonly repair: Repair
    readonly by: { readonly userId: string; readonly name: string }
  },
): Promise<void> {
  await sql`update reconciliation_findings set state = ${how.state}, repair = ${how.repair}, settled_at = now(),
      settled_by = ${how.by.userId}, settled_by_name = ${how.by.name}
    where id = ${id}`.execute(tx.kysely)
}

/** Where findings are looked for: an integration and the portal that it has now. What was found in a former one is history. */
export interface FindingPlace {
  readonly integrationId: IntegrationId
  readonly portalId: PortalId
}

/** Findings for people: open ones first, then what was settled lately; the newest on top. */
export async function findingsOf(tx: Tx, place: FindingPlace, limit: number): Promise<FindingRow[]> {
  const { rows } = await sql<FindingRow>`select ${findingColumns} from reconciliation_findings
    where integration_id = ${place.integrationId} and portal_id = ${place.portalId}
    order by (state = 'open') desc, coalesce(settled_at, first_at) desc, id desc limit ${limit}`.execute(
    tx.kysely,
  )
  return rows
}

export async function countOpenFindings(tx: Tx, place: FindingPlace): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from reconciliation_findings
    where integration_id = ${place.integrationId} and portal_id = ${place.portalId} and state = 'open'`.execute(
    tx.kysely,
  )
  return rows[0]!.n
}
