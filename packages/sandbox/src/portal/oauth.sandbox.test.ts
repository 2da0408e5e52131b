import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Reply, readReply, startTestPortal, type TestPortal } from './test-portal.ts'

let stage: TestPortal
beforeEach(async () => {
  stage = await startTestPortal({ portal: { language: 'en' } })
  stage.sandbox.registerApp({
    clientId: 'local.fresh',
    clientSecret: 'fresh-secret',
    redirectUri: 'http://127.0.0.1:9/back',
    scope: ['crm', 'user'],
    title: 'Fresh & new',
  })
})
afterEach(() => stage.sandbox.stop())

const authorizeUrl = (state = 's-1'): string =>
  `${stage.portal.url}/oauth/authorize/?client_id=local.fresh&state=${encodeURIComponent(state)}`

async function post(form: Record<string, string>, cookie = ''): Promise<Response> {
  return fetch(`${stage.portal.url}/oauth/authorize/`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(cookie === '' ? {} : { cookie }) },
    body: new URLSearchParams({ client_id: 'local.fresh', state: 's-1', lang: 'en', ...form }).toString(),
  })
}

/** Walks log-in and consent as an administrator and gives the redirect's parameters. */
async function walk(): Promise<URLSearchParams> {
  const login = await post({ step: 'login', user_id: '1' })
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const consent = await post({ step: 'consent', decision: 'allow' }, cookie)
  expect(consent.status).toBe(302)
  return new URL(consent.headers.get('location') ?? '').searchParams
}

async function token(form: Record<string, string>): Promise<Reply> {
  return readReply(
    await fetch(`${stage.sandbox.authUrl}/oauth/token/`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        client_id: 'local.fresh',
        client_secret: 'fresh-secret',
        ...form,
      }).toString(),
    }),
  )
}

describe('authorization', () => {
  test('the page lists employees who still work here and escapes what it prints', async () => {
    const html = await (await fetch(authorizeUrl('"><script>'))).text()
    expect(html).toContain('Anna Sokolova')
    expect(html).not.toContain('Pavel Gromov')
    expect(html).not.toContain('<script>')
  })

  test('a non-administrator is refused with a sentence and no code', async () => {
    const reply = await post({ step: 'login', user_id: '7' })
    expect(reply.status).toBe(403)
    expect(await reply.text()).toContain('Only an administrator of the portal may install')
  })

  test('an installed application gets the code of any employee, and the token says who it is', async () => {
    await walk()
    const reply = await post({ step: 'login', user_id: '7' })
    const code = new URL(reply.headers.get('location') ?? '').searchParams.get('code') ?? ''
    expect((await token({ grant_type: 'authorization_code', code })).body).toMatchObject({ user_id: 7 })
    stage.portal.uninstallApp('local.fresh')
  })

  test('consent installs the app and redirects to the registered address with everything documented', async () => {
    const found = await walk()
    expect(Object.fromEntries(found)).toMatchObject({
      state: 's-1',
      domain: stage.portal.domain,
      member_id: stage.portal.memberId,
      scope: 'crm,user',
      server_domain: new URL(stage.sandbox.authUrl).host,
    })
    expect(found.get('code')).toBeTruthy()
    expect(stage.portal.state.installs.map(({ clientId }) => clientId)).toContain('local.fresh')
  })

  test('refused consent gives no code', async () => {
    const login = await post({ step: 'login', user_id: '1' })
    const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const reply = await post({ step: 'consent', decision: 'refuse' }, cookie)
    expect(reply.status).toBe(403)
    expect(reply.headers.get('location')).toBeNull()
  })

  test('an unknown client is told so by the portal', async () => {
    expect((await fetch(`${stage.portal.url}/oauth/authorize/?client_id=nobody`)).status).toBe(404)
  })
})

describe('tokens', () => {
  test('a code gives a pair once, by POST or GET, and only within thirty seconds', async () => {
    const code = (await walk()).get('code') ?? ''
    const first = await token({ grant_type: 'authorization_code', code })
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({
      expires_in: 3600,
      client_endpoint: `${stage.portal.url}/rest/`,
      server_endpoint: `${stage.sandbox.authUrl}/rest/`,
      domain: new URL(stage.sandbox.authUrl).host,
      member_id: stage.portal.memberId,
      status: 'L',
      user_id: 1,
      scope: 'crm,user',
    })
    expect(await token({ grant_type: 'authorization_code', code })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    const late = (await walk()).get('code') ?? ''
    stage.clock.advance(30_000)
    expect(await token({ grant_type: 'authorization_code', code: late })).toMatchObject({
      body: { error: 'invalid_grant' },
    })
    const byGet = (await walk()).get('code') ?? ''
    const query = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'local.fresh',
      client_secret: 'fresh-secret',
      code: byGet,
    })
    expect((await fetch(`${stage.sandbox.authUrl}/oauth/token/?${query}`)).status).toBe(200)
  })

  test('an access token lives one hour; a refresh gives a new pair and spends the old refresh token', async () => {
    const first = await token({ grant_type: 'authorization_code', code: (await walk()).get('code') ?? '' })
    const oldToken = String(first.body['access_token'])
    stage.clock.advance(3_599_000)
    expect((await stage.call('profile', {}, { token: oldToken })).status).toBe(200)
    stage.clock.advance(1000)
    expect(await stage.call('profile', {}, { token: oldToken })).toMatchObject({
      status: 401,
      body: { error: 'expired_token' },
    })
    const refreshToken = String(first.body['refresh_token'])
    const second = await token({ grant_type: 'refresh_token', refresh_token: refreshToken })
    expect(second.status).toBe(200)
    expect(second.body['refresh_token']).not.toBe(refreshToken)
    expect((await stage.call('profile', {}, { token: String(second.body['access_token']) })).status).toBe(200)
    expect(await token({ grant_type: 'refresh_token', refresh_token: refreshToken })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
  })

  test('a refresh token dies after 180 days', async () => {
    const first = await token({ grant_type: 'authorization_code', code: (await walk()).get('code') ?? '' })
    stage.clock.advance(180 * 86_400_000)
    expect(
      await token({ grant_type: 'refresh_token', refresh_token: String(first.body['refresh_token']) }),
    ).toMatchObject({ body: { error: 'invalid_grant' } })
  })

  test('wrong client, wrong secret and a missing grant type have their own errors', async () => {
    expect(
      await token({ grant_type: 'refresh_token', refresh_token: 'x', client_secret: 'wrong' }),
    ).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect(await token({})).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    expect(await token({ grant_type: 'refresh_token' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
  })
})

describe('the end of an installation', () => {
  test('revoked: the token is unknown and the refresh is refused', async () => {
    stage.portal.revokeApp('local.test')
    expect(await stage.call('profile')).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
    const reply = await token({
      grant_type: 'refresh_token',
      refresh_token: stage.refreshToken,
      client_id: 'local.test',
      client_secret: 'test-secret',
    })
    expect(reply).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })

  test('uninstalled: the portal and the auth server say so', async () => {
    stage.portal.uninstallApp('local.test')
    expect(await stage.call('profile')).toMatchObject({
      status: 401,
      body: { error: 'ERROR_OAUTH', error_description: 'Application not installed' },
    })
    const reply = await token({
      grant_type: 'refresh_token',
      refresh_token: stage.refreshToken,
      client_id: 'local.test',
      client_secret: 'test-secret',
    })
    expect(reply).toMatchObject({ status: 400, body: { error: 'NOT_INSTALLED' } })
  })

  test('unpaid: PAYMENT_REQUIRED at both until paid, and the refresh token survives', async () => {
    stage.portal.setPaid('local.test', false)
    const form = {
      grant_type: 'refresh_token',
      refresh_token: stage.refreshToken,
      client_id: 'local.test',
      client_secret: 'test-secret',
    }
    expect(await stage.call('profile')).toMatchObject({ status: 401, body: { error: 'PAYMENT_REQUIRED' } })
    expect(await token(form)).toMatchObject({ status: 400, body: { error: 'PAYMENT_REQUIRED' } })
    stage.portal.setPaid('local.test', true)
    expect((await token(form)).status).toBe(200)
  })
})

test('a moved portal answers 302 at the old address and keeps its member id', async () => {
  const former = stage.portal.url
  const moved = stage.portal.changeDomain()
  expect(moved).not.toBe(former)
  const reply = await fetch(`${former}/rest/profile?x=1`, { method: 'POST', redirect: 'manual', body: 'a=1' })
  expect(reply.status).toBe(302)
  expect(reply.headers.get('location')).toBe(`${moved}/rest/profile?x=1`)
  expect((await stage.call('profile')).status).toBe(200)
  const pair = await token({
    grant_type: 'refresh_token',
    refresh_token: stage.refreshToken,
    client_id: 'local.test',
    client_secret: 'test-secret',
  })
  expect(pair.body).toMatchObject({ client_endpoint: `${moved}/rest/`, member_id: stage.portal.memberId })
})

test('the auth server tells which portal a token belongs to', async () => {
  const reply = await readReply(await fetch(`${stage.sandbox.authUrl}/rest/app.info?auth=${stage.token}`))
  expect(reply.body['result']).toMatchObject({
    CODE: 'local.test',
    INSTALLED: true,
    install: { member_id: stage.portal.memberId, client_endpoint: `${stage.portal.url}/rest/` },
  })
  expect(await readReply(await fetch(`${stage.sandbox.authUrl}/rest/app.info?auth=nope`))).toMatchObject({
    status: 401,
  })
})

test('two portals keep apart: a token of one is unknown to the other', async () => {
  const other = stage.sandbox.addPortal({ crmMode: 'simple' })
  const foreign = await readReply(await fetch(`${other.url}/rest/profile?auth=${stage.token}`))
  expect(foreign).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
  const own = stage.app.grant(other)
  expect((await fetch(`${other.url}/rest/profile?auth=${own.access_token}`)).status).toBe(200)
})
