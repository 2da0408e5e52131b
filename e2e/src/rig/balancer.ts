import { createServer, request } from 'node:http'

/** What stands before several nodes: one address, each request to the next node that answers. */
export interface Balancer extends AsyncDisposable {
  readonly url: string
  /** Requests that each node got, in the order of `to`. */
  readonly served: readonly number[]
  /** Addresses of the nodes. */
  to(urls: readonly string[]): void
}

/** A round-robin proxy on a port of its own. A node that refuses the connection gets nothing; the next one is asked. */
export async function startBalancer(): Promise<Balancer> {
  let nodes: readonly string[] = []
  let served: number[] = []
  let next = 0
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => pass(0))
    const first = next++
    function pass(tried: number): void {
      const place = (first + tried) % Math.max(1, nodes.length)
      const node = nodes[place]
      if (node === undefined || tried >= nodes.length) {
        outgoing.writeHead(502).end()
        return
      }
      const forward = request(
        `${node}${incoming.url}`,
        { method: incoming.method, headers: incoming.headers },
        (answer) => {
          served[place]! += 1
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(outgoing)
          answer.on('error', () => outgoing.destroy())
        },
      )
      forward.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') pass(tried + 1)
        // Whether a node that died meanwhile did the work is unknown: as real balancers do, it is not done twice here.
        else if (outgoing.headersSent) outgoing.destroy()
        else outgoing.writeHead(502).end()
      })
      forward.end(Buffer.concat(chunks))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    get served() {
      return served
    },
    to(urls) {
      nodes = urls
      served = urls.map(() => 0)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
