import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { probeTenancy } from './probe-tenancy.ts'
import { type TestDatabase, testDatabase } from './test-database.ts'
import { ensurePartitions } from './upkeep.ts'
import { insertWorkspace, loadWorkspace, workspaceIds } from './workspaces.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())

const inWorkspace: TestDatabase['database']['inWorkspace'] = (id, fn) => db.database.inWorkspace(id, fn)

describe('the fence between workspaces', () => {
  test('every table with a workspace hides its rows from other workspaces, and fails without one', async () => {
    const probe = await probeTenancy(db.database)
    expect(probe.problems).toEqual([])
    expect(probe.fenced).toEqual(
      expect.arrayContaining(['workspaces', 'mailbox', 'inbound_events', 'inbound_keys']),
    )
  })

  test('the probe reports a table without a fence, a leaky policy and an open function', async () => {
    const own = await testDatabase()
    try {
      await own.database.owner.query(`
        create table bare (workspace_id uuid not null, note text);
        create table leaky (workspace_id uuid not null);
        call fence('leaky');
        create policy everybody on leaky using (true);
        create table stray (id int);
        create function open_to_all() returns int language sql security definer as 'select 1'`)
      const { problems } = await probeTenancy(own.database)
      expect(problems.join('\n')).toMatch(/bare does not force row level security/)
      expect(problems.join('\n')).toMatch(/leaky: policy everybody lets public see true/)
      expect(problems.join('\n')).toMatch(/leaky: another workspace sees the row/)
      expect(problems.join('\n')).toMatch(/stray has no workspace_id/)
      expect(problems.join('\n')).toMatch(/open_to_all\(\) is security definer and anybody may call it/)
      expect((await probeTenancy(own.database, ['stray'])).problems.join('\n')).not.toMatch(/stray/)
    } finally {
      await own.close()
    }
  })

  test('a workspace is seen by itself alone', async () => {
    const [a, b] = [randomUUID(), randomUUID()]
    await inWorkspace(a, (tx) => insertWorkspace(tx, { name: 'Альфа', locale: 'ru' }))
    expect(await inWorkspace(a, loadWorkspace)).toMatchObject({ id: a, name: 'Альфа' })
    await expect(inWorkspace(b, loadWorkspace)).rejects.toThrow(/does not exist/)
    expect(await workspaceIds(db.database)).toContain(a)
  })

  test('the setting of one transaction does not leak into the next on the same connection', async () => {
    const single = await testDatabase({ poolSize: 1 })
    try {
      const id = randomUUID()
      await single.database.inWorkspace(id, (tx) => insertWorkspace(tx, { name: 'x', locale: 'ru' }))
      await expect(single.database.query({ text: 'select * from workspaces' })).rejects.toThrow(/uuid/)
      await expect(
        single.database.inWorkspace(id, async () => {
          throw new Error('mine')
        }),
      ).rejects.toThrow('mine')
      await expect(single.database.query({ text: 'select * from workspaces' })).rejects.toThrow(/uuid/)
    } finally {
      await single.close()
    }
  })

  test('the role of the app cannot become the owner of the schema, nor skip the fence', async () => {
    const rows = await db.database.query<{ role: string; super: boolean; bypass: boolean }>({
      text: `select current_user as role, rolsuper as super, rolbypassrls as bypass from pg_roles
        where rolname = current_user`,
    })
    expect(rows).toEqual([{ role: 'trunkline_app', super: false, bypass: false }])
    await expect(
      db.database.query({ text: 'alter table workspaces disable row level security' }),
    ).rejects.toThrow(/must be owner/)
  })
})

describe('a workspace transaction', () => {
  test('refuses an id that is no UUID before it reaches the database', async () => {
    await expect(inWorkspace(`x'; drop table mailbox; --`, async () => 1)).rejects.toThrow(TypeError)
  })

  test('cannot be used after its end', async () => {
    const id = randomUUID()
    const escaped = await inWorkspace(id, async (tx) => tx)
    await expect(escaped.query({ text: 'select 1' })).rejects.toThrow(/has ended/)
  })

  test('tells what it woke after the commit, and nothing after a rollback', async () => {
    const heard: (readonly string[])[] = []
    const forget = db.database.onWake((names) => heard.push(names))
    await inWorkspace(randomUUID(), async (tx) => {
      tx.wake('talk')
      tx.wake('talk')
      expect(heard).toEqual([])
    })
    await expect(
      inWorkspace(randomUUID(), async (tx) => {
        tx.wake('bulk')
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    forget()
    expect(heard).toEqual([['talk']])
  })
})

describe('monthly partitions', () => {
  test('coming months are made once, also by two nodes at the same time', async () => {
    const own = await testDatabase()
    try {
      const made = await Promise.all([ensurePartitions(own.database, 6), ensurePartitions(own.database, 6)])
      expect(made.toSorted()).toEqual([0, 3])
      expect((await probeTenancy(own.database)).problems).toEqual([])
    } finally {
      await own.close()
    }
  })

  test('an old month is dropped only when nothing in it is pending', async () => {
    const own = await testDatabase()
    const workspaceId = randomUUID()
    try {
      for (const month of ['2024_01', '2024_02']) {
        const from = `${month.replace('_', '-')}-01`
        await own.database.owner.query(`
          create table inbound_events_${month} (like inbound_events including all);
          call fence('inbound_events_${month}');
          alter table inbound_events attach partition inbound_events_${month}
            for values from ('${from}+00') to (('${from}'::timestamp + interval '1 month') at time zone 'UTC')`)
      }
      const insert = (receivedAt: string, outcome: string) =>
        own.database.inWorkspace(workspaceId, (tx) =>
          tx.query({
            text: `insert into inbound_events (workspace_id, id, channel_id, event_key, lane_key, hook, trace_id,
                received_at, outcome) values ($1, $2, $2, 'k', 'l', '{}', 't', $3, $4)`,
            values: [workspaceId, randomUUID(), receivedAt, outcome],
          }),
        )
      await insert('2024-01-10T00:00:00Z', 'passed')
      await insert('2024-02-10T00:00:00Z', 'pending')
      expect(
        await own.database.query({
          text: `select name from prune_partitions('inbound_events', interval '30 days') as name`,
        }),
      ).toEqual([{ name: 'inbound_events_2024_01' }])
    } finally {
      await own.close()
    }
  })
})
