import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { HubError } from '@trunkline/contracts/errors'
import type { AttachmentId } from '@trunkline/contracts/ids'
import type {
  WidgetAccepted,
  WidgetContact,
  WidgetFile,
  WidgetMessage,
  WidgetRequest,
} from '@trunkline/contracts/widget/protocol'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { uploader } from '../../flows/ingest-talk.ts'
import { remotePlace } from '../../flows/own-doors/remote-place.ts'
import { takeWidgetRequest } from '../../flows/own-doors/request-calls.ts'
import { openSiteDoor, type SiteDoor } from '../../flows/own-doors/site-door.ts'
import { maxUploadBytes, takeUpload } from '../../flows/own-doors/take-upload.ts'
import {
  fileToken,
  newVisitor,
  streamTicket,
  type Visitor,
  visitorOf,
  visitorOfFile,
  visitorToken,
} from '../../flows/own-doors/visitor.ts'
import {
  obeyLimits,
  takeContact,
  takeMark,
  takeMessage,
  takeTyping,
  type VisitorCall,
  type VisitorLimits,
} from '../../flows/own-doors/visitor-calls.ts'
import { messagesAfter, openVisitorFile, welcome } from '../../flows/own-doors/visitor-view.ts'
import type { HttpContext } from '../context.ts'
import { fileHeaders } from './file-headers.ts'
import { siteFormRoute } from './site-form-route.ts'
import { isOwnPage, siteOrigin, widgetCors } from './widget-cors.ts'
import {
  AfterQuery,
  ContactBody,
  FileParams,
  FileQuery,
  HelloBody,
  KeyParams,
  MarkBody,
  MessageBody,
  RequestBody,
  StreamQuery,
} from './widget-schemas.ts'
import { widgetStream } from './widget-stream.ts'

const MESSAGES_PER_MINUTE = 20
const FILES_PER_MINUTE = 20

/** Reads are cheap; a page that polls every few seconds stays far below. */
const READS = { rateLimit: { max: 300, timeWindow: '1 minute', allowList: isHere } }

/**
 * The widget's door, `/widget/v1/<public key>/…`, as contracts/widget/protocol.ts has it. No cookies: a visitor is
 * known by the token they were given, and a page by its origin, which must be on the channel's list.
 */
export async function widgetRoutes(
  app: FastifyInstance,
  context: HttpContext,
  limits: VisitorLimits = {
    messagesPerMinute: MESSAGES_PER_MINUTE,
    filesPerMinute: FILES_PER_MINUTE,
    newTalksPerHour: context.config.newTalksPerHour,
  },
): Promise<void> {
  await app.register(
    (scope, _options, done) => {
      const door = scope.withTypeProvider<TypeBoxTypeProvider>()
      widgetCors(door)

      /** The channel of the call. Everything but reading needs the page's origin. */
      const siteOf = (request: FastifyRequest, origin: 'needed' | 'if-told'): Promise<SiteDoor> =>
        openSiteDoor(
          context.acceptHook,
          (request.params as { key: string }).key,
          siteOrigin(request, origin, context),
        )

      const callOf = (request: FastifyRequest, site: SiteDoor, clientId?: string): VisitorCall => {
        const token = bearer(request)
        const { channelId } = site.door
        return {
          site,
          visitor:
            token === undefined
              ? newVisitor(context.sealer, channelId, clientId)
              : visitorOf(context.sealer, channelId, token),
          begins: token === undefined,
          place: remotePlace(request.ip),
          limits,
          isTest: isOwnPage(request, context),
          path: request.url.split('?')[0]!,
          now: context.now(),
        }
      }
      const known = (request: FastifyRequest, site: SiteDoor): Visitor =>
        visitorOf(context.sealer, site.door.channelId, bearer(request) ?? '')
      const tokenFor = (call: VisitorCall): { token?: string } =>
        call.begins ? { token: visitorToken(context.sealer, call.visitor, call.now) } : {}
      const linkFor = (request: FastifyRequest, visitor: Visitor | undefined) => {
        const now = context.now()
        const { key } = request.params as { key: string }
        return (id: string) =>
          visitor === undefined
            ? ''
            : `/widget/v1/${key}/files/${id}?token=${fileToken(context.sealer, visitor, id, now)}`
      }

      door.post(
        '/hello',
        { schema: { hide: true, params: KeyParams, body: HelloBody }, config: READS },
        async (request) => {
          const site = await siteOf(request, 'needed')
          const { token } = request.body
          const visitor =
            token === undefined ? undefined : visitorOf(context.sealer, site.door.channelId, token)
          return welcome(context, site, visitor, linkFor(request, visitor))
        },
      )

      door.post(
        '/messages',
        { schema: { hide: true, params: KeyParams, body: MessageBody } },
        async (request): Promise<WidgetAccepted> => {
          const call = callOf(request, await siteOf(request, 'needed'), request.body.clientId)
          const accepted = await takeMessage(context, call, request.body as WidgetMessage)
          return { ...accepted, ...tokenFor(call) }
        },
      )

      door.get(
        '/messages',
        { schema: { hide: true, params: KeyParams, querystring: AfterQuery }, config: READS },
        async (request) => {
          const site = await siteOf(request, 'if-told')
          const visitor = known(request, site)
          const link = linkFor(request, visitor)
          return { messages: await messagesAfter(context, site, visitor, request.query.after ?? 0, link) }
        },
      )

      door.post(
        '/contact',
        { schema: { hide: true, params: KeyParams, body: ContactBody } },
        async (request): Promise<WidgetAccepted> => {
          const call = callOf(request, await siteOf(request, 'needed'), request.body.clientId)
          const { duplicate, stored } = await takeContact(context, call, request.body as WidgetContact)
          return { duplicate, ...(stored ? tokenFor(call) : {}) }
        },
      )

      door.post(
        '/offline',
        { schema: { hide: true, params: KeyParams, body: RequestBody } },
        async (request): Promise<WidgetAccepted> => {
          const call = callOf(request, await siteOf(request, 'needed'), request.body.clientId)
          const { duplicate, stored } = await takeWidgetRequest(context, call, request.body as WidgetRequest)
          return { duplicate, ...(stored ? tokenFor(call) : {}) }
        },
      )
      siteFormRoute(scope, context, limits)

      door.post(
        '/marks',
        { schema: { hide: true, params: KeyParams, body: MarkBody }, config: READS },
        async (request, reply) => {
          const site = await siteOf(request, 'needed')
          known(request, site)
          await takeMark(context, callOf(request, site), request.body)
          return reply.code(204).send()
        },
      )

      door.post(
        '/typing',
        { schema: { hide: true, params: KeyParams }, config: READS },
        async (request, reply) => {
          const site = await siteOf(request, 'needed')
          known(request, site)
          await takeTyping(context, callOf(request, site))
          return reply.code(204).send()
        },
      )

      door.post(
        '/files',
        { schema: { hide: true, params: KeyParams } },
        async (request): Promise<WidgetFile> => {
          const site = await siteOf(request, 'needed')
          const call = callOf(request, site)
          await obeyLimits(context, call, 'file')
          // One byte more than allowed, so that the store sees the excess instead of a file cut to size.
          const part = await request.file({ limits: { fileSize: maxUploadBytes(site.door) + 1, files: 1 } })
          if (part === undefined) throw new HubError('request/malformed')
          const { id, name, mime, sizeBytes } = await takeUpload(
            context,
            site.door,
            { stream: part.file, name: part.filename, mime: part.mimetype },
            uploader(site.door.channelId, call.visitor.talk),
          )
          return { id, name, mime, sizeBytes, ...tokenFor(call) }
        },
      )

      door.get(
        '/files/:id',
        { schema: { hide: true, params: FileParams, querystring: FileQuery }, config: READS },
        async (request, reply) => {
          const site = await siteOf(request, 'if-told')
          const id = request.params.id as AttachmentId
          const token = bearer(request) ?? request.query.token ?? ''
          const visitor = visitorOfFile(context.sealer, site.door.channelId, id, token, context.now())
          const file = await openVisitorFile(context, site, visitor, id)
          return reply.headers(fileHeaders(file.row, file.sizeBytes)).send(file.stream)
        },
      )

      door.post('/ticket', { schema: { hide: true, params: KeyParams }, config: READS }, async (request) => {
        const site = await siteOf(request, 'needed')
        return { ticket: streamTicket(context.sealer, known(request, site), context.now()) }
      })

      door.get(
        '/stream',
        { schema: { hide: true, params: KeyParams, querystring: StreamQuery }, config: READS },
        async (request, reply) => {
          const site = await siteOf(request, 'if-told')
          const { ticket, after } = request.query
          await widgetStream(context, { request, reply, site, ticket, after, linkFor })
        },
      )
      done()
    },
    { prefix: '/widget/v1/:key' },
  )
}

/** `Authorization: Visitor <token>`. */
function bearer(request: FastifyRequest): string | undefined {
  return /^Visitor (\S{1,1000})$/i.exec(request.headers.authorization ?? '')?.[1]
}

/** Calls from this machine itself are not counted: behind a proxy they would be everybody's. */
function isHere(request: FastifyRequest): boolean {
  return remotePlace(request.ip) === undefined
}
