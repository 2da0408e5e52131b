import {
  ApiContactRequest,
  ApiEditRequest,
  ApiMessageRequest,
  ApiRequestRequest,
  ApiStatusRequest,
} from '@trunkline/contracts/http/client-api'
import { type Static, type TProperties, Type } from 'typebox'

/**
 * What our own API door writes into the body of a hook: one operation, the time of the server's clock, and the
 * authenticated request as it came. Requests are those of contracts/http/client-api.ts.
 */
const Instant = Type.String({ minLength: 20, maxLength: 40 })
const ExternalId = Type.String({ minLength: 1, maxLength: 200 })
/** Names one call: its `Idempotency-Key`, or an id made by the door. */
const CallKey = Type.String({ minLength: 1, maxLength: 255 })

/** An uploaded file, looked up by the door. */
const File = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 100 }),
  name: Type.String({ maxLength: 500 }),
  mime: Type.String({ maxLength: 200 }),
  size_bytes: Type.Integer({ minimum: 0 }),
})

const Operation = <Name extends string, P extends TProperties>(op: Name, rest: P) =>
  Type.Object({ op: Type.Literal(op), at: Instant, ...rest })

/** The talk is `conversation.external_id`, or the contact's id when the client keeps one conversation a contact. */
const MessageOperation = Operation('message', {
  files: Type.Array(File, { maxItems: 20 }),
  body: ApiMessageRequest,
})
/** A form that the application took where nobody could chat; a talk of its own. */
const RequestOperation = Operation('request', { body: ApiRequestRequest })
const EditOperation = Operation('edit', {
  key: CallKey,
  /** The talk of the message; the contact's id when left out. */
  talk: Type.Optional(ExternalId),
  external_id: ExternalId,
  body: ApiEditRequest,
})
const RemoveOperation = Operation('remove', { talk: ExternalId, external_id: ExternalId })
const ContactOperation = Operation('contact', {
  key: CallKey,
  external_id: ExternalId,
  body: ApiContactRequest,
})
const TypingOperation = Operation('typing', { talk: ExternalId })
const CloseOperation = Operation('close', { key: CallKey, talk: ExternalId })
const StatusOperation = Operation('status', {
  talk: ExternalId,
  /** Our id of the operator's message. */
  message_id: Type.String({ minLength: 1, maxLength: 100 }),
  body: ApiStatusRequest,
})

export const ClientApiHook = Type.Union([
  MessageOperation,
  RequestOperation,
  EditOperation,
  RemoveOperation,
  ContactOperation,
  TypingOperation,
  CloseOperation,
  StatusOperation,
])
export type ClientApiHook = Static<typeof ClientApiHook>

/**
 * What we post to the client's address, signed by Standard Webhooks 1.0.
 * Unknown fields are to be ignored by the receiver: more may come.
 */
export type WebhookBody =
  | { readonly type: 'message.created'; readonly timestamp: string; readonly data: WebhookMessage }
  | { readonly type: 'typing.started'; readonly timestamp: string; readonly data: { conversation: string } }
  /** Asks whether anybody is there; any 2xx will do. */
  | { readonly type: 'channel.check'; readonly timestamp: string; readonly data: Record<string, never> }

export interface WebhookMessage {
  /** Ours; the same as `webhook-id`, and stable over repeats. */
  readonly id: string
  /** The client's own id of the conversation. */
  readonly conversation: string
  /** Grows by one inside the conversation, for receivers that sort themselves. */
  readonly sequence: number
  readonly text: string
  readonly author_name: string | null
  /** The quoted message: the client's own id, or ours. */
  readonly reply_to: string | null
  /** Bytes are fetched by `GET /api/v1/attachments/{id}`. */
  readonly attachments: readonly { id: string; name: string; mime: string; size_bytes: number }[]
  readonly created_at: string
}
