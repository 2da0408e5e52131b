import { expect, test } from 'vitest'
import { newId } from '../ids.ts'
import { testDatabase } from './test-database.ts'
import { createTxBatch } from './tx-batch.ts'
import { insertWorkspace } from './workspaces.ts'

test('writes asked for together share a transaction, and a bad one fails alone', async () => {
  await using world = await testDatabase()
  const workspaceId = newId<string>()
  await world.database.inWorkspace(workspaceId, (tx) => insertWorkspace(tx, { name: 'A', locale: 'ru' }))
  const batch = createTxBatch(world.database)
  const put = (name: string) =>
    batch(workspaceId, async (tx) => {
      if (name === 'bad') throw new Error('no')
      await tx.query({
        text: 'insert into counters (workspace_id, name, value) values ($1, $2, txid_current())',
        values: [workspaceId, name],
      })
    })
  await Promise.all(['a', 'b', 'c'].map(put))
  const ids = await world.database.inWorkspace(workspaceId, (tx) =>
    tx.query<{ value: number }>({ text: 'select distinct value from counters' }),
  )
  expect(ids).toHaveLength(1)
  const ended = await Promise.allSettled(['d', 'bad', 'e'].map(put))
  expect(ended.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  const names = await world.database.inWorkspace(workspaceId, (tx) =>
    tx.query<{ name: string }>({ text: 'select name from counters order by name' }),
  )
  expect(names.map((row) => row.name)).toEqual(['a', 'b', 'c', 'd', 'e'])
})
