import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTelegramEmulator, type TelegramEmulator } from '@trunkline/channels/telegram/emulator'
import { type PortalHandle, type PortalOptions, type Sandbox, startSandbox } from '@trunkline/sandbox'
import { type HubClient, hubClient } from './hub-client.ts'
import { type ServerProcess, serverProcess } from './server-process.ts'

/** The whole product in a process of its own, a pretend portal, a pretend Telegram, and a signed-in owner. */
export interface HubRig extends AsyncDisposable {
  readonly server: ServerProcess
  readonly client: HubClient
  readonly sandbox: Sandbox
  readonly portal: PortalHandle
  readonly telegram: TelegramEmulator
}

/** Who signs in to a rig. */
export const RIG_OWNER = { name: 'Owner', email: 'owner@rig.example', password: 'a-long-password' } as const

/** The application that a rig's portals know. */
export const RIG_APP = { clientId: 'app.rig', clientSecret: 'rig-secret' }

/**
 * Starts all of it and sets the company up through the cabinet's API, as a person would: owner, Telegram channel, portal,
 * settings with every Telegram conversation passed.
 */
export async function hubRig(options: {
  databaseUrl?: string
  portal?: PortalOptions
  env?: Readonly<Record<string, string>>
}): Promise<HubRig> {
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-rig-'))
  const sandbox = await startSandbox({ seed: 'demo', portal: { crmMode: 'simple', ...options.portal } })
  const portal = sandbox.portals[0]!
  const telegram = await startTelegramEmulator({ firstRetryMs: 100, maxRetryMs: 1_000 })
  const server = await serverProcess({
    dataDir,
    ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }),
    env: {
      BITRIX24_CLIENT_ID: RIG_APP.clientId,
      BITRIX24_CLIENT_SECRET: RIG_APP.clientSecret,
      PORTAL_SETTLE_MS: '500',
      ...options.env,
    },
  })
  sandbox.registerApp({
    ...RIG_APP,
    redirectUri: `${server.url}/oauth/bitrix24/callback`,
    scope: ['crm', 'user', 'im', 'department', 'placement'],
    title: 'Trunkline',
  })
  await server.start()
  const client = hubClient(server.url)
  await setUp({ client, portal, telegram })
  return {
    server,
    client,
    sandbox,
    portal,
    telegram,
    async [Symbol.asyncDispose]() {
      await telegram.stop()
      await server[Symbol.asyncDispose]()
      await sandbox.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** What a person does once in the cabinet: owner, Telegram channel, portal, settings. @returns the portal's id. */
export async function setUp(rig: Pick<HubRig, 'client' | 'portal' | 'telegram'>): Promise<string> {
  const { client, portal, telegram } = rig
  await client.call('POST', '/api/setup', { company: 'Rig', ...RIG_OWNER, locale: 'ru' })
  const channel = await client.call<{ id: string }>('POST', '/api/channels', {
    type: 'telegram',
    title: 'Bot',
    settings: telegram.settings,
  })
  await client.call('POST', `/api/channels/${channel.id}/connect`)
  const connecting = await client.call<{ portal: { id: string }; authorizeUrl: string }>(
    'POST',
    '/api/portals',
    { domain: portal.url },
  )
  await client.consent(connecting.authorizeUrl)
  await client.call('POST', `/api/portals/${connecting.portal.id}/sync`)
  const put = async (section: string, change: Record<string, unknown>) => {
    const document = await client.call<{ value: Record<string, unknown>; version: number }>(
      'GET',
      `/api/settings/${section}`,
    )
    await client.call('PUT', `/api/settings/${section}`, {
      value: { ...document.value, ...change },
      version: document.version,
    })
  }
  await put('main', { active: true })
  await put('chats', {
    active: true,
    enabled: true,
    channelIds: [channel.id],
    defaultResponsibleId: '1',
    messengerIdIsContactData: true,
  })
  return connecting.portal.id
}
