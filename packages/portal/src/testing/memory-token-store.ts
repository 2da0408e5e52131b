import type { PortalId } from '@trunkline/contracts/ids'
import type { StoredTokens, TokenStore } from '../client/tokens.ts'

/** The token store of tests: a row a portal with a lock, as the server's table has it. */
export interface MemoryTokenStore extends TokenStore {
  readonly rows: Map<PortalId, StoredTokens>
  /** Times a lock was taken. */
  readonly locks: number
}

export function createMemoryTokenStore(rows: ReadonlyMap<PortalId, StoredTokens>): MemoryTokenStore {
  const stored = new Map(rows)
  const tails = new Map<PortalId, Promise<unknown>>()
  let locks = 0
  return {
    rows: stored,
    get locks() {
      return locks
    },
    load: async (portalId) => stored.get(portalId),
    withLock(portalId, fn) {
      const run = async () => {
        locks += 1
        const current = stored.get(portalId)
        if (current === undefined) throw new Error('no such portal')
        return fn(current, async (next) => void stored.set(portalId, next))
      }
      const result = (tails.get(portalId) ?? Promise.resolve()).then(run, run)
      tails.set(
        portalId,
        result.catch(() => undefined),
      )
      return result
    },
  }
}
