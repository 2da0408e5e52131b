import type { AuditEntry } from '@trunkline/contracts/http/people'
import type { Portal } from '@trunkline/contracts/http/portals'
import type { Integration, SettingsDocument } from '@trunkline/contracts/http/settings'
import { type PortalHandle, type Sandbox, startSandbox } from '@trunkline/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CabinetWorld, cabinetWorld } from '../../testing/cabinet-world.ts'
import { consent } from '../../testing/portal-consent.ts'
import { welcomePortals } from './welcome-portal.ts'

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
  // The page after the consent does not wait until the portal was read.
  const bound = which.state.eventBindings.length
  expect((await consent(which, begun.authorizeUrl)).status).toBe(200)
  expect(which.state.eventBindings).toHaveLength(bound)
  await world.app.processAll()
  expect(which.state.eventBindings).toHaveLength(bound + 1)
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

  it('is asked to report each hour, if it did not hear it when it was connected', async () => {
    portal.state.eventBindings.length = 0
    const { database, portalDesk } = world.app.context
    await welcomePortals(database, portalDesk)
    await world.app.processAll()
    expect(portal.state.eventBindings).toMatchObject([{ event: 'ONAPPUNINSTALL' }])
    await welcomePortals(database, portalDesk)
    await world.app.processAll()
    expect(portal.state.eventBindings).toHaveLength(1)
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
    // An address that another entry has is refused before anybody takes leave.
    const moved = await world.owner.ask('PATCH', `/api/portals/${secondId}`, { body: { domain: portal.url } })
    expect(moved.body).toMatchObject({ code: 'request/duplicate', errors: [{ pointer: '/domain' }] })
    expect(second.state.eventBindings).toHaveLength(1)
    await world.owner.call('DELETE', `/api/portals/${secondId}`)
    expect((await chosen()).portalId).toBe(id)
    expect(second.state.eventBindings).toEqual([])
    expect(portal.state.eventBindings).toHaveLength(1)
  })
})

describe('one portal under two addresses', () => {
  it('is refused, and leaves no second entry', async () => {
    await world.query(`update portals set origin = 'http://former.example' where id = $1 returning 1`, [id])
    const begun = await world.owner.call<{ portal: Portal; authorizeUrl: string }>('POST', '/api/portals', {
      domain: portal.url,
    })
    expect((await consent(portal, begun.authorizeUrl)).status).toBe(409)
    const { data } = await world.owner.call<{ data: Portal[] }>('GET', '/api/portals')
    expect(data.map((one) => one.id)).toEqual([id])
    await world.query('update portals set origin = $2 where id = $1 returning 1', [
      id,
      new URL(portal.url).origin,
    ])
  })
})

describe('a portal that is deleted', () => {
  const transfers = () => world.query('select state, reason from transfers')
  const lanes = () =>
    world.query(`select lane, key from mailbox where lane in ('transfer', 'reconcile', 'portal')`)

  it('is waited for by nothing, though it was away and no node serves it any more', async () => {
    await world.query(`update portals set state = 'unreachable' where id = $1 returning 1`, [id])
    const [channel] = await world.query<{ publicKey: string }>(
      `select public_key as "publicKey" from channels`,
    )
    const write = (text: string) => world.visitorWrites(channel!.publicKey, 'v1', text)
    await world.visitorShares(channel!.publicKey, 'v1', { name: 'Клиент', phone: '+79120000077' })
    await write('Первое')
    expect(await transfers()).toMatchObject([{ state: 'held' }])
    await world.owner.call('POST', '/api/reconciliation')
    await world.owner.call('DELETE', `/api/portals/${id}`)
    await world.app.context.portals.refresh()
    await world.app.processAll()
    expect(await transfers()).toEqual([{ state: 'not_passed', reason: 'no-integration' }])
    expect(await world.query('select state from reconciliations')).toEqual([{ state: 'failed' }])
    // Looked at before the portal was gone, stored after it: the route is a portal's that nobody serves.
    await world.query(
      `insert into mailbox (workspace_id, lane, key, route, next_at)
        select workspace_id, 'transfer', integration_id || ':' || contact_id, $1, now() + interval '1 day'
        from transfers returning 1`,
      [id],
    )
    await write('Второе')
    expect(await lanes()).toEqual([])

    // The next portal is this integration's: what was held for whatever reason goes there.
    await world.query(`update transfers set state = 'held', reason = 'reauthorise' returning 1`)
    id = await connect(portal)
    await world.owner.call('POST', `/api/portals/${id}/sync`)
    await world.app.processAll()
    expect(await transfers()).toMatchObject([{ state: 'passed' }])
    const { data } = await world.owner.call<{ data: AuditEntry[] }>('GET', '/api/audit')
    expect(data.slice(0, 2).map(({ action }) => action)).toEqual(['portal-chosen', 'portal-connected'])
  })

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
