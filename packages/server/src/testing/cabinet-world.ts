import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DOOR_HEADER } from '@trunkline/channels/kit/door'
import type { Me, Role } from '@trunkline/contracts/http/people'
import type { IntegrationId, WorkspaceId } from '@trunkline/contracts/ids'
import { type App, startApp } from '../app.ts'
import { createAuth } from '../auth/create-auth.ts'
import { readConfig } from '../config.ts'
import { newId } from '../ids.ts'
import { insertMember } from '../store/members.ts'
import { insertIntegration } from '../store/settings.ts'
import { testDatabase } from '../store/test-database.ts'
import { insertWorkspace } from '../store/workspaces.ts'
import { type CabinetClient, cabinetClient } from './cabinet-client.ts'

/** The whole product over a database of its own; its lanes work when told to. */
export interface CabinetWorld extends AsyncDisposable {
  readonly app: App
  readonly owner: CabinetClient
  /** A browser without a session. */
  stranger(): CabinetClient
  /** A colleague of the owner, signed in. */
  colleague(role: Role): Promise<CabinetClient & { readonly userId: string }>
  /** The owner of another company on the same server, signed in. */
  foreigner(): Promise<CabinetClient>
  /** A visitor of the site writes, then everything due is worked on. */
  visitorWrites(publicKey: string, visitor: string, text: string): Promise<void>
  visitorShares(
    publicKey: string,
    visitor: string,
    contact: { name?: string; phone?: string; email?: string },
  ): Promise<void>
  /** Looks into the tables of the sign-in. */
  signIns<Row>(text: string): Promise<Row[]>
  /** Looks into the owner's workspace. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>
}

export const OWNER = {
  name: 'Ольга Хозяйкина',
  email: 'owner@company.example',
  password: 'a-long-password',
} as const

const PAGE = { pageUrl: 'http://localhost/catalogue', utm: { source: 'ad' } } as const

/** Starts it with the company set up and the owner signed in. */
export async function cabinetWorld(
  options: { env?: Readonly<Record<string, string>>; isSetUp?: boolean; recheckMs?: number } = {},
): Promise<CabinetWorld> {
  const test = await testDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-cabinet-'))
  const config = readConfig({
    PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
    ALLOW_PRIVATE_ADDRESSES: '1',
    PORTAL_SETTLE_MS: '300',
    SECRET_KEY: randomBytes(32).toString('base64'),
    ...options.env,
  })
  const app = await startApp(config, {
    databaseUrl: test.url,
    tuning: {
      paused: true,
      commentEveryMs: 0,
      ...(options.recheckMs === undefined ? {} : { recheckMs: options.recheckMs }),
    },
  })
  const auth = createAuth({
    config,
    database: test.database,
    logger: app.context.logger,
    publicUrl: app.context.publicUrl,
  })
  const owner = cabinetClient(app.url)
  if (options.isSetUp !== false)
    await owner.call('POST', '/api/setup', { company: 'Ромашка', ...OWNER, locale: 'ru' })

  async function tell(publicKey: string, operation: Record<string, unknown>): Promise<void> {
    const door = await app.context.acceptHook.door(publicKey)
    await app.context.acceptHook.own(
      door,
      {
        method: 'POST',
        path: '/',
        query: {},
        headers: { 'content-type': 'application/json', [DOOR_HEADER]: door.secrets.hookSecret },
        body: Buffer.from(JSON.stringify(operation)),
        remoteAddress: '127.0.0.1',
      },
      randomUUID(),
    )
    await app.processAll()
  }

  return {
    app,
    owner,
    stranger: () => cabinetClient(app.url),
    async colleague(role) {
      const person = {
        name: `Коллега ${role}`,
        email: `${randomUUID()}@company.example`,
        password: 'another-long-one',
      }
      const member = await owner.call<{ userId: string }>('POST', '/api/members', { ...person, role })
      const client = cabinetClient(app.url)
      await client.call('POST', '/api/auth/sign-in/email', { email: person.email, password: person.password })
      return { ...client, userId: member.userId }
    },
    async foreigner() {
      const email = `${randomUUID()}@other.example`
      const userId = await auth.createUser({
        name: 'Чужой',
        email,
        password: 'a-third-password',
        locale: 'ru',
      })
      await test.database.inWorkspace(newId<WorkspaceId>(), async (tx) => {
        await insertWorkspace(tx, { name: 'Другая', locale: 'ru' })
        await insertIntegration(tx, newId<IntegrationId>())
        await insertMember(tx, { userId, role: 'owner' })
      })
      const client = cabinetClient(app.url)
      await client.call('POST', '/api/auth/sign-in/email', { email, password: 'a-third-password' })
      return client
    },
    visitorWrites: (publicKey, visitor, text) =>
      tell(publicKey, {
        op: 'message',
        visitor,
        at: new Date().toISOString(),
        files: [],
        body: { clientId: randomUUID(), text, context: PAGE },
      }),
    visitorShares: (publicKey, visitor, contact) =>
      tell(publicKey, {
        op: 'contact',
        visitor,
        at: new Date().toISOString(),
        consentTextVersion: '1',
        body: { clientId: randomUUID(), ...contact, consent: true, context: PAGE },
      }),
    signIns: (text) => test.database.query({ text }),
    async query<Row>(text: string, values: readonly unknown[] = []) {
      const me = await owner.call<Me>('GET', '/api/me')
      return test.database.inWorkspace(me.workspace.id, (tx) => tx.query<Row>({ text, values }))
    },
    async [Symbol.asyncDispose]() {
      await app.stop()
      await auth.close()
      await test.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
