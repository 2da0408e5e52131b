import { HubError } from '@trunkline/contracts/errors'
import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import type { StoredTokens, TokenStore } from '@trunkline/portal'
import type { Sealer } from '../../seal.ts'
import type { Database, Tx } from '../../store/database.ts'
import { loadPortal, type PortalRow, saveTokens } from '../../store/portals.ts'

export const CLIENT_SEAL = 'portal-client'
export const TOKEN_SEAL = 'portal-tokens'
export const APPLICATION_TOKEN_SEAL = 'portal-application-token'

/** What is sealed of a portal's tokens; the rest stands in columns. */
interface SealedTokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly deadCode?: StoredTokens['deadCode']
}

/** Keeps tokens in the portals table, sealed; the row lock makes a refresh single in the whole cluster. */
export function tokenStore(
  database: Database,
  sealer: Sealer,
  workspaceOf: (id: PortalId) => WorkspaceId,
): TokenStore {
  return {
    load: (portalId) =>
      database.inWorkspace(workspaceOf(portalId), async (tx) => {
        const row = await loadPortal(tx, portalId)
        return row === undefined ? undefined : tokensOf(sealer, row)
      }),
    async withLock(portalId, fn) {
      const ended = await database.inWorkspace(workspaceOf(portalId), async (tx) => {
        const row = await loadPortal(tx, portalId, 'lock')
        const current = row === undefined ? undefined : tokensOf(sealer, row)
        if (current === undefined) return { error: new HubError('portal/reauthorise') }
        // What was saved must stay saved when `fn` throws afterwards: the old pair is dead already.
        try {
          return { value: await fn(current, (next) => writeTokens(tx, sealer, portalId, next)) }
        } catch (error) {
          return { error }
        }
      })
      if ('error' in ended) throw ended.error
      return ended.value
    },
  }
}

/** The tokens of a portal's row; undefined when it was never connected. */
export function tokensOf(sealer: Sealer, row: PortalRow): StoredTokens | undefined {
  if (row.tokens === null || row.clientEndpoint === null || row.serverEndpoint === null) return undefined
  const sealed = sealer.open<SealedTokens>(TOKEN_SEAL, row.tokens)
  return {
    clientId: row.clientId,
    clientSecret: sealer.open<string>(CLIENT_SEAL, row.clientSecret),
    accessToken: sealed.accessToken,
    refreshToken: sealed.refreshToken,
    expiresAt: row.tokenExpiresAt?.getTime() ?? 0,
    clientEndpoint: row.clientEndpoint,
    serverEndpoint: row.serverEndpoint,
    memberId: row.memberId ?? '',
    ...(sealed.deadCode === undefined ? {} : { deadCode: sealed.deadCode }),
  }
}

export async function writeTokens(
  tx: Tx,
  sealer: Sealer,
  portalId: PortalId,
  next: StoredTokens,
): Promise<void> {
  const sealed: SealedTokens = {
    accessToken: next.accessToken,
    refreshToken: next.refreshToken,
    ...(next.deadCode === undefined ? {} : { deadCode: next.deadCode }),
  }
  await saveTokens(tx, portalId, {
    tokens: sealer.seal(TOKEN_SEAL, sealed),
    expiresAt: new Date(next.expiresAt),
    clientEndpoint: next.clientEndpoint,
    serverEndpoint: next.serverEndpoint,
    memberId: next.memberId,
    origin: new URL(next.clientEndpoint).origin,
  })
}
