import { PgBoss } from 'pg-boss'
import { type ChannelDeps, checkChannels } from '../flows/channels/check-channel.ts'
import { keepHouse } from '../flows/keep-house.ts'
import type { PortalDesk } from '../flows/portals/portal-desk.ts'
import { welcomePortals } from '../flows/portals/welcome-portal.ts'
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
    'check-channels': () => checkChannels(context),
    'sync-directories': () => welcomePortals(database, context.portalDesk),
    'reconcile-portals': () => askReconciliations(database),
    'keep-house': () => keepHouse(database),
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
