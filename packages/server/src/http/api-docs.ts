import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import type { HttpContext } from './context.ts'

/** Collects the schemas of routes that are not hidden. Before any of them is made. */
export async function apiSchemas(app: FastifyInstance, context: HttpContext): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Trunkline API',
        description:
          'The API of the “client application” channel: the company’s own application sends and receives messages.',
        version: '1',
      },
      servers: context.config.publicUrl === undefined ? [] : [{ url: context.config.publicUrl }],
      components: { securitySchemes: { channelKey: { type: 'http', scheme: 'bearer' } } },
      security: [{ channelKey: [] }],
    },
  })
}

/** The API as a page: `/api/docs`; as a document: `/api/docs/json`. */
export async function apiDocs(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: POLICY,
    uiConfig: { deepLinking: true, validatorUrl: null },
  })
}

/** Only what the page is made of; it asks nobody else about our API. */
const POLICY = {
  'default-src': ["'self'"],
  'base-uri': ["'none'"],
  'font-src': ["'self'", 'data:'],
  'frame-ancestors': ["'none'"],
  'img-src': ["'self'", 'data:'],
  'object-src': ["'none'"],
  'script-src': ["'self'"],
  // The page's library sets styles of elements.
  'style-src': ["'self'", "'unsafe-inline'"],
}
