import { Client } from 'pg'
import { vi } from 'vitest'

/** They come by time, not by conversation: looks for work, renewed leases. */
const BY_TIME = /door\.(claim|renew)\(|^update leases/

/** The text of each statement that this process sends to the database meanwhile, begins and commits included. */
export async function statementsOf(work: () => Promise<void>): Promise<string[]> {
  const query = vi.spyOn(Client.prototype, 'query')
  try {
    await work()
    return query.mock.calls
      .map(([asked]: readonly unknown[]) =>
        typeof asked === 'string' ? asked : (asked as { readonly text: string }).text,
      )
      .filter((text) => !BY_TIME.test(text))
  } finally {
    query.mockRestore()
  }
}
