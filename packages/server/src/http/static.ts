import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import { HubError } from '@trunkline/contracts/errors'
import { text } from '@trunkline/contracts/locale'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Auth } from '../auth/create-auth.ts'
import { framingPortals } from '../flows/portals/open-frame.ts'
import { authRequest } from './cabinet/door.ts'
import type { HttpContext } from './context.ts'

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
export async function staticRoutes(app: FastifyInstance, context: HttpContext, auth: Auth): Promise<void> {
  await app.register(fastifyStatic, {
    // Each answer names its folder; this one is only asked to exist, which a folder not built yet does not.
    root: import.meta.dirname,
    serve: false,
    preCompressed: true,
  })

  const hidden = { schema: { hide: true } } as const
  app.get('/', hidden, async (_request, reply) => reply.redirect('/cabinet/'))
  app.get('/cabinet', hidden, async (_request, reply) => reply.redirect('/cabinet/'))
  app.get<{ Params: { '*': string } }>('/cabinet/*', hidden, async (request, reply) => {
    const path = request.params['*']
    if (isPage(path)) await letPortalsFrame(context, auth, request, reply)
    return cabinetFile(path, reply)
  })
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
  if (!isPage(path)) {
    const isHashed = path.startsWith('assets/')
    return reply
      .header('cache-control', isHashed ? `public, max-age=${YEAR_S}, immutable` : 'public, max-age=3600')
      .sendFile(path, CABINET, { cacheControl: false })
  }
  if (!existsSync(join(CABINET, 'index.html'))) throw notBuilt()
  return reply.header('cache-control', 'no-cache').sendFile('index.html', CABINET, { cacheControl: false })
}

function isPage(path: string): boolean {
  return extname(path) === '' || path === 'index.html'
}

/** Lets the connected portals of whoever is signed in show the page in their frames; everybody else may not frame it. */
async function letPortalsFrame(
  context: HttpContext,
  auth: Auth,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const target = request.headers['sec-fetch-dest']
  const policy = reply.getHeader('content-security-policy')
  if ((target !== undefined && target !== 'iframe') || typeof policy !== 'string') return
  const who = await auth.signedIn(authRequest(request)).catch((error: unknown) => {
    if (error instanceof HubError && error.code === 'auth/signed-out') return undefined
    throw error
  })
  if (who === undefined) return
  const origins = await context.database.inWorkspace(who.workspaceId, framingPortals)
  if (origins.length === 0) return
  // It knows no list of origins; the policy does its work.
  void reply
    .removeHeader('x-frame-options')
    .header(
      'content-security-policy',
      policy.replace("frame-ancestors 'none'", `frame-ancestors ${origins.join(' ')}`),
    )
}

function notBuilt(): HubError {
  return new HubError('server/not-ready', { publicText: NOT_BUILT })
}
