import { type Static, Type } from 'typebox'
import { MAX_TAG_CHARS, MAX_TAGS } from './conversations.ts'
import { IdString, Instant, Nullable } from './shared.ts'

/** The open API of the "client application" channel, under /api/v1 with `Authorization: Bearer <channel key>` (CC-03…CC-11). */
export const ApiContact = Type.Object({
  external_id: Type.String({ minLength: 1, maxLength: 200 }),
  name: Type.Optional(Type.String({ maxLength: 200 })),
  phone: Type.Optional(Type.String({ maxLength: 40 })),
  email: Type.Optional(Type.String({ maxLength: 200 })),
})

/** Short words that a conversation is found and filtered by. */
const ApiTags = Type.Array(Type.String({ minLength: 1, maxLength: MAX_TAG_CHARS }), { maxItems: MAX_TAGS })

/** Where the user was: page, referrer, version of the application, advertising labels. */
const ApiContext = Type.Object({
  page_url: Type.Optional(Type.String({ maxLength: 2000 })),
  referrer: Type.Optional(Type.String({ maxLength: 2000 })),
  app_version: Type.Optional(Type.String({ maxLength: 100 })),
  utm: Type.Optional(
    Type.Partial(
      Type.Object({
        source: Type.String(),
        medium: Type.String(),
        campaign: Type.String(),
        content: Type.String(),
        term: Type.String(),
      }),
    ),
  ),
})

/** POST /api/v1/messages → 202 ApiAccepted. Idempotent by `message.external_id` and by the `Idempotency-Key` header. */
export const ApiMessageRequest = Type.Object({
  contact: ApiContact,
  conversation: Type.Optional(
    Type.Object({
      external_id: Type.String({ minLength: 1, maxLength: 200 }),
      /** Several of your users write in it. `contact` is then the group, and `message.author_name` who of them wrote. */
      is_group: Type.Optional(Type.Boolean()),
      /** Added to the tags that the conversation has. */
      tags: Type.Optional(ApiTags),
    }),
  ),
  message: Type.Object({
    external_id: Type.String({ minLength: 1, maxLength: 200 }),
    text: Type.Optional(Type.String({ maxLength: 4000 })),
    attachment_ids: Type.Optional(Type.Array(IdString, { maxItems: 10 })),
    reply_to: Type.Optional(Type.String({ maxLength: 200 })),
    author_name: Type.Optional(Type.String({ maxLength: 200 })),
    created_at: Type.Optional(Instant),
  }),
  context: Type.Optional(ApiContext),
})
export type ApiMessageRequest = Static<typeof ApiMessageRequest>
export const ApiAccepted = Type.Object({ id: IdString, duplicate: Type.Boolean() })

/**
 * POST /api/v1/requests → 202 ApiAccepted: a form that your site or application took where nobody could chat. It is a
 * conversation of its own that nobody answers in. Idempotent by `external_id` and by the `Idempotency-Key` header.
 */
export const ApiRequestRequest = Type.Object({
  external_id: Type.String({ minLength: 1, maxLength: 100 }),
  /** Your user, when you know them; what they wrote of themselves goes into `fields`. */
  contact: Type.Optional(ApiContact),
  form_name: Type.Optional(Type.String({ maxLength: 200 })),
  /** In the order of the form. `name`, `phone`, `email` and `message` are understood; others are kept as they are. */
  fields: Type.Array(
    Type.Object({
      name: Type.String({ minLength: 1, maxLength: 100 }),
      label: Type.Optional(Type.String({ maxLength: 200 })),
      value: Type.String({ minLength: 1, maxLength: 10_000 }),
    }),
    { minItems: 1, maxItems: 60 },
  ),
  consent: Type.Optional(
    Type.Object({
      personal_data: Type.Boolean(),
      mailing: Type.Optional(Type.Boolean()),
      version: Type.Optional(Type.String({ maxLength: 100 })),
      /** The words beside the ticks, as the person read them; they are kept with the consent. */
      text: Type.Optional(Type.String({ maxLength: 2000 })),
      mailing_text: Type.Optional(Type.String({ maxLength: 2000 })),
    }),
  ),
  /** Sent to try the form out: it is shown and never becomes a card. */
  technical: Type.Optional(Type.Boolean()),
  tags: Type.Optional(ApiTags),
  created_at: Type.Optional(Instant),
  context: Type.Optional(ApiContext),
})
export type ApiRequestRequest = Static<typeof ApiRequestRequest>

/** PATCH /api/v1/messages/:external_id { text }, DELETE /api/v1/messages/:external_id (by the customer) */
export const ApiEditRequest = Type.Object({
  contact: ApiContact,
  text: Type.String({ minLength: 1, maxLength: 4000 }),
})
/** POST /api/v1/messages/:id/status for an operator's message */
export const ApiStatusRequest = Type.Object({
  status: Type.Union([Type.Literal('delivered'), Type.Literal('read'), Type.Literal('failed')]),
  reason: Type.Optional(Type.String({ maxLength: 200 })),
})
/** PUT /api/v1/contacts/:external_id, POST /api/v1/conversations/:external_id/typing | /close, POST /api/v1/attachments (multipart) */
export const ApiContactRequest = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 200 })),
  phone: Type.Optional(Type.String({ maxLength: 40 })),
  email: Type.Optional(Type.String({ maxLength: 200 })),
})
/** GET /api/v1/conversations/:external_id/messages?after=&limit= */
export const ApiMessage = Type.Object({
  id: IdString,
  external_id: Nullable(Type.String()),
  sequence: Type.Integer(),
  direction: Type.String(),
  text: Type.String(),
  author_name: Nullable(Type.String()),
  created_at: Instant,
  delivery: Type.String(),
  attachments: Type.Array(
    Type.Object({
      id: IdString,
      name: Type.String(),
      mime: Type.String(),
      size_bytes: Type.Integer(),
      url: Type.String(),
    }),
  ),
})
/** GET /api/v1/channel */
export const ApiChannel = Type.Object({
  title: Type.String(),
  state: Type.String(),
  capabilities: Type.Unknown(),
})
