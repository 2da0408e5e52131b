import type { ErrorCode } from '@trunkline/contracts/errors'
import { HubError } from '@trunkline/contracts/errors'
import type { PortalId } from '@trunkline/contracts/ids'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import { refresh } from './oauth.ts'
import type { Transport } from './transport.ts'

/** Why a refresh token is of no use any more; only a person can mend it. */
export type DeadCode = 'portal/reauthorise' | 'portal/uninstalled' | 'portal/payment-required'

/** What a portal connection is stored with. The server seals the secrets. */
export interface StoredTokens {
  readonly clientId: string
  readonly clientSecret: string
  readonly accessToken: string
  readonly refreshToken: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** `https://<portal>/rest/` */
  readonly clientEndpoint: string
  /** `https://<auth server>/rest/` */
  readonly serverEndpoint: string
  readonly memberId: string
  /** Set until a person connects the portal again. */
  readonly deadCode?: DeadCode | undefined
}

/** What the server room implements over its portals table. */
export interface TokenStore {
  /** Reads without a lock. `undefined` for a portal that was never connected. */
  load(portalId: PortalId): Promise<StoredTokens | undefined>
  /**
   * Runs `fn` holding the row lock of the portal, across processes. What `save` wrote is committed when the returned
   * promise resolves; a new pair is used only after that. `fn` does not throw after `save`.
   */
  withLock<T>(
    portalId: PortalId,
    fn: (current: StoredTokens, save: (next: StoredTokens) => Promise<void>) => Promise<T>,
  ): Promise<T>
}

export interface AccessToken {
  readonly accessToken: string
  readonly clientEndpoint: string
}

/** Access tokens of all portals of a process. */
export interface Tokens {
  /** The token to use now; refreshed first when it is about to end. Throws HubError of kind `auth` for a dead one. */
  access(portalId: PortalId): Promise<AccessToken>
  /** After a 401 on `rejected`: one refresh for all who ask, in this process and in others. */
  refresh(portalId: PortalId, rejected: string): Promise<AccessToken>
  /** Drops what is cached, after a person connected the portal again. */
  forget(portalId: PortalId): void
}

export interface TokensOptions {
  readonly store: TokenStore
  readonly http: Transport
  readonly clock?: Clock
  /** Told when a refresh token turns out to be dead. */
  readonly onDead?: (portalId: PortalId, error: HubError) => void
}

/** A token with less than this left is refreshed before it is used: cheaper than a 401 for every request in flight. */
const SHORT_LIFE_MS = 30_000

type Refreshed = { readonly tokens: StoredTokens } | { readonly dead: HubError }

/**
 * Access tokens with one refresh for all waiters.
 *
 * In this process callers share one promise a portal; across processes the row lock of the store does it: after the
 * lock the stored token is compared with the one that got the 401, and a different one is simply used. The new pair
 * is saved before it is used. A dead refresh token is remembered in the store, so that nobody hammers the auth server.
 * No timers: a token is refreshed when somebody needs it.
 */
export function createTokens(options: TokensOptions): Tokens {
  const { store, http, clock = systemClock, onDead } = options
  const cached = new Map<PortalId, StoredTokens>()
  const refreshing = new Map<PortalId, Promise<StoredTokens>>()

  function refreshOnce(portalId: PortalId, rejected: string): Promise<StoredTokens> {
    const running = refreshing.get(portalId)
    if (running !== undefined) return running
    const promise = refreshLocked(portalId, rejected).finally(() => refreshing.delete(portalId))
    refreshing.set(portalId, promise)
    return promise
  }

  async function refreshLocked(portalId: PortalId, rejected: string): Promise<StoredTokens> {
    const refreshed = await store.withLock(portalId, async (current, save): Promise<Refreshed> => {
      if (current.deadCode !== undefined) return { dead: new HubError(current.deadCode) }
      if (current.accessToken !== rejected) return { tokens: current }
      try {
        const issued = await refresh(http, current, current.refreshToken, current.serverEndpoint, clock.now())
        if (issued.memberId !== current.memberId) {
          throw new HubError('portal/reauthorise', {
            detail: 'the refreshed token belongs to another portal',
          })
        }
        const next: StoredTokens = {
          ...current,
          accessToken: issued.accessToken,
          refreshToken: issued.refreshToken,
          expiresAt: issued.expiresAt,
          clientEndpoint: issued.clientEndpoint,
          serverEndpoint: issued.serverEndpoint,
        }
        await save(next)
        return { tokens: next }
      } catch (error) {
        if (!(error instanceof HubError) || !isDeadCode(error.code)) throw error
        await save({ ...current, deadCode: error.code })
        return { dead: error }
      }
    })
    if ('dead' in refreshed) {
      cached.delete(portalId)
      onDead?.(portalId, refreshed.dead)
      throw refreshed.dead
    }
    cached.set(portalId, refreshed.tokens)
    return refreshed.tokens
  }

  async function current(portalId: PortalId): Promise<StoredTokens> {
    const running = refreshing.get(portalId)
    if (running !== undefined) return running
    const known = cached.get(portalId)
    if (known !== undefined) return known
    const stored = await store.load(portalId)
    if (stored === undefined) throw new HubError('portal/reauthorise', { detail: 'no tokens stored' })
    if (stored.deadCode !== undefined) throw new HubError(stored.deadCode)
    cached.set(portalId, stored)
    return stored
  }

  return {
    async access(portalId) {
      const tokens = await current(portalId)
      const isFresh = tokens.expiresAt - clock.now() > SHORT_LIFE_MS
      return forUse(isFresh ? tokens : await refreshOnce(portalId, tokens.accessToken))
    },
    async refresh(portalId, rejected) {
      const known = cached.get(portalId)
      // A late 401 of the token before: another caller has refreshed since.
      if (known !== undefined && known.accessToken !== rejected && !refreshing.has(portalId))
        return forUse(known)
      return forUse(await refreshOnce(portalId, rejected))
    },
    forget: (portalId) => void cached.delete(portalId),
  }
}

function forUse({ accessToken, clientEndpoint }: StoredTokens): AccessToken {
  return { accessToken, clientEndpoint }
}

function isDeadCode(code: ErrorCode | string): code is DeadCode {
  return code === 'portal/reauthorise' || code === 'portal/uninstalled' || code === 'portal/payment-required'
}
