/** The HTTP server of one portal: REST, authorization pages, control API, and whatever the demo adds. */
import fastify, { type FastifyInstance } from 'fastify'
import { handleAuthorize } from './authorize-route.ts'
import { mountControlApi } from './control-api.ts'
import type { PortalHandleInner } from './portal-handle.ts'
import { handleRest } from './rest-route.ts'

/** Real uploads may be huge; this is what the pretend portal takes. */
const BODY_LIMIT_BYTES = 64 * 1024 * 1024

/** A bare server that hands over bodies as text, whatever their type: the portal's parsing is its own. */
export function bareApp(): FastifyInstance {
  const app = fastify({ logger: false, bodyLimit: BODY_LIMIT_BYTES, routerOptions: { maxParamLength: 500 } })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  return app
}

export function createPortalApp(
  portal: PortalHandleInner,
  extend?: (app: FastifyInstance, portal: PortalHandleInner) => void,
): FastifyInstance {
  const app = bareApp()
  const saved = (): Promise<void> => portal.changed()
  app.route({
    method: ['GET', 'POST'],
    url: '/rest/*',
    handler: (request, reply) => handleRest(portal.core, request, reply, saved),
  })
  for (const url of ['/oauth/authorize', '/oauth/authorize/']) {
    app.route({
      method: ['GET', 'POST'],
      url,
      handler: (request, reply) => handleAuthorize(portal.core, request, reply, saved),
    })
  }
  mountControlApi(app, portal)
  extend?.(app, portal)
  return app
}
