import { beforeAll, describe, expect, it } from 'vitest'
import { requirementFaults, requirementIds, requirementRows, testFaults } from './requirements-check.ts'
import { readTree, type SourceFile } from './source-tree.ts'

const isTest = (path: string) => /\.(test|spec)\.tsx?$/.test(path)
let files: ReadonlyMap<string, SourceFile>
let document = ''

beforeAll(async () => {
  const read = await readTree(['packages', 'e2e', 'bench', 'tools', 'docs'], (path) =>
    /\.(tsx?|vue|md|sql|json)$/.test(path),
  )
  files = new Map(read.map((file) => [file.path, file]))
  document = files.get('docs/requirements.md')?.text ?? ''
})

describe('docs/requirements.md', () => {
  it('has a row for each of the 222 requirements, whose files and tests are there', () => {
    expect(requirementIds()).toHaveLength(222)
    expect(requirementFaults(document, files)).toEqual([])
  })

  it('knows every requirement that a test names', () => {
    const tests = [...files.values()].filter(
      (file) => isTest(file.path) && file.path !== 'tools/src/requirements-check.test.ts',
    )
    expect(tests.length).toBeGreaterThan(50)
    expect(testFaults(document, tests)).toEqual([])
  })
})

describe('a table of requirements', () => {
  const all = (change: Record<string, string>) =>
    requirementIds()
      .map((id) => change[id] ?? `| ${id} | words | not yet | — | — |`)
      .join('\n')
  const some = new Map([
    ['packages/a.ts', { path: 'packages/a.ts', text: '' }],
    ['packages/a.test.ts', { path: 'packages/a.test.ts', text: "test('nothing is lost (CHAT-01)', …" }],
  ])

  it('is caught when a row is missing, doubled or of no requirement', () => {
    const rows = all({
      'WA-01': '',
      'WA-02': '| WA-02 | a | not yet | — | — |\n| WA-02 | b | not yet | — | — |',
    })
    expect(requirementFaults(`${rows}\n| WA-28 | c | not yet | — | — |`, some)).toEqual([
      'WA-01 has no row.',
      'WA-02 has 2 rows.',
      'There is no requirement WA-28.',
    ])
  })

  it.each([
    ['done | `packages/a.ts` | `packages/a.test.ts` “nothing is lost”', []],
    ['done | `packages/b.ts` | `packages/a.test.ts`', ['CHAT-01 names packages/b.ts, which is not there.']],
    [
      'done | `packages/a.ts` | `packages/a.test.ts` “all is lost”',
      ['CHAT-01 names the test "all is lost", which packages/a.test.ts does not have.'],
    ],
    ['done | `packages/a.ts` | —', ['CHAT-01 is done, but no test shows it.']],
    ['done | — | `packages/a.test.ts`', ['CHAT-01 is done, but the row names no place where it lives.']],
    ['partly | `packages/a.ts` | —', ['CHAT-01 is partly done, but the row does not say what is missing.']],
    ['partly: no words | `packages/a.ts` | —', []],
    ['nearly | — | —', ['CHAT-01 has the status "nearly", which is none.']],
  ])('a row "%s" is judged as it stands', (row, faults) => {
    expect(requirementFaults(all({ 'CHAT-01': `| CHAT-01 | words | ${row} |` }), some)).toEqual(faults)
  })

  it('is caught when a test names what does not exist, or what the table does not know of yet', () => {
    const tests = [{ path: 'a.test.ts', text: 'CHAT-01, CHAT-81 and AMB-36, but AMB-35 and WA-02' }]
    const table = all({ 'WA-02': '| WA-02 | words | partly: half | `packages/a.ts` | — |' })
    expect(testFaults(table, tests)).toEqual([
      'a.test.ts shows CHAT-01, but docs/requirements.md says that it is not there yet.',
      'a.test.ts names CHAT-81, which does not exist.',
      'a.test.ts names AMB-36, which does not exist.',
    ])
    expect(requirementRows(table)).toHaveLength(222)
  })
})
