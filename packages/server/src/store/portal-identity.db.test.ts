import { Client } from 'pg'
import { expect, test } from 'vitest'
import { newId } from '../ids.ts'
import { migrationFiles } from './migrations/index.ts'
import { testDatabase } from './test-database.ts'

/** A database with the schema of the release before a migration. */
async function before(name: string, work: (client: Client, sql: string) => Promise<void>): Promise<void> {
  const beside = await testDatabase()
  const url = new URL(beside.url)
  const empty = `${url.pathname.slice(1)}_before`
  await beside.database.owner.query(`create database ${empty}`)
  url.pathname = `/${empty}`
  const client = new Client({ connectionString: url.href })
  try {
    await client.connect()
    const files = await migrationFiles()
    const at = files.findIndex((file) => file.name === name)
    for (const file of files.slice(0, at)) await client.query(file.sql)
    await work(client, files[at]!.sql)
  } finally {
    await client.end()
    await beside.database.owner.query(`drop database if exists ${empty} with (force)`)
    await beside.close()
  }
}

test('what was written before belongs to the portal that its steps went to, whatever portal the integration has now', async () => {
  await before('0015-portal-identity', async (client, sql) => {
    const [workspace, former, present, one, two, talk, shared, contact] = Array.from({ length: 8 }, () =>
      newId(),
    )
    await client.query(`select set_config('app.workspace', $1, false)`, [workspace])
    await client.query(`insert into workspaces (id, name) values ($1, 'Ромашка')`, [workspace])
    for (const [id, member] of [
      [former, 'former-member'],
      [present, 'present-member'],
    ])
      await client.query(
        `insert into portals (workspace_id, id, origin, member_id, client_id, client_secret)
         values ($1, $2, 'https://' || $3, $3, 'app', '')`,
        [workspace, id, member],
      )
    for (const id of [one, two])
      await client.query('insert into integrations (workspace_id, id, portal_id) values ($1, $2, $3)', [
        workspace,
        id,
        present,
      ])
    const write = async (integration: unknown, conversation: unknown, portal: unknown, remoteId: string) => {
      const values = [workspace, integration, conversation]
      await client.query(
        `insert into plan_steps (workspace_id, id, integration_id, portal_id, conversation_id, decision_id, position, key,
           step, status, remote_id)
         values ($1, $4, $2, $5, $3, $4, 1, 'create-deal', '{"kind": "create-deal"}', 'done', $6)`,
        [...values, newId(), portal, remoteId],
      )
      await client.query(
        `insert into crm_links (workspace_id, integration_id, conversation_id, contact_id, entity_type, entity_id, made, role)
         values ($1, $2, $3, $4, 'deal', $5, true, 'target')`,
        [...values, contact, remoteId],
      )
      await client.query(
        `insert into crm_comments (workspace_id, integration_id, conversation_id, entity_type, entity_id, part, remote_id,
           written_at) values ($1, $2, $3, 'deal', $4, 1, 'c' || $4, clock_timestamp())`,
        [...values, remoteId],
      )
    }
    await write(one, talk, former, '5')
    // Two integrations wrote one conversation into one portal: the card is the same, the ledger goes on with the later.
    await write(one, shared, present, '7')
    await write(two, shared, present, '7')
    await client.query(sql)

    const rows = async (text: string) => (await client.query(text)).rows
    const where = `case conversation_id when '${talk}' then 'talk' else 'shared' end as talk, portal_key as key`
    const expected = [
      { talk: 'shared', key: 'present-member' },
      { talk: 'talk', key: 'former-member' },
    ]
    expect(await rows(`select ${where} from crm_links order by 1`)).toEqual(expected)
    expect(await rows(`select ${where} from crm_comments order by 1`)).toEqual(expected)
    expect(await rows(`select ${where} from plan_steps where retired_at is null order by 1`)).toEqual(
      expected,
    )
  })
})
