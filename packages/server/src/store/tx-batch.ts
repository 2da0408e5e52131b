import type { Database, Tx } from './database.ts'

/**
 * Runs `write` in a transaction of the workspace, together with others that were asked for at the same moment; resolves
 * after the commit. Writes of one transaction run one after another and must not depend on each other's locks.
 */
export type TxBatch = (workspaceId: string, write: (tx: Tx) => Promise<void>) => Promise<void>

interface Waiting {
  readonly write: (tx: Tx) => Promise<void>
  resolve(): void
  reject(error: unknown): void
}

/**
 * Shares transactions: one answer of a portal settles the steps of a dozen conversations, and each alone would cost a
 * begin, a commit and a sync of the disk. If a shared transaction fails, its writes run again one by one, so that one bad
 * write fails alone.
 */
export function createTxBatch(
  database: Database,
  options: { flushMs?: number; maxWrites?: number } = {},
): TxBatch {
  const { flushMs = 2, maxWrites = 50 } = options
  const waiting = new Map<string, Waiting[]>()

  async function run(workspaceId: string, batch: readonly Waiting[]): Promise<void> {
    try {
      await database.inWorkspace(workspaceId, async (tx) => {
        for (const one of batch) await one.write(tx)
      })
      for (const one of batch) one.resolve()
    } catch (error) {
      if (batch.length === 1) return batch[0]!.reject(error)
      for (const one of batch) await run(workspaceId, [one])
    }
  }

  function flush(workspaceId: string): void {
    const all = waiting.get(workspaceId) ?? []
    waiting.delete(workspaceId)
    for (let from = 0; from < all.length; from += maxWrites)
      void run(workspaceId, all.slice(from, from + maxWrites))
  }

  return (workspaceId, write) =>
    new Promise<void>((resolve, reject) => {
      const mine = waiting.get(workspaceId)
      if (mine === undefined) {
        waiting.set(workspaceId, [{ write, resolve, reject }])
        setTimeout(() => flush(workspaceId), flushMs)
      } else mine.push({ write, resolve, reject })
    })
}
