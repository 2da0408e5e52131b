import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A site of somebody else, on a port of its own. */
export interface OwnSite {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  stop(): Promise<void>
}

/** Starts a site. @param answer gives the page at a path, without its query; the icon a browser asks for is not its matter. */
export async function startSite(
  answer: (path: string, response: ServerResponse, request: IncomingMessage) => unknown,
): Promise<OwnSite> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    if (path === '/favicon.ico') return response.writeHead(204).end()
    return answer(path, response, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
