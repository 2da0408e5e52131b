import type { HubError } from '@trunkline/contracts/errors'
import type { PortalId } from '@trunkline/contracts/ids'
import type { Clock } from './clock.ts'
import type { Transport } from './transport.ts'

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
  /** The error code that ended this refresh token (`portal/reauthorise`, …); set until a person connects again. */
  readonly deadCode?: 'portal/reauthorise' | 'portal/uninstalled' | 'portal/payment-required' | undefined
}

/** What the server room implements over its portals table. */
export interface TokenStore {
  /** Reads without a lock. `undefined` for a portal that was never connected. */
  load(portalId: PortalId): Promise<StoredTokens | undefined>
  /**
   * Runs `fn` holding the row lock of the portal, across processes. What `save` wrote is committed when the returned
   * promise resolves; the new pair is used only after that. When `fn` throws, `save` made before it stays.
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
  /** Told once when a refresh token turns out to be dead. */
  readonly onDead?: (portalId: PortalId, error: HubError) => void
}
