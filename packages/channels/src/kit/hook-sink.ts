import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { InboundEvent } from '@trunkline/contracts/channel/inbound-event'
import type { AnyAdapter, HookEntry, RawHook } from './channel-adapter.ts'
import { plainHeaders, readBody } from './emulator-server.ts'

/**
 * The smallest possible hub for the contract suite: takes hooks over HTTP, lets the adapter verify, split and parse
 * them, keeps one of each event key. It stands for nobody's code: the real door is proved in the server's own rings.
 */
export interface HookSink {
  readonly url: string
  /** Genuine hooks as they came. */
  readonly hooks: readonly RawHook[]
  /** Entries under keys not seen before, in order of arrival. */
  readonly entries: readonly HookEntry[]
  /** Entries whose key had been seen. */
  readonly duplicates: readonly HookEntry[]
  /** Events of `entries`. */
  readonly events: readonly InboundEvent[]
  readonly forged: () => number
  stop(): Promise<void>
}

/** Starts a sink for one adapter on 127.0.0.1. */
export async function startHookSink(
  adapter: AnyAdapter,
  settings: Readonly<Record<string, unknown>>,
  hookSecret: string,
): Promise<HookSink> {
  const hooks: RawHook[] = []
  const entries: HookEntry[] = []
  const duplicates: HookEntry[] = []
  const events: InboundEvent[] = []
  const seen = new Set<string>()
  let forged = 0

  const server = createServer((request, response) => {
    take(request)
      .then(({ status, headers, body }) => {
        response.writeHead(status, { ...headers })
        response.end(body ?? '')
      })
      .catch(() => request.socket.destroy())
  })

  async function take(request: IncomingMessage): Promise<ReturnType<AnyAdapter['reply']>> {
    const url = new URL(request.url ?? '/', 'http://sink')
    const hook: RawHook = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: plainHeaders(request),
      body: await readBody(request),
      remoteAddress: request.socket.remoteAddress ?? '',
    }
    if (adapter.verify(hook, settings, { hookSecret }) === 'forged') {
      forged += 1
      return { status: 403 }
    }
    hooks.push(hook)
    for (const entry of adapter.split(hook)) {
      if (seen.has(entry.eventKey)) {
        duplicates.push(entry)
        continue
      }
      seen.add(entry.eventKey)
      entries.push(entry)
      events.push(...adapter.parse(entry.part))
    }
    return adapter.reply(hook)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/contract-suite`,
    hooks,
    entries,
    duplicates,
    events,
    forged: () => forged,
    async stop() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
