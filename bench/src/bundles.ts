import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** What browsers download, in bytes after gzip. */
export interface BundleFigures {
  /** Scripts and styles that the cabinet's first page names. */
  readonly cabinetFirstLoadBytes: number
  /** The page of the inbox on top of it. */
  readonly inboxPageBytes: number
  /** All of the site widget. */
  readonly widgetBytes: number
}

const ROOT = join(import.meta.dirname, '../..')

/** Reads the built programs. @throws when they were not built. */
export async function benchBundles(): Promise<BundleFigures> {
  const dist = join(ROOT, 'packages/cabinet/dist')
  const index = await readFile(join(dist, 'index.html'), 'utf8')
  const named = [...index.matchAll(/(?:src|href)="\/cabinet\/([^"]+\.(?:js|css))"/g)].map(
    (match) => match[1]!,
  )
  const first = await Promise.all(named.map((name) => gzipped(join(dist, name))))
  const assets = await readdir(join(dist, 'assets'))
  const inbox = await Promise.all(
    assets
      .filter((name) => /^InboxPage-.*\.(js|css)$/.test(name))
      .map((name) => gzipped(join(dist, 'assets', name))),
  )
  return {
    cabinetFirstLoadBytes: sum(first),
    inboxPageBytes: sum(inbox),
    widgetBytes: await gzipped(join(ROOT, 'packages/widget/dist/widget.js')),
  }
}

async function gzipped(file: string): Promise<number> {
  return gzipSync(await readFile(file), { level: 9 }).length
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
