import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { HttpContext } from './context.ts'

const PACKAGES = join(import.meta.dirname, '../../..')
const CABINET = join(PACKAGES, 'cabinet/dist')
const WIDGET = join(PACKAGES, 'widget/dist')

/** The built programs of the browser: the cabinet with its client-side routes, and the widget for other people's sites. */
export async function staticRoutes(app: FastifyInstance, _context: HttpContext): Promise<void> {
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/cabinet/', 302))
  app.get('/cabinet', { schema: { hide: true } }, (_request, reply) => reply.redirect('/cabinet/', 302))
  if (!existsSync(join(CABINET, 'index.html'))) {
    app.get('/cabinet/*', { schema: { hide: true } }, (_request, reply) => notBuilt(reply))
  } else {
    await app.register(fastifyStatic, {
      root: CABINET,
      prefix: '/cabinet/',
      wildcard: false,
      index: ['index.html'],
      cacheControl: false,
      schemaHide: true,
      setHeaders: (response, path) => {
        // Names of assets hold a hash of their content; the page that names them must always be asked for.
        response.setHeader(
          'cache-control',
          path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        )
      },
    })
    app.get('/cabinet/*', { schema: { hide: true } }, (_request, reply) =>
      reply.header('cache-control', 'no-cache').sendFile('index.html', CABINET),
    )
  }
  app.get('/widget/widget.js', { schema: { hide: true } }, (_request, reply) => {
    if (!existsSync(join(WIDGET, 'widget.js'))) return notBuilt(reply)
    return (
      reply
        .header('access-control-allow-origin', '*')
        .header('cross-origin-resource-policy', 'cross-origin')
        // Short, so that a new version reaches every site within minutes.
        .header('cache-control', 'public, max-age=300')
        .sendFile('widget.js', WIDGET)
    )
  })
}

function notBuilt(reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .type('text/plain; charset=utf-8')
    .send('The browser programs are not built: npm run build\n')
}
