import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { brokenLinks, isDocument, mapFaults, missingFiles, unknownCommands } from './docs-check.ts'
import { FENCE } from './fence-rules.ts'
import { ROOT, readTree, type SourceFile } from './source-tree.ts'

interface Manifest {
  readonly name: string
  readonly workspaces?: readonly string[]
  readonly scripts?: Record<string, string>
}

let documents: readonly SourceFile[]
let root: Manifest
let map: string

beforeAll(async () => {
  documents = await readTree(['.'], isDocument)
  root = await readManifest('.')
  map = documents.find((file) => file.path === 'docs/map.md')?.text ?? ''
})

describe('documents', () => {
  it('link only to files and headings that are there', () => {
    expect(documents.length).toBeGreaterThan(5)
    expect(brokenLinks(documents, (path) => existsSync(join(ROOT, path)))).toEqual([])
  })

  it('are caught when a link or its heading is broken', () => {
    const files = [
      { path: 'docs/a.md', text: '# Big words\n[x](b.md) [y](gone.md#z) [z](../README.md) [w](#big-words)' },
      { path: 'docs/b.md', text: '[up](a.md#small-words) ![p](../x.png) [out](https://example.org/gone)' },
    ]
    const there = new Set(['docs/a.md', 'docs/b.md', 'README.md'])
    expect(brokenLinks(files, (path) => there.has(path))).toEqual([
      'docs/a.md:2 links to gone.md#z, but there is no docs/gone.md.',
      'docs/b.md:1 links to a.md#small-words, but docs/a.md has no such heading.',
      'docs/b.md:1 links to ../x.png, but there is no x.png.',
    ])
  })

  it('name only files that are there', () => {
    expect(missingFiles(documents, (path) => existsSync(join(ROOT, path)))).toEqual([])
    const text = 'See `packages/a/src/gone.ts`, `packages/a/src/here.ts` and `any.ts`.'
    expect(missingFiles([{ path: 'x.md', text }], (path) => path.endsWith('here.ts'))).toEqual([
      'x.md names packages/a/src/gone.ts, which is not there.',
    ])
  })

  it('quote only npm commands that are real scripts', async () => {
    const workspaces = new Map<string, ReadonlySet<string>>()
    for (const folder of root.workspaces ?? []) {
      const manifest = await readManifest(folder)
      const scripts = new Set(Object.keys(manifest.scripts ?? {}))
      workspaces.set(folder, scripts).set(manifest.name, scripts)
    }
    const guides = documents.filter((file) => !file.path.startsWith('docs/decisions/'))
    expect(unknownCommands(guides, new Set(Object.keys(root.scripts ?? {})), workspaces)).toEqual([])
  })

  it('are caught when they quote a script that nobody wrote', () => {
    const text =
      '```sh\nnpm ci && npm test\nnpm run fly\n```\nRun `npm run build -w packages/widget` or npm run away.'
    const faults = unknownCommands([{ path: 'README.md', text }], new Set(['test']), new Map())
    expect(faults).toEqual([
      'README.md quotes "npm run fly", but there is no script fly.',
      'README.md quotes "npm run build -w packages/widget", but there is no script build.',
    ])
  })
})

describe('docs/map.md', () => {
  it('names every room and no folder that is not there', async () => {
    const inServer = await readdir(join(ROOT, 'packages/server/src'), { withFileTypes: true })
    const rooms = [
      ...(root.workspaces ?? []),
      ...inServer.filter((entry) => entry.isDirectory()).map((entry) => `packages/server/src/${entry.name}`),
    ]
    expect(mapFaults(map, rooms, (path) => existsSync(join(ROOT, String(path))))).toEqual([])
  })

  it('is caught when it forgets a room or keeps a dead one', () => {
    const text = '| `packages/domain/` | decisions |\n| `packages/gone/` | nothing |\n'
    const faults = mapFaults(
      text,
      ['packages/domain', 'packages/portal'],
      (path) => path === 'packages/domain',
    )
    expect(faults).toEqual([
      'docs/map.md names packages/gone/, which is not there.',
      'docs/map.md does not name the room packages/portal/.',
    ])
  })

  it('says of each room what the import fence holds it to', () => {
    const missing = FENCE.filter((rule) => !map.includes(`| ${rule.row} | ${rule.says} |`)).map(
      (rule) => rule.row,
    )
    expect(missing).toEqual([])
  })
})

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest
}
