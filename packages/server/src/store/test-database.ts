import { createHash, randomBytes } from 'node:crypto'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { startEmbeddedPostgres } from '../postgres/start-embedded-postgres.ts'
import { type Database, openDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { migrationFiles } from './migrations/index.ts'

/** A migrated database of one test file's own. */
export interface TestDatabase extends AsyncDisposable {
  /** For child processes and further pools; whatever opens it must close before `close()`. */
  readonly url: string
  readonly database: Database
  /** Drops the database. @throws when somebody left a connection open, naming the application. */
  close(): Promise<void>
}

const CLONE_PREFIX = 'trunkline_test_'
const TEMPLATE_PREFIX = 'trunkline_template_'
const STALE_MS = 60 * 60_000

/**
 * A fresh database with the schema of this checkout: a clone of a template that is migrated once per set of
 * migration files. On DATABASE_URL when it is set (its role needs CREATEDB and CREATEROLE), else on one embedded
 * server shared by all test processes of this user; it stops by itself a minute after the last of them.
 */
export async function testDatabase(options: { readonly poolSize?: number } = {}): Promise<TestDatabase> {
  const urlOf = await testServer()
  const template = await migratedTemplate(urlOf)
  const name = `${CLONE_PREFIX}${Date.now().toString(36)}_${randomBytes(6).toString('hex')}`
  await withClient(urlOf(null), async (client) => {
    // Cloning fails while another session looks at the template, which happens only while it is being made.
    await client.query(`create database ${name} template ${template}`)
  })
  const database = openDatabase({
    url: urlOf(name),
    applicationName: 'trunkline-test',
    poolSize: options.poolSize ?? 10,
  })
  const close = async () => {
    await database.close()
    const left = await withClient(urlOf(null), async (client) => {
      const open = await connectionsTo(client, name)
      await dropClone(client, name)
      return open
    })
    if (left.length > 0) throw new Error(`connections were left open: ${left.join(', ')}`)
  }
  return { url: urlOf(name), database, close, [Symbol.asyncDispose]: close }
}

/** PostgreSQL's own workers (autovacuum) may look at a database for a moment, and only a superuser may end those. */
async function dropClone(client: Client, name: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await client.query(`drop database if exists ${name} with (force)`)
      return
    } catch (error) {
      // Source: errcodes of PostgreSQL: insufficient_privilege, object_in_use.
      const code = (error as { code?: string }).code
      if (tries === 20 || (code !== '42501' && code !== '55006')) throw error
      await sleep(250)
    }
  }
}

type UrlOf = (databaseName: string | null) => string
let server: Promise<UrlOf> | undefined

function testServer(): Promise<UrlOf> {
  server ??= openTestServer()
  return server
}

async function openTestServer(): Promise<UrlOf> {
  const given = process.env.DATABASE_URL
  if (given) {
    return (name) => {
      const url = new URL(given)
      if (name !== null) url.pathname = `/${name}`
      return url.href
    }
  }
  const dataDir = join(tmpdir(), `trunkline-test-${userInfo().uid}`)
  const postgres = await startEmbeddedPostgres({ dataDir, settings: { max_connections: '200' } })
  // Not stopped here: the other test processes use it too. The watchdog ends it when all of them are gone.
  return (name) => postgres.url(name ?? undefined)
}

async function migratedTemplate(urlOf: UrlOf): Promise<string> {
  const hash = createHash('sha256')
  for (const file of await migrationFiles()) hash.update(`${file.name}\n${file.sql}\n`)
  const template = `${TEMPLATE_PREFIX}${hash.digest('hex').slice(0, 16)}`
  await withClient(urlOf(null), async (client) => {
    // One maker at a time; the lock goes with the session.
    await client.query('select pg_advisory_lock(hashtext($1))', [TEMPLATE_PREFIX])
    const found = await client.query('select 1 from pg_database where datname = $1', [template])
    if (found.rowCount !== 0) return
    await dropStale(client)
    const raw = `${template}_raw`
    await client.query(`drop database if exists ${raw} with (force)`)
    await client.query(`create database ${raw}`)
    const database = openDatabase({ url: urlOf(raw), applicationName: 'trunkline-test-template' })
    try {
      await migrate(database.owner)
    } finally {
      await database.close()
    }
    await connectionsTo(client, raw)
    await client.query(`comment on database ${raw} is 'made ${Date.now()}'`)
    // The name appears only when the template is whole.
    await client.query(`alter database ${raw} rename to ${template}`)
  })
  return template
}

/** Databases of runs that were killed, and templates of other sets of migrations, once they are an hour old. */
async function dropStale(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string; comment: string | null }>(
    `select datname as name, shobj_description(oid, 'pg_database') as comment from pg_database
     where starts_with(datname, $1) or starts_with(datname, $2)`,
    [CLONE_PREFIX, TEMPLATE_PREFIX],
  )
  for (const { name, comment } of rows) {
    const madeAt = name.startsWith(CLONE_PREFIX)
      ? Number.parseInt(name.slice(CLONE_PREFIX.length), 36)
      : Number(/^made (\d+)$/.exec(comment ?? '')?.[1] ?? 0)
    if (Date.now() - madeAt > STALE_MS) await client.query(`drop database if exists "${name}" with (force)`)
  }
}

/** Applications connected to a database, after giving closed connections a moment to end on the server too. */
async function connectionsTo(client: Client, name: string): Promise<string[]> {
  let open: string[] = []
  for (let attempt = 0; attempt < 50; attempt++) {
    const { rows } = await client.query<{ application: string }>(
      `select application_name as application from pg_stat_activity
       where datname = $1 and backend_type = 'client backend'`,
      [name],
    )
    open = rows.map((row) => row.application)
    if (open.length === 0) return open
    await sleep(20)
  }
  return open
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: 'trunkline-test-server' })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
