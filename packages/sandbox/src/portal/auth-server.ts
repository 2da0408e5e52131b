/**
 * The OAuth server shared by all pretend portals: codes, tokens, refresh. No HTTP here.
 * Source: reference/bitrix24.md §1.2-§1.4.
 */
import type { SandboxClock } from './clock.ts'
import { newToken } from './random.ts'
import { RestError } from './rest-error.ts'

export const CODE_LIFE_MS = 30_000
export const ACCESS_LIFE_MS = 3_600_000
export const REFRESH_LIFE_MS = 180 * 86_400_000

export interface RegisteredApp {
  clientId: string
  clientSecret: string
  redirectUri: string
  /** Where ONAPPINSTALL and ONAPPUNINSTALL go. */
  handlerUrl: string | null
  /** Page of the first launch, opened in a frame when an administrator installs; absent for an API-only application. */
  installUrl?: string
  /** Page that employees open in a frame. */
  mainUrl?: string
  scope: string[]
  title: string
}

interface Grant {
  clientId: string
  memberId: string
  userId: number
}

interface Code extends Grant {
  code: string
  expiresAt: number
}

export interface AccessToken extends Grant {
  token: string
  expiresAt: number
  /** How many events deep the chain is that minted this token (0: an ordinary one). */
  eventDepth: number
}

interface RefreshToken extends Grant {
  token: string
  expiresAt: number
}

/** Plain data; part of the snapshot. */
export interface AuthState {
  apps: RegisteredApp[]
  codes: Code[]
  accessTokens: AccessToken[]
  refreshTokens: RefreshToken[]
}

/** What the auth server asks a portal about a grant. */
export interface PortalOfGrant {
  readonly clientEndpoint: string
  /** Why this grant gives no tokens now; `null` when it does. */
  refusal(clientId: string, userId: number): RestError | null
}

export interface TokenPair {
  access_token: string
  refresh_token: string
  expires: number
  expires_in: number
  client_endpoint: string
  server_endpoint: string
  domain: string
  member_id: string
  scope: string
  status: string
  user_id: number
}

export interface AuthServer {
  /** Everything to be written down. */
  snapshot(): AuthState
  /** `http://host:port`, no slash at the end. */
  url: string
  app(clientId: string): RegisteredApp | undefined
  apps(): readonly RegisteredApp[]
  register(app: RegisteredApp): void
  issueCode(grant: Grant): string
  /** The token endpoint; throws `RestError` with the documented codes. */
  token(query: Readonly<Record<string, string>>): TokenPair
  issuePair(grant: Grant): TokenPair
  accessToken(token: string): AccessToken | undefined
  /** A fresh access token alone, as events carry it. */
  mintAccess(grant: Grant, eventDepth: number): AccessToken
  /** Whose code or refresh token a token request carries, spent ones included; `undefined` for a stranger. */
  ownerOf(query: Readonly<Record<string, string>>): { memberId: string; clientId: string } | undefined
  expire(token: string): void
  /** Forgets every code and token of the app on that portal. */
  revoke(memberId: string, clientId: string): void
}

export function createAuthServer(options: {
  state: AuthState
  clock: SandboxClock
  portal: (memberId: string) => PortalOfGrant | undefined
}): AuthServer {
  const { state, clock } = options
  const access = new Map(state.accessTokens.map((token) => [token.token, token]))
  const refresh = new Map(state.refreshTokens.map((token) => [token.token, token]))

  /** Owners of codes and refresh tokens, spent ones too, so that a refused request can be put to its portal's account. */
  const owners = new Map<string, { memberId: string; clientId: string }>()
  const remember = (token: string, { memberId, clientId }: Grant): void => {
    owners.set(token, { memberId, clientId })
    const [oldest] = owners.keys()
    if (owners.size > 10_000 && oldest !== undefined) owners.delete(oldest)
  }
  for (const one of state.refreshTokens) remember(one.token, one)

  const mintAccess = (grant: Grant, eventDepth: number): AccessToken => {
    // Only living tokens are kept for the snapshot, plus a day in which an old one still answers expired_token.
    if (access.size > 5_000) {
      for (const [key, old] of access) if (old.expiresAt < clock.now() - 86_400_000) access.delete(key)
    }
    const token: AccessToken = {
      ...grant,
      token: newToken(35),
      expiresAt: clock.now() + ACCESS_LIFE_MS,
      eventDepth,
    }
    access.set(token.token, token)
    return token
  }

  const issuePair = (grant: Grant): TokenPair => {
    const portal = options.portal(grant.memberId)
    const app = state.apps.find(({ clientId }) => clientId === grant.clientId)
    if (!portal || !app) throw new RestError(404, 'PORTAL_NOT_FOUND', 'Portal is unknown')
    const refusal = portal.refusal(grant.clientId, grant.userId)
    if (refusal) throw refusal
    const { token: accessToken, expiresAt } = mintAccess(grant, 0)
    const refreshToken = newToken(35)
    remember(refreshToken, grant)
    refresh.set(refreshToken, { ...grant, token: refreshToken, expiresAt: clock.now() + REFRESH_LIFE_MS })
    return {
      access_token: accessToken,
      refresh_token: refreshToken,
      expires: Math.floor(expiresAt / 1000),
      expires_in: ACCESS_LIFE_MS / 1000,
      client_endpoint: portal.clientEndpoint,
      server_endpoint: `${server.url}/rest/`,
      domain: new URL(server.url).host,
      member_id: grant.memberId,
      scope: app.scope.join(','),
      status: 'L',
      user_id: grant.userId,
    }
  }

  const byCode = (clientId: string, code: string): Grant => {
    const position = state.codes.findIndex((entry) => entry.code === code)
    // A code is spent by the first try, also by a wrong one.
    const [entry] = position < 0 ? [] : state.codes.splice(position, 1)
    if (!entry || entry.clientId !== clientId || entry.expiresAt <= clock.now()) {
      throw new RestError(400, 'invalid_grant', 'The authorization code is invalid, expired or used')
    }
    return entry
  }

  const byRefreshToken = (clientId: string, token: string): Grant => {
    const entry = refresh.get(token)
    if (!entry || entry.clientId !== clientId || entry.expiresAt <= clock.now()) {
      throw new RestError(400, 'invalid_grant', 'The refresh token is invalid, expired or used')
    }
    const refusal = options.portal(entry.memberId)?.refusal(clientId, entry.userId)
    if (refusal) throw refusal
    refresh.delete(token)
    return entry
  }

  const server: AuthServer = {
    snapshot: () => ({ ...state, accessTokens: [...access.values()], refreshTokens: [...refresh.values()] }),
    url: '',
    app: (clientId) => state.apps.find((app) => app.clientId === clientId),
    apps: () => state.apps,
    register(app) {
      state.apps = [...state.apps.filter(({ clientId }) => clientId !== app.clientId), app]
    },
    issueCode(grant) {
      const code = newToken(24)
      state.codes = state.codes.filter(({ expiresAt }) => expiresAt > clock.now())
      remember(code, grant)
      state.codes.push({ ...grant, code, expiresAt: clock.now() + CODE_LIFE_MS })
      return code
    },
    token(query) {
      const { grant_type: grantType, client_id: clientId = '', client_secret: secret } = query
      if (grantType !== 'authorization_code' && grantType !== 'refresh_token') {
        throw new RestError(400, 'invalid_request', 'grant_type is missing or unknown')
      }
      const app = server.app(clientId)
      if (!app || app.clientSecret !== secret)
        throw new RestError(401, 'invalid_client', 'Unknown client or wrong secret')
      const carrier = grantType === 'authorization_code' ? 'code' : 'refresh_token'
      const value = query[carrier]
      if (value === undefined || value === '')
        throw new RestError(400, 'invalid_request', `${carrier} is missing`)
      const grant = carrier === 'code' ? byCode(clientId, value) : byRefreshToken(clientId, value)
      return issuePair({ clientId: grant.clientId, memberId: grant.memberId, userId: grant.userId })
    },
    issuePair,
    accessToken: (token) => access.get(token),
    mintAccess,
    ownerOf: ({ code, refresh_token: token }) => owners.get(code ?? '') ?? owners.get(token ?? ''),
    expire(token) {
      const entry = access.get(token)
      if (entry) entry.expiresAt = Math.min(entry.expiresAt, clock.now())
    },
    revoke(memberId, clientId) {
      const isOurs = (grant: Grant): boolean => grant.memberId === memberId && grant.clientId === clientId
      state.codes = state.codes.filter((code) => !isOurs(code))
      for (const [key, token] of access) if (isOurs(token)) access.delete(key)
      for (const [key, token] of refresh) if (isOurs(token)) refresh.delete(key)
    },
  }
  return server
}
