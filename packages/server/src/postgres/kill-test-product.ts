import { Client } from 'pg'
import { type EmbeddedPostgresOptions, startEmbeddedPostgres } from './start-embedded-postgres.ts'

/**
 * A product in miniature, started and killed by start-embedded-postgres.db.test.ts: starts the server, writes one
 * acknowledged row after another when told to, and on SIGINT asks the server once more before it stops it.
 * Argument: the options as JSON. Messages out: `started`, `acked` (number of rows), `stopped` (an answer after SIGINT).
 */
export type ProductMessage =
  | {
      readonly kind: 'started'
      readonly pid: number
      readonly adopted: boolean
      readonly url: string
      readonly events: string[]
    }
  | { readonly kind: 'acked'; readonly rows: number }
  | { readonly kind: 'stopped'; readonly answered: boolean }
  | { readonly kind: 'failed'; readonly message: string }

const say = (message: ProductMessage) => process.send?.(message)
const options = JSON.parse(process.argv[2] ?? '{}') as EmbeddedPostgresOptions & { write?: boolean }

try {
  const events: string[] = []
  const postgres = await startEmbeddedPostgres({
    ...options,
    log: (event, fields) => events.push(`${event} ${JSON.stringify(fields)}`),
  })
  const client = new Client({ connectionString: postgres.url() })
  client.on('error', () => {
    // Tests kill the server under this connection; the query under way tells.
  })
  await client.connect()
  process.on('SIGINT', async () => {
    const answer = await client.query('select 1 as one').catch(() => null)
    await client.end()
    await postgres.stop()
    say({ kind: 'stopped', answered: answer?.rowCount === 1 })
    process.disconnect()
  })
  say({ kind: 'started', pid: postgres.pid, adopted: postgres.adopted, url: postgres.url(), events })
  if (options.write) {
    await client.query('create table if not exists acked (n serial primary key)')
    for (let rows = 1; ; rows++) {
      await client.query('insert into acked default values')
      say({ kind: 'acked', rows })
    }
  }
} catch (error) {
  say({ kind: 'failed', message: (error as Error).message })
  process.disconnect()
}
