import {
  AssignRequest,
  CloseRequest,
  ContactPatch,
  MessageRequest,
  MoveTranscriptRequest,
  ReadRequest,
  RequestPatch,
  TagsPatch,
} from '@trunkline/contracts/http/conversations'
import { IdString } from '@trunkline/contracts/http/shared'
import type { ContactId, ConversationId, MessageId, UserId } from '@trunkline/contracts/ids'
import { Type } from 'typebox'
import type { Auth } from '../../auth/create-auth.ts'
import {
  assignConversation,
  closeConversation,
  readConversation,
} from '../../flows/inbox/change-conversation.ts'
import { changeRequest } from '../../flows/inbox/change-request.ts'
import { correctContact } from '../../flows/inbox/correct-contact.ts'
import { showTyping } from '../../flows/inbox/show-typing.ts'
import { offeredTags, tagConversation } from '../../flows/inbox/tag-conversation.ts'
import { retryTransfer } from '../../flows/journal/retry.ts'
import { queueOutbound, retryOutbound } from '../../flows/queue-outbound.ts'
import { moveTranscript } from '../../flows/transfer/move-transcript.ts'
import { conversationPage, conversationView, inboxNumbers } from '../../flows/views/conversation-view.ts'
import { messageOf, messagePage } from '../../flows/views/message-view.ts'
import { whyView } from '../../flows/views/why-view.ts'
import type { HttpContext } from '../context.ts'
import { localeOf } from '../problem.ts'
import { type CabinetDoor, whoOf } from './door.ts'

const ListQuery = Type.Object({
  status: Type.Enum(['open', 'closed', 'all'], { default: 'open' }),
  assignee: Type.Enum(['me', 'none', 'any'], { default: 'any' }),
  kind: Type.Enum(['chat', 'request', 'any'], { default: 'any' }),
  search: Type.String({ default: '', maxLength: 200 }),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Integer({ default: 50, minimum: 1, maximum: 200 }),
})
const MessagesQuery = Type.Object({
  before: Type.Optional(Type.Integer({ minimum: 0 })),
  limit: Type.Integer({ default: 50, minimum: 1, maximum: 200 }),
})
const ConversationPath = Type.Object({ id: IdString })
const MessagePath = Type.Object({ id: IdString, messageId: IdString })

/** The inbox: list, one conversation, its messages, and what an operator does with them. */
export function conversationRoutes(door: CabinetDoor, context: HttpContext, auth: Auth): void {
  const { database } = context
  const deps = { database, users: auth }
  const operator = { allow: 'operator' } as const

  door.get(
    '/api/conversations',
    { config: operator, schema: { querystring: ListQuery } },
    async (request) => {
      const { userId, workspaceId } = whoOf(request)
      const { status, assignee, kind, search, cursor, limit } = request.query
      return conversationPage(deps, workspaceId, { userId, status, assignee, kind, search, cursor, limit })
    },
  )
  door.get('/api/conversations/counts', { config: operator }, async (request) => {
    const { userId, workspaceId } = whoOf(request)
    return database.inWorkspace(workspaceId, (tx) => inboxNumbers(tx, userId))
  })
  door.get(
    '/api/conversations/:id',
    { config: operator, schema: { params: ConversationPath } },
    async (request) => {
      const { userId, workspaceId } = whoOf(request)
      return conversationView(deps, workspaceId, request.params.id as ConversationId, {
        userId,
        locale: localeOf(request),
      })
    },
  )
  door.get(
    '/api/conversations/:id/messages',
    { config: operator, schema: { params: ConversationPath, querystring: MessagesQuery } },
    async (request) =>
      database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        messagePage(tx, request.params.id as ConversationId, {
          before: request.query.before,
          limit: request.query.limit,
        }),
      ),
  )
  door.post(
    '/api/conversations/:id/messages',
    { config: operator, schema: { params: ConversationPath, body: MessageRequest } },
    async (request, reply) => {
      const who = whoOf(request)
      const conversationId = request.params.id as ConversationId
      const { clientId, text, attachmentIds, replyToId } = request.body
      const message = await database.inWorkspace(who.workspaceId, async (tx) => {
        const id = await queueOutbound(
          tx,
          {
            conversationId,
            clientId,
            text,
            attachmentIds,
            ...(replyToId === undefined ? {} : { replyToId: replyToId as MessageId }),
            author: { userId: who.userId, name: who.name },
          },
          context.now(),
        )
        return messageOf(tx, conversationId, id)
      })
      return reply.code(201).send(message)
    },
  )
  door.post(
    '/api/conversations/:id/messages/:messageId/retry',
    { config: operator, schema: { params: MessagePath } },
    async (request) => {
      const conversationId = request.params.id as ConversationId
      const id = request.params.messageId as MessageId
      return database.inWorkspace(whoOf(request).workspaceId, async (tx) => {
        await messageOf(tx, conversationId, id)
        await retryOutbound(tx, id, context.now())
        return messageOf(tx, conversationId, id)
      })
    },
  )

  door.post(
    '/api/conversations/:id/assign',
    { config: operator, schema: { params: ConversationPath, body: AssignRequest } },
    async (request) => {
      const { userId, workspaceId } = whoOf(request)
      const id = request.params.id as ConversationId
      await database.inWorkspace(workspaceId, (tx) =>
        assignConversation(tx, id, request.body.userId as UserId | null),
      )
      return conversationView(deps, workspaceId, id, { userId, locale: localeOf(request) })
    },
  )
  door.post(
    '/api/conversations/:id/close',
    { config: operator, schema: { params: ConversationPath, body: CloseRequest } },
    async (request) => {
      const { userId, name, workspaceId } = whoOf(request)
      const id = request.params.id as ConversationId
      const { reason, note } = request.body
      await database.inWorkspace(workspaceId, (tx) =>
        closeConversation(tx, id, { by: userId, byName: name, reason, note, now: context.now() }),
      )
      return conversationView(deps, workspaceId, id, { userId, locale: localeOf(request) })
    },
  )
  door.patch(
    '/api/conversations/:id/request',
    { config: operator, schema: { params: ConversationPath, body: RequestPatch } },
    async (request) => {
      const who = whoOf(request)
      const id = request.params.id as ConversationId
      await database.inWorkspace(who.workspaceId, (tx) =>
        changeRequest(tx, id, request.body, { userId: who.userId, name: who.name, now: context.now() }),
      )
      return conversationView(deps, who.workspaceId, id, { userId: who.userId, locale: localeOf(request) })
    },
  )
  door.patch(
    '/api/conversations/:id/tags',
    { config: operator, schema: { params: ConversationPath, body: TagsPatch } },
    async (request) => {
      const { userId, workspaceId } = whoOf(request)
      const id = request.params.id as ConversationId
      await database.inWorkspace(workspaceId, (tx) => tagConversation(tx, id, request.body))
      return conversationView(deps, workspaceId, id, { userId, locale: localeOf(request) })
    },
  )
  door.get('/api/tags', { config: operator }, async (request) => ({
    data: await database.inWorkspace(whoOf(request).workspaceId, offeredTags),
  }))
  door.post(
    '/api/conversations/:id/read',
    { config: operator, schema: { params: ConversationPath, body: ReadRequest } },
    async (request, reply) => {
      const { userId, workspaceId } = whoOf(request)
      await database.inWorkspace(workspaceId, (tx) =>
        readConversation(tx, request.params.id as ConversationId, userId, request.body.upTo),
      )
      return reply.code(204).send()
    },
  )
  door.post(
    '/api/conversations/:id/typing',
    { config: operator, schema: { params: ConversationPath } },
    async (request, reply) => {
      await showTyping(context, whoOf(request).workspaceId, request.params.id as ConversationId)
      return reply.code(204).send()
    },
  )

  door.get(
    '/api/conversations/:id/why',
    { config: operator, schema: { params: ConversationPath } },
    async (request) =>
      database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        whyView(tx, request.params.id as ConversationId),
      ),
  )
  door.post(
    '/api/conversations/:id/move-transcript',
    { config: operator, schema: { params: ConversationPath, body: MoveTranscriptRequest } },
    async (request, reply) => {
      const { userId, name, workspaceId } = whoOf(request)
      await database.inWorkspace(workspaceId, (tx) =>
        moveTranscript(tx, request.params.id as ConversationId, request.body, {
          userId,
          name,
          now: context.now(),
        }),
      )
      return reply.code(202).send({})
    },
  )
  door.post(
    '/api/conversations/:id/transfer/retry',
    { config: operator, schema: { params: ConversationPath } },
    async (request, reply) => {
      await database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        retryTransfer(tx, request.params.id as ConversationId),
      )
      return reply.code(202).send({})
    },
  )

  door.patch(
    '/api/contacts/:id',
    { config: operator, schema: { params: ConversationPath, body: ContactPatch } },
    async (request, reply) => {
      await database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        correctContact(tx, request.params.id as ContactId, request.body),
      )
      return reply.code(204).send()
    },
  )
}
