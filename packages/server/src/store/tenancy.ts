import type { Database, Queryable, Tx } from './database.ts'

/** One company on this server. */
export interface Workspace {
  readonly id: string
  readonly name: string
  /** ISO 3166-1 alpha-2: how phone numbers without a country code are read. */
  readonly defaultRegion: string
  /** IANA name. */
  readonly timeZone: string
  readonly locale: string
  readonly createdAt: Date
}

/** Makes a workspace inside its own transaction: `inWorkspace(newWorkspaceId, (tx) => createWorkspace(tx, …))`. */
export async function createWorkspace(
  tx: Tx,
  values: {
    readonly name: string
    readonly timeZone?: string
    readonly locale?: string
    readonly defaultRegion?: string
  },
): Promise<void> {
  await tx.query({
    text: `insert into workspaces (id, name, default_region, time_zone, locale)
      values ($1, $2, coalesce($3, 'RU'), coalesce($4, 'Europe/Moscow'), coalesce($5, 'ru'))`,
    values: [
      tx.workspaceId,
      values.name,
      values.defaultRegion ?? null,
      values.timeZone ?? null,
      values.locale ?? null,
    ],
  })
}

/** The workspace of the transaction, or null when it does not exist. */
export async function loadWorkspace(tx: Tx): Promise<Workspace | null> {
  const rows = await tx.query<Workspace>({
    name: 'workspace-load',
    text: `select id, name, default_region as "defaultRegion", time_zone as "timeZone", locale, created_at as "createdAt"
      from workspaces where id = $1`,
    values: [tx.workspaceId],
  })
  return rows[0] ?? null
}

/** Ids of all workspaces: for jobs that go round them, a transaction each. */
export async function workspaceIds(database: Queryable): Promise<string[]> {
  const rows = await database.query<{ id: string }>({ text: 'select id from door.workspace_ids() as id' })
  return rows.map((row) => row.id)
}

/** Makes the monthly partitions of this month and the coming ones. At each start and once a day. @returns how many. */
export async function ensurePartitions(database: Queryable, monthsAhead = 3): Promise<number> {
  const rows = await database.query<{ made: number }>({
    text: 'select ensure_partitions($1) as made',
    values: [monthsAhead],
  })
  return rows[0]?.made ?? 0
}

export interface Retention {
  readonly inboundEventDays: number
  readonly inboundKeyDays: number
  readonly realtimeHours: number
}

/** Forgets what is older than asked. Months of events that hold anything pending stay. @returns dropped partitions. */
export async function pruneOld(database: Database, keep: Retention): Promise<string[]> {
  const dropped = await database.query<{ name: string }>({
    text: `select name from prune_partitions('inbound_events', make_interval(days => $1)) as name`,
    values: [keep.inboundEventDays],
  })
  await database.query({
    text: 'select door.forget_inbound_keys(make_interval(days => $1))',
    values: [keep.inboundKeyDays],
  })
  await database.query({
    text: 'select door.forget_realtime(make_interval(hours => $1))',
    values: [keep.realtimeHours],
  })
  return dropped.map((row) => row.name)
}
