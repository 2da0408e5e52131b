import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startEmbeddedPostgres } from '../postgres/start-embedded-postgres.ts'
import { openDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { migrationFiles } from './migrations/index.ts'
import { testDatabase } from './test-database.ts'

/** An empty database beside a test database, on the same server. */
async function emptyDatabase(work: (url: string) => Promise<void>): Promise<void> {
  const beside = await testDatabase()
  const name = `${new URL(beside.url).pathname.slice(1)}_empty`
  const url = new URL(beside.url)
  url.pathname = `/${name}`
  try {
    await beside.database.owner.query(`create database ${name}`)
    await work(url.href)
  } finally {
    await beside.database.owner.query(`drop database if exists ${name} with (force)`)
    await beside.close()
  }
}

describe('migrations', () => {
  test('two nodes that start at once migrate an empty database once', async () => {
    await emptyDatabase(async (url) => {
      const nodes = [1, 2].map((n) => openDatabase({ url, applicationName: `node-${n}` }))
      const results = await Promise.all(nodes.map((node) => migrate(node.owner)))
      await Promise.all(nodes.map((node) => node.close()))
      const names = (await migrationFiles()).map((file) => file.name)
      expect(results.flatMap((result) => result.applied)).toEqual(names)
    })
  })

  test('four databases of a new server migrate at the same time, though the roles are the whole server’s', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tl-roles-'))
    const postgres = await startEmbeddedPostgres({ dataDir })
    const names = ['a', 'b', 'c', 'd']
    const first = openDatabase({ url: postgres.url(), applicationName: 'roles' })
    try {
      for (const name of names) await first.owner.query(`create database ${name}`)
      const nodes = names.map((name) => openDatabase({ url: postgres.url(name), applicationName: name }))
      const results = await Promise.all(nodes.map((node) => migrate(node.owner)))
      expect(results.map((result) => result.applied[0])).toEqual(names.map(() => '0001-foundation'))
      const roles = await Promise.all(
        nodes.map((node) => node.query<{ role: string }>({ text: 'select current_user as role' })),
      )
      expect(roles.flat()).toEqual(names.map(() => ({ role: 'trunkline_app' })))
      await Promise.all(nodes.map((node) => node.close()))
    } finally {
      await first.close()
      await postgres.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  })

  test('a schema newer than this release is refused and stays as it is', async () => {
    await using db = await testDatabase()
    await db.database.owner.query(
      `insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')`,
    )
    await expect(migrate(db.database.owner)).rejects.toThrow(/newer than this release: it has 9999-later/)
  })

  test('a schema that is up to date is left alone', async () => {
    await using db = await testDatabase()
    expect(await migrate(db.database.owner)).toEqual({ applied: [] })
  })

  test('every migration says in its first line whether workers may run meanwhile', async () => {
    const files = await migrationFiles()
    expect(files.length).toBeGreaterThan(0)
    expect(files.map((file) => file.name)).toEqual(files.map((file) => file.name).toSorted())
  })
})

describe('a test database', () => {
  test('closing it fails when somebody left a connection open', async () => {
    const db = await testDatabase()
    const forgotten = openDatabase({ url: db.url, applicationName: 'forgetful' })
    await forgotten.query({ text: 'select 1' })
    await expect(db.close()).rejects.toThrow(/left open: forgetful/)
    await forgotten.close()
  })
})
