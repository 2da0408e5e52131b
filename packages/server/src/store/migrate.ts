import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { Pool } from 'pg'
import { migrationFiles } from './migrations/index.ts'

export interface Migrated {
  /** Names of the migrations that ran now, in order; empty when the schema was up to date. */
  readonly applied: readonly string[]
}

/**
 * Brings the schema up to this release, all in one transaction. Nodes that start together wait for one another
 * (an advisory lock of Kysely's Migrator); those that come second find nothing to do.
 * @throws when the schema is newer than this release, or a migration fails (then nothing of it stays).
 */
export async function migrate(owner: Pool): Promise<Migrated> {
  const files = await migrationFiles()
  // The pool is the caller's: closing this Kysely would close it, so it is left to the garbage collector.
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: owner }) })
  await refuseNewerSchema(kysely, new Set(files.map((file) => file.name)))
  const migrator = new Migrator({
    db: kysely,
    provider: {
      getMigrations: async () =>
        Object.fromEntries(
          files.map((file) => [file.name, { up: async (db) => void (await sql.raw(file.sql).execute(db)) }]),
        ),
    },
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error) {
    const failed = results?.find((result) => result.status === 'Error')?.migrationName
    throw new Error(`migration ${failed ?? ''} failed: ${(error as Error).message}`, { cause: error })
  }
  return { applied: (results ?? []).map((result) => result.migrationName) }
}

async function refuseNewerSchema(kysely: Kysely<unknown>, known: ReadonlySet<string>): Promise<void> {
  const table = await sql<{ found: boolean }>`
    select to_regclass('kysely_migration') is not null as found`.execute(kysely)
  if (!table.rows[0]?.found) return
  const done = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(kysely)
  const newer = done.rows.map((row) => row.name).filter((name) => !known.has(name))
  if (newer.length > 0) {
    throw new Error(
      `the schema is newer than this release: it has ${newer.join(', ')}. Start the newer release, or restore a backup.`,
    )
  }
}
