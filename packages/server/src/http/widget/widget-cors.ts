import { HubError } from '@trunkline/contracts/errors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ownOrigins } from '../../auth/own-origin.ts'
import type { HttpContext } from '../context.ts'

/** How long a browser remembers that it may ask. */
const PREFLIGHT_SECONDS = 7200

/**
 * Lets pages of other sites read what the door answers them, a refusal too, so that whoever installs the widget sees
 * why it does not open. Nothing is given by this: there are no cookies, and the list of sites is checked by each call.
 */
export function widgetCors(scope: FastifyInstance): void {
  scope.addHook('onRequest', async (request, reply) => {
    reply.headers(corsHeaders(request))
  })
  scope.options('/*', { schema: { hide: true } }, async (_request, reply) =>
    reply
      .headers({
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization, content-type, last-event-id',
        'access-control-max-age': String(PREFLIGHT_SECONDS),
      })
      .code(204)
      .send(),
  )
}

/** For answers written past fastify too. */
export function corsHeaders(request: FastifyRequest): Record<string, string> {
  const origin = request.headers.origin
  return {
    vary: 'Origin',
    'cache-control': 'no-store',
    // Files and pictures are asked for by pages of other sites.
    'cross-origin-resource-policy': 'cross-origin',
    ...(origin === undefined || !isOrigin(origin)
      ? {}
      : {
          'access-control-allow-origin': origin,
          'access-control-expose-headers': 'retry-after, content-disposition',
        }),
  }
}

/**
 * The origin to check, or undefined when there is none to check.
 *
 * Browsers tell the origin with every request to another site and with every POST; they leave it out of a GET to the
 * same one. `null` (a sandboxed frame, a file) says nothing and is refused.
 * @throws HubError `widget/wrong-origin`.
 */
export function siteOrigin(
  request: FastifyRequest,
  need: 'needed' | 'if-told',
  context: Pick<HttpContext, 'publicUrl' | 'config'>,
): string | undefined {
  const origin = request.headers.origin
  if (origin === undefined) {
    if (need === 'needed') throw new HubError('widget/wrong-origin')
    return undefined
  }
  if (!isOrigin(origin)) throw new HubError('widget/wrong-origin')
  // Our own page may always carry it.
  return isOwnPage(request, context) ? undefined : origin
}

/**
 * Whether the page that calls is ours: the test site (CHAT-19). A browser tells the origin of every post and lets no page
 * tell another one; a program that tells ours gains nothing but to be left out of reports.
 */
export function isOwnPage(
  request: FastifyRequest,
  context: Pick<HttpContext, 'publicUrl' | 'config'>,
): boolean {
  const from = { host: request.headers.host, protocol: request.protocol }
  const { origin } = request.headers
  return (
    origin !== undefined &&
    ownOrigins(context.publicUrl(), context.config.publicUrl !== undefined, from).includes(origin)
  )
}

function isOrigin(value: string): boolean {
  return URL.parse(value)?.origin === value && value !== 'null'
}
