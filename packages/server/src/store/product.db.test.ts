import { expect, test } from 'vitest'
import { testDatabase } from './test-database.ts'

test('history cannot be rewritten by the product itself', async () => {
  await using world = await testDatabase()
  const { rows } = await world.database.pool.query(
    `select table_name, privilege_type from information_schema.role_table_grants
     where grantee = 'trunkline_app' and table_name = any ($1) and privilege_type in ('UPDATE', 'DELETE')`,
    [['settings_versions', 'decisions', 'outcomes', 'audit_log', 'contact_merges']],
  )
  expect(rows).toEqual([])
})
