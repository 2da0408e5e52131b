import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The schema, as numbered SQL files beside this one. Forward only; a file is never edited once it has landed.
 * The first line of each says whether workers may run meanwhile: `-- safe online` or `-- needs workers stopped: why`.
 */
export interface MigrationFile {
  /** File name without `.sql`, such as `0001-foundation`. */
  readonly name: string
  readonly sql: string
}

/** All migrations in order. @throws when a name or first line breaks the rule above, or a number repeats. */
export async function migrationFiles(): Promise<MigrationFile[]> {
  const names = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.sql')).sort()
  const numbers = new Set<string>()
  return Promise.all(
    names.map(async (file) => {
      const number = /^(\d{4})-[a-z0-9-]+\.sql$/.exec(file)?.[1]
      if (number === undefined || numbers.has(number)) throw new Error(`bad or repeated number: ${file}`)
      numbers.add(number)
      const sql = await readFile(join(import.meta.dirname, file), 'utf8')
      if (!/^-- (safe online|needs workers stopped: \S.*)\n/.test(sql)) {
        throw new Error(
          `${file}: the first line must say "-- safe online" or "-- needs workers stopped: why"`,
        )
      }
      return { name: file.slice(0, -'.sql'.length), sql }
    }),
  )
}
