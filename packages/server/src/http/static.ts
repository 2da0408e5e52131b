import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import { HubError } from '@trunkline/contracts/errors'
import { text } from '@trunkline/contracts/locale'
import type { FastifyInstance, FastifyReply } from 'fastify'

const CABINET = fileURLToPath(new URL('../../../cabinet/dist', import.meta.url))
const WIDGET = fileURLToPath(new URL('../../../widget/dist', import.meta.url))

const YEAR_S = 365 * 24 * 60 * 60
/** How long a site may go on with the widget it has; a new release of ours reaches it after this. */
const WIDGET_S = 300

const NOT_BUILT = text(
  'Браузерные программы не собраны: выполните npm run build',
  'The browser programs are not built: run npm run build',
)

/**
 * The built cabinet under `/cabinet/` and the widget's file for other sites. Names of assets hold a hash of their
 * content, so browsers keep them for ever; pages are asked for anew each time.
 */
export async function staticRoutes(app: FastifyInstance): Promise<void> {
  await app.register(fastifyStatic, {
    // Each answer names its folder; this one is only asked to exist, which a folder not built yet does not.
    root: import.meta.dirname,
    serve: false,
    preCompressed: true,
  })

  const hidden = { schema: { hide: true } } as const
  app.get('/', hidden, async (_request, reply) => reply.redirect('/cabinet/'))
  app.get('/cabinet', hidden, async (_request, reply) => reply.redirect('/cabinet/'))
  app.get<{ Params: { '*': string } }>('/cabinet/*', hidden, async (request, reply) =>
    cabinetFile(request.params['*'], reply),
  )
  app.get('/widget/widget.js', hidden, async (_request, reply) => {
    if (!existsSync(join(WIDGET, 'widget.js'))) throw notBuilt()
    return reply
      .headers({
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        'cache-control': `public, max-age=${WIDGET_S}`,
      })
      .sendFile('widget.js', WIDGET, { cacheControl: false })
  })
}

/** A file of the cabinet; any other address is a page of it, which the program itself shows. */
async function cabinetFile(path: string, reply: FastifyReply): Promise<FastifyReply> {
  if (extname(path) !== '' && path !== 'index.html') {
    const isHashed = path.startsWith('assets/')
    return reply
      .header('cache-control', isHashed ? `public, max-age=${YEAR_S}, immutable` : 'public, max-age=3600')
      .sendFile(path, CABINET, { cacheControl: false })
  }
  if (!existsSync(join(CABINET, 'index.html'))) throw notBuilt()
  return reply.header('cache-control', 'no-cache').sendFile('index.html', CABINET, { cacheControl: false })
}

function notBuilt(): HubError {
  return new HubError('server/not-ready', { publicText: NOT_BUILT })
}
