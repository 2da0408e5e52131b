import type { Portal } from '@trunkline/contracts/http/portals'
import type { Integration, SettingsDocument } from '@trunkline/contracts/http/settings'
import { type PortalHandle, type Sandbox, startSandbox } from '@trunkline/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CabinetWorld, cabinetWorld } from '../../testing/cabinet-world.ts'
import { consent } from '../../testing/portal-consent.ts'

const APP = { clientId: 'app.change', clientSecret: 'change-secret' }

let world: CabinetWorld
let sandbox: Sandbox
let portal: PortalHandle
let id: string

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'demo' })
  portal = sandbox.portals[0]!
  world = await cabinetWorld({
    env: { BITRIX24_CLIENT_ID: APP.clientId, BITRIX24_CLIENT_SECRET: APP.clientSecret },
  })
  sandbox.registerApp({
    ...APP,
    redirectUri: `${world.app.url}/oauth/bitrix24/callback`,
    scope: ['crm', 'user', 'im', 'department'],
    title: 'Trunkline',
  })
  id = await connect(portal)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await sandbox.stop()
})

async function connect(which: PortalHandle): Promise<string> {
  const begun = await world.owner.call<{ portal: Portal; authorizeUrl: string }>('POST', '/api/portals', {
    domain: which.url,
  })
  expect((await consent(which, begun.authorizeUrl)).status).toBe(200)
  return begun.portal.id
}
const get = () => world.owner.call<Portal>('GET', `/api/portals/${id}`)
const change = (body: object) => world.owner.ask('PATCH', `/api/portals/${id}`, { body })
const authorise = async () =>
  (await world.owner.call<{ authorizeUrl: string }>('POST', `/api/portals/${id}/authorise`)).authorizeUrl
const hits = (which: PortalHandle) => which.counts.hits + which.counts.oauthHits

describe('a portal in the list', () => {
  it('is called by its name, and by its domain once the name is cleared', async () => {
    await change({ name: 'Главный' })
    expect((await get()).name).toBe('Главный')
    await change({ name: '  ' })
    expect((await get()).name).toBe(portal.domain)
  })

  it('gets new keys for everybody who asks at one moment, whatever became of the old ones', async () => {
    portal.faults.add({ kind: 'expired-token', count: 1 })
    const before = portal.counts.oauthHits
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => world.owner.ask('POST', `/api/portals/${id}/refresh`)),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
    expect(portal.counts.oauthHits - before).toBeLessThanOrEqual(8)
    expect((await get()).health.state).toBe('connected')
    await world.owner.call('POST', `/api/portals/${id}/sync`)
  })

  it('whose keys were taken away says so, and comes back by a new consent', async () => {
    portal.revokeApp(APP.clientId)
    const refused = await world.owner.ask('POST', `/api/portals/${id}/refresh`)
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([409, 'portal/reauthorise'])
    expect((await get()).health).toMatchObject({ state: 'needs-attention', action: 'authorise' })
    expect((await consent(portal, await authorise())).status).toBe(200)
    expect((await get()).health.state).toBe('connected')
  })
})

describe('a changed address', () => {
  it('is refused when there is no portal, and nothing changes', async () => {
    const before = await get()
    const refused = await change({ domain: 'http://127.0.0.1:9' })
    expect(refused.body).toMatchObject({ code: 'portal/unreachable', errors: [{ pointer: '/domain' }] })
    expect((await get()).origin).toBe(before.origin)
  })

  it('takes leave of the old one, asks for a new consent and flags what was chosen there', async () => {
    const channel = await world.owner.call<{ id: string }>('POST', '/api/channels', {
      type: 'site-widget',
      title: 'Сайт',
      settings: { allowedOrigins: ['https://site.example'] },
    })
    const responsible = portal.state.employees.find(({ isActive }) => isActive)!.id
    for (const [section, value] of [
      ['main', { active: true }],
      [
        'chats',
        {
          active: true,
          enabled: true,
          channelIds: [channel.id],
          defaultResponsibleId: String(responsible),
        },
      ],
    ] as const) {
      const document = await world.owner.call<SettingsDocument>('GET', `/api/settings/${section}`)
      await world.owner.call('PUT', `/api/settings/${section}`, {
        value: { ...document.value, ...value },
        version: document.version,
      })
    }
    const notices = () => world.query<{ code: string }>('select code from settings_notices')
    expect(await notices()).toEqual([])
    expect(portal.state.eventBindings).toHaveLength(1)

    const other = sandbox.addPortal({ seed: 'demo' })
    expect((await change({ domain: other.url })).status).toBe(200)
    expect(portal.state.eventBindings).toEqual([])
    const asked = hits(portal)
    const moved = await get()
    expect(moved).toMatchObject({ origin: other.url, health: { state: 'connecting', action: 'authorise' } })
    expect(await notices()).not.toEqual([])
    await world.owner.ask('POST', `/api/portals/${id}/check`)
    await world.owner.ask('POST', `/api/portals/${id}/sync`)
    expect(hits(portal)).toBe(asked)

    // It is another portal: its cards are not those that our conversations are linked to.
    const refused = await consent(other, await authorise())
    expect([refused.status, refused.text.includes('По этому адресу другой портал')]).toEqual([409, true])
    expect((await get()).health).toMatchObject({ action: 'authorise' })

    // The same portal under its former address: everything chosen is there again.
    expect((await change({ domain: portal.url })).status).toBe(200)
    expect((await consent(portal, await authorise())).status).toBe(200)
    await world.owner.call('POST', `/api/portals/${id}/sync`)
    expect((await get()).health.state).toBe('connected')
    expect(await notices()).toEqual([])
  })
})

describe('several portals', () => {
  it('stand in the list side by side, one is chosen, and one goes without the other', async () => {
    const second = sandbox.addPortal({ seed: 'demo' })
    const secondId = await connect(second)
    const { data } = await world.owner.call<{ data: Portal[] }>('GET', '/api/portals')
    expect(data.map((one) => one.id).sort()).toEqual([id, secondId].sort())
    const chosen = () => world.owner.call<Integration>('GET', '/api/integration')
    expect((await chosen()).portalId).toBe(id)
    await world.owner.call('DELETE', `/api/portals/${secondId}`)
    expect((await chosen()).portalId).toBe(id)
    expect(second.state.eventBindings).toEqual([])
    expect(portal.state.eventBindings).toHaveLength(1)
  })
})

describe('a portal that is deleted', () => {
  it('leaves no key and no handler, even when it does not answer any more', async () => {
    const secrets = () =>
      world.query(
        'select 1 from portals where deleted_at is not null and (tokens is not null or application_token is not null or length(client_secret) > 0)',
      )
    portal.faults.add({ kind: 'portal-deleted' })
    expect((await world.owner.ask('DELETE', `/api/portals/${id}`)).status).toBe(204)
    portal.faults.clear()
    expect(await secrets()).toEqual([])
    expect((await world.owner.call<Integration>('GET', '/api/integration')).portalId).toBeNull()
    // What it still reports is taken by nobody.
    const handler = portal.state.eventBindings[0]?.handler ?? ''
    const told = await fetch(handler, {
      method: 'POST',
      body: new URLSearchParams({ event: 'ONAPPUNINSTALL' }),
    })
    expect(told.status).toBe(200)

    id = await connect(portal)
    expect((await get()).health.state).toBe('connected')
    await world.owner.call('DELETE', `/api/portals/${id}`)
    expect(await secrets()).toEqual([])
  })
})
