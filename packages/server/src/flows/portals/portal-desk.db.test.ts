import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Me } from '@trunkline/contracts/http/people'
import type { Portal, PortalDirectory } from '@trunkline/contracts/http/portals'
import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import { startSandbox } from '@trunkline/sandbox'
import { expect, test } from 'vitest'
import { type App, startApp } from '../../app.ts'
import { readConfig } from '../../config.ts'
import { newId } from '../../ids.ts'
import { insertPortal } from '../../store/portals.ts'
import { testDatabase } from '../../store/test-database.ts'
import { cabinetClient } from '../../testing/cabinet-client.ts'
import { changePortalState } from './portal-state.ts'
import { CLIENT_SEAL, writeTokens } from './token-store.ts'

const APP = { clientId: 'app.test', clientSecret: 'test-secret' }
const PERSON = { name: 'Ольга', email: 'owner@company.example', password: 'a-long-password' }
const SHORT_LEASE = { portalLeaseMs: 1_500, portalsEveryMs: 200 }

/** One database, one connected portal, and as many nodes on it as a test starts. */
async function cluster() {
  const database = await testDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-desk-'))
  const sandbox = await startSandbox({ seed: 'demo' })
  const portal = sandbox.portals[0]!
  sandbox.registerApp({
    ...APP,
    redirectUri: 'http://127.0.0.1/back',
    scope: ['crm', 'user', 'im', 'department'],
    title: 'Test',
  })
  const secretKey = randomBytes(32).toString('base64')
  const running = new Set<App>()
  const start = async (role: string, portalAnswerMs = 10_000) => {
    const config = readConfig({
      PORT: '0',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'silent',
      ALLOW_PRIVATE_ADDRESSES: '1',
      SECRET_KEY: secretKey,
      ROLE: role,
    })
    const app = await startApp(config, {
      databaseUrl: database.url,
      tuning: { ...SHORT_LEASE, portalAnswerMs },
    })
    running.add(app)
    const client = cabinetClient(app.url)
    const node = {
      ...client,
      owns: (id: string) => app.context.portals.routes().includes(id),
      async stop() {
        running.delete(app)
        await app.stop()
      },
    }
    return { app, node }
  }
  const signedIn = async (role: string, portalAnswerMs?: number) => {
    const { node } = await start(role, portalAnswerMs)
    await node.call('POST', '/api/auth/sign-in/email', { email: PERSON.email, password: PERSON.password })
    return node
  }
  const { app, node: first } = await start('all')
  await first.call('POST', '/api/setup', { company: 'Ромашка', ...PERSON, locale: 'ru' })
  const me = await first.call<Me>('GET', '/api/me')
  const portalId = newId<PortalId>()
  const { sealer } = app.context
  await app.context.database.inWorkspace(me.workspace.id as WorkspaceId, async (tx) => {
    const granted = portal.grant(APP.clientId)
    await insertPortal(tx, {
      id: portalId,
      name: null,
      origin: new URL(portal.url).origin,
      clientId: APP.clientId,
      clientSecret: sealer.seal(CLIENT_SEAL, APP.clientSecret),
    })
    await writeTokens(tx, sealer, portalId, {
      ...APP,
      accessToken: granted.access_token,
      refreshToken: granted.refresh_token,
      expiresAt: Date.now() + 3_600_000,
      clientEndpoint: granted.client_endpoint,
      serverEndpoint: granted.server_endpoint,
      memberId: portal.memberId,
    })
    await changePortalState(tx, portalId, 'connected', undefined)
  })
  await expect.poll(() => first.owns(portalId), { timeout: 5_000 }).toBe(true)
  return {
    portal,
    portalId,
    first,
    start: signedIn,
    async [Symbol.asyncDispose]() {
      for (const each of running) await each.stop()
      await sandbox.stop()
      await database.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

test('every button of a portal works on a node that does not own it, and on one that only serves pages', async () => {
  await using world = await cluster()
  const { portal, portalId, first } = world
  const nodes = [await world.start('all'), await world.start('web')]
  for (const node of nodes) {
    expect(await node.call('POST', `/api/portals/${portalId}/check`)).toMatchObject({
      health: { state: 'connected' },
    })

    portal.edit.employee(1, { lastName: `Узел${nodes.indexOf(node)}` })
    const directory = await node.call<PortalDirectory>('POST', `/api/portals/${portalId}/sync`)
    expect(JSON.stringify(directory)).toContain(`Узел${nodes.indexOf(node)}`)

    const before = await node.call<Portal>('GET', `/api/portals/${portalId}`)
    const after = await node.call<Portal>('POST', `/api/portals/${portalId}/refresh`)
    expect(after.tokenExpiresAt).not.toBe(before.tokenExpiresAt)
    expect(node.owns(portalId)).toBe(false)
  }
  expect(first.owns(portalId)).toBe(true)
})

test('what the portal refuses is told on the other node as on the owner', async () => {
  await using world = await cluster()
  const { portal, portalId, first } = world
  const other = await world.start('all')
  portal.revokeApp(APP.clientId)
  const refused = await other.ask('POST', `/api/portals/${portalId}/refresh`)
  expect(refused).toMatchObject({ status: 409, body: { code: 'portal/reauthorise' } })
  const { status, body } = await first.ask('POST', `/api/portals/${portalId}/refresh`)
  expect({ status, code: (body as { code: string }).code }).toEqual({
    status: 409,
    code: 'portal/reauthorise',
  })
  expect(await other.call<Portal>('GET', `/api/portals/${portalId}`)).toMatchObject({
    health: { state: 'needs-attention' },
  })
})

test('when no node serves portals the answer says so in time, and one that comes later serves again', async () => {
  await using world = await cluster()
  const { portalId, first } = world
  const pages = await world.start('web', 700)
  await first.stop()
  const startedAt = performance.now()
  const refused = await pages.ask('POST', `/api/portals/${portalId}/check`)
  expect(refused).toMatchObject({ status: 504, body: { code: 'portal/no-answer' } })
  expect(refused.headers.get('content-type')).toContain('application/problem+json')
  expect(performance.now() - startedAt).toBeLessThan(3_000)
  const next = await world.start('worker')
  await expect.poll(() => next.owns(portalId), { timeout: 5_000 }).toBe(true)
  expect(await pages.call('POST', `/api/portals/${portalId}/check`)).toMatchObject({
    health: { state: 'connected' },
  })
})

test('a portal that is not ours is not found, on any node', async () => {
  await using world = await cluster()
  const pages = await world.start('web')
  for (const button of ['check', 'sync', 'refresh']) {
    const answer = await pages.ask('POST', `/api/portals/${newId<PortalId>()}/${button}`)
    expect(answer).toMatchObject({ status: 404, body: { code: 'request/not-found' } })
  }
})
