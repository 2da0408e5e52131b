/** What the tabs of one site in one browser do together, so that there is one stream and one sender for all of them. */
export interface Tabs {
  /** Tells the other tabs. */
  tell(news: unknown): void
  /** Runs the work while no other tab runs one of this name; waits for its turn. */
  alone(name: string, work: () => Promise<void>): Promise<void>
  /** Runs the work in one tab at a time, in this one as soon as the others are gone, until the signal. */
  lead(name: string, work: () => Promise<void>, signal: AbortSignal): void
  close(): void
}

/** Browsers, and pages without https, may lack locks or the channel: then each tab is for itself, which also works. */
export function openTabs(siteKey: string, hear: (news: unknown) => void): Tabs {
  const locks = typeof navigator === 'object' ? (navigator.locks as LockManager | undefined) : undefined
  const channel =
    typeof BroadcastChannel === 'function' ? new BroadcastChannel(`trunkline:${siteKey}`) : undefined
  if (channel) channel.onmessage = (event) => hear(event.data)
  const nameOf = (name: string) => `trunkline:${siteKey}:${name}`
  return {
    tell: (news) => channel?.postMessage(news),
    alone: async (name, work) => (locks ? locks.request(nameOf(name), work) : work()),
    lead(name, work, signal) {
      if (!locks) void work()
      else
        locks.request(nameOf(name), { signal }, work).catch(() => {
          // Ended before its turn came.
          return undefined
        })
    },
    close: () => channel?.close(),
  }
}
