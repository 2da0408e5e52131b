import { expect, it } from 'vitest'
import { longFiles, MAX_LINES } from './file-size.ts'
import { readTree } from './source-tree.ts'

const isSource = (path: string) => /\.(ts|tsx|vue|css|sql)$/.test(path)

it('no source file is longer than one head holds', async () => {
  const files = await readTree(['packages', 'e2e', 'bench', 'tools'], isSource)
  expect(files.length).toBeGreaterThan(10)
  expect(longFiles(files)).toEqual([])
})

it('a file one line too long is named, a generated one or a known table is not', () => {
  const text = 'x\n'.repeat(MAX_LINES + 1)
  const files = ['a.ts', 'b.generated.ts', 'c.ts'].map((path) => ({ path, text }))
  expect(longFiles(files, ['c.ts'])).toEqual([
    `a.ts has ${MAX_LINES + 1} lines, more than ${MAX_LINES}: which two questions does it answer?`,
  ])
  expect(longFiles([{ path: 'a.ts', text: 'x\n'.repeat(MAX_LINES) }])).toEqual([])
  expect(longFiles([{ path: 'a.test.ts', text }])).toHaveLength(1)
})
