import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { HubError } from '@trunkline/contracts/errors'
import {
  ApiAccepted,
  ApiChannel,
  ApiContactRequest,
  ApiEditRequest,
  ApiMessage,
  ApiMessageRequest,
  ApiRequestRequest,
  ApiStatusRequest,
} from '@trunkline/contracts/http/client-api'
import { Nullable } from '@trunkline/contracts/http/shared'
import type { AttachmentId, MessageId } from '@trunkline/contracts/ids'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { OwnAccepted } from '../../flows/own-doors/accept-own.ts'
import { answerOnce } from '../../flows/own-doors/answer-once.ts'
import {
  type ApiCall,
  apiClose,
  apiContact,
  apiEdit,
  apiMessage,
  apiRemove,
  apiRequest,
  apiStatus,
  apiTyping,
  apiUploader,
  openApiFile,
} from '../../flows/own-doors/api-calls.ts'
import { type ApiDoor, openApiDoor } from '../../flows/own-doors/api-door.ts'
import { apiEvents, apiMessages } from '../../flows/own-doors/api-view.ts'
import { maxUploadBytes, takeUpload } from '../../flows/own-doors/take-upload.ts'
import type { HttpContext } from '../context.ts'
import { fileHeaders } from '../widget/file-headers.ts'
import {
  AttachmentReply,
  EventsQuery,
  EventsReply,
  ExternalIdParams,
  FileBytes,
  KeyHeaders,
  Nothing,
  OwnIdParams,
  PageQuery,
  problems,
  UploadForm,
} from './api-schemas.ts'

const callers = new WeakMap<FastifyRequest, ApiDoor>()

/**
 * The open API of the channel "client application", `/api/v1/…`, with `Authorization: Bearer <key of the channel>`.
 * Schemas come from contracts/http/client-api.ts and make validation, types and the page `/api/docs` alike.
 */
export async function clientApiRoutes(app: FastifyInstance, context: HttpContext): Promise<void> {
  await app.register(
    (scope, _options, done) => {
      const api = scope.withTypeProvider<TypeBoxTypeProvider>()
      // Before the body is read: whoever has no key gets nothing parsed.
      api.addHook('onRequest', async (request, reply) => {
        void reply.header('cache-control', 'no-store')
        callers.set(request, await openApiDoor(context, request.headers.authorization))
      })

      /** Does a call once for its key, and answers as the first time. */
      const once = async (
        request: FastifyRequest,
        reply: FastifyReply,
        work: (call: ApiCall) => Promise<OwnAccepted>,
      ): Promise<OwnAccepted> => {
        const call = callOf(request, context)
        const { workspaceId, channelId } = call.door
        const body = JSON.stringify(request.body ?? null)
        const answer = await answerOnce(
          context.database,
          { workspaceId, channelId, key: call.key, request: `${request.method} ${request.url}\n${body}` },
          async () => {
            const { id, duplicate } = await work(call)
            return { status: 202, reply: { id, duplicate } }
          },
        )
        if (answer.replayed) void reply.header('idempotent-replayed', 'true')
        void reply.code(answer.status)
        return answer.reply as unknown as OwnAccepted
      }

      api.put(
        '/contacts/:external_id',
        {
          schema: {
            tags: ['Contacts'],
            summary: 'Tell what you know of your user',
            description:
              'Makes the contact or completes it. What you say is taken for proven: phone and e-mail join histories.',
            params: ExternalIdParams,
            headers: KeyHeaders,
            body: {
              ...ApiContactRequest,
              examples: [{ name: 'Anna', phone: '+79120000000', email: 'anna@example.com' }],
            },
            response: { 202: ApiAccepted, ...problems(409) },
          },
        },
        (request, reply) =>
          once(request, reply, (call) =>
            apiContact(context, call, request.params.external_id, request.body as never),
          ),
      )

      api.post(
        '/messages',
        {
          schema: {
            tags: ['Messages'],
            summary: 'Send a message of your user',
            description:
              'One call is enough to begin a conversation. `message.external_id` is yours: the same one again is the same message. Without `conversation` there is one conversation a contact.',
            headers: KeyHeaders,
            body: { ...ApiMessageRequest, examples: [MESSAGE_EXAMPLE] },
            response: { 202: ApiAccepted, ...problems(409) },
          },
        },
        (request, reply) => once(request, reply, (call) => apiMessage(context, call, request.body as never)),
      )

      api.post(
        '/requests',
        {
          schema: {
            tags: ['Requests'],
            summary: 'Send an offline request',
            description:
              'A form that your site or application took where nobody could chat. It stands in the inbox beside the conversations, becomes one card by the settings of offline requests, and is not answered in words. `external_id` is yours: the same one again is the same request.',
            headers: KeyHeaders,
            body: { ...ApiRequestRequest, examples: [REQUEST_EXAMPLE] },
            response: { 202: ApiAccepted, ...problems(409) },
          },
        },
        (request, reply) => once(request, reply, (call) => apiRequest(context, call, request.body as never)),
      )

      api.patch(
        '/messages/:external_id',
        {
          schema: {
            tags: ['Messages'],
            summary: 'Your user changed a message',
            params: ExternalIdParams,
            headers: KeyHeaders,
            body: {
              ...ApiEditRequest,
              examples: [{ contact: { external_id: 'user-17' }, text: 'Size 43, please' }],
            },
            response: { 202: ApiAccepted, ...problems(404, 409) },
          },
        },
        (request, reply) =>
          once(request, reply, (call) =>
            apiEdit(context, call, request.params.external_id, request.body as never),
          ),
      )

      api.delete(
        '/messages/:external_id',
        {
          schema: {
            tags: ['Messages'],
            summary: 'Your user removed a message',
            params: ExternalIdParams,
            headers: KeyHeaders,
            response: { 202: ApiAccepted, ...problems(404, 409) },
          },
        },
        (request, reply) =>
          once(request, reply, (call) => apiRemove(context, call, request.params.external_id)),
      )

      api.post(
        '/messages/:id/status',
        {
          schema: {
            tags: ['Messages'],
            summary: 'Say how far an operator’s message came',
            description: '`id` is ours, from the webhook or the log.',
            params: OwnIdParams,
            headers: KeyHeaders,
            body: { ...ApiStatusRequest, examples: [{ status: 'read' }] },
            response: { 202: ApiAccepted, ...problems(404, 409) },
          },
        },
        (request, reply) =>
          once(request, reply, (call) =>
            apiStatus(context, call, request.params.id as MessageId, request.body as never),
          ),
      )

      api.get(
        '/conversations/:external_id/messages',
        {
          schema: {
            tags: ['Conversations'],
            summary: 'Read a conversation',
            params: ExternalIdParams,
            querystring: PageQuery,
            response: {
              200: Type.Object({ data: Type.Array(ApiMessage), next_cursor: Nullable(Type.String()) }),
              ...problems(404),
            },
          },
        },
        async (request) => {
          const { after = 0, limit = 50 } = request.query
          return apiMessages(context, doorOf(request).door, request.params.external_id, { after, limit })
        },
      )

      api.post(
        '/conversations/:external_id/typing',
        {
          schema: {
            tags: ['Conversations'],
            summary: 'Your user is typing',
            params: ExternalIdParams,
            response: { 204: Nothing, ...problems(404) },
          },
        },
        async (request, reply) => {
          await apiTyping(context, callOf(request, context), request.params.external_id)
          return reply.code(204).send(null)
        },
      )

      api.post(
        '/conversations/:external_id/close',
        {
          schema: {
            tags: ['Conversations'],
            summary: 'Your user ended the conversation',
            params: ExternalIdParams,
            headers: KeyHeaders,
            response: { 202: ApiAccepted, ...problems(404, 409) },
          },
        },
        (request, reply) =>
          once(request, reply, (call) => apiClose(context, call, request.params.external_id)),
      )

      api.post(
        '/attachments',
        {
          schema: {
            tags: ['Attachments'],
            summary: 'Upload a file for a message',
            description:
              'multipart/form-data with one field `file`. The type is told by the bytes; programs are refused.',
            consumes: ['multipart/form-data'],
            body: UploadForm,
            response: { 201: AttachmentReply, ...problems(413, 415) },
          },
          // The form is read as a stream; its schema is for the page of the API alone.
          validatorCompiler: () => () => true,
        },
        async (request, reply) => {
          const { door } = doorOf(request)
          const part = await request.file({ limits: { fileSize: maxUploadBytes(door) + 1, files: 1 } })
          if (part === undefined) throw new HubError('request/malformed')
          const upload = { stream: part.file, name: part.filename, mime: part.mimetype }
          const { id, name, mime, sizeBytes } = await takeUpload(
            context,
            door,
            upload,
            apiUploader(door.channelId),
          )
          return reply.code(201).send({ id, name, mime, size_bytes: sizeBytes })
        },
      )

      api.get(
        '/attachments/:id',
        {
          schema: {
            tags: ['Attachments'],
            summary: 'Download a file of the channel',
            params: OwnIdParams,
            response: { 200: FileBytes, ...problems(404) },
          },
        },
        async (request, reply) => {
          const file = await openApiFile(context, doorOf(request).door, request.params.id as AttachmentId)
          return reply.headers(fileHeaders(file.row, file.sizeBytes)).send(file.stream)
        },
      )

      api.get(
        '/channel',
        {
          schema: {
            tags: ['Channel'],
            summary: 'State and capabilities of the channel',
            response: { 200: ApiChannel, ...problems() },
          },
        },
        async (request) => {
          const { door, title, state } = doorOf(request)
          return { title, state, capabilities: door.adapter.can }
        },
      )

      api.get(
        '/events',
        {
          schema: {
            tags: ['Channel'],
            summary: 'The log of what operators did, for applications without an address for webhooks',
            description:
              'The same objects as in webhooks, at least once: drop what you have seen by `data.id`.',
            querystring: EventsQuery,
            response: { 200: EventsReply, ...problems() },
          },
        },
        async (request) => {
          const { cursor, limit = 50 } = request.query
          return (await apiEvents(context, doorOf(request).door, {
            cursor,
            limit,
            now: context.now(),
          })) as never
        },
      )
      done()
    },
    { prefix: '/api/v1' },
  )
}

const REQUEST_EXAMPLE = {
  external_id: 'form-2026-000017',
  form_name: 'Call me back',
  fields: [
    { name: 'name', value: 'Anna' },
    { name: 'phone', value: '+79120000000' },
    { name: 'message', value: 'I need a bouquet for Friday' },
    { name: 'city', label: 'City', value: 'Kazan' },
  ],
  consent: { personal_data: true, mailing: false, version: '2026-03' },
  context: { page_url: 'https://shop.example/contacts', utm: { source: 'newsletter' } },
}

const MESSAGE_EXAMPLE = {
  contact: { external_id: 'user-17', name: 'Anna', phone: '+79120000000' },
  conversation: { external_id: 'order-1001' },
  message: { external_id: 'm-1', text: 'Is size 42 in stock?' },
  context: { page_url: 'https://shop.example/boots', utm: { source: 'newsletter' } },
}

function doorOf(request: FastifyRequest): ApiDoor {
  const door = callers.get(request)
  if (door === undefined) throw new HubError('auth/bad-key')
  return door
}

function callOf(request: FastifyRequest, context: HttpContext): ApiCall {
  const key = request.headers['idempotency-key']
  return {
    door: doorOf(request).door,
    key: typeof key === 'string' ? key : undefined,
    path: request.url.split('?')[0]!,
    remoteAddress: request.ip,
    now: context.now(),
  }
}
