import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createAcceptHook } from '@trunkline/server/flows/accept-hook'
import { CHANNEL_SEAL, type ChannelSecrets } from '@trunkline/server/flows/channel-account'
import { hookRoutes } from '@trunkline/server/http/hooks'
import { newId } from '@trunkline/server/ids'
import { startEmbeddedPostgres } from '@trunkline/server/postgres/start-embedded-postgres'
import { createSealer } from '@trunkline/server/seal'
import { createAccept } from '@trunkline/server/store/accept'
import { insertChannel, saveChannelState } from '@trunkline/server/store/channels'
import { openDatabase } from '@trunkline/server/store/database'
import { migrate } from '@trunkline/server/store/migrate'
import { openWake } from '@trunkline/server/store/wake'
import { insertWorkspace } from '@trunkline/server/store/workspaces'
import Fastify, { type FastifyInstance } from 'fastify'

/**
 * The measured process of accept.ts: the product's door for hooks on a new embedded PostgreSQL, with one Telegram bot,
 * and beside them the bare handler that the doors are compared with. Argument: a folder for its data.
 * Messages out: `AcceptServerReady`; in: `count` (answered with the number of events on the disk) and `stop`.
 */
export interface AcceptServerReady {
  readonly bareUrl: string
  readonly hookUrl: string
  readonly hookSecret: string
  readonly database: string
}

const [dataDir = ''] = process.argv.slice(2)
const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') })
const database = openDatabase({ url: postgres.url(), applicationName: 'bench', poolSize: 14 })
await migrate(database.owner)
const wake = await openWake(database, postgres.url())
const sealer = createSealer([{ id: 'bench', bytes: randomBytes(32) }])
const accept = createAccept({ pool: database.pool, wake })
const app = Fastify({ logger: false })
await hookRoutes(app, {
  acceptHook: createAcceptHook({ database, accept, sealer, now: Date.now, onForged: () => undefined }),
})
await app.listen({ host: '127.0.0.1', port: 0 })
const workspaceId = newId<Parameters<typeof database.inWorkspace>[0]>()
const hookSecret = randomBytes(32).toString('base64url')
const publicKey = randomBytes(18).toString('base64url')
await database.inWorkspace(workspaceId, async (tx) => {
  await insertWorkspace(tx, { name: 'Bench', locale: 'en' })
  const secrets: ChannelSecrets = {
    hookSecret,
    settings: { token: `1:${randomBytes(18).toString('base64url')}` },
  }
  const channel: Parameters<typeof insertChannel>[1] = {
    id: newId(),
    type: 'telegram' as Parameters<typeof insertChannel>[1]['type'],
    title: 'Bot',
    settings: {},
    secrets: sealer.seal(CHANNEL_SEAL, secrets),
    publicKey,
    state: 'connected',
  }
  await insertChannel(tx, channel)
  await saveChannelState(tx, channel.id, { state: 'connected' })
})

// What any hook costs at least: the request parsed, its bytes read, an answer.
const bare = Fastify({ logger: false })
bare.removeAllContentTypeParsers()
bare.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
bare.post('/hook', (_request, reply) => reply.type('text/plain; charset=utf-8').send('ok'))
await bare.listen({ host: '127.0.0.1', port: 0 })

process.on('message', async (message) => {
  if (message === 'count') {
    const rows = await database.inWorkspace(workspaceId, (tx) =>
      tx.query<{ count: number }>({ text: 'select count(*) as count from inbound_events' }),
    )
    process.send?.(rows[0]?.count ?? 0)
  }
  if (message === 'stop') {
    await bare.close()
    await app.close()
    await accept.close()
    await wake.close()
    await database.close()
    await postgres.stop()
    process.disconnect()
  }
})
const [version] = await database.query<{ server_version: string }>({ text: 'show server_version' })
const ready: AcceptServerReady = {
  bareUrl: `${originOf(bare)}/hook`,
  hookUrl: `${originOf(app)}/hooks/${publicKey}`,
  hookSecret,
  database: `PostgreSQL ${version?.server_version ?? ''}`,
}
process.send?.(ready)

function originOf(server: FastifyInstance): string {
  return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
}
