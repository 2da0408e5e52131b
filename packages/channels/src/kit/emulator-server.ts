import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from './emulator.ts'

/** A request to a pretend network. Header names are lower case. */
export interface EmulatorRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface EmulatorAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** Serves one pretend network on 127.0.0.1. `handle` may answer `cut`: the connection drops without an answer. */
export async function startEmulatorServer(
  handle: (request: EmulatorRequest) => EmulatorAnswer | 'cut' | Promise<EmulatorAnswer | 'cut'>,
  port = 0,
): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy())
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://emulator')
    const outcome = await handle({
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: plainHeaders(request),
      body: await readBody(request),
    })
    if (outcome === 'cut') {
      request.socket.destroy()
      return
    }
    response.writeHead(outcome.status, { ...outcome.headers })
    response.end(outcome.body ?? '')
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/**
 * Does `act` under a fault: the network's own words for "wait" and "broken" come from `say`.
 * The order is the promise of the fault: `cut-after` has done the thing.
 */
export async function underFault(
  fault: Fault | undefined,
  say: {
    readonly rateLimit: (retryAfterSeconds: number) => EmulatorAnswer
    readonly serverError: (status: number) => EmulatorAnswer
  },
  act: () => EmulatorAnswer | Promise<EmulatorAnswer>,
): Promise<EmulatorAnswer | 'cut'> {
  switch (fault?.kind) {
    case undefined:
      return act()
    case 'rate-limit':
      return say.rateLimit(fault.retryAfterSeconds)
    case 'server-error':
      return say.serverError(fault.status)
    case 'cut-before':
      return 'cut'
    case 'cut-after':
      await act()
      return 'cut'
    case 'slow':
      await delay(fault.delayMs)
      return act()
  }
}

/** Header names in lower case, repeated ones joined: what `RawHook` and emulators both want. */
export function plainHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}

/** All bytes of a request. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}
