import {
  type CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import { DatabaseError, Pool, type PoolClient, type PoolConfig, types } from 'pg'

/**
 * Tables as Kysely sees them. Each file of this folder that owns a table adds it here:
 * `declare module './database.ts' { interface Tables { contacts: ContactsTable } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface Tables {}

/** One statement; with `name` it is prepared once per connection (give each text its own name). */
export interface Statement {
  readonly name?: string
  readonly text: string
  readonly values?: readonly unknown[]
}

/** Whoever can run a statement: a transaction, or the pool for the functions of the schema `door`. */
export interface Queryable {
  /** @returns the rows of the statement. */
  query<Row>(statement: Statement): Promise<Row[]>
}

/** A transaction inside one workspace. Dead after `inWorkspace` returns. */
export interface Tx extends Queryable {
  readonly workspaceId: string
  readonly kysely: Kysely<Tables>
  /** Names something (a lane, `realtime`) whose readers are told once this transaction has committed. */
  wake(name: string): void
  /** Runs once the work of the transaction is done, as its last statements; what it throws rolls all back. */
  beforeCommit(last: () => Promise<void>): void
}

export interface Database extends Queryable {
  /** The role that owns the schema: migrations and nothing else. Small; its connections end when idle. */
  readonly owner: Pool
  /** The role trunkline_app: tables are behind the fence, so use `inWorkspace`; `door` functions work as they are. */
  readonly pool: Pool
  /** Over `pool`, for tables without a workspace. */
  readonly kysely: Kysely<Tables>
  /**
   * Runs `fn` in a transaction that sees one workspace; commits when it returns, rolls back when it throws.
   * @throws what `fn` throws; TypeError when the id is not a UUID.
   */
  inWorkspace<T>(workspaceId: string, fn: (tx: Tx) => Promise<T>): Promise<T>
  /** Registers who is told the names given to `tx.wake` after each commit (wake.ts). @returns how to take it back. */
  onWake(listener: (names: readonly string[]) => void): () => void
  close(): Promise<void>
}

export interface DatabaseOptions {
  readonly url: string
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  readonly poolSize?: number
  /** Told when an idle connection breaks; the pool replaces it by itself. */
  readonly onIdleError?: (error: Error) => void
}

// Source: pg_type.dat of PostgreSQL: int8 is 20.
const INT8_OID = 20
const CONNECT_TIMEOUT_MS = 15_000
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Opens the pools. Connects on first use, so it does not throw for an unreachable server. */
export function openDatabase(options: DatabaseOptions): Database {
  const onIdleError = (error: Error) => options.onIdleError?.(error)
  const shared: PoolConfig = {
    connectionString: options.url,
    application_name: options.applicationName,
    // A full pool or an unreachable server answers with an error instead of holding callers for ever.
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types: {
      getTypeParser: (oid, format) => (oid === INT8_OID ? safeInteger : types.getTypeParser(oid, format)),
    },
  }
  const owner = new Pool({ ...shared, max: 2, idleTimeoutMillis: 1000 })
  const pool = new Pool({ ...shared, max: options.poolSize ?? 10, options: '-c role=trunkline_app' })
  owner.on('error', onIdleError)
  pool.on('error', onIdleError)
  const listeners = new Set<(names: readonly string[]) => void>()
  let closing: Promise<unknown> | undefined
  return {
    owner,
    pool,
    kysely: new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }),
    query: <Row>(statement: Statement) => rowsOf<Row>(pool, statement),
    inWorkspace: async (workspaceId, fn) => {
      const wakes = new Set<string>()
      const result = await inWorkspace(pool, workspaceId, wakes, fn)
      if (wakes.size > 0) for (const listener of listeners) listener([...wakes])
      return result
    },
    onWake: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => {
      closing ??= Promise.all([owner.end(), pool.end()])
      return closing.then(nothing)
    },
  }
}

/**
 * Whether a failed transaction may simply be run again: a deadlock or a lost race for a snapshot, a server that is
 * restarting, a broken connection. When the break came during `commit` the work may have been done.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof DatabaseError) {
    // Source: postgresql.org/docs/current/errcodes-appendix.html: classes 08, 40, 53, 57P.
    return /^(08|40|53|57P)/.test(error.code ?? '')
  }
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'ENOENT' || code === 'EPIPE') return true
  return (
    error instanceof Error &&
    /^Connection terminated|^Client has encountered a connection error/.test(error.message)
  )
}

async function inWorkspace<T>(
  pool: Pool,
  workspaceId: string,
  wakes: Set<string>,
  fn: (tx: Tx) => Promise<T>,
): Promise<T> {
  if (!UUID.test(workspaceId)) throw new TypeError('a workspace id is a UUID')
  const client = await pool.connect()
  const transaction = openTransaction(client, workspaceId, wakes)
  let broken: Error | undefined
  try {
    // One message: the cost of the fence is round trips (storage.md §3). The id was checked, so it may stand in text.
    await client.query(`begin; set local app.workspace = '${workspaceId}'`)
    const result = await fn(transaction.tx)
    for (const last of transaction.atEnd) await last()
    transaction.end()
    await client.query('commit')
    return result
  } catch (error) {
    transaction.end()
    // A connection that cannot roll back is in an unknown state: the pool must not hand it out again.
    await client.query('rollback').catch((failure: Error) => {
      broken = failure
    })
    throw error
  } finally {
    client.release(broken)
  }
}

function openTransaction(
  client: PoolClient,
  workspaceId: string,
  wakes: Set<string>,
): { tx: Tx; atEnd: readonly (() => Promise<void>)[]; end(): void } {
  let open = true
  const atEnd: (() => Promise<void>)[] = []
  let kysely: Kysely<Tables> | undefined
  const guarded = {
    query: <Row>(statement: Statement): Promise<Row[]> => {
      if (!open) return Promise.reject(new Error('the transaction has ended; was an await forgotten?'))
      return rowsOf<Row>(client, statement)
    },
  }
  return {
    atEnd,
    tx: {
      workspaceId,
      beforeCommit: (last) => void atEnd.push(last),
      query: guarded.query,
      wake: (name) => void wakes.add(name),
      get kysely() {
        kysely ??= kyselyOver(client, () => open)
        return kysely
      },
    },
    end: () => {
      open = false
    },
  }
}

async function rowsOf<Row>(target: Pool | PoolClient, { name, text, values }: Statement): Promise<Row[]> {
  const result = await target.query({ ...(name ? { name } : {}), text, values: values ? [...values] : [] })
  return result.rows as Row[]
}

/** Uses of a statement by this process after which it is prepared: what is asked once is not worth keeping. */
const PREPARED_FROM_USES = 5
/** Most statements that a connection keeps prepared. Texts with lists of varying length are many; the rest are not. */
const MAX_PREPARED = 500
const uses = new Map<string, number>()
const names = new Map<string, string>()

/**
 * The name under which a statement that comes again and again is prepared: parsing and planning it each time was a
 * third of the database's work for a conversation (bench/src/transfer.ts).
 */
function preparedName(sql: string): string | undefined {
  const known = names.get(sql)
  if (known !== undefined || names.size >= MAX_PREPARED) return known
  const used = (uses.get(sql) ?? 0) + 1
  if (used < PREPARED_FROM_USES) {
    if (uses.size > 10 * MAX_PREPARED) uses.clear()
    uses.set(sql, used)
    return undefined
  }
  uses.delete(sql)
  const name = `k${names.size}`
  names.set(sql, name)
  return name
}

/** A Kysely whose only connection is the transaction's client. Begin and commit are `inWorkspace`'s business. */
function kyselyOver(client: PoolClient, isOpen: () => boolean): Kysely<Tables> {
  const connection: DatabaseConnection = {
    executeQuery: async <R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> => {
      if (!isOpen()) throw new Error('the transaction has ended; was an await forgotten?')
      const name = preparedName(sql)
      const result = await client.query({ ...(name ? { name } : {}), text: sql, values: [...parameters] })
      const changed = result.command === 'SELECT' ? {} : { numAffectedRows: BigInt(result.rowCount ?? 0) }
      return { rows: result.rows as R[], ...changed }
    },
    // biome-ignore lint/correctness/useYield: refuses before the first row
    streamQuery: async function* () {
      throw new Error('streaming is not offered inside a workspace transaction')
    },
  }
  const refuse = async () => {
    throw new Error('a workspace transaction does not nest')
  }
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createDriver: () => ({
        init: nothing,
        acquireConnection: async () => connection,
        releaseConnection: nothing,
        beginTransaction: refuse,
        commitTransaction: refuse,
        rollbackTransaction: refuse,
        destroy: nothing,
      }),
    },
  })
}

/** The client is the transaction's: a driver over it has nothing to open or close. */
function nothing(): Promise<void> {
  return Promise.resolve()
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint of the database exceeds 2^53')
  return value
}
