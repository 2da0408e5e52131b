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
    logo: { type: 'image/svg+xml', content: MARK, href: '/cabinet/', target: '_self' },
    theme: {
      title: 'Trunkline API',
      favicon: [
        { filename: 'mark.svg', rel: 'icon', sizes: 'any', type: 'image/svg+xml', content: MARK.toString() },
      ],
    },
  })
}

/** The product's mark and name, as in the cabinet; the page comes with the mark of its library otherwise. */
const MARK = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="40" height="40"><rect width="32" height="32" rx="9" fill="#0b5fd0"/>
<path d="M5.5 9.5h2.2c6 0 5.6 6.5 11.6 6.5H27M5.5 22.5h2.2c6 0 5.6-6.5 11.6-6.5M5.5 16H27M22.5 11.5 27 16l-4.5 4.5" fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/></svg>`,
)

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
