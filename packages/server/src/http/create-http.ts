import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { HubError } from '@trunkline/contracts/errors'
import Fastify, { type FastifyInstance } from 'fastify'
import { createAuth } from '../auth/create-auth.ts'
import { apiDocs, apiSchemas } from './api-docs.ts'
import { cabinetRoutes } from './cabinet/cabinet-routes.ts'
import { clientApiRoutes } from './client-api/client-api-routes.ts'
import type { HttpContext } from './context.ts'
import { healthRoutes } from './health.ts'
import { hookRoutes } from './hooks.ts'
import { frameRoutes } from './portal/frame-routes.ts'
import { portalRoutes } from './portal/portal-routes.ts'
import { PROBLEM_TYPE, problemHandler, problemOf } from './problem.ts'
import { staticRoutes } from './static.ts'
import { trySiteRoutes } from './widget/try-site-route.ts'
import { widgetRoutes } from './widget/widget-routes.ts'

/** All doors of the process on one server; not listening yet. */
export async function createHttp(context: HttpContext): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    trustProxy: context.config.trustProxy,
    genReqId: () => randomUUID(),
    bodyLimit: 1024 * 1024,
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: 'array', allErrors: true, strict: false } },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setErrorHandler(problemHandler(context.logger))
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .type(PROBLEM_TYPE)
      .send(problemOf(new HubError('request/not-found'), request)),
  )
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // The component kit sets styles of elements; see reference/ui.md §1, "CSP".
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        upgradeInsecureRequests: null,
      },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // The window of a portal's consent must be able to tell the cabinet that opened it.
    crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
    hsts: context.config.publicUrl?.startsWith('https:') ?? false,
  })
  await app.register(cookie)
  await app.register(rateLimit, { global: false, max: 600, timeWindow: '1 minute' })
  await app.register(multipart, { limits: { files: 1, fileSize: 50 * 1024 * 1024, fields: 5 } })
  await apiSchemas(app, context)
  const auth = createAuth(context)
  await hookRoutes(app, context)
  healthRoutes(app, context)
  await cabinetRoutes(app, context, auth)
  await portalRoutes(app, context, auth)
  await frameRoutes(app, context, auth)
  await widgetRoutes(app, context)
  await trySiteRoutes(app, context, auth)
  await clientApiRoutes(app, context)
  await apiDocs(app)
  await staticRoutes(app, context, auth)
  return app
}
