import { HubError } from '@trunkline/contracts/errors'
import type { Locale } from '@trunkline/contracts/locale'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { remotePlace } from '../../flows/own-doors/remote-place.ts'
import { takeSiteRequest } from '../../flows/own-doors/request-calls.ts'
import { openSiteDoor, type SiteDoor } from '../../flows/own-doors/site-door.ts'
import { readSiteForm, redirectTarget } from '../../flows/own-doors/site-form.ts'
import type { VisitorLimits } from '../../flows/own-doors/visitor-calls.ts'
import type { HttpContext } from '../context.ts'
import { localeOf } from '../problem.ts'
import { formRefusedPage, thanksPage } from './site-form-pages.ts'
import { isOwnPage } from './widget-cors.ts'
import { KeyParams } from './widget-schemas.ts'

const MAX_BODY_BYTES = 256 * 1024
const MAX_PARTS = 100
const HTML = 'text/html; charset=utf-8'

/**
 * `POST requests`: the door of a site's own form, as plain HTML posts it (docs/operate/requests.md). Answers JSON to a
 * program; a person's browser goes to the page that the form names, or sees ours. Register inside the widget's scope.
 */
export function siteFormRoute(scope: FastifyInstance, context: HttpContext, limits: VisitorLimits): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: MAX_BODY_BYTES },
    (_request, body, done) => done(null, [...new URLSearchParams(body as string)]),
  )
  scope.post(
    '/requests',
    {
      schema: { hide: true, params: KeyParams },
      bodyLimit: MAX_BODY_BYTES,
      config: { rateLimit: { max: 300, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      let site: SiteDoor | undefined
      try {
        const origin = pageOrigin(request)
        const isTest = isOwnPage(request, context)
        site = await openSiteDoor(
          context.acceptHook,
          (request.params as { key: string }).key,
          isTest ? undefined : origin,
        )
        const form = readSiteForm(await entriesOf(request), request.headers.referer)
        const taken = await takeSiteRequest(context, {
          site,
          form,
          place: remotePlace(request.ip),
          limits,
          isTest,
          path: request.url.split('?')[0]!,
          now: context.now(),
        })
        if (!isPerson(request)) return { accepted: true, duplicate: taken.duplicate }
        const target = redirectTarget(form.redirect, origin)
        if (target !== undefined) return reply.redirect(target, 303)
        const locale = localeFor(request, site)
        return reply
          .type(HTML)
          .send(thanksPage({ locale, thanks: site.settings.offlineThanks, back: backLink(request) }))
      } catch (error) {
        if (!(error instanceof HubError) || !isPerson(request)) throw error
        return refused(reply, error, localeFor(request, site), backLink(request))
      }
    },
  )
}

function refused(reply: FastifyReply, error: HubError, locale: Locale, back: string | undefined) {
  if (error.retryAfterMs !== undefined)
    void reply.header('retry-after', String(Math.ceil(error.retryAfterMs / 1000)))
  return reply.code(error.status).type(HTML).send(formRefusedPage({ locale, error, back }))
}

/**
 * Origin of the page with the form. Browsers name it in every post to another site; where a page hides it the
 * address that it came from may tell. Keeps the door for the company's own pages, no more: a machine forges both.
 * @throws HubError `widget/wrong-origin` when neither says anything.
 */
function pageOrigin(request: FastifyRequest): string {
  const { origin, referer } = request.headers
  const told = origin !== undefined && origin !== 'null' ? origin : URL.parse(referer ?? '')?.origin
  if (told === undefined || URL.parse(told)?.origin !== told) throw new HubError('widget/wrong-origin')
  return told
}

/** A browser that went to our address with the form, rather than a script or a program that called it. */
function isPerson(request: FastifyRequest): boolean {
  const type = request.headers['content-type'] ?? ''
  return !type.startsWith('application/json') && /text\/html/.test(request.headers.accept ?? '')
}

function localeFor(request: FastifyRequest, site: SiteDoor | undefined): Locale {
  const chosen = site?.settings.locale ?? 'auto'
  return chosen === 'auto' ? localeOf(request) : chosen
}

function backLink(request: FastifyRequest): string | undefined {
  const page = URL.parse(request.headers.referer ?? request.headers.origin ?? '')
  return page !== null && /^https?:$/.test(page.protocol) ? page.href : undefined
}

/** Names and values in their order, whichever of the three ways the form was sent. */
async function entriesOf(request: FastifyRequest): Promise<[string, string][]> {
  if (request.isMultipart()) return partsOf(request)
  const body: unknown = request.body
  if (Array.isArray(body)) return body as [string, string][]
  if (typeof body !== 'object' || body === null) throw new HubError('request/malformed')
  return Object.entries(body).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one: unknown): [string, string][] =>
      typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean'
        ? [[name, String(one)]]
        : [],
    ),
  )
}

/** Files are not taken; the name of one is, so that an employee sees that there was something to ask for. */
async function partsOf(request: FastifyRequest): Promise<[string, string][]> {
  const entries: [string, string][] = []
  const parts = request.parts({
    limits: {
      fields: MAX_PARTS,
      files: 10,
      fileSize: MAX_BODY_BYTES,
      fieldSize: MAX_BODY_BYTES,
      parts: MAX_PARTS,
    },
  })
  for await (const part of parts) {
    if (part.type === 'field') entries.push([part.fieldname, String(part.value)])
    else {
      part.file.resume()
      if (part.filename) entries.push([part.fieldname, part.filename])
    }
  }
  return entries
}
