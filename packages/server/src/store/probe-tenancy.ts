import type { PoolClient } from 'pg'
import type { Database } from './database.ts'

/**
 * Proves the fence between workspaces on every table there is, those of later migrations included, with rows of its
 * own: all inside one transaction of the owner that is rolled back. For tests: it locks every table while it looks.
 */
export interface TenancyProbe {
  /** Tables of the schema public that were probed. */
  readonly fenced: readonly string[]
  /** What is wrong, a sentence each; empty when the fence holds. */
  readonly problems: readonly string[]
}

const OURS = '00000000-0000-7000-8000-00000000000a'
const THEIRS = '00000000-0000-7000-8000-00000000000b'

/** Tables of the foundation that belong to no workspace and hold nothing of one. */
export const SHARED_TABLES: readonly string[] = [
  'kysely_migration',
  'kysely_migration_lock',
  'leases',
  'rate_limits',
]

interface FoundTable {
  readonly name: string
  readonly key: string | null
  readonly partition: boolean
  readonly forced: boolean
}

/** @param shared tables of the caller that belong to no workspace, besides SHARED_TABLES. */
export async function probeTenancy(
  database: Database,
  shared: readonly string[] = [],
): Promise<TenancyProbe> {
  const problems: string[] = []
  const client = await database.owner.connect()
  try {
    await client.query('begin')
    const tables = await foundTables(client)
    const allowed = new Set([...SHARED_TABLES, ...shared])
    for (const table of tables) {
      if (table.key === null && !allowed.has(table.name)) {
        problems.push(`${table.name} has no workspace_id and is not listed as shared`)
      }
    }
    const fenced = tables.filter((table) => table.key !== null)
    problems.push(...(await policyProblems(client, fenced)), ...(await doorProblems(client)))
    for (const table of fenced) {
      if (!table.forced) problems.push(`${table.name} does not force row level security`)
      // A partition cannot shed the constraints of its parent, through which it is probed.
      else if (!table.partition) problems.push(...(await behaviourProblems(client, table, fenced)))
    }
    return { fenced: fenced.map((table) => table.name), problems }
  } finally {
    await client.query('rollback')
    client.release()
  }
}

async function foundTables(client: PoolClient): Promise<FoundTable[]> {
  const { rows } = await client.query<FoundTable>(
    `select c.relname as name, c.relispartition as partition, c.relrowsecurity and c.relforcerowsecurity as forced,
       case when c.relname = 'workspaces' then 'id'
         when exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id'
           and not a.attisdropped) then 'workspace_id' end as key
     from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  )
  return rows
}

/** The only policies: the fence for everybody, and `true` for trunkline_door alone. */
async function policyProblems(client: PoolClient, tables: readonly FoundTable[]): Promise<string[]> {
  const { rows } = await client.query<{
    table: string
    policy: string
    roles: string
    permissive: string
    using: string | null
    check: string | null
  }>(
    `select tablename as table, policyname as policy, array_to_string(roles, ',') as roles, permissive,
       qual as using, with_check as check
     from pg_policies where schemaname = 'public'`,
  )
  const problems: string[] = []
  for (const table of tables) {
    const mine = rows.filter((row) => row.table === table.name)
    const fence = `(${table.key} = (( SELECT current_setting('app.workspace'::text) AS current_setting))::uuid)`
    for (const row of mine) {
      const isFence = row.using === fence && (row.check === fence || row.check === null)
      if (!isFence && row.roles !== 'trunkline_door' && row.permissive === 'PERMISSIVE') {
        problems.push(`${table.name}: policy ${row.policy} lets ${row.roles} see ${row.using}`)
      }
    }
    if (!mine.some((row) => row.using === fence && row.roles === 'public')) {
      problems.push(`${table.name} has no fence (call fence('${table.name}'))`)
    }
  }
  return problems
}

/** Functions that cross workspaces must not be tricked by a search path, nor be open to everybody. */
async function doorProblems(client: PoolClient): Promise<string[]> {
  const { rows } = await client.query<{ name: string; pinned: boolean; open: boolean }>(
    `select p.oid::regprocedure::text as name,
       coalesce(array_to_string(p.proconfig, ',') like '%search_path=%pg_temp%', false) as pinned,
       p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0) as open
     from pg_proc p where p.prosecdef and p.pronamespace in ('public'::regnamespace, 'door'::regnamespace)`,
  )
  return rows.flatMap((row) => [
    ...(row.pinned ? [] : [`${row.name} is security definer without a search_path that ends in pg_temp`]),
    ...(row.open ? [`${row.name} is security definer and anybody may call it`] : []),
  ])
}

/** Puts a row of one workspace into the table and looks at it as another, as itself, and as nobody. */
async function behaviourProblems(
  client: PoolClient,
  table: FoundTable,
  all: readonly FoundTable[],
): Promise<string[]> {
  const problems: string[] = []
  const say = (what: string) => void problems.push(`${table.name}: ${what}`)
  const name = client.escapeIdentifier(table.name)
  await client.query('savepoint probe')
  await shedConstraints(client, table.name)
  await client.query(`select set_config('app.workspace', $1, true)`, [OURS])
  await client.query(`insert into ${name} (${table.key}) values ($1)`, [OURS])

  const count = async (target: string, workspaceId: string): Promise<number> => {
    await client.query(`select set_config('app.workspace', $1, true)`, [workspaceId])
    const { rows } = await client.query<{ count: number }>(`select count(*) as count from ${target}`)
    return rows[0]?.count ?? 0
  }
  const refused = async (statement: string, values: unknown[]): Promise<boolean> => {
    await client.query('savepoint attempt')
    const error = await client.query(statement, values).then(
      () => null,
      (thrown: Error) => thrown,
    )
    await client.query('rollback to savepoint attempt')
    return error !== null
  }
  const targets = [name, ...partitionsOf(table, all).map((each) => client.escapeIdentifier(each.name))]
  // A privilege that is missing today may be granted tomorrow; the fence must hold by itself.
  await client.query('grant select, insert on all tables in schema public to trunkline_app')
  await client.query('set local role trunkline_app')
  if ((await count(name, OURS)) !== 1) say('its own workspace does not see the row')
  for (const target of targets) {
    if ((await count(target, THEIRS)) !== 0) say(`another workspace sees the row in ${target}`)
    await client.query(`select set_config('app.workspace', '', true)`)
    if (!(await refused(`select count(*) from ${target}`, []))) say(`${target} answers without a workspace`)
  }
  await client.query(`select set_config('app.workspace', $1, true)`, [THEIRS])
  if (!(await refused(`insert into ${name} (${table.key}) values ($1)`, [OURS]))) {
    say('another workspace may insert a row')
  }
  await client.query('rollback to savepoint probe')
  return problems
}

function partitionsOf(table: FoundTable, all: readonly FoundTable[]): FoundTable[] {
  return all.filter((each) => each.partition && each.name.startsWith(`${table.name}_`))
}

/** So that a row with nothing but its workspace fits; rolled back with the rest. */
async function shedConstraints(client: PoolClient, table: string): Promise<void> {
  const name = client.escapeIdentifier(table)
  const constraints = await client.query<{ name: string }>(
    `select conname as name from pg_constraint
     where conrelid = $1::regclass and contype in ('p', 'u', 'c', 'f', 'x') and conislocal`,
    [name],
  )
  for (const each of constraints.rows) {
    await client.query(
      `alter table ${name} drop constraint if exists ${client.escapeIdentifier(each.name)} cascade`,
    )
  }
  const columns = await client.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and attnotnull and not attisdropped and attidentity = ''
       and attgenerated = ''`,
    [name],
  )
  for (const each of columns.rows) {
    await client.query(`alter table ${name} alter column ${client.escapeIdentifier(each.name)} drop not null`)
  }
  await client.query(`do $$ begin execute (select coalesce(string_agg(format('drop trigger %I on %s', tgname, tgrelid::regclass), '; '), 'select 1')
    from pg_trigger where tgrelid = '${name.replaceAll("'", "''")}'::regclass and not tgisinternal and tgparentid = 0); end $$`)
}
