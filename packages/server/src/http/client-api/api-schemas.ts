import { Problem } from '@trunkline/contracts/http/shared'
import { type TSchema, Type } from 'typebox'

/** A message of the channel as webhooks and the pull log tell it. */
const CreatedMessage = Type.Object({
  id: Type.String({ description: 'Our id of the message: drop what you have seen.' }),
  conversation: Type.String({ description: 'Your own id of the conversation.' }),
  sequence: Type.Integer({ description: 'Grows inside the conversation.' }),
  text: Type.String(),
  author_name: Type.Union([Type.String(), Type.Null()]),
  reply_to: Type.Union([Type.String(), Type.Null()]),
  delivery: Type.String(),
  attachments: Type.Array(
    Type.Object({ id: Type.String(), name: Type.String(), mime: Type.String(), size_bytes: Type.Integer() }),
  ),
  created_at: Type.String(),
})

export const EventsReply = Type.Object({
  data: Type.Array(
    Type.Union([
      Type.Object({ type: Type.Literal('message.created'), timestamp: Type.String(), data: CreatedMessage }),
      Type.Object({
        type: Type.Literal('conversation.closed'),
        timestamp: Type.String(),
        data: Type.Object({ conversation: Type.String() }),
      }),
    ]),
  ),
  next_cursor: Type.String({ description: 'Ask again with it; always there.' }),
  more: Type.Boolean({ description: 'There is more already: ask at once.' }),
})

export const AttachmentReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  mime: Type.String(),
  size_bytes: Type.Integer(),
})

export const UploadForm = Type.Unsafe<unknown>({
  type: 'object',
  required: ['file'],
  properties: { file: { type: 'string', format: 'binary' } },
})

const ExternalId = Type.String({ minLength: 1, maxLength: 200 })
const OwnId = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' })
export const ExternalIdParams = Type.Object({
  external_id: Type.Intersect([ExternalId, Type.Unsafe<string>({ description: 'Your own id.' })]),
})
export const OwnIdParams = Type.Object({ id: OwnId })

export const KeyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description:
        'The same key with the same request is answered once a day; with another request it is refused.',
    }),
  ),
})

export const PageQuery = Type.Object({
  after: Type.Optional(Type.Integer({ minimum: 0, description: 'Messages after this sequence.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
})
export const EventsQuery = Type.Object({
  cursor: Type.Optional(
    Type.String({ maxLength: 100, description: 'Left out: from the oldest kept event.' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
})

export const Nothing = Type.Null({ description: 'Done; nothing to say.' })
export const FileBytes = Type.Unsafe<unknown>({ type: 'string', format: 'binary' })

/** The refusals every call may meet, and those of this one. */
export function problems(...more: readonly number[]): Record<number, TSchema> {
  const all = [401, 422, 429, ...more]
  return Object.fromEntries(
    all.map((status) => [status, { ...Problem, description: WHY[status] ?? 'Refused' }]),
  )
}

const WHY: Readonly<Record<number, string>> = {
  401: 'The key is missing, wrong or revoked.',
  404: 'There is no such thing in this channel.',
  409: 'A request with this Idempotency-Key is still under way.',
  413: 'The file is too large.',
  415: 'Files of this type are not taken.',
  422: 'A field is wrong, or the Idempotency-Key was used with another request.',
  429: 'Too many calls: wait for Retry-After seconds.',
}
