import type { AuditEntry } from '@trunkline/contracts/http/people'
import type { Portal } from '@trunkline/contracts/http/portals'
import type { Integration } from '@trunkline/contracts/http/settings'
import { type PortalHandle, type Sandbox, startSandbox } from '@trunkline/sandbox'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type CabinetWorld, cabinetWorld } from '../../testing/cabinet-world.ts'
import { consent } from '../../testing/portal-consent.ts'

const APP = { clientId: 'app.market', clientSecret: 'market-secret' }

interface Frame {
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
}

let world: CabinetWorld
let sandbox: Sandbox
let portal: PortalHandle

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'demo' })
  portal = sandbox.portals[0]!
  world = await cabinetWorld({
    env: {
      BITRIX24_CLIENT_ID: APP.clientId,
      BITRIX24_CLIENT_SECRET: APP.clientSecret,
      // Each test calls from an address of its own, or they would be too many together.
      TRUST_PROXY: '1',
    },
  })
  registerPaged()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await sandbox.stop()
})
afterEach(async () => {
  for (const { id } of await portals()) await world.owner.call('DELETE', `/api/portals/${id}`)
  portal.uninstallApp(APP.clientId)
  await portal.eventsSettled()
  portal.limits.reset()
  address++
  auditBefore = await audits()
})

let address = 1
let auditBefore = 0

function registerPaged(): void {
  sandbox.registerApp({
    ...APP,
    redirectUri: `${world.app.url}/oauth/bitrix24/callback`,
    installUrl: `${world.app.url}/portal/install`,
    scope: ['crm', 'user', 'im', 'department'],
    title: 'Trunkline',
  })
}

/** The portal's own page asks for something of an application. */
async function atPortal(what: string, body: object = {}, clientId = APP.clientId): Promise<Frame> {
  const response = await fetch(`${portal.url}/sandbox/api/apps/${clientId}/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return ((await response.json()) as { frame: Frame }).frame
}

/** The portal opens the frame. */
async function open(frame: Frame, change: Readonly<Record<string, string>> = {}) {
  const response = await fetch(frame.action, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-for': `203.0.113.${address}`,
    },
    body: new URLSearchParams({ ...frame.fields, ...change }),
  })
  await world.app.processAll()
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const portals = async () => (await world.owner.call<{ data: Portal[] }>('GET', '/api/portals')).data
const chosen = async () => (await world.owner.call<Integration>('GET', '/api/integration')).portalId
const audits = async () =>
  Number((await world.query<{ n: string }>('select count(*) as n from audit_log'))[0]?.n)
/** Entries of this test. */
const audit = async (action: string) => {
  const { data } = await world.owner.call<{ data: AuditEntry[] }>('GET', '/api/audit')
  return data.slice(0, (await audits()) - auditBefore).filter((entry) => entry.action === action)
}
const connect = async () => {
  const begun = await world.owner.call<{ portal: Portal; authorizeUrl: string }>('POST', '/api/portals', {
    domain: portal.url,
  })
  expect((await consent(portal, begun.authorizeUrl)).status).toBe(200)
  await world.app.processAll()
  return begun.portal.id
}
const handlers = () => portal.state.eventBindings.filter(({ event }) => event === 'ONAPPUNINSTALL')
const someone = (isAdmin: boolean) =>
  portal.state.employees.find((one) => one.isActive && one.isAdmin === isAdmin)?.id ?? 0

describe('an installation from Bitrix24', () => {
  it('makes the entry without typing, bound and read, but leaves the choice to the cabinet', async () => {
    const page = await open(await atPortal('install'))
    expect(page.status).toBe(200)
    expect(page.text).toContain('Trunkline установлен')
    expect(page.text).toContain('BX24.installFinish()')
    expect(page.text).toContain(`${world.app.url}/cabinet/integrations/bitrix24`)
    const [entry, ...others] = await portals()
    expect(others).toEqual([])
    expect(entry).toMatchObject({
      name: portal.domain,
      origin: new URL(portal.url).origin,
      health: { state: 'connected' },
      actingUser: { admin: true },
      installedAt: expect.any(String),
    })
    expect(await chosen()).toBeNull()
    expect(handlers()).toHaveLength(1)
    expect(await audit('portal-installed')).toMatchObject([{ actorName: null, subject: entry?.origin }])

    await world.owner.call('PUT', '/api/integration', { portalId: entry?.id })
    expect(await chosen()).toBe(entry?.id)
    expect((await portals())[0]?.installedAt).toBeNull()
  })

  it('is a page for the frame of that portal alone, and nobody else’s', async () => {
    const { headers } = await open(await atPortal('install'))
    expect(headers.get('content-security-policy')).toContain(`frame-ancestors ${portal.url}`)
    expect(headers.get('content-security-policy')).not.toContain('unsafe')
    expect(headers.get('x-frame-options')).toBeNull()
    const cabinet = await fetch(`${world.app.url}/api/setup`)
    expect(cabinet.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(cabinet.headers.get('x-frame-options')).not.toBeNull()
  })

  it('speaks the language of the portal', async () => {
    const frame = await atPortal('install')
    const page = await open({ ...frame, action: frame.action.replace('LANG=ru', 'LANG=de') })
    expect(page.text).toContain('<html lang="en">')
    expect(page.text).toContain('Trunkline is installed')
  })

  it('and then the connection from the cabinet are one entry, which the integration then uses', async () => {
    await open(await atPortal('install'))
    const [entry] = await portals()
    expect(await connect()).toBe(entry?.id)
    expect(await portals()).toHaveLength(1)
    expect(await chosen()).toBe(entry?.id)
  })

  it('after the connection from the cabinet is merged into its entry, which goes on being used', async () => {
    const id = await connect()
    const page = await open(await atPortal('install'))
    expect(page.text).toContain('интеграция снова работает с ним')
    expect(await portals()).toMatchObject([{ id, health: { state: 'connected' }, installedAt: null }])
    expect(await chosen()).toBe(id)
    await world.owner.call('POST', `/api/portals/${id}/check`)
    expect((await portals())[0]?.health.state).toBe('connected')
  })

  it('finishes a connection that was begun in the cabinet and left', async () => {
    const begun = await world.owner.call<{ portal: Portal }>('POST', '/api/portals', {
      domain: portal.url,
      name: 'Главный',
    })
    await open(await atPortal('install'))
    expect(await portals()).toMatchObject([
      { id: begun.portal.id, name: 'Главный', health: { state: 'connected' } },
    ])
  })

  it('again and again stays one entry with working keys', async () => {
    for (let time = 0; time < 3; time++) expect((await open(await atPortal('install'))).status).toBe(200)
    const [entry, ...others] = await portals()
    expect(others).toEqual([])
    await world.owner.call('POST', `/api/portals/${entry?.id}/refresh`)
    expect((await portals())[0]?.health.state).toBe('connected')
  })

  it('twice at one moment stays one entry', async () => {
    const frame = await atPortal('install')
    const pages = await Promise.all([open(frame), open(frame), open(frame)])
    expect(pages.some(({ status }) => status === 200)).toBe(true)
    expect(await portals()).toHaveLength(1)
  })

  it('of an application without pages comes as an event, and its removal too', async () => {
    sandbox.registerApp({
      ...APP,
      redirectUri: `${world.app.url}/oauth/bitrix24/callback`,
      handlerUrl: `${world.app.url}/portal/install`,
      scope: ['crm', 'user', 'im', 'department'],
      title: 'Trunkline',
    })
    await atPortal('install')
    await portal.eventsSettled()
    expect(await portals()).toMatchObject([{ name: portal.domain, health: { state: 'connected' } }])
    portal.uninstallApp(APP.clientId)
    await portal.eventsSettled()
    expect((await portals())[0]?.health).toMatchObject({ state: 'needs-attention', action: 'authorise' })
    registerPaged()
  })

  it('after a removal is the same entry again, and a later removal is believed by the new token', async () => {
    const id = await connect()
    portal.uninstallApp(APP.clientId)
    await portal.eventsSettled()
    expect((await portals())[0]?.health.state).toBe('needs-attention')
    await open(await atPortal('install'))
    expect(await portals()).toMatchObject([{ id, health: { state: 'connected' } }])
    await atPortal('finish')
    portal.uninstallApp(APP.clientId)
    await portal.eventsSettled()
    expect((await portals())[0]?.health.state).toBe('needs-attention')
    expect(await connect()).toBe(id)
    portal.uninstallApp(APP.clientId)
    await portal.eventsSettled()
    expect((await portals())[0]?.health.state).toBe('needs-attention')
  })
})

describe('a consent by somebody who is no administrator', () => {
  const named = () => {
    const { name, lastName } = portal.state.employees.find(({ id }) => id === someone(false))!
    return `${name} ${lastName}`
  }
  const consentAs = (authorizeUrl: string, headers: Readonly<Record<string, string>>) =>
    consent(portal, authorizeUrl, { userId: someone(false), headers })
  const keys = () => world.query('select tokens::text, state from portals where deleted_at is null')

  it('is refused with the missing right in the reader’s language, and leaves nothing half-connected', async () => {
    portal.grant(APP.clientId)
    for (const [headers, words] of [
      [
        { 'accept-language': 'ru' },
        [`У сотрудника «${named()}» нет права «Администратор»`, 'Ничего не подключено'],
      ],
      [{ 'accept-language': 'en' }, [`The employee “${named()}” does not have the “Administrator” right`]],
      // The cabinet's language is the reader's own choice; the browser's is a guess.
      [{ 'accept-language': 'en', cookie: world.owner.cookie() }, ['нет права «Администратор»']],
    ] as const) {
      const begun = await world.owner.call<{ authorizeUrl: string }>('POST', '/api/portals', {
        domain: portal.url,
      })
      const page = await consentAs(begun.authorizeUrl, headers)
      expect(page.status).toBe(403)
      for (const word of words) expect(page.text).toContain(word)
      expect(page.text).toContain(portal.domain)
      expect(await portals()).toEqual([])
      expect(await chosen()).toBeNull()
      expect(await world.query('select 1 from portals where tokens is not null')).toEqual([])
      expect(handlers()).toEqual([])
      expect(await audit('portal-connected')).toEqual([])
    }
  })

  it('harms no connection that works, by either way of installing', async () => {
    const id = await connect()
    const before = await keys()
    const again = await world.owner.call<{ authorizeUrl: string }>('POST', `/api/portals/${id}/authorise`)
    expect((await consentAs(again.authorizeUrl, {})).status).toBe(403)
    const pair = portal.grant(APP.clientId, someone(false))
    const page = await open(await atPortal('install'), {
      AUTH_ID: pair.access_token,
      REFRESH_ID: pair.refresh_token,
    })
    expect(page.status).toBe(403)
    expect(page.text).toContain(`У сотрудника «${named()}» нет права «Администратор»`)
    expect(await keys()).toEqual(before)
    expect(await chosen()).toBe(id)
    await world.owner.call('POST', `/api/portals/${id}/check`)
    expect(await portals()).toMatchObject([
      { id, health: { state: 'connected' }, actingUser: { admin: true } },
    ])
  })
})

describe('on a server of one region', () => {
  let own: CabinetWorld
  beforeAll(async () => {
    own = await cabinetWorld({
      env: {
        BITRIX24_CLIENT_ID: APP.clientId,
        BITRIX24_CLIENT_SECRET: APP.clientSecret,
        BITRIX24_REGIONS: 'ru, BY',
      },
    })
    sandbox.registerApp({
      ...APP,
      redirectUri: `${own.app.url}/oauth/bitrix24/callback`,
      installUrl: `${own.app.url}/portal/install`,
      scope: ['crm', 'user', 'im', 'department'],
      title: 'Trunkline',
    })
  })
  afterAll(async () => {
    await own[Symbol.asyncDispose]()
    registerPaged()
  })
  const entries = async () => (await own.owner.call<{ data: Portal[] }>('GET', '/api/portals')).data
  const begin = (of: PortalHandle) =>
    own.owner.call<{ authorizeUrl: string }>('POST', '/api/portals', { domain: of.url })

  it('a portal of that region is connected, and its region is told', async () => {
    expect((await consent(portal, (await begin(portal)).authorizeUrl)).status).toBe(200)
    const [entry] = await entries()
    expect(entry).toMatchObject({ region: 'ru', health: { state: 'connected' } })
    await own.owner.call('POST', `/api/portals/${entry?.id}/sync`)
    expect(await entries()).toMatchObject([{ region: 'ru' }])
    await own.owner.call('DELETE', `/api/portals/${entry?.id}`)
  })

  it('a portal of another region is refused with the reason, both ways, and nothing of it stays', async () => {
    const stranger = sandbox.addPortal({ seed: 'demo', language: 'en' })
    const page = await consent(stranger, (await begin(stranger)).authorizeUrl)
    expect(page.status).toBe(403)
    expect(page.text).toContain('из региона «en», а данные на этом сервере хранятся для регионов: ru, by')
    expect(await entries()).toEqual([])

    const offered = await fetch(`${stranger.url}/sandbox/api/apps/${APP.clientId}/install`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    const installed = await open(((await offered.json()) as { frame: Frame }).frame)
    expect(installed.status).toBe(403)
    expect(installed.text).toContain('portal/other-region')
    expect(installed.text).toContain(
      'is of the region “en”, and this server keeps data of the regions: ru, by',
    )
    expect(await entries()).toEqual([])
    expect(await own.query('select 1 from portals where tokens is not null')).toEqual([])
  })
})

describe('a forged installation changes nothing', () => {
  const refused = async (
    frame: Frame,
    change: Readonly<Record<string, string>>,
    status: number,
    code: string,
  ) => {
    const page = await open(frame, change)
    expect([page.status, page.text.includes(code)], JSON.stringify(change)).toEqual([status, true])
    expect(await portals()).toEqual([])
    expect(await audit('portal-installed')).toEqual([])
  }

  it('with a token that nobody issued, a foreign portal’s id or a foreign auth server', async () => {
    const frame = await atPortal('install')
    await refused(frame, { AUTH_ID: 'invented' }, 403, 'portal/unproved')
    await refused(frame, { REFRESH_ID: 'invented' }, 403, 'portal/unproved')
    await refused(frame, { member_id: 'f'.repeat(32) }, 403, 'portal/unproved')
    const action = frame.action.replace(encodeURIComponent(portal.domain), '127.0.0.1%3A9')
    expect(action).not.toBe(frame.action)
    await refused({ ...frame, action }, {}, 403, 'portal/unproved')
    await refused(
      { ...frame, action: frame.action.replace('DOMAIN=', 'NOTHING=') },
      {},
      400,
      'request/malformed',
    )
    // After all of them the true one still works.
    expect((await open(frame)).status).toBe(200)
  })

  it('of another portal in the name of this one', async () => {
    const stranger = sandbox.addPortal({ seed: 'demo' })
    const theirs = await fetch(`${stranger.url}/sandbox/api/apps/${APP.clientId}/install`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    const { frame } = (await theirs.json()) as { frame: Frame }
    const mine = await atPortal('install')
    await refused({ action: mine.action, fields: frame.fields }, {}, 403, 'portal/unproved')
    await refused(
      { action: mine.action, fields: frame.fields },
      { member_id: portal.memberId },
      403,
      'portal/unproved',
    )
  })

  it('with the tokens of another application of the same portal', async () => {
    sandbox.registerApp({
      clientId: 'app.stranger',
      clientSecret: 'stranger-secret',
      redirectUri: 'http://127.0.0.1:9/back',
      installUrl: `${world.app.url}/portal/install`,
      scope: ['crm'],
      title: 'Stranger',
    })
    await refused(await atPortal('install', {}, 'app.stranger'), {}, 409, 'portal/connect-first')
  })

  it('with the token of somebody who is no administrator', async () => {
    const frame = await atPortal('install')
    const pair = portal.grant(APP.clientId, someone(false))
    await refused(
      frame,
      { AUTH_ID: pair.access_token, REFRESH_ID: pair.refresh_token },
      403,
      'portal/not-admin',
    )
  })

  it('with a removal whose application token is wrong', async () => {
    const id = await connect()
    const answer = await fetch(`${world.app.url}/portal/install`, {
      method: 'POST',
      body: new URLSearchParams({
        event: 'ONAPPUNINSTALL',
        'auth[member_id]': portal.memberId,
        'auth[application_token]': 'invented',
      }),
    })
    expect(answer.status).toBe(403)
    expect(await portals()).toMatchObject([{ id, health: { state: 'connected' } }])
  })

  it('when it is a replay: the entry, its keys and its audit stay as they are', async () => {
    const frame = await atPortal('install')
    await open(frame)
    const keys = () => world.query('select tokens::text from portals where deleted_at is null')
    const before = await keys()
    expect((await open(frame)).status).toBe(200)
    expect(await keys()).toEqual(before)
    expect(await audit('portal-installed')).toHaveLength(1)
    // Once the portal is gone from the list, the old post brings nothing back.
    await world.owner.call('DELETE', `/api/portals/${(await portals())[0]?.id}`)
    expect((await open(frame)).status).toBe(403)
    expect(await portals()).toEqual([])
  })

  it('that is too large or too frequent is not even read', async () => {
    const big = await fetch(`${world.app.url}/portal/install`, { method: 'POST', body: 'x'.repeat(70_000) })
    expect(big.status).toBe(413)
    const many = await Promise.all(
      Array.from({ length: 40 }, () =>
        fetch(`${world.app.url}/portal/install`, { method: 'POST', body: 'a=1' }),
      ),
    )
    expect(many.some(({ status }) => status === 429)).toBe(true)
  })
})

describe('on a server of several companies', () => {
  it('a portal that none of them connected is refused, and one that is known is not', async () => {
    await world.foreigner()
    const frame = await atPortal('install')
    const page = await open(frame)
    expect([page.status, page.text.includes('portal/connect-first')]).toEqual([409, true])
    expect(await portals()).toEqual([])
    // An address that somebody typed and never proved is no claim to the portal.
    await world.owner.call('POST', '/api/portals', { domain: portal.url })
    expect((await open(await atPortal('install'))).status).toBe(409)
    const id = await connect()
    expect((await open(await atPortal('install'))).status).toBe(200)
    expect(await portals()).toMatchObject([{ id, health: { state: 'connected' } }])
  })
})
