import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTelegramEmulator, type TelegramEmulator } from '@trunkline/channels/telegram/emulator'
import { type PortalHandle, startSandbox } from '@trunkline/sandbox'
import { testDatabase } from '@trunkline/server/store/test-database'
import { type Balancer, startBalancer } from './balancer.ts'
import { type HubClient, hubClient } from './hub-client.ts'
import { RIG_APP, RIG_OWNER, setUp } from './hub-rig.ts'
import { newSecretKey, type ServerProcess, serverProcess } from './server-process.ts'

/** One node of a cluster, with the owner's browser at that very node. */
export interface Node {
  readonly server: ServerProcess
  readonly client: HubClient
}

/** Several processes of the product on one PostgreSQL behind a balancer, a pretend portal, a pretend Telegram. */
export interface ClusterRig extends AsyncDisposable {
  /** The first one set the company up, so it is the one that owns the portal at the start. */
  readonly nodes: readonly Node[]
  readonly balancer: Balancer
  readonly portal: PortalHandle
  readonly portalId: string
  readonly telegram: TelegramEmulator
}

/** Starts `count` nodes at once on one fresh database, sets the company up, and signs the owner in at each. */
export async function clusterRig(count: number): Promise<ClusterRig> {
  const database = await testDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-cluster-'))
  const sandbox = await startSandbox({ seed: 'demo', portal: { crmMode: 'simple', plan: 'enterprise' } })
  const portal = sandbox.portals[0]!
  const telegram = await startTelegramEmulator({ firstRetryMs: 100, maxRetryMs: 1_000 })
  const balancer = await startBalancer()
  const secretKey = newSecretKey()
  const servers: ServerProcess[] = []
  for (let i = 0; i < count; i++) {
    servers.push(
      await serverProcess({
        dataDir,
        databaseUrl: database.url,
        secretKey,
        env: {
          PUBLIC_URL: balancer.url,
          BITRIX24_CLIENT_ID: RIG_APP.clientId,
          BITRIX24_CLIENT_SECRET: RIG_APP.clientSecret,
          PORTAL_SETTLE_MS: '500',
        },
      }),
    )
  }
  balancer.to(servers.map((server) => server.url))
  sandbox.registerApp({
    ...RIG_APP,
    redirectUri: `${balancer.url}/oauth/bitrix24/callback`,
    scope: ['crm', 'user', 'im', 'department', 'placement'],
    title: 'Trunkline',
  })
  await Promise.all(servers.map((server) => server.start()))
  const nodes = servers.map((server): Node => ({ server, client: hubClient(balancer.url, server.url) }))
  const portalId = await setUp({ client: nodes[0]!.client, portal, telegram })
  const { email, password } = RIG_OWNER
  for (const { client } of nodes.slice(1))
    await client.call('POST', '/api/auth/sign-in/email', { email, password })
  return {
    nodes,
    balancer,
    portal,
    portalId,
    telegram,
    async [Symbol.asyncDispose]() {
      await telegram.stop()
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
      await balancer[Symbol.asyncDispose]()
      await sandbox.stop()
      await database.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
