import { randomUUID } from 'node:crypto'
import type { RawHook } from '@trunkline/channels/kit/channel-adapter'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { HttpContext } from './context.ts'

/** Largest hook taken; networks send files by reference. */
const MAX_HOOK_BYTES = 2 * 1024 * 1024

/**
 * Where networks call: `/hooks/<public key of the channel>`. Takes raw bytes, because signatures are over them, and
 * answers what the adapter says, after the event is on disk.
 */
export async function hookRoutes(
  app: FastifyInstance,
  context: Pick<HttpContext, 'acceptHook'>,
): Promise<void> {
  await app.register((door, _options, ready) => {
    door.removeAllContentTypeParsers()
    door.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_HOOK_BYTES }, (_request, body, done) =>
      done(null, body),
    )
    door.route<{ Params: { publicKey: string } }>({
      method: ['GET', 'POST'],
      url: '/hooks/:publicKey',
      schema: { hide: true },
      handler: async (request, reply) => {
        const answer = await context.acceptHook.hook(request.params.publicKey, rawHook(request), randomUUID())
        return reply
          .code(answer.status)
          .headers({ 'content-type': 'text/plain; charset=utf-8', ...answer.headers })
          .send(answer.body ?? '')
      },
    })
    ready()
  })
}

/** The request as adapters take it. */
export function rawHook(request: FastifyRequest): RawHook {
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array()
  return {
    method: request.method,
    path: request.url.split('?')[0]!,
    query: request.query as Record<string, string>,
    headers: singleHeaders(request.headers),
    body,
    remoteAddress: request.ip,
  }
}

/** Node joins repeated headers itself, all but one, which no network sends. Source: nodejs.org, http.IncomingMessage, headers. */
function singleHeaders(headers: FastifyRequest['headers']): RawHook['headers'] {
  const { 'set-cookie': several, ...single } = headers
  return several === undefined ? (headers as RawHook['headers']) : (single as RawHook['headers'])
}
