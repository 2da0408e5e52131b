import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import type {
  ChannelId,
  ChannelType,
  ConversationId,
  IntegrationId,
  MessageId,
  WorkspaceId,
} from '@trunkline/contracts/ids'
import Fastify, { type FastifyInstance } from 'fastify'
import { readConfig } from '../../config.ts'
import { folderStore } from '../../files/file-store.ts'
import { createAcceptHook } from '../../flows/accept-hook.ts'
import { CHANNEL_SEAL, type ChannelSecrets, type Outside } from '../../flows/channel-account.ts'
import { createDeliverMessage } from '../../flows/deliver-message.ts'
import { createIngestTalk, TALK_LANE } from '../../flows/ingest-talk.ts'
import { OUTBOUND_LANE, queueOutbound } from '../../flows/queue-outbound.ts'
import { newId } from '../../ids.ts'
import { createLogger } from '../../observe/logger.ts'
import { createOutsideFetch } from '../../outside-fetch.ts'
import { createSealer } from '../../seal.ts'
import { createAccept } from '../../store/accept.ts'
import { insertChannel } from '../../store/channels.ts'
import type { Database } from '../../store/database.ts'
import { openRealtime } from '../../store/realtime.ts'
import { runLane } from '../../store/run-lane.ts'
import { insertIntegration } from '../../store/settings.ts'
import { testDatabase } from '../../store/test-database.ts'
import { openWake } from '../../store/wake.ts'
import { insertWorkspace } from '../../store/workspaces.ts'
import type { HttpContext } from '../context.ts'
import { problemHandler } from '../problem.ts'

/** The doors that a test is about, on a server of their own over a real database; the lanes work when told to. */
export interface TestDoors extends AsyncDisposable {
  readonly http: FastifyInstance
  readonly url: string
  readonly context: HttpContext
  readonly database: Database
  readonly workspaceId: WorkspaceId
  addChannel(type: string, settings: Record<string, unknown>): Promise<{ id: ChannelId; publicKey: string }>
  /** Works on talks and on what waits to leave, until nothing is due. */
  process(): Promise<void>
  /** The talk's newest conversation is answered by an operator. */
  answer(channelId: string, talk: string, text: string, attachmentIds?: readonly string[]): Promise<MessageId>
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>
}

/** Starts the routes of `register` listening on a free port. */
export async function testDoors(
  register: (app: FastifyInstance, context: HttpContext) => Promise<void>,
): Promise<TestDoors> {
  const test = await testDatabase()
  const { database } = test
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-doors-'))
  const config = readConfig({
    DATA_DIR: dataDir,
    PORT: '0',
    ALLOW_PRIVATE_ADDRESSES: '1',
    LOG_LEVEL: 'silent',
  })
  const sealer = createSealer(config.secretKeys)
  const workspaceId = newId<WorkspaceId>()
  await database.inWorkspace(workspaceId, async (tx) => {
    await insertWorkspace(tx, { name: 'Ромашка', locale: 'ru' })
    await insertIntegration(tx, newId<IntegrationId>())
  })
  const wake = await openWake(database, test.url)
  const accept = createAccept({ pool: database.pool, wake })
  const realtime = openRealtime({ database, wake })
  const logger = createLogger('silent')
  const files = folderStore(join(dataDir, 'files'))
  const outsideFetch = createOutsideFetch({ allowPrivate: true })
  const outside: Outside = {
    fetch: outsideFetch.fetch,
    openFile: () => Promise.reject(new Error('no channel of these tests opens files')),
    hookUrl: (publicKey) => `http://hub.test/hooks/${publicKey}`,
  }
  const now = () => new Date()
  let url = ''
  const context = {
    config,
    database,
    sealer,
    acceptHook: createAcceptHook({ database, accept, sealer, now: Date.now, onForged: () => undefined }),
    outside,
    files,
    realtime,
    logger,
    now,
    publicUrl: () => url,
  } as unknown as HttpContext
  const troubles: string[] = []
  const common = {
    database,
    wake,
    paused: true,
    onTrouble: (event: string, reason: string) => troubles.push(`${event}: ${reason}`),
  }
  const talks = runLane({ ...common, lane: TALK_LANE, handler: createIngestTalk({ database, now }) })
  const leaving = runLane({
    ...common,
    lane: OUTBOUND_LANE,
    handler: createDeliverMessage({ database, sealer, outside, now }),
  })

  const http = Fastify({
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 300 },
    trustProxy: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: 'array', allErrors: true, strict: false } },
  })
  http.setErrorHandler(problemHandler(logger))
  await http.register(rateLimit, { global: false })
  await http.register(multipart, { limits: { files: 1, fileSize: 50 * 1024 * 1024, fields: 5 } })
  await register(http, context)
  await http.listen({ host: '127.0.0.1', port: 0 })
  const address = http.server.address()
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`

  return {
    http,
    url,
    context,
    database,
    workspaceId,
    async addChannel(type, settings) {
      const id = newId<ChannelId>()
      const publicKey = randomBytes(18).toString('base64url')
      const secrets: ChannelSecrets = { hookSecret: randomBytes(32).toString('base64url'), settings: {} }
      await database.inWorkspace(workspaceId, (tx) =>
        insertChannel(tx, {
          id,
          type: type as ChannelType,
          title: 'Канал',
          settings,
          secrets: sealer.seal(CHANNEL_SEAL, secrets),
          publicKey,
          state: 'connected',
        }),
      )
      return { id, publicKey }
    },
    async process() {
      for (;;) {
        const handled = (await talks.drain()) + (await leaving.drain())
        if (troubles.length > 0) throw new Error(`lanes: ${troubles.splice(0).join('; ')}`)
        if (handled === 0) return
      }
    },
    answer: (channelId, talk, text, attachmentIds = []) =>
      database.inWorkspace(workspaceId, async (tx) => {
        const rows = await tx.query<{ id: ConversationId }>({
          text: 'select id from conversations where channel_id = $1 and talk = $2 order by number desc limit 1',
          values: [channelId, talk],
        })
        return queueOutbound(
          tx,
          {
            conversationId: rows[0]!.id,
            clientId: newId(),
            text,
            attachmentIds,
            author: { userId: 'u1', name: 'Ольга' },
          },
          now(),
        )
      }),
    query: (text, values) =>
      database.inWorkspace(workspaceId, (tx) =>
        tx.query({ text, ...(values === undefined ? {} : { values }) }),
      ),
    async [Symbol.asyncDispose]() {
      await http.close()
      await Promise.all([talks.stop(), leaving.stop()])
      await realtime.close()
      await accept.close()
      await wake.close()
      await outsideFetch.close()
      await test.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
