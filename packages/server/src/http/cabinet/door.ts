import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { HubError } from '@trunkline/contracts/errors'
import type { Role } from '@trunkline/contracts/http/people'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { Auth, AuthRequest, SignedIn } from '../../auth/create-auth.ts'

/** Who may call a route; each role includes the ones below it. */
export type Allowed = Role | 'anybody'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route of the cabinet names it; one that does not stops the server from starting. */
    allow?: Allowed
  }
}

/** The server as routes of the cabinet see it: bodies and queries have the types of their schemas. */
export type CabinetDoor = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** Header that a page of ours sets and a foreign page cannot. */
export const OWN_HEADER = 'x-trunkline'

/** Calls a minute of one person; the cabinet makes a few a second at most. */
const CALLS_PER_MINUTE = 1_200

const callers = new WeakMap<FastifyRequest, SignedIn>()

/**
 * Guards a door: a change must come from a page of ours, and every route says who may call it. Both are checked before
 * the body is read.
 */
export function guard(door: FastifyInstance, auth: Auth): void {
  door.addHook('onRoute', (route) => {
    if (route.config?.allow === undefined)
      throw new Error(`${String(route.method)} ${route.url} does not say who may call it`)
    route.config = {
      rateLimit: {
        max: CALLS_PER_MINUTE,
        timeWindow: '1 minute',
        keyGenerator: (request: FastifyRequest) => callerKey(request),
      },
      ...route.config,
    }
    route.schema = { hide: true, ...route.schema }
  })
  door.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') refuseForeign(request, auth)
    const allow = request.routeOptions.config.allow
    if (allow === undefined || allow === 'anybody') return
    const who = await auth.requireRole(authRequest(request), allow)
    callers.set(request, who)
    for (const cookie of who.renewal) void reply.header('set-cookie', cookie)
  })
}

/** Who calls; only inside routes that ask for a role. */
export function whoOf(request: FastifyRequest): SignedIn {
  const who = callers.get(request)
  if (who === undefined) throw new HubError('auth/signed-out')
  return who
}

export function authRequest(request: FastifyRequest): AuthRequest {
  return {
    method: request.method,
    url: request.url,
    headers: request.headers,
    ip: request.ip,
    protocol: request.protocol,
    ...(request.body === undefined ? {} : { body: request.body }),
  }
}

/**
 * Refuses a change that a foreign page may have caused: a browser must call it same-origin and the page must have set
 * our header, which a form cannot.
 */
function refuseForeign(request: FastifyRequest, auth: Auth): void {
  const site = request.headers['sec-fetch-site']
  const { origin, host } = request.headers
  const isOurs =
    site === undefined
      ? origin !== undefined && auth.origins({ host, protocol: request.protocol }).includes(origin)
      : site === 'same-origin' || site === 'none'
  if (!isOurs || request.headers[OWN_HEADER] === undefined) throw new HubError('auth/cross-site')
}

/** Calls are counted by session, so that an office behind one address is not one caller. */
function callerKey(request: FastifyRequest): string {
  const session = Object.entries(request.cookies).find(([name]) => name.endsWith('session_token'))?.[1]
  return session ?? request.ip
}
