import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { HubError } from '@trunkline/contracts/errors'
import type { AttachmentId, WorkspaceId } from '@trunkline/contracts/ids'
import { createTransport } from '@trunkline/portal'
import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import { folderStore } from './files/file-store.ts'
import { createAcceptHook } from './flows/accept-hook.ts'
import type { Outside } from './flows/channel-account.ts'
import { createDeliverMessage, giveUpSending } from './flows/deliver-message.ts'
import { createFetchMedia, lost } from './flows/fetch-media.ts'
import { createIngestTalk, failTalk, MEDIA_LANE, TALK_LANE } from './flows/ingest-talk.ts'
import { createPortalDesk, PORTAL_LANE } from './flows/portals/portal-desk.ts'
import { servePortals } from './flows/portals/serve-portals.ts'
import { OUTBOUND_LANE } from './flows/queue-outbound.ts'
import { RECONCILE_LANE } from './flows/reconcile/ask-reconciliation.ts'
import { createReconcile } from './flows/reconcile/run-reconciliation.ts'
import { failTransfers } from './flows/transfer/fail-transfers.ts'
import {
  classifyTransferError,
  createTransferContact,
  TRANSFER_LANE,
} from './flows/transfer/transfer-contact.ts'
import { createTransferWrites } from './flows/transfer/transfer-writes.ts'
import type { HttpContext } from './http/context.ts'
import { createHttp } from './http/create-http.ts'
import { startJobs } from './jobs/start-jobs.ts'
import { createLogger, type Logger } from './observe/logger.ts'
import { createOutsideFetch } from './outside-fetch.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './postgres/start-embedded-postgres.ts'
import { createSealer } from './seal.ts'
import { createAccept } from './store/accept.ts'
import { loadAttachment } from './store/attachments.ts'
import { openDatabase } from './store/database.ts'
import { inheritLeases } from './store/leases.ts'
import { endClaims } from './store/mailbox.ts'
import { migrate } from './store/migrate.ts'
import { openRealtime } from './store/realtime.ts'
import { type LaneRunner, runLane } from './store/run-lane.ts'
import { openWake } from './store/wake.ts'

/** The product, running. */
export interface App {
  /** Origin where it listens on this machine. */
  readonly url: string
  readonly context: HttpContext
  readonly http: FastifyInstance
  /** Works on everything that is due in every lane, until nothing is: for tests. */
  processAll(): Promise<void>
  /** Stops taking work, finishes what is held, closes everything. */
  stop(): Promise<void>
}

export interface AppOptions {
  readonly logger?: Logger
  /** Instead of the embedded or configured database: for tests, which bring their own. */
  readonly databaseUrl?: string
  readonly now?: () => Date
  /** Times that tests shorten; production takes the defaults. */
  readonly tuning?: Partial<Tuning>
}

export interface Tuning {
  readonly portalLeaseMs: number
  readonly portalsEveryMs: number
  readonly commentEveryMs: number
  readonly laneLeaseMs: number
  /** How long a person waits for the node that owns a portal. */
  readonly portalAnswerMs: number
  /** How soon an open stream of the cabinet notices that its session ended. */
  readonly recheckMs: number
  /** Lanes work only inside `processAll`. */
  readonly paused: boolean
}

const TUNING: Tuning = {
  portalLeaseMs: 8_000,
  portalsEveryMs: 1_000,
  commentEveryMs: 5_000,
  laneLeaseMs: 6_000,
  portalAnswerMs: 30_000,
  recheckMs: 30_000,
  paused: false,
}

/** Builds and starts everything this node's role asks for. */
export async function startApp(config: Config, options: AppOptions = {}): Promise<App> {
  const logger = options.logger ?? createLogger(config.logLevel)
  const tuning = { ...TUNING, ...options.tuning }
  const now = options.now ?? (() => new Date())
  const closers: (() => Promise<unknown>)[] = []
  try {
    const ownUrl = options.databaseUrl ?? config.databaseUrl
    const embedded = ownUrl === undefined ? await startEmbedded(config, logger, closers) : undefined
    const databaseUrl = ownUrl ?? embedded!.url('trunkline')
    const database = openDatabase({
      url: databaseUrl,
      applicationName: 'trunkline',
      poolSize: 14,
      onIdleError: (error) => logger.warn('database-connection-lost', { error: error.name }),
    })
    closers.push(() => database.close())
    await migrate(database.owner)
    const owner = randomUUID()
    // After `kill -9` the work of the life before goes on at once.
    await embedded?.whileAlone(async () => {
      await inheritLeases(database, owner)
      await endClaims(database)
    })
    const wake = await openWake(database, databaseUrl)
    closers.push(() => wake.close())
    const sealer = createSealer(config.secretKeys)
    const files = folderStore(join(config.dataDir, 'files'))
    let publicUrl = config.publicUrl ?? ''
    const outsideFetch = createOutsideFetch({ allowPrivate: config.allowPrivateAddresses })
    closers.push(() => outsideFetch.close())
    const outside: Outside = {
      fetch: outsideFetch.fetch,
      openFile: (workspaceId, id) => openForSending(context, workspaceId, id),
      hookUrl: (publicKey) => `${publicUrl}/hooks/${publicKey}`,
    }
    const portalHttp = createTransport({ allowPrivate: config.allowPrivateAddresses })
    closers.push(() => portalHttp.close())
    const portals = servePortals({
      database,
      sealer,
      http: portalHttp,
      owner,
      ttlMs: tuning.portalLeaseMs,
      everyMs: tuning.portalsEveryMs,
      owns: config.role !== 'web',
      log: ({ event, portalId, method, status, durationMs, commands, code }) =>
        logger.debug(event, {
          portalId,
          method,
          status,
          durationMs,
          count: commands,
          ...(code === undefined ? {} : { code }),
        }),
      onTrouble: (error) => logger.error('portal-trouble', {}, error),
    })
    closers.push(() => portals.stop())
    const portalDesk = createPortalDesk({
      database,
      sealer,
      portals,
      wake,
      publicUrl: () => publicUrl,
      onTrouble: (error) => logger.error('portal-request', {}, error),
      answerMs: tuning.portalAnswerMs,
    })
    const accept = createAccept({ pool: database.pool, wake })
    closers.push(() => accept.close())
    const realtime = openRealtime({ database, wake, onError: (error) => logger.error('realtime', {}, error) })
    closers.push(() => realtime.close())
    const acceptHook = createAcceptHook({
      database,
      accept,
      sealer,
      now: Date.now,
      onForged: (channelId) => logger.warn('forged-hook', { channelId }),
    })
    const context: HttpContext = {
      config,
      database,
      sealer,
      acceptHook,
      portals,
      portalDesk,
      portalHttp,
      outside,
      files,
      realtime,
      logger,
      now,
      recheckMs: tuning.recheckMs,
      publicUrl: () => publicUrl,
    }

    const lanes = startLanes(context, { wake, tuning, now })
    closers.push(() => Promise.all(lanes.map((lane) => lane.stop())))
    if (config.role !== 'web') {
      await portals.refresh()
      closers.push(await startJobs(context, databaseUrl))
    }

    const http = await createHttp(context)
    closers.push(() => http.close())
    await http.listen({ host: config.host, port: config.port })
    const address = http.server.address()
    const port = typeof address === 'object' && address !== null ? address.port : config.port
    const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
    if (publicUrl === '') publicUrl = url
    logger.info('started')
    return {
      url,
      context,
      http,
      processAll: () => drainAll(lanes),
      stop: () => closeAll(closers),
    }
  } catch (error) {
    await closeAll(closers)
    throw error
  }
}

function startLanes(
  context: HttpContext,
  how: { wake: Parameters<typeof runLane>[0]['wake']; tuning: Tuning; now: () => Date },
): LaneRunner[] {
  if (context.config.role === 'web') return []
  const { database, sealer, outside, files, logger, portals } = context
  const { tuning, now, wake } = how
  const common = {
    database,
    wake,
    paused: tuning.paused,
    leaseMs: tuning.laneLeaseMs,
    onTrouble: (event: string, reason: string, lane: string) => {
      // Hundreds wait for one portal; its state tells why, once.
      if (event !== 'snooze') logger.warn(`lane-${event}`, { lane, reason })
    },
  }
  return [
    runLane({
      ...common,
      lane: TALK_LANE,
      concurrency: 8,
      claimSize: 64,
      handler: createIngestTalk({ database, now }),
      onGivenUp: (claimed) => failTalk(database, claimed),
    }),
    runLane({
      ...common,
      lane: TRANSFER_LANE,
      // Packing needs many conversations at once; they mostly wait for the portal.
      concurrency: 400,
      claimSize: 200,
      routes: portals.routes,
      classify: classifyTransferError,
      handler: createTransferContact({
        database,
        writes: createTransferWrites(database),
        pumpOf: portals.pumpOf,
        links: {
          conversation: (id) => `${context.publicUrl()}/cabinet/inbox/${id}`,
          attachment: (id) => `${context.publicUrl()}/api/attachments/${id}`,
        },
        openFile: async (workspaceId, id) => (await files.open(workspaceId, id)).stream,
        now,
        settleMs: context.config.portalSettleMs,
        commentEveryMs: tuning.commentEveryMs,
      }),
      onGivenUp: (claimed) => failTransfers(database, claimed),
    }),
    runLane({
      ...common,
      lane: PORTAL_LANE,
      concurrency: 4,
      routes: portals.routes,
      handler: context.portalDesk.serve,
    }),
    runLane({
      ...common,
      lane: RECONCILE_LANE,
      concurrency: 2,
      routes: portals.routes,
      classify: classifyTransferError,
      handler: createReconcile({ database, pumpOf: portals.pumpOf }),
    }),
    runLane({
      ...common,
      lane: OUTBOUND_LANE,
      concurrency: 16,
      handler: createDeliverMessage({ database, sealer, outside, now }),
      onGivenUp: (claimed) => giveUpSending(database, claimed, now()),
    }),
    runLane({
      ...common,
      lane: MEDIA_LANE,
      concurrency: 4,
      leaseMs: 60_000,
      handler: createFetchMedia({ database, sealer, outside, files }),
      onGivenUp: (claimed) => lost(database, claimed.workspaceId as WorkspaceId, claimed.key as AttachmentId),
    }),
  ]
}

/** Lanes wake each other, so one round is not enough: until a whole round had nothing to do. */
async function drainAll(lanes: readonly LaneRunner[]): Promise<void> {
  for (;;) {
    let handled = 0
    for (const lane of lanes) handled += await lane.drain()
    if (handled === 0) return
  }
}

async function startEmbedded(
  config: Config,
  logger: Logger,
  closers: (() => Promise<unknown>)[],
): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    dataDir: join(config.dataDir, 'postgres'),
    log: (event, fields) => logger.info(event, fields),
  })
  closers.push(() => server.stop())
  return server
}

async function openForSending(
  context: HttpContext,
  workspaceId: string,
  id: string,
): ReturnType<Outside['openFile']> {
  const row = await context.database.inWorkspace(workspaceId, (tx) => loadAttachment(tx, id as AttachmentId))
  if (row === undefined || row.state !== 'ready') throw new HubError('request/not-found')
  const file = await context.files.open(workspaceId, id)
  return {
    stream: Readable.toWeb(file.stream) as ReadableStream<Uint8Array>,
    sizeBytes: file.sizeBytes,
    mime: row.mime,
    name: row.name,
  }
}

/** Closes in the opposite order of opening; one that fails does not keep the others open. */
async function closeAll(closers: (() => Promise<unknown>)[]): Promise<void> {
  let failure: unknown
  for (const close of closers.reverse()) {
    try {
      await close()
    } catch (error) {
      failure ??= error
    }
  }
  closers.length = 0
  if (failure !== undefined) throw failure
}
