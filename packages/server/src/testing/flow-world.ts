import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RawHook } from '@trunkline/channels/kit/channel-adapter'
import { DOOR_HEADER } from '@trunkline/channels/kit/door'
import { HubError } from '@trunkline/contracts/errors'
import type {
  ChannelId,
  ChannelType,
  ConversationId,
  IntegrationId,
  MessageId,
  PortalId,
  UserId,
  WorkspaceId,
} from '@trunkline/contracts/ids'
import type { ChatsSettings } from '@trunkline/contracts/settings/chats'
import type { RequestsSettings } from '@trunkline/contracts/settings/requests'
import { createTransport, type Pump } from '@trunkline/portal'
import { type PortalHandle, type Sandbox, startSandbox } from '@trunkline/sandbox'
import { type FileStore, folderStore } from '../files/file-store.ts'
import { createAcceptHook } from '../flows/accept-hook.ts'
import { CHANNEL_SEAL, type ChannelSecrets } from '../flows/channel-account.ts'
import { createDeliverMessage, giveUpSending } from '../flows/deliver-message.ts'
import { createIngestTalk, failTalk, TALK_LANE } from '../flows/ingest-talk.ts'
import { changePortalState } from '../flows/portals/portal-state.ts'
import { servePortals } from '../flows/portals/serve-portals.ts'
import { syncDirectory } from '../flows/portals/sync-directory.ts'
import { CLIENT_SEAL, writeTokens } from '../flows/portals/token-store.ts'
import { OUTBOUND_LANE, queueOutbound } from '../flows/queue-outbound.ts'
import { failTransfers } from '../flows/transfer/fail-transfers.ts'
import {
  classifyTransferError,
  createTransferContact,
  TRANSFER_LANE,
} from '../flows/transfer/transfer-contact.ts'
import { createTransferWrites } from '../flows/transfer/transfer-writes.ts'
import { newId } from '../ids.ts'
import { createSealer } from '../seal.ts'
import { createAccept } from '../store/accept.ts'
import { insertChannel, saveChannelState } from '../store/channels.ts'
import type { Database, Tx } from '../store/database.ts'
import { insertPortal } from '../store/portals.ts'
import { runLane } from '../store/run-lane.ts'
import { choosePortal, insertIntegration, presentValue, saveSettings } from '../store/settings.ts'
import { testDatabase } from '../store/test-database.ts'
import { localWake } from '../store/wake.ts'
import { insertWorkspace } from '../store/workspaces.ts'

/** A workspace with a site chat, connected to a pretend portal: everything of a flow but the HTTP doors. */
export interface FlowWorld extends AsyncDisposable {
  readonly database: Database
  readonly sandbox: Sandbox
  readonly portal: PortalHandle
  readonly workspaceId: WorkspaceId
  readonly integrationId: IntegrationId
  readonly portalId: PortalId
  readonly channelId: ChannelId
  /** A visitor writes. The same `clientId` is the same message. */
  write(
    visitor: string,
    text: string,
    options?: { clientId?: string; at?: Date; channel?: ChannelId },
  ): Promise<void>
  /** A visitor fills in the contact form. */
  share(
    visitor: string,
    contact: { name?: string; phone?: string; email?: string },
    options?: { channel?: ChannelId },
  ): Promise<void>
  /** One more entry for a portal, connected and read; no integration has it yet. */
  connectPortal(handle: PortalHandle): Promise<PortalId>
  /** One more site chat. */
  openChannel(title: string): Promise<ChannelId>
  /** A form is left instead of a chat. The same `id` is the same request. */
  leave(form: {
    id?: string
    visitor?: string
    formName?: string
    fields: readonly { name: string; label?: string; value: string }[]
    mailing?: boolean
    technical?: boolean
  }): Promise<void>
  /** Works on everything due, until nothing is. */
  process(): Promise<void>
  /** The same, and on everything that was put off (throttled comments, lost answers), without waiting for its time. */
  processLater(): Promise<void>
  setPortalState(state: 'connected' | 'reauthorise'): Promise<void>
  saveChats(change: Partial<ChatsSettings>): Promise<void>
  /** Offline requests are passed, with these values of their own. */
  saveRequests(change: Partial<RequestsSettings>): Promise<void>
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** The newest conversation of a visitor. */
  conversationOf(visitor: string): Promise<ConversationId>
  /** An operator answers. The same `clientId` is the same message. */
  answer(conversationId: ConversationId, text: string, clientId?: string): Promise<MessageId>
  /** The pump of the portal; only of a connected one. */
  pump(): Pump
  /** Where attachments lie. */
  readonly files: FileStore
  /** Moves the clock that throttles comments. */
  advance(ms: number): void
}

const CLIENT = { clientId: 'app.test', clientSecret: 'test-secret' }

/** Builds the world; everything in it is real but the portal, which is strict. */
export async function flowWorld(
  options: {
    crmMode?: 'classic' | 'simple'
    connected?: boolean
    /** `frozen`: time passes by `advance` alone, however busy the machine is. */
    clock?: 'frozen' | 'running'
  } = {},
): Promise<FlowWorld> {
  const test = await testDatabase()
  const { database } = test
  const sandbox = await startSandbox({ seed: 'demo', portal: { crmMode: options.crmMode ?? 'simple' } })
  const portal = sandbox.portals[0]!
  sandbox.registerApp({
    ...CLIENT,
    redirectUri: 'http://127.0.0.1/back',
    scope: ['crm', 'user', 'im', 'department'],
    title: 'Test',
  })
  const sealer = createSealer([{ id: 'test', bytes: randomBytes(32) }])
  const workspaceId = newId<WorkspaceId>()
  const integrationId = newId<IntegrationId>()
  const portalId = newId<PortalId>()
  const channelId = newId<ChannelId>()
  const hookSecret = randomBytes(32).toString('base64url')
  const publicKeys = new Map<ChannelId, string>()
  let shiftMs = 0
  // Ahead of the database's clock: what is put off to a time of ours is never due at once, however slow the machine is.
  const frozenAt = Date.now() + 3_600_000
  const now = () => new Date((options.clock === 'frozen' ? frozenAt : Date.now()) + shiftMs)

  async function addChannel(tx: Tx, id: ChannelId, title: string): Promise<void> {
    const publicKey = randomBytes(18).toString('base64url')
    const secrets: ChannelSecrets = { hookSecret, settings: {} }
    await insertChannel(tx, {
      id,
      type: 'site-widget' as ChannelType,
      title,
      settings: { allowedOrigins: ['http://localhost'] },
      secrets: sealer.seal(CHANNEL_SEAL, secrets),
      publicKey,
      state: 'connected',
    })
    await saveChannelState(tx, id, { state: 'connected' })
    publicKeys.set(id, publicKey)
  }

  async function addPortal(tx: Tx, id: PortalId, handle: PortalHandle): Promise<void> {
    const granted = handle.grant(CLIENT.clientId)
    await insertPortal(tx, {
      id,
      name: null,
      origin: new URL(handle.url).origin,
      clientId: CLIENT.clientId,
      clientSecret: sealer.seal(CLIENT_SEAL, CLIENT.clientSecret),
    })
    await writeTokens(tx, sealer, id, {
      ...CLIENT,
      accessToken: granted.access_token,
      refreshToken: granted.refresh_token,
      expiresAt: Date.now() + 3_600_000,
      clientEndpoint: granted.client_endpoint,
      serverEndpoint: granted.server_endpoint,
      memberId: handle.memberId,
    })
    await changePortalState(tx, id, 'connected', undefined)
  }

  await database.inWorkspace(workspaceId, async (tx) => {
    await insertWorkspace(tx, { name: 'Ромашка', locale: 'ru' })
    await insertIntegration(tx, integrationId)
    await addChannel(tx, channelId, 'Чат на сайте')
    if (options.connected === false) return
    await addPortal(tx, portalId, portal)
    await choosePortal(tx, integrationId, portalId)
  })

  const folder = await mkdtemp(join(tmpdir(), 'trunkline-flow-'))
  const files = folderStore(folder)
  const http = createTransport({ allowPrivate: true })
  const troubles: unknown[] = []
  const portals = servePortals({
    database,
    sealer,
    http,
    owner: newId(),
    ttlMs: 30_000,
    everyMs: 60_000,
    owns: true,
    log: () => undefined,
    onTrouble: (error) => troubles.push(error),
  })
  await portals.refresh()
  const pump = portals.pumpOf(portalId)
  if (pump !== undefined) await syncDirectory(database, pump, workspaceId, portalId)
  const wake = localWake()
  const accept = createAccept({ pool: database.pool, wake })
  const acceptHook = createAcceptHook({ database, accept, sealer, now: Date.now, onForged: () => undefined })
  const failures: string[] = []
  const common = {
    database,
    wake,
    paused: true,
    onTrouble: (event: string, reason: string) => failures.push(`${event}: ${reason}`),
  }
  const talk = runLane({
    ...common,
    lane: TALK_LANE,
    handler: createIngestTalk({ database, now }),
    onGivenUp: (claimed) => failTalk(database, claimed),
  })
  const transfer = runLane({
    ...common,
    lane: TRANSFER_LANE,
    concurrency: 100,
    claimSize: 100,
    routes: portals.routes,
    classify(error) {
      if (!(error instanceof HubError)) troubles.push(error)
      return classifyTransferError(error)
    },
    handler: createTransferContact({
      database,
      writes: createTransferWrites(database),
      pumpOf: portals.pumpOf,
      links: {
        conversation: (id) => `http://hub.test/cabinet/inbox/${id}`,
        attachment: (id) => `http://hub.test/api/attachments/${id}`,
      },
      openFile: async (ofWorkspace, id) => (await files.open(ofWorkspace, id)).stream,
      now,
      settleMs: 300,
      commentEveryMs: 5_000,
    }),
    onGivenUp: (claimed) => failTransfers(database, claimed),
  })

  const outbound = runLane({
    ...common,
    lane: OUTBOUND_LANE,
    handler: createDeliverMessage({
      database,
      sealer,
      now,
      outside: {
        fetch,
        openFile: () => Promise.reject(new Error('no files in this world')),
        hookUrl: (key) => `http://hub.test/hooks/${key}`,
      },
    }),
    onGivenUp: (claimed) => giveUpSending(database, claimed, now()),
  })

  async function own(operation: Record<string, unknown>, channel = channelId): Promise<void> {
    const door = await acceptHook.door(publicKeys.get(channel)!)
    const hook: RawHook = {
      method: 'POST',
      path: '/',
      query: {},
      headers: { 'content-type': 'application/json', [DOOR_HEADER]: hookSecret },
      body: Buffer.from(JSON.stringify(operation)),
      remoteAddress: '127.0.0.1',
    }
    await acceptHook.own(door, hook, newId())
  }
  /** Main on, and the section on for the world's channel, with these values. */
  async function savePassing(
    passing: 'chats' | 'requests',
    change: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const value = presentValue(passing, {
      active: true,
      enabled: true,
      channelIds: [channelId],
      defaultResponsibleId: '1',
      ...change,
    })
    await database.inWorkspace(workspaceId, async (tx) => {
      for (const [section, saved] of [
        ['main', { active: true }],
        [passing, value],
      ] as const) {
        const rows = await tx.query<{ version: number }>({
          text: 'select coalesce(max(version), 0)::int as version from settings_versions where section = $1',
          values: [section],
        })
        await saveSettings(tx, {
          integrationId,
          section,
          version: rows[0]!.version,
          value: saved,
          authorUserId: null,
          reason: null,
        })
      }
    })
  }
  const context = { pageUrl: 'http://localhost/catalogue?utm_source=test' }
  const world: FlowWorld = {
    database,
    sandbox,
    portal,
    workspaceId,
    integrationId,
    portalId,
    channelId,
    write: (visitor, text, how = {}) =>
      own(
        {
          op: 'message',
          visitor,
          at: (how.at ?? now()).toISOString(),
          files: [],
          body: { clientId: how.clientId ?? newId(), text, context },
        },
        how.channel,
      ),
    share: (visitor, contact, how = {}) =>
      own(
        {
          op: 'contact',
          visitor,
          at: now().toISOString(),
          consentTextVersion: '1',
          body: { clientId: newId(), ...contact, consent: true, context },
        },
        how.channel,
      ),
    async connectPortal(handle) {
      const id = newId<PortalId>()
      await database.inWorkspace(workspaceId, (tx) => addPortal(tx, id, handle))
      await portals.refresh()
      await syncDirectory(database, portals.pumpOf(id)!, workspaceId, id)
      return id
    },
    async openChannel(title) {
      const id = newId<ChannelId>()
      await database.inWorkspace(workspaceId, (tx) => addChannel(tx, id, title))
      return id
    },
    leave({ id = newId(), visitor, formName = 'Букет на заказ', fields, mailing, technical }) {
      const type = visitor === undefined ? 'site-form' : 'widget'
      return own({
        op: 'request',
        visitor: visitor ?? `request:${id}`,
        at: now().toISOString(),
        consentTextVersion: '1',
        form: { name: formName, type },
        technical: technical === true,
        body: {
          clientId: id,
          fields: fields.map((field) => ({ label: '', ...field })),
          consent: true,
          mailing: mailing === true,
          context: { ...context, utm: { source: 'test' } },
        },
      })
    },
    async process() {
      for (;;) {
        const handled = (await talk.drain()) + (await outbound.drain()) + (await transfer.drain())
        if (failures.length > 0)
          throw new Error(`lanes: ${failures.splice(0).join('; ')}`, { cause: troubles[0] })
        if (handled === 0) return
      }
    },
    async conversationOf(visitor) {
      const rows = await world.query<{ id: ConversationId }>(
        'select id from conversations where talk = $1 order by number desc limit 1',
        [visitor],
      )
      return rows[0]!.id
    },
    answer: (conversationId, text, clientId = newId()) =>
      database.inWorkspace(workspaceId, (tx) =>
        queueOutbound(
          tx,
          {
            conversationId,
            clientId,
            text,
            attachmentIds: [],
            author: { userId: 'operator-1' as UserId, name: 'Мария' },
          },
          now(),
        ),
      ),
    async processLater() {
      await world.process()
      for (let round = 0; round < 60; round++) {
        const put = await world.query<{ n: number }>(
          'with due as (update mailbox set next_at = now() where parked_at is null and lease_by is null returning 1) select count(*)::int as n from due',
        )
        if (put[0]!.n === 0) return
        await world.process()
        if ((await world.query('select 1 from mailbox where next_at > now()')).length > 0) await sleep(100)
      }
      throw new Error('work that was put off does not end')
    },
    setPortalState: (state) =>
      database.inWorkspace(workspaceId, (tx) => changePortalState(tx, portalId, state, undefined)),
    saveChats: (change) => savePassing('chats', change),
    saveRequests: (change) => savePassing('requests', change),
    query: (text, values) =>
      database.inWorkspace(workspaceId, (tx) =>
        tx.query({ text, ...(values === undefined ? {} : { values }) }),
      ),
    files,
    pump() {
      const owned = portals.pumpOf(portalId)
      if (owned === undefined) throw new Error('this world has no portal')
      return owned
    },
    advance(ms) {
      shiftMs += ms
    },
    async [Symbol.asyncDispose]() {
      await talk.stop()
      await outbound.stop()
      await transfer.stop()
      await portals.stop()
      await accept.close()
      await http.close()
      await sandbox.stop()
      await test.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return world
}
