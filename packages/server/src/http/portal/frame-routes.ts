import { randomBytes } from 'node:crypto'
import { HubError } from '@trunkline/contracts/errors'
import type { Locale } from '@trunkline/contracts/locale'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Auth } from '../../auth/create-auth.ts'
import { acceptAppEvent, isPortalEvent } from '../../flows/portals/accept-portal-event.ts'
import { type InstalledPortal, installPortal } from '../../flows/portals/install-portal.ts'
import { linkedMember, linkTicket, visitorOf } from '../../flows/portals/link-employee.ts'
import { openFrame } from '../../flows/portals/open-frame.ts'
import { type Frame, readFrame } from '../../flows/portals/read-frame.ts'
import { authRequest, OWN_HEADER } from '../cabinet/door.ts'
import type { HttpContext } from '../context.ts'
import { localeOf } from '../problem.ts'
import { connectDeps } from './connect-deps.ts'
import { enteringPage, frameRefusedPage, installedPage, linkPage } from './frame-pages.ts'

/** Cookie of the tab in which an employee signs in: the ticket of their frame. */
export const LINK_COOKIE = 'trunkline-link'

/** Where the frame goes on to: conversations, or the choice of the portal while nobody made it. */
const INSIDE = '/cabinet/inbox'
const UNFINISHED = '/cabinet/integrations/bitrix24'

/** What a portal posts when it opens a frame is a few hundred bytes. */
const MOST_BYTES = 64 * 1024

/** Pages that Bitrix24 opens in its frames, and the event that stands for one of them where there are no pages. */
export async function frameRoutes(app: FastifyInstance, context: HttpContext, auth: Auth): Promise<void> {
  const cabinetUrl = () => `${context.publicUrl()}/cabinet/integrations/bitrix24`
  const tickets = { database: context.database, sealer: context.sealer, now: context.now }
  await app.register((door, _options, ready) => {
    door.removeAllContentTypeParsers()
    door.addContentTypeParser('*', { parseAs: 'string', bodyLimit: MOST_BYTES }, (_request, body, done) =>
      done(null, body),
    )
    door.post(
      '/portal/install',
      { schema: { hide: true }, config: { rateLimit: { max: 30 } } },
      async (request, reply) => {
        const body = bodyOf(request)
        if (isPortalEvent(body)) {
          const installed = await acceptAppEvent({ ...connectDeps(context), users: auth }, body)
          if (installed !== undefined) await welcome(context, installed)
          return reply.code(200).type('text/plain').send('')
        }
        return framed(context, request, reply, async (frame, nonce, locale) => {
          const installed = await installPortal(connectDeps(context), frame)
          await welcome(context, installed)
          return installedPage({
            nonce,
            locale,
            origin: installed.origin,
            cabinetUrl: cabinetUrl(),
            isChosen: installed.isChosen,
          })
        })
      },
    )
    door.post(
      '/portal/app',
      { schema: { hide: true }, config: { rateLimit: { max: 240 } } },
      (request, reply) =>
        framed(context, request, reply, async (frame, nonce, locale) => {
          // A foreign page could post its own employee here in somebody's window and sign them in as another person. In a
          // frame the cookie stays with the site around it, and only the portal's own site may show the page.
          const target = request.headers['sec-fetch-dest']
          if (target !== undefined && target !== 'iframe') throw new HubError('auth/cross-site')
          const { visitor, userId, isChosen } = await openFrame(connectDeps(context), frame)
          const cookies =
            userId === undefined ? [] : await auth.signInFrame(authRequest(request), userId, visitor)
          for (const cookie of cookies) void reply.header('set-cookie', cookie)
          const of = { nonce, locale, origin: frame.origin, cabinetUrl: cabinetUrl() }
          // A new cookie takes part from the next request on.
          return cookies.length > 0
            ? enteringPage({ ...of, path: isChosen ? INSIDE : UNFINISHED })
            : linkPage({
                ...of,
                isChosen,
                employee: visitor.portalUserName,
                ticket: linkTicket(tickets, visitor),
              })
        }),
    )
    // Opens the tab in which the employee signs in. Only our own page in the portal's frame leads here: whoever is lured
    // by a link or a foreign form must not tie their account to somebody else's.
    door.post(
      '/portal/link',
      { schema: { hide: true }, config: { rateLimit: { max: 60 } } },
      async (request, reply) => {
        if (request.headers['sec-fetch-site'] !== 'same-origin') throw new HubError('auth/cross-site')
        const ticket = new URLSearchParams(bodyOf(request)).get('ticket') ?? ''
        visitorOf(tickets, ticket)
        const isHttps = context.publicUrl().startsWith('https:')
        return reply
          .setCookie(LINK_COOKIE, ticket, {
            path: '/api/frame-link',
            httpOnly: true,
            sameSite: 'lax',
            secure: isHttps,
            maxAge: 600,
          })
          .redirect('/cabinet/link-portal', 303)
      },
    )
    // Our page in the frame asks whether the sign-in in the other tab has happened.
    door.post(
      '/portal/frame-session',
      { schema: { hide: true }, config: { rateLimit: { max: 600 } } },
      async (request, reply) => {
        if (request.headers['sec-fetch-site'] !== 'same-origin' || request.headers[OWN_HEADER] === undefined)
          throw new HubError('auth/cross-site')
        const { visitor, userId } = await linkedMember(tickets, ticketOf(bodyOf(request)))
        const cookies =
          userId === undefined ? [] : await auth.signInFrame(authRequest(request), userId, visitor)
        for (const cookie of cookies) void reply.header('set-cookie', cookie)
        return reply.header('cache-control', 'no-store').send({ isSignedIn: cookies.length > 0 })
      },
    )
    ready()
  })
}

async function welcome(context: HttpContext, { workspaceId, portalId }: InstalledPortal): Promise<void> {
  await context.portalDesk.tell(workspaceId, portalId, 'welcome').catch((error: unknown) => {
    // The portal is connected all the same; the hourly synchronisation and the button do this again.
    const name = error instanceof HubError ? error.code : 'unknown'
    context.logger.warn('portal-welcome', { portalId, error: name })
  })
}

/** Answers with a page for the frame of the portal that the post names, whether it went well or not. */
async function framed(
  context: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  make: (frame: Frame, nonce: string, locale: Locale) => Promise<string>,
): Promise<FastifyReply> {
  const frame = readFrame(context.portalHttp, request.url.split('?')[1] ?? '', bodyOf(request))
  const locale = frame?.locale ?? localeOf(request)
  const nonce = randomBytes(16).toString('base64')
  try {
    if (frame === undefined) throw new HubError('request/malformed')
    return frameable(reply, nonce, frame.origin).send(await make(frame, nonce, locale))
  } catch (error) {
    const known = error instanceof HubError ? error : new HubError('server/bug', { cause: error })
    if (known.kind === 'bug') context.logger.error('portal-frame', { traceId: request.id }, error)
    return frameable(reply.code(known.status), nonce, frame?.origin).send(
      frameRefusedPage({ nonce, locale, error: known }),
    )
  }
}

/** Headers of a page that this portal alone may frame; without a portal nobody may. */
function frameable(reply: FastifyReply, nonce: string, origin: string | undefined): FastifyReply {
  // It knows no list of origins; the policy below does its work.
  void reply.removeHeader('x-frame-options')
  return (
    reply
      .header(
        'content-security-policy',
        // The library of frames comes from Bitrix24 and may load parts of itself: what the nonce let in may do so.
        `default-src 'none'; script-src 'nonce-${nonce}' 'strict-dynamic'; style-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors ${origin ?? "'none'"}`,
      )
      .header('cache-control', 'no-store')
      // The address of the page holds the portal's.
      .header('referrer-policy', 'no-referrer')
      .type('text/html; charset=utf-8')
  )
}

function bodyOf(request: FastifyRequest): string {
  return typeof request.body === 'string' ? request.body : ''
}

function ticketOf(body: string): string {
  try {
    const { ticket } = JSON.parse(body) as { ticket?: unknown }
    return typeof ticket === 'string' ? ticket : ''
  } catch {
    return ''
  }
}
