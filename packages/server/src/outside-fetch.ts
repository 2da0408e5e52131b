import { lookup } from 'node:dns'
import { isPrivateAddress } from '@trunkline/portal'
import { Agent, fetch as undiciFetch } from 'undici'

/** `fetch` for calls to networks and to customers' webhooks. */
export interface OutsideFetch {
  readonly fetch: typeof fetch
  close(): Promise<void>
}

/**
 * A fetch that never reaches into a private network unless allowed: the address is checked when the connection is
 * made, after the name was resolved, so that a name which changes its answer is no way around. Redirects are not followed.
 */
export function createOutsideFetch(options: { readonly allowPrivate: boolean }): OutsideFetch {
  const agent = new Agent({
    connections: 32,
    headersTimeout: 30_000,
    bodyTimeout: 60_000,
    connect: {
      timeout: 10_000,
      lookup: (hostname, lookupOptions, done) => {
        lookup(hostname, { ...lookupOptions, all: true }, (error, addresses) => {
          if (error) return done(error, [])
          const open = options.allowPrivate
            ? addresses
            : addresses.filter((one) => !isPrivateAddress(one.address))
          if (open.length === 0)
            return done(Object.assign(new Error('private address'), { code: 'EPRIVATE' }), [])
          if (lookupOptions.all) return done(null, open)
          return done(null, open[0]!.address, open[0]!.family)
        })
      },
    },
  })
  const guarded = (input: Parameters<typeof undiciFetch>[0], init?: Parameters<typeof undiciFetch>[1]) => {
    const url = new URL(
      typeof input === 'string' || input instanceof URL ? input : (input as { url: string }).url,
    )
    // An address written as numbers is never looked up, so it is checked here.
    if (!options.allowPrivate && isPrivateAddress(url.hostname.replace(/^\[|\]$/g, '')))
      return Promise.reject(
        Object.assign(new TypeError('fetch failed'), {
          cause: Object.assign(new Error('private address'), { code: 'EPRIVATE' }),
        }),
      )
    return undiciFetch(input, { redirect: 'manual', ...init, dispatcher: agent })
  }
  return { fetch: guarded as unknown as typeof fetch, close: () => agent.close() }
}
