import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from './source-tree.ts'

it('the operating guide names every environment variable of the server, and no other', async () => {
  const source = await readFile(join(ROOT, 'packages/server/src/config.ts'), 'utf8')
  const page = await readFile(join(ROOT, 'docs/operate/configuration.md'), 'utf8')
  const read = new Set([...source.matchAll(/\benv\['([A-Z0-9_]+)'\]/g)].map(([, name]) => name))
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const named = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([A-Z0-9_]+)`/g)].map(([, name]) => name),
  )
  expect(read.size).toBeGreaterThan(10)
  expect(new Set(named)).toEqual(read)
  expect(named).toHaveLength(read.size)
})
