/** Listening addresses. A pretend portal needs its own host:port at once, so a few are always kept ready. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { OwnCertificate } from './own-certificate.ts'

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void

/** One listening port whose meaning may change while it listens (a portal's address becomes a former one). */
export interface Address {
  readonly port: number
  handle: HttpHandler
  close(): Promise<void>
}

export interface AddressPool {
  /** Listens on the port (0: chosen by the OS). */
  open(port: number): Promise<Address>
  /** A ready address, synchronously. At most `SPARES` in one turn of the event loop. */
  take(): Address
  close(): Promise<void>
}

const SPARES = 8

/** With a certificate the addresses speak https. */
export async function createAddressPool(host: string, own?: OwnCertificate): Promise<AddressPool> {
  const all = new Set<Address>()
  const spares: Address[] = []
  let isClosed = false
  const refills = new Set<Promise<void>>()

  const open = async (port: number): Promise<Address> => {
    const server: Server =
      own === undefined
        ? createServer({ keepAliveTimeout: 60_000 })
        : createSecureServer({ keepAliveTimeout: 60_000, key: own.key, cert: own.certificate })
    const address: Address = {
      port: await listen(server, host, port),
      handle: (_request, response) => {
        response.statusCode = 404
        response.end()
      },
      close: () =>
        new Promise((resolve) => {
          server.close(() => resolve())
          server.closeAllConnections()
        }),
    }
    server.on('request', (request, response) => {
      // SDKs send `/rest//crm.lead.add`. Source: reference/b24-client.md.
      const url = request.url ?? '/'
      const question = url.indexOf('?')
      const path = question < 0 ? url : url.slice(0, question)
      request.url = path.replace(/\/{2,}/g, '/') + (question < 0 ? '' : url.slice(question))
      address.handle(request, response)
    })
    all.add(address)
    return address
  }
  const refill = (): void => {
    const run = open(0).then(
      (address) => {
        if (isClosed) return address.close()
        spares.push(address)
        return undefined
      },
      (error: unknown) => {
        process.emitWarning(`the sandbox could not open another port: ${String(error)}`)
      },
    )
    const tracked = run.finally(() => refills.delete(tracked))
    refills.add(tracked)
  }
  spares.push(...(await Promise.all(Array.from({ length: SPARES }, () => open(0)))))
  return {
    open,
    take() {
      const address = spares.shift()
      if (!address) throw new Error('too many portals added at once: wait a moment between them')
      refill()
      return address
    },
    async close() {
      isClosed = true
      await Promise.all(refills)
      await Promise.all([...all].map((address) => address.close()))
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
