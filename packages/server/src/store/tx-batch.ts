import type { Database, Tx } from './database.ts'

/** Hands one item over to be saved; resolves after the commit, rejects when it could not be saved. */
export type Gather<Item> = (workspaceId: string, item: Item) => Promise<void>

/**
 * Runs `write` in a transaction of the workspace, together with others that were asked for at the same moment; resolves
 * after the commit. Writes of one transaction run one after another and must not depend on each other's locks. One may
 * run a second time, in another transaction, when a neighbour's failed.
 */
export type TxBatch = Gather<(tx: Tx) => Promise<void>>

interface Waiting<Item> {
  readonly item: Item
  resolve(): void
  reject(error: unknown): void
}

/** How long company is waited for, and how much of it one transaction takes. */
export interface GatherOptions {
  readonly flushMs?: number
  readonly maxItems?: number
}

/**
 * Saves what is handed over at the same moment together, in one transaction with the statements of one: one answer of a
 * portal settles the steps of a dozen conversations, and each alone would cost a begin, a commit and a sync of the disk.
 * If a shared transaction fails, its items are saved again one by one, so that a bad one fails alone: saving an item
 * twice must be the same as once.
 */
export function createGather<Item>(
  database: Database,
  save: (tx: Tx, items: readonly Item[]) => Promise<void>,
  options: GatherOptions = {},
): Gather<Item> {
  const { flushMs = 2, maxItems = 50 } = options
  const waiting = new Map<string, Waiting<Item>[]>()

  async function run(workspaceId: string, batch: readonly Waiting<Item>[]): Promise<void> {
    try {
      await database.inWorkspace(workspaceId, (tx) =>
        save(
          tx,
          batch.map(({ item }) => item),
        ),
      )
      for (const one of batch) one.resolve()
    } catch (error) {
      if (batch.length === 1) return batch[0]!.reject(error)
      for (const one of batch) await run(workspaceId, [one])
    }
  }

  function flush(workspaceId: string): void {
    const all = waiting.get(workspaceId) ?? []
    waiting.delete(workspaceId)
    for (let from = 0; from < all.length; from += maxItems)
      void run(workspaceId, all.slice(from, from + maxItems))
  }

  return (workspaceId, item) =>
    new Promise<void>((resolve, reject) => {
      const mine = waiting.get(workspaceId)
      if (mine === undefined) {
        waiting.set(workspaceId, [{ item, resolve, reject }])
        setTimeout(() => flush(workspaceId), flushMs)
      } else mine.push({ item, resolve, reject })
    })
}

/** Shares transactions among small pieces of work of any kind. */
export function createTxBatch(database: Database, options?: GatherOptions): TxBatch {
  return createGather(
    database,
    async (tx, writes) => {
      for (const write of writes) await write(tx)
    },
    options,
  )
}
