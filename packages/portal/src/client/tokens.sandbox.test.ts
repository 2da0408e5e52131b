import type { PortalId } from '@trunkline/contracts/ids'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createMemoryTokenStore } from '../testing/memory-token-store.ts'
import { connectForTest, onPortalOf, PORTAL_KINDS } from '../testing/sandbox-connection.ts'
import type { Hit, Reply } from '../testing/scripted-portal.ts'
import { PORTAL, refusal, startScriptedPortal } from '../testing/scripted-portal.ts'
import { authorizeUrl, exchangeCode, refresh, serverEndpoint } from './oauth.ts'
import { createTokens } from './tokens.ts'
import { createTransport } from './transport.ts'

async function authServer(answer: (hit: Hit) => Reply) {
  const portal = await startScriptedPortal(answer)
  const http = createTransport({ allowPrivate: true, timeoutMs: 2_000 })
  const store = createMemoryTokenStore(new Map([[PORTAL, portal.tokens()]]))
  onTestFinished(async () => {
    await http.close()
    await portal.close()
  })
  return { portal, http, store }
}

const APP = { clientId: 'local.hub', clientSecret: 'top-secret' }

describe('the authorisation flow', () => {
  it('sends the person to the portal with the client id and the state', () => {
    expect(authorizeUrl('https://firm.bitrix24.ru', 'local.1', 'a b&c')).toBe(
      'https://firm.bitrix24.ru/oauth/authorize/?client_id=local.1&state=a+b%26c',
    )
  })

  it('b24 point 8: secrets go to the auth server in a form, never in an address', async () => {
    const { portal, http } = await authServer(() => refusal(400, 'invalid_grant'))
    await expect(exchangeCode(http, APP, 'the-code', portal.origin, 0)).rejects.toMatchObject({
      code: 'portal/reauthorise',
    })
    expect(portal.hits.map(({ path }) => path)).toEqual(['/oauth/token/'])
    expect(new URLSearchParams(portal.hits[0]!.body).get('client_secret')).toBe('top-secret')
  })

  it('only an auth server of Bitrix24 gets our secret, unless private addresses are allowed', () => {
    const strict = { allowPrivate: false }
    expect(serverEndpoint(undefined, strict)).toBe('https://oauth.bitrix.info/rest/')
    expect(serverEndpoint('oauth.bitrix24.tech', strict)).toBe('https://oauth.bitrix24.tech/rest/')
    expect(serverEndpoint('https://oauth.bitrix.info/rest/', strict)).toBe('https://oauth.bitrix.info/rest/')
    for (const bad of [
      'evil.example',
      'http://oauth.bitrix.info/rest/',
      'oauth.bitrix.info.evil.ru',
      'https://oauth.bitrix.info:8443/',
    ]) {
      expect(() => serverEndpoint(bad, strict)).toThrow('portal/refused')
    }
    expect(serverEndpoint('http://127.0.0.1:4011/rest/', { allowPrivate: true })).toBe(
      'http://127.0.0.1:4011/rest/',
    )
  })

  it.each([
    [400, 'invalid_grant', 'portal/reauthorise', 'auth'],
    [401, 'invalid_client', 'portal/reauthorise', 'auth'],
    [400, 'something_new', 'portal/reauthorise', 'auth'],
    [400, 'PAYMENT_REQUIRED', 'portal/payment-required', 'auth'],
    [401, 'NOT_INSTALLED', 'portal/uninstalled', 'auth'],
    [401, 'ERROR_OAUTH', 'portal/uninstalled', 'auth'],
    [401, 'APPLICATION_NOT_FOUND', 'portal/uninstalled', 'auth'],
    [500, 'INTERNAL_SERVER_ERROR', 'portal/unreachable', 'retryable'],
    [503, 'whatever', 'portal/unreachable', 'retryable'],
  ])('%i %s of the auth server is %s', async (status, code, ours, kind) => {
    const { portal, http } = await authServer(() => refusal(status, code))
    await expect(refresh(http, APP, 'r', portal.endpoint, 0)).rejects.toMatchObject({ code: ours, kind })
  })

  it.each([
    ['a page', { status: 200, text: '<html>' }],
    ['tokens without a portal', { status: 200, json: { access_token: 'a', refresh_token: 'b' } }],
    ['a gateway error', { status: 502, text: '' }],
  ] as const)('%s is tried again later', async (_, reply) => {
    const { portal, http } = await authServer(() => reply)
    await expect(refresh(http, APP, 'r', portal.endpoint, 0)).rejects.toMatchObject({
      code: 'portal/unreachable',
    })
  })
})

describe.each(PORTAL_KINDS)('access tokens (%s)', (kind) => {
  onPortalOf(kind)

  it('b24 point 7: two processes with the same expired token make one refresh between them', async () => {
    const { store, http, portal, clock } = await connectForTest()
    const rejected = store.rows.get(PORTAL)!.accessToken
    const processes = [createTokens({ store, http, clock }), createTokens({ store, http, clock })]
    const before = portal.counts.oauthHits
    const tokens = await Promise.all(
      Array.from({ length: 30 }, (_, index) => processes[index % 2]!.refresh(PORTAL, rejected)),
    )
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1)
    expect(tokens[0]!.accessToken).not.toBe(rejected)
    expect(portal.counts.oauthHits - before).toBe(1)
  })

  it('b24 point 7: a late 401 of the token before does not cause a second refresh', async () => {
    const { store, tokens, portal } = await connectForTest()
    const rejected = store.rows.get(PORTAL)!.accessToken
    const fresh = await tokens.refresh(PORTAL, rejected)
    const before = portal.counts.oauthHits
    expect(await tokens.refresh(PORTAL, rejected)).toEqual(fresh)
    expect(portal.counts.oauthHits).toBe(before)
  })

  it('b24 point 7: the new pair is saved before anybody uses it; when it cannot be saved nobody does', async () => {
    const { store, http, clock } = await connectForTest()
    const rejected = store.rows.get(PORTAL)!.accessToken
    const broken = createTokens({
      http,
      clock,
      store: {
        load: store.load,
        withLock: (portalId, fn) =>
          store.withLock(portalId, (current) => fn(current, () => Promise.reject(new Error('disk full')))),
      },
    })
    await expect(broken.refresh(PORTAL, rejected)).rejects.toThrow('disk full')
    expect(await broken.access(PORTAL)).toMatchObject({ accessToken: rejected })
  })

  it('a refresh brings the new address of a portal that moved', async () => {
    const { store, tokens, portal } = await connectForTest()
    const url = portal.changeDomain()
    const fresh = await tokens.refresh(PORTAL, store.rows.get(PORTAL)!.accessToken)
    expect(fresh.clientEndpoint).toBe(`${url}/rest/`)
    expect(store.rows.get(PORTAL)!.clientEndpoint).toBe(`${url}/rest/`)
  })

  it('a token that is about to end is refreshed before it is used', async () => {
    const { store, tokens, portal, clock } = await connectForTest()
    const row = store.rows.get(PORTAL)!
    store.rows.set(PORTAL, { ...row, expiresAt: clock.now() + 5_000 })
    const before = portal.counts.oauthHits
    const [first, second] = await Promise.all([tokens.access(PORTAL), tokens.access(PORTAL)])
    expect(first).toEqual(second)
    expect(first.accessToken).not.toBe(row.accessToken)
    expect(portal.counts.oauthHits - before).toBe(1)
  })

  it('a dead refresh token is remembered: asked once, refused from then on', async () => {
    const { portal, http, store } = await authServer(() => refusal(400, 'invalid_grant'))
    const dead: string[] = []
    const tokens = createTokens({ store, http, onDead: (_, error) => dead.push(error.code) })
    for (let index = 0; index < 10; index++) {
      await expect(tokens.refresh(PORTAL, 'access-1')).rejects.toMatchObject({ code: 'portal/reauthorise' })
    }
    await expect(tokens.access(PORTAL)).rejects.toMatchObject({ code: 'portal/reauthorise' })
    expect(portal.hits.length).toBe(1)
    expect(store.rows.get(PORTAL)!.deadCode).toBe('portal/reauthorise')
    expect(dead[0]).toBe('portal/reauthorise')
    expect(
      (await createTokens({ store, http })
        .access(PORTAL)
        .catch((error: Error) => error)) as Error,
    ).toMatchObject({
      code: 'portal/reauthorise',
    })
  })

  it('an auth server that is down kills nothing', async () => {
    const { http, store } = await authServer(() => ({ status: 500, text: '' }))
    const tokens = createTokens({ store, http })
    await expect(tokens.refresh(PORTAL, 'access-1')).rejects.toMatchObject({ code: 'portal/unreachable' })
    expect(store.rows.get(PORTAL)!.deadCode).toBeUndefined()
    expect(await tokens.access(PORTAL)).toMatchObject({ accessToken: 'access-1' })
  })

  it('a token of another portal is not taken', async () => {
    const { http, store } = await authServer(() => ({
      status: 200,
      json: {
        access_token: 'a',
        refresh_token: 'b',
        client_endpoint: 'http://127.0.0.1:1/rest/',
        server_endpoint: 'http://127.0.0.1:1/rest/',
        member_id: 'somebody-else',
      },
    }))
    await expect(createTokens({ store, http }).refresh(PORTAL, 'access-1')).rejects.toMatchObject({
      code: 'portal/reauthorise',
    })
  })

  it('a portal that was never connected asks for a person', async () => {
    const { tokens } = await connectForTest()
    await expect(tokens.access('01890000-0000-7000-8000-0000000000ff' as PortalId)).rejects.toMatchObject({
      code: 'portal/reauthorise',
    })
  })
})
