import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One file of the repository: its path from the root with forward slashes, and what it says. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** The repository's root, absolute. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Folders that are made, downloaded or kept by programs, not written by people. */
const NOT_SOURCE = new Set(['node_modules', 'dist', 'artifacts', 'coverage'])

/**
 * Reads every file under the given folders whose name passes.
 *
 * Made and hidden folders are left out. A folder that is not there gives nothing.
 * @param folders from the root, as `packages/domain`; `.` is the whole repository.
 * @param wanted is asked with the path from the root.
 */
export async function readTree(
  folders: readonly string[],
  wanted: (path: string) => boolean,
): Promise<SourceFile[]> {
  const paths: string[] = []
  for (const folder of folders) await collect(join(ROOT, folder), wanted, paths)
  paths.sort()
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(ROOT, path), 'utf8') })))
}

async function collect(folder: string, wanted: (path: string) => boolean, into: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!NOT_SOURCE.has(entry.name) && !entry.name.startsWith('.')) await collect(path, wanted, into)
    } else if (entry.isFile()) {
      const fromRoot = relative(ROOT, path).split(sep).join('/')
      if (wanted(fromRoot)) into.push(fromRoot)
    }
  }
}
