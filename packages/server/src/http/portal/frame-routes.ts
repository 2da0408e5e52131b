import { randomBytes } from 'node:crypto'
import { HubError } from '@trunkline/contracts/errors'
import type { Locale } from '@trunkline/contracts/locale'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { acceptAppEvent, isPortalEvent } from '../../flows/portals/accept-portal-event.ts'
import { type InstalledPortal, installPortal } from '../../flows/portals/install-portal.ts'
import { type Frame, readFrame } from '../../flows/portals/read-frame.ts'
import type { HttpContext } from '../context.ts'
import { localeOf } from '../problem.ts'
import { connectDeps } from './connect-deps.ts'
import { frameRefusedPage, installedPage } from './frame-pages.ts'

/** What a portal posts when it opens a frame is a few hundred bytes. */
const MOST_BYTES = 64 * 1024

/** Pages that Bitrix24 opens in its frames, and the event that stands for one of them where there are no pages. */
export async function frameRoutes(app: FastifyInstance, context: HttpContext): Promise<void> {
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
          const installed = await acceptAppEvent(connectDeps(context), body)
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
            cabinetUrl: `${context.publicUrl()}/cabinet/integrations/bitrix24`,
            isChosen: installed.isChosen,
          })
        })
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
