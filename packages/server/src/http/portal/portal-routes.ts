import { randomBytes } from 'node:crypto'
import { HubError } from '@trunkline/contracts/errors'
import type { Locale } from '@trunkline/contracts/locale'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Auth } from '../../auth/create-auth.ts'
import { acceptPortalEvent } from '../../flows/portals/accept-portal-event.ts'
import { finishConnecting } from '../../flows/portals/connect-portal.ts'
import { authRequest } from '../cabinet/door.ts'
import type { HttpContext } from '../context.ts'
import { localeOf } from '../problem.ts'
import { connectDeps } from './connect-deps.ts'
import { connectedPage, refusedPage } from './pages.ts'

const Returned = Type.Object({
  code: Type.Optional(Type.String({ maxLength: 200 })),
  state: Type.Optional(Type.String({ maxLength: 200 })),
  domain: Type.Optional(Type.String({ maxLength: 300 })),
  member_id: Type.Optional(Type.String({ maxLength: 100 })),
  scope: Type.Optional(Type.String({ maxLength: 2000 })),
  server_domain: Type.Optional(Type.String({ maxLength: 300 })),
})

/** Where a portal sends people after their consent, and where it reports its events. */
export async function portalRoutes(app: FastifyInstance, context: HttpContext, auth: Auth): Promise<void> {
  app.get<{ Querystring: Record<string, string | undefined> }>(
    '/oauth/bitrix24/callback',
    { schema: { hide: true, querystring: Returned }, config: { rateLimit: { max: 30 } } },
    async (request, reply) => {
      const { code, state, domain, member_id: memberId, server_domain: serverDomain } = request.query
      const locale = await readerLocale(request, auth)
      try {
        if (!code || !state) throw new HubError('portal/reauthorise')
        const connected = await finishConnecting(
          { ...connectDeps(context), users: auth.users },
          { code, state, domain: domain ?? '', memberId: memberId ?? '', serverDomain },
        )
        const { workspaceId, portalId } = connected
        await context.portalDesk.tell(workspaceId, portalId, 'welcome').catch((error: unknown) => {
          // The portal is connected all the same; the hourly synchronisation and the button do this again.
          context.logger.warn('portal-welcome', { portalId, error: nameOf(error) })
        })
        return page(request, reply, (nonce) =>
          connectedPage({
            nonce,
            locale,
            portalId,
            origin: context.publicUrl(),
          }),
        )
      } catch (error) {
        const known = error instanceof HubError ? error : new HubError('server/bug', { cause: error })
        if (known.kind === 'bug') context.logger.error('oauth-callback', { traceId: request.id }, error)
        return page(request, reply.code(known.status), (nonce) =>
          refusedPage({ nonce, locale, error: known }),
        )
      }
    },
  )

  await app.register((door, _options, ready) => {
    door.removeAllContentTypeParsers()
    door.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 256 * 1024 }, (_request, body, done) =>
      done(null, body),
    )
    door.post<{ Params: { key: string } }>(
      '/portal/events/:key',
      { schema: { hide: true }, config: { rateLimit: { max: 600 } } },
      async (request, reply) => {
        await acceptPortalEvent(
          { database: context.database, sealer: context.sealer, users: auth },
          request.params.key,
          typeof request.body === 'string' ? request.body : '',
        )
        return reply.code(200).type('text/plain').send('')
      },
    )
    ready()
  })
}

/** The page is read by whoever pressed “Connect” in the cabinet; a browser that lost that sign-in says what it prefers. */
async function readerLocale(request: FastifyRequest, auth: Auth): Promise<Locale> {
  const reader = await auth.signedIn(authRequest(request)).catch((error: unknown) => {
    if (!(error instanceof HubError)) throw error
  })
  return reader?.locale ?? localeOf(request)
}

function page(_request: FastifyRequest, reply: FastifyReply, html: (nonce: string) => string): FastifyReply {
  const nonce = randomBytes(16).toString('base64')
  return (
    reply
      .header(
        'content-security-policy',
        `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      )
      // The window came here through the portal and must still see the cabinet that opened it.
      .header('cross-origin-opener-policy', 'unsafe-none')
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'no-referrer')
      .type('text/html; charset=utf-8')
      .send(html(nonce))
  )
}

function nameOf(error: unknown): string {
  return error instanceof HubError ? error.code : error instanceof Error ? error.name : 'unknown'
}
