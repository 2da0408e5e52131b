import type { AuditEntry, Me } from '@trunkline/contracts/http/people'
import type { EmployeeLinks } from '@trunkline/contracts/http/portal-members'
import type { Portal } from '@trunkline/contracts/http/portals'
import type { PortalId, UserId, WorkspaceId } from '@trunkline/contracts/ids'
import { type PortalHandle, type Sandbox, startSandbox } from '@trunkline/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { undoLink } from '../../flows/portals/link-employee.ts'
import type { CabinetClient } from '../../testing/cabinet-client.ts'
import { type CabinetWorld, cabinetWorld } from '../../testing/cabinet-world.ts'
import { consent } from '../../testing/portal-consent.ts'

const APP = { clientId: 'app.framed', clientSecret: 'framed-secret' }
const SCOPE = ['crm', 'user', 'im', 'department']

interface Frame {
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
}

let world: CabinetWorld
let sandbox: Sandbox
let portal: PortalHandle
let portalId: string
/** The employee who opens the frame, and who is no administrator there. */
let employeeId: number

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'demo' })
  portal = sandbox.portals[0]!
  world = await cabinetWorld({
    env: { BITRIX24_CLIENT_ID: APP.clientId, BITRIX24_CLIENT_SECRET: APP.clientSecret },
  })
  sandbox.registerApp({
    ...APP,
    redirectUri: `${world.app.url}/oauth/bitrix24/callback`,
    installUrl: `${world.app.url}/portal/install`,
    mainUrl: `${world.app.url}/portal/app`,
    scope: SCOPE,
    title: 'Trunkline',
  })
  employeeId = portal.state.employees.find(({ isActive, isAdmin }) => isActive && !isAdmin)?.id ?? 0
  await install()
  portalId = (await world.owner.call<{ data: Portal[] }>('GET', '/api/portals')).data[0]!.id
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await sandbox.stop()
})

async function atPortal(what: string, body: object = {}, clientId = APP.clientId): Promise<Frame> {
  const response = await fetch(`${portal.url}/sandbox/api/apps/${clientId}/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return ((await response.json()) as { frame: Frame }).frame
}
/** An administrator installs the application, and the portal is read. */
async function install(): Promise<void> {
  await post(world.stranger(), await atPortal('install'))
  await atPortal('finish')
  await world.app.processAll()
}
const opened = (userId = employeeId) => atPortal('open', { userId })

/** A browser posts a form to us. */
async function submit(
  client: CabinetClient,
  path: string,
  fields: Readonly<Record<string, string>>,
  site = 'cross-site',
) {
  const { status, headers, body } = await client.ask('POST', path, {
    body: fields,
    headers: { 'x-trunkline': undefined, 'sec-fetch-site': site },
    isForm: true,
  })
  return { status, headers, text: String(body ?? '') }
}
const post = (client: CabinetClient, frame: Frame, change: Readonly<Record<string, string>> = {}) => {
  const { pathname, search } = new URL(frame.action)
  return submit(client, `${pathname}${search}`, { ...frame.fields, ...change })
}
const ticketIn = (text: string) => /name="ticket" value="([^"]+)"/.exec(text)?.[1] ?? ''
const askSession = (
  client: CabinetClient,
  ticket: string,
  headers: Record<string, string | undefined> = {},
) => client.ask('POST', '/portal/frame-session', { body: { ticket }, headers })
const links = () => world.owner.call<EmployeeLinks>('GET', '/api/employee-links')
const isInside = async (client: CabinetClient) => (await client.ask('GET', '/api/me')).status === 200

describe('the cabinet in a frame of Bitrix24', () => {
  it('asks an employee whom nobody knows to sign in once, and lets nobody in before', async () => {
    const frame = world.stranger()
    const page = await post(frame, await opened())
    expect(page.status).toBe(200)
    expect(page.text).toContain('Войти в Trunkline')
    expect(page.text).toContain(portal.domain)
    expect(page.headers.get('content-security-policy')).toContain(`frame-ancestors ${portal.url}`)
    expect(page.headers.get('x-frame-options')).toBeNull()
    expect(frame.cookie()).toBe('')
    expect((await askSession(frame, ticketIn(page.text))).body).toEqual({ isSignedIn: false })
    expect(await isInside(frame)).toBe(false)
  })

  it('links both sides by proof, signs the frame in, and the next time by itself', async () => {
    const operator = await world.colleague('operator')
    const frame = world.stranger()
    const ticket = ticketIn((await post(frame, await opened())).text)
    const tab = await submit(operator, '/portal/link', { ticket }, 'same-origin')
    expect([tab.status, tab.headers.get('location')]).toEqual([303, '/cabinet/link-portal'])
    const offered = await operator.call<{ employee: string; portal: string }>('GET', '/api/frame-link')
    expect(offered.portal).toBe(portal.domain)
    expect(offered.employee.length).toBeGreaterThan(2)
    expect((await askSession(frame, ticket)).body).toEqual({ isSignedIn: false })
    await operator.call('POST', '/api/frame-link')
    expect((await askSession(frame, ticket)).body).toEqual({ isSignedIn: true })
    const me = await frame.call<Me>('GET', '/api/me')
    expect(me.userId).toBe(operator.userId)

    const again = world.stranger()
    const page = await post(again, await opened())
    expect(page.text).toContain('Входим в Trunkline')
    expect((await again.call<Me>('GET', '/api/me')).userId).toBe(operator.userId)
    expect((await links()).links).toMatchObject([
      { userId: operator.userId, portalId, portalUserId: String(employeeId), source: 'proved' },
    ])
    const { data } = await world.owner.call<{ data: AuditEntry[] }>('GET', '/api/audit')
    expect(data.map(({ action }) => action)).toEqual(expect.arrayContaining(['employee-linked']))
  })

  it('keeps the guard against foreign pages inside the frame', async () => {
    const frame = world.stranger()
    await post(frame, await opened())
    const change = { method: 'PATCH', body: { locale: 'ru' } }
    const foreign = await frame.ask('PATCH', '/api/me', {
      body: change.body,
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect([foreign.status, (foreign.body as { code: string }).code]).toEqual([403, 'auth/cross-site'])
    const bare = await frame.ask('PATCH', '/api/me', {
      body: change.body,
      headers: { 'x-trunkline': undefined },
    })
    expect(bare.status).toBe(403)
    expect((await frame.ask('PATCH', '/api/me', { body: change.body })).status).toBe(200)
  })

  it('may be framed by the connected portals of whoever is signed in, and by nobody else', async () => {
    const ancestors = async (client: CabinetClient, headers: Record<string, string>) => {
      const { headers: got } = await client.ask('GET', '/cabinet/inbox', { headers })
      return [
        /frame-ancestors ([^;]+)/.exec(got.get('content-security-policy') ?? '')?.[1],
        got.get('x-frame-options'),
      ]
    }
    const frame = world.stranger()
    await post(frame, await opened())
    expect(await ancestors(frame, { 'sec-fetch-dest': 'iframe' })).toEqual([portal.url, null])
    expect(await ancestors(frame, { 'sec-fetch-dest': 'document' })).toEqual(["'none'", 'SAMEORIGIN'])
    expect(await ancestors(world.stranger(), { 'sec-fetch-dest': 'iframe' })).toEqual([
      "'none'",
      'SAMEORIGIN',
    ])
    const foreigner = await world.foreigner()
    expect(await ancestors(foreigner, { 'sec-fetch-dest': 'iframe' })).toEqual(["'none'", 'SAMEORIGIN'])
  })

  it('ends when an administrator undoes the link, and asks to sign in again', async () => {
    const frame = world.stranger()
    await post(frame, await opened())
    expect(await isInside(frame)).toBe(true)
    // While frames cannot be closed the link stays, to be undone again.
    const me = await world.owner.call<Me>('GET', '/api/me')
    const undone = undoLink(
      {
        database: world.app.context.database,
        users: { endFrameSessions: () => Promise.reject(new Error('the sign-in has no database')) },
      },
      me.workspace.id as WorkspaceId,
      { userId: me.userId as UserId, name: me.name },
      { portalId: portalId as PortalId, portalUserId: String(employeeId) },
    )
    await expect(undone).rejects.toThrow('no database')
    expect((await links()).links).toHaveLength(1)
    await world.owner.call('DELETE', `/api/employee-links/${portalId}/${employeeId}`)
    expect(await isInside(frame)).toBe(false)
    expect((await post(frame, await opened())).text).toContain('Войти в Trunkline')
    expect((await world.owner.ask('DELETE', `/api/employee-links/${portalId}/${employeeId}`)).status).toBe(
      404,
    )
  })

  it('ends when the member is removed, with the link', async () => {
    const operator = await world.colleague('operator')
    const frame = await linkedFrame(operator)
    expect(await isInside(frame)).toBe(true)
    await world.owner.call('DELETE', `/api/members/${operator.userId}`)
    expect(await isInside(frame)).toBe(false)
    expect((await links()).links).toEqual([])
    expect((await post(world.stranger(), await opened())).text).toContain('Войти в Trunkline')
  })
})

describe('suggestions for administrators', () => {
  it('come by e-mail or by name, are confirmed by somebody not below, and then sign in', async () => {
    const employee = portal.state.employees.find(({ id }) => id === employeeId)!
    const person = { name: 'Кто-то', email: employee.email, password: 'another-long-one', role: 'operator' }
    const { userId } = await world.owner.call<{ userId: string }>('POST', '/api/members', person)
    const { suggestions } = await links()
    expect(suggestions).toMatchObject([
      { userId, portalId, portalUserId: String(employeeId), source: 'email' },
    ])
    const request = { userId, portalId, portalUserId: String(employeeId) }
    const wrong = await world.owner.ask('POST', '/api/employee-links', {
      body: { ...request, portalUserId: '1' },
    })
    expect(wrong.status).toBe(404)
    const operator = await world.colleague('operator')
    expect((await operator.ask('POST', '/api/employee-links', { body: request })).status).toBe(403)
    const after = await world.owner.call<EmployeeLinks>('POST', '/api/employee-links', request)
    expect(after).toMatchObject({ links: [{ userId, source: 'confirmed' }], suggestions: [] })
    const frame = world.stranger()
    await post(frame, await opened())
    expect((await frame.call<Me>('GET', '/api/me')).userId).toBe(userId)
    await world.owner.call('DELETE', `/api/members/${userId}`)
  })

  it('of somebody above the one who confirms are refused', async () => {
    const me = await world.owner.call<Me>('GET', '/api/me')
    portal.edit.employee(employeeId, { email: me.email })
    await world.owner.call('POST', `/api/portals/${portalId}/sync`)
    const request = { userId: me.userId, portalId, portalUserId: String(employeeId) }
    const administrator = await world.colleague('administrator')
    expect((await administrator.ask('POST', '/api/employee-links', { body: request })).status).toBe(403)
    expect((await links()).links).toEqual([])
  })
})

describe('whoever pretends to be an employee stays outside', () => {
  const outside = async (frame: Frame, change: Readonly<Record<string, string>>, code: string) => {
    const client = world.stranger()
    const page = await post(client, frame, change)
    expect([page.status >= 400, page.text.includes(code)], code).toEqual([true, true])
    expect(client.cookie()).toBe('')
  }

  it('with an invented token, another portal’s id, or a wrong application token', async () => {
    const frame = await opened()
    await outside(frame, { AUTH_ID: 'invented' }, 'portal/unproved')
    await outside(frame, { member_id: 'f'.repeat(32) }, 'portal/unproved')
    await outside(frame, { APPLICATION_TOKEN: 'invented' }, 'portal/unproved')
  })

  it('with a token of another application of the same portal', async () => {
    sandbox.registerApp({
      clientId: 'app.other',
      clientSecret: 'other-secret',
      redirectUri: 'http://127.0.0.1:9/back',
      scope: SCOPE,
      title: 'Other',
    })
    const { access_token } = portal.grant('app.other', employeeId)
    await outside(await opened(), { AUTH_ID: access_token }, 'portal/unproved')
  })

  it('from a portal that nobody here connected', async () => {
    const stranger = sandbox.addPortal({ seed: 'demo' })
    const pair = stranger.grant(APP.clientId)
    const action = `${world.app.url}/portal/app?DOMAIN=${encodeURIComponent(stranger.domain)}&PROTOCOL=0&LANG=ru&APP_SID=1`
    const fields = {
      AUTH_ID: pair.access_token,
      REFRESH_ID: pair.refresh_token,
      SERVER_ENDPOINT: pair.server_endpoint,
      member_id: stranger.memberId,
    }
    await outside({ action, fields }, {}, 'portal/connect-first')
  })

  it('and nobody is signed in as another person by a form that fills their window', async () => {
    const operator = await world.colleague('operator')
    await linkedFrame(operator)
    const { action, fields } = await opened()
    const client = world.stranger()
    const { pathname, search } = new URL(action)
    const page = await client.ask('POST', `${pathname}${search}`, {
      body: fields,
      isForm: true,
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' },
    })
    expect([page.status, client.cookie()]).toEqual([403, ''])
    await world.owner.call('DELETE', `/api/employee-links/${portalId}/${employeeId}`)
  })

  it('and a link that did not begin in the frame ties no account', async () => {
    const operator = await world.colleague('operator')
    const ticket = ticketIn((await post(world.stranger(), await opened())).text)
    for (const site of ['cross-site', 'same-site', 'none'])
      expect((await submit(operator, '/portal/link', { ticket }, site)).status).toBe(403)
    expect((await submit(operator, '/portal/link', { ticket: `${ticket}x` }, 'same-origin')).status).toBe(403)
    expect((await operator.ask('POST', '/api/frame-link')).status).toBe(403)
    expect((await askSession(operator, ticket, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await askSession(operator, ticket, { 'x-trunkline': undefined })).status).toBe(403)
    // A ticket of this company is worth nothing in another one.
    const foreigner = await world.foreigner()
    await submit(foreigner, '/portal/link', { ticket }, 'same-origin')
    expect((await foreigner.ask('POST', '/api/frame-link')).status).toBe(403)
    expect((await links()).links).toEqual([])
  })
})

describe('the application is removed in the portal', () => {
  it('and everything open in its frames ends with the event; the tab of the same person goes on', async () => {
    const operator = await world.colleague('operator')
    const frame = await linkedFrame(operator)
    expect(await isInside(frame)).toBe(true)
    portal.uninstallApp(APP.clientId)
    await portal.eventsSettled()
    expect(await isInside(frame)).toBe(false)
    expect(await isInside(operator)).toBe(true)
    // Installed again, the employee is known still and gets in by the portal's word.
    await install()
    const again = world.stranger()
    await post(again, await opened())
    expect(await isInside(again)).toBe(true)
    // Nobody ends it who only knows the address.
    const forged = {
      event: 'ONAPPUNINSTALL',
      'auth[member_id]': portal.memberId,
      'auth[application_token]': 'invented',
    }
    expect((await submit(world.stranger(), '/portal/install', forged)).status).toBe(403)
    expect(await isInside(again)).toBe(true)
    await world.owner.call('DELETE', `/api/employee-links/${portalId}/${employeeId}`)
  })

  it('says so to the address of its registration as well', async () => {
    const operator = await world.colleague('operator')
    const frame = await linkedFrame(operator)
    const token =
      portal.state.installs.find(({ clientId }) => clientId === APP.clientId)?.applicationToken ?? ''
    const told = {
      event: 'ONAPPUNINSTALL',
      'auth[member_id]': portal.memberId,
      'auth[application_token]': token,
    }
    expect((await submit(world.stranger(), '/portal/install', told)).status).toBe(200)
    expect(await isInside(frame)).toBe(false)
    await install()
    await world.owner.call('DELETE', `/api/employee-links/${portalId}/${employeeId}`)
  })
})

describe('the portal is taken away', () => {
  it('and with it the links and everything open in its frames', async () => {
    const operator = await world.colleague('operator')
    const frame = await linkedFrame(operator)
    expect(await isInside(frame)).toBe(true)
    await world.owner.call('DELETE', `/api/portals/${portalId}`)
    expect(await isInside(frame)).toBe(false)
    expect(await isInside(operator)).toBe(true)
    expect((await links()).links).toEqual([])
    expect(portal.state.eventBindings).toEqual([])
    expect(
      await world.query(
        'select 1 from portals where tokens is not null or application_token is not null or length(client_secret) > 0',
      ),
    ).toEqual([])
    // Its consent may be given anew, as for any new portal.
    const begun = await world.owner.call<{ authorizeUrl: string }>('POST', '/api/portals', {
      domain: portal.url,
    })
    expect((await consent(portal, begun.authorizeUrl)).status).toBe(200)
  })
})

/** A frame that is signed in as this member by proof. */
async function linkedFrame(member: CabinetClient): Promise<CabinetClient> {
  const frame = world.stranger()
  const ticket = ticketIn((await post(frame, await opened())).text)
  await submit(member, '/portal/link', { ticket }, 'same-origin')
  await member.call('POST', '/api/frame-link')
  await askSession(frame, ticket)
  return frame
}
