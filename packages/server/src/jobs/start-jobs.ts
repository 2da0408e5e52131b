import { HubError } from '@trunkline/contracts/errors'
import type { ChannelId, PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import { PgBoss } from 'pg-boss'
import { type ChannelDeps, checkChannel } from '../flows/channels/check-channel.ts'
import { keepRateLimitsSmall } from '../flows/keep-house.ts'
import type { PortalDesk } from '../flows/portals/portal-desk.ts'
import { askReconciliations } from '../flows/reconcile/ask-reconciliation.ts'
import type { Logger } from '../observe/logger.ts'

/** Cron jobs of the cluster: name → when (UTC) → what. One node runs each of them. */
const JOBS = {
  'check-channels': '*/5 * * * *',
  'sync-directories': '17 * * * *',
  'reconcile-portals': '10 1 * * *',
  'keep-house': '40 3 * * *',
} as const

/** What the jobs work with. */
export interface JobsDeps extends ChannelDeps {
  readonly portalDesk: PortalDesk
  readonly logger: Logger
}

/**
 * Starts the job library on its own schema. Jobs carry ids only; work whose order matters is in the mailbox, not here.
 * @returns how to stop it.
 */
export async function startJobs(context: JobsDeps, databaseUrl: string): Promise<() => Promise<void>> {
  const { database, logger } = context
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema: 'pgboss',
    max: 3,
    application_name: 'trunkline-jobs',
  })
  boss.on('error', (error) => logger.error('jobs', {}, error))
  await boss.start()
  const work: Record<keyof typeof JOBS, () => Promise<void>> = {
    'check-channels': async () => {
      const channels = await database.query<{ workspaceId: WorkspaceId; channelId: ChannelId }>({
        text: 'select workspace_id as "workspaceId", channel_id as "channelId" from door.channels_to_check()',
      })
      for (const { workspaceId, channelId } of channels) await checkChannel(context, workspaceId, channelId)
    },
    'sync-directories': async () => {
      const portals = await database.query<{ workspaceId: WorkspaceId; portalId: PortalId }>({
        text: 'select workspace_id as "workspaceId", portal_id as "portalId" from door.portals_to_serve()',
      })
      for (const { workspaceId, portalId } of portals) {
        await context.portalDesk.tell(workspaceId, portalId, 'sync').catch((error: unknown) => {
          // One portal that does not answer, or waits for its consent, keeps no other from being read.
          logger.warn('sync-directory', {
            portalId,
            code: error instanceof HubError ? error.code : 'server/bug',
          })
        })
      }
    },
    'reconcile-portals': () => askReconciliations(database),
    'keep-house': async () => {
      await database.query({ text: 'select ensure_partitions(3)' })
      await database.query({ text: `select door.forget_inbound_keys('60 days')` })
      await database.query({ text: `select door.forget_realtime('3 days')` })
      await keepRateLimitsSmall(database)
    },
  }
  for (const [name, cron] of Object.entries(JOBS) as [keyof typeof JOBS, string][]) {
    await boss.createQueue(name, { policy: 'stately', retryLimit: 3, expireInSeconds: 600 })
    await boss.schedule(name, cron, null, { tz: 'UTC' })
    await boss.work(name, { pollingIntervalSeconds: 10 }, async () => {
      await work[name]()
      logger.info('job-done', { reason: name })
    })
  }
  return async () => {
    await boss.stop({ graceful: true, timeout: 5_000 })
  }
}
