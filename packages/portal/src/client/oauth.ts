import { HubError } from '@trunkline/contracts/errors'
import { isRecord, numberOf, parseAnswer, textOf } from './answer.ts'
import { classify, portalError } from './errors.ts'
import { transportError } from './probe-portal.ts'
import type { Transport } from './transport.ts'
import { TransportFailure } from './transport.ts'
import type { WireTokens } from './wire.ts'

/** Auth servers of Bitrix24: the global one and that of the Russian contour. Source: reference/bitrix24.md §1.2. */
export const AUTH_SERVERS = ['oauth.bitrix.info', 'oauth.bitrix24.tech'] as const

/** The application registered on the portal. */
export interface AppCredentials {
  readonly clientId: string
  readonly clientSecret: string
}

/** Tokens as the auth server gave them. */
export interface IssuedTokens {
  readonly accessToken: string
  readonly refreshToken: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** `https://<portal>/rest/` */
  readonly clientEndpoint: string
  /** `https://<auth server>/rest/` */
  readonly serverEndpoint: string
  /** The portal's lasting id: 32 hex digits. */
  readonly memberId: string
  readonly scopes: readonly string[]
  readonly userId: string | undefined
  /** `F` free, `D` demo, `T` trial, `P` paid, `L` local, `S` subscription. */
  readonly status: string | undefined
}

/** Where the person is sent to give consent. Scope and return address are those of the app's registration. */
export function authorizeUrl(origin: string, clientId: string, state: string): string {
  const url = new URL('/oauth/authorize/', origin)
  url.searchParams.set('client_id', clientId)
  url.searchParams.set('state', state)
  return url.href
}

/**
 * The auth server named by the portal (`server_domain` of the return address, `server_endpoint` of a payload) as an
 * endpoint ending in `/rest/`. Throws `portal/refused` for a host that is no auth server of Bitrix24, unless private
 * addresses are allowed: whoever names it gets our client secret.
 */
export function serverEndpoint(named: string | undefined, http: Pick<Transport, 'allowPrivate'>): string {
  if (named === undefined || named === '') return `https://${AUTH_SERVERS[0]}/rest/`
  const spelt = named.includes('://') ? named : `https://${named}`
  if (!URL.canParse(spelt)) throw new HubError('portal/refused', { detail: 'auth server is not an address' })
  const url = new URL(spelt)
  const known =
    url.protocol === 'https:' && url.port === '' && AUTH_SERVERS.some((host) => host === url.hostname)
  if (!known && !http.allowPrivate) {
    throw new HubError('portal/refused', { detail: `unknown auth server ${url.hostname}` })
  }
  return `${url.origin}/rest/`
}

/** Trades the code of the return address (lives 30 s, works once) for tokens. Throws HubError. */
export function exchangeCode(
  http: Transport,
  app: AppCredentials,
  code: string,
  serverNamed: string | undefined,
  nowMs: number,
): Promise<IssuedTokens> {
  return requestTokens(http, serverEndpoint(serverNamed, http), nowMs, {
    grant_type: 'authorization_code',
    client_id: app.clientId,
    client_secret: app.clientSecret,
    code,
  })
}

/**
 * Asks for a new pair. The old refresh token is dead once this was answered: save the new pair before using it.
 *
 * Throws HubError: `portal/reauthorise`, `portal/uninstalled`, `portal/payment-required` (a person is needed),
 * `portal/unreachable` (try later; `certain: false` when the pair may have been rotated all the same).
 */
export function refresh(
  http: Transport,
  app: AppCredentials,
  refreshToken: string,
  endpoint: string,
  nowMs: number,
): Promise<IssuedTokens> {
  return requestTokens(http, serverEndpoint(endpoint, http), nowMs, {
    grant_type: 'refresh_token',
    client_id: app.clientId,
    client_secret: app.clientSecret,
    refresh_token: refreshToken,
  })
}

/** POST form, so that the secret is in no address and in no access log. Source: reference/b24-client.md, point 8. */
async function requestTokens(
  http: Transport,
  endpoint: string,
  nowMs: number,
  form: Readonly<Record<string, string>>,
): Promise<IssuedTokens> {
  let status: number
  let body: string
  try {
    const answer = await http.post({
      url: new URL('/oauth/token/', endpoint).href,
      body: new URLSearchParams(form).toString(),
      contentType: 'application/x-www-form-urlencoded',
      timeoutMs: 20_000,
    })
    status = answer.status
    body = answer.body
  } catch (error) {
    throw error instanceof TransportFailure ? transportError(error) : error
  }
  const answer = parseAnswer(body)
  if (answer.kind === 'error') throw tokenError(status, answer.code, answer.description)
  const tokens =
    answer.kind === 'unreadable' && status === 200 ? readTokens(body, nowMs, endpoint, http) : undefined
  if (tokens !== undefined) return tokens
  // 404 without a code: the auth server knows no such portal. Source: reference/bitrix24.md §1.3.
  if (status === 404) throw new HubError('portal/uninstalled', { detail: 'auth server: 404' })
  throw new HubError('portal/unreachable', { certain: false, detail: `auth server: ${status}` })
}

/** Unknown 4xx of the auth server want a person; 5xx pass. Source: reference/bitrix24.md §1.3. */
function tokenError(status: number, code: string, description: string): HubError {
  const refusal = { status, code, description, method: 'oauth/token' }
  const meaning = classify(refusal).code
  if (meaning === 'portal/refused' && status < 500) {
    return new HubError('portal/reauthorise', { detail: `oauth/token: ${status} ${code} ${description}` })
  }
  if (meaning === 'portal/refused' || meaning === 'portal/unknown-outcome') {
    return new HubError('portal/unreachable', { certain: false, detail: `oauth/token: ${status} ${code}` })
  }
  return portalError(refusal)
}

/** Tokens are no `{ result }` envelope, so the parser of answers leaves them to us. */
function readTokens(
  body: string,
  nowMs: number,
  endpoint: string,
  http: Transport,
): IssuedTokens | undefined {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return undefined
  }
  if (!isRecord(json)) return undefined
  const wire: Partial<Record<keyof WireTokens, unknown>> = json
  const accessToken = textOf(wire.access_token)
  const refreshToken = textOf(wire.refresh_token)
  const clientEndpoint = endpointOf(wire.client_endpoint)
  const memberId = textOf(wire.member_id)
  if (accessToken === undefined || refreshToken === undefined) return undefined
  if (clientEndpoint === undefined || memberId === undefined) return undefined
  // `expires_in` against our own clock; the absolute `expires` belongs to the clock of the auth server.
  const livesSeconds = numberOf(wire.expires_in) ?? 3600
  return {
    accessToken,
    refreshToken,
    expiresAt: nowMs + livesSeconds * 1000,
    clientEndpoint,
    serverEndpoint: knownEndpoint(textOf(wire.server_endpoint), http) ?? endpoint,
    memberId,
    scopes: (textOf(wire.scope) ?? '').split(/[\s,]+/).filter((scope) => scope !== ''),
    userId: textOf(wire.user_id),
    status: textOf(wire.status),
  }
}

/** The pair is rotated already: an auth server we do not know must not make us lose it. */
function knownEndpoint(named: string | undefined, http: Transport): string | undefined {
  if (named === undefined) return undefined
  try {
    return serverEndpoint(named, http)
  } catch {
    return undefined
  }
}

/** `https://<host>/rest/` of what a payload calls `client_endpoint`; `undefined` when it is no http address. */
export function endpointOf(value: unknown): string | undefined {
  const named = textOf(value)
  if (named === undefined || !URL.canParse(named)) return undefined
  const url = new URL(named)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  return `${url.origin}${url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`}`
}
