import { type Static, Type } from 'typebox'
import { IdString, Instant, Nullable } from './shared.ts'

export const CLOSE_REASONS = ['resolved', 'no-answer', 'spam', 'by-contact', 'other'] as const
export type CloseReason = (typeof CLOSE_REASONS)[number]

/** How far a request is: nobody has touched it, somebody works on it, done (requirements §1.8). */
export const REQUEST_STATUSES = ['not_processed', 'processing', 'processed'] as const
export type RequestStatus = (typeof REQUEST_STATUSES)[number]

/** How many tags one conversation may have, and how long one may be. */
export const MAX_TAGS = 20
export const MAX_TAG_CHARS = 40

const PersonRef = Type.Object({ userId: Type.String(), name: Type.String() })

/** A row of the inbox. GET /api/conversations?status=open|closed|all&assignee=me|none|any&kind=chat|request|any&search=&cursor=&limit= */
export const ConversationRow = Type.Object({
  id: IdString,
  number: Type.Integer(),
  /** A talk, or a form left instead of one (an offline request). */
  kind: Type.Enum(['chat', 'request']),
  /** Of a request; null in a chat. */
  requestStatus: Nullable(Type.Enum([...REQUEST_STATUSES])),
  /** It came from the test site of the hub itself: passed on like any other, left out of reports. */
  isTest: Type.Boolean(),
  channel: Type.Object({ id: IdString, type: Type.String(), title: Type.String() }),
  contact: Type.Object({ id: IdString, name: Type.String() }),
  status: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
  assignee: Nullable(PersonRef),
  /** The customer wrote last and nobody answered; since then. Such rows come first, the longest waiting on top. */
  unansweredSince: Nullable(Instant),
  unread: Type.Integer(),
  lastMessage: Nullable(
    Type.Object({ text: Type.String(), direction: Type.String(), at: Instant, attachments: Type.Integer() }),
  ),
  /** How its transfer stands: `passed`, `held`, `failed`, `not_passed`, `pending`. */
  transfer: Type.String(),
  updatedAt: Instant,
})
export type ConversationRow = Static<typeof ConversationRow>

/** Counts above the list. GET /api/conversations/counts */
export const InboxCounts = Type.Object({
  open: Type.Integer(),
  mine: Type.Integer(),
  unassigned: Type.Integer(),
  unanswered: Type.Integer(),
  /** Open requests. */
  requests: Type.Integer(),
})
export type InboxCounts = Static<typeof InboxCounts>

export const CrmLink = Type.Object({
  type: Type.Union([
    Type.Literal('lead'),
    Type.Literal('deal'),
    Type.Literal('contact'),
    Type.Literal('company'),
  ]),
  id: Type.String(),
  title: Type.String(),
  url: Type.String(),
  /** Made by us for this conversation, or found. */
  made: Type.Boolean(),
  /** People deleted it in the portal since; absent while it stands. */
  gone: Type.Optional(Type.Literal(true)),
})

/** What a form left instead of a chat held, and what was done about it. */
export const OfflineRequest = Type.Object({
  formName: Type.String(),
  formType: Type.Enum(['widget', 'site-form']),
  /** `label` is empty for `name`, `phone`, `email` and `message`: their words are the reader's. */
  fields: Type.Array(Type.Object({ name: Type.String(), label: Type.String(), value: Type.String() })),
  technical: Type.Boolean(),
  personalDataConsent: Type.Boolean(),
  mailingConsent: Type.Boolean(),
  /** Names the wording that the person saw; empty = not known. */
  consentVersion: Type.String(),
  status: Type.Enum([...REQUEST_STATUSES]),
  statusAt: Nullable(Instant),
  statusBy: Nullable(Type.String()),
  comment: Type.String(),
  commentAt: Nullable(Instant),
  commentBy: Nullable(Type.String()),
})
export type OfflineRequest = Static<typeof OfflineRequest>

/** PATCH /api/conversations/:id/request → Conversation. What is left out stays. */
export const RequestPatch = Type.Object({
  status: Type.Optional(Type.Enum([...REQUEST_STATUSES])),
  comment: Type.Optional(Type.String({ maxLength: 4000 })),
})
export type RequestPatch = Static<typeof RequestPatch>

/** GET /api/conversations/:id */
export const Conversation = Type.Object({
  ...ConversationRow.properties,
  startedAt: Instant,
  closedAt: Nullable(Instant),
  closeReason: Nullable(Type.String()),
  closedBy: Nullable(Type.String()),
  /** What the operator may do now; the composer asks this, never the channel type. */
  can: Type.Object({
    write: Type.Boolean(),
    /** Why not, when `write` is false. */
    writeReason: Nullable(Type.String()),
    attach: Type.Array(Type.String()),
    maxTextChars: Type.Integer(),
    maxFileBytes: Type.Integer(),
    typing: Type.Boolean(),
  }),
  contactCard: Type.Object({
    id: IdString,
    name: Type.String(),
    phones: Type.Array(Type.String()),
    emails: Type.Array(Type.String()),
    identities: Type.Array(
      Type.Object({ kind: Type.String(), value: Type.String(), vouched: Type.Boolean() }),
    ),
    otherConversations: Type.Array(
      Type.Object({
        id: IdString,
        number: Type.Integer(),
        channelTitle: Type.String(),
        status: Type.String(),
        at: Instant,
      }),
    ),
    crm: Type.Array(CrmLink),
  }),
  context: Type.Record(Type.String(), Type.Unknown()),
  /** What the link carried that began the talk, `t.me/bot?start=…`; absent when there was none. */
  startPayload: Type.Optional(Type.String()),
  /** Null in a chat. */
  request: Nullable(OfflineRequest),
  /** What the person agreed to, when and in which words; null when nothing was asked. */
  consent: Nullable(
    Type.Object({
      personalData: Type.Boolean(),
      mailing: Type.Boolean(),
      /** Null for consents that were given before the time was kept. */
      at: Nullable(Instant),
      /** Names the wording; empty = not known. */
      version: Type.String(),
      /** The wording itself; empty when it is not known. */
      text: Type.String(),
      mailingText: Type.String(),
      /** The page that it refers to; null when there was none. */
      policyUrl: Nullable(Type.String()),
    }),
  ),
  /** In alphabetical order. */
  tags: Type.Array(Type.String()),
})
export type Conversation = Static<typeof Conversation>

export const Attachment = Type.Object({
  id: IdString,
  kind: Type.String(),
  name: Type.String(),
  mime: Type.String(),
  sizeBytes: Type.Integer(),
  /** `ready`, `fetching`, `failed`. */
  state: Type.String(),
  /** Served with `Content-Disposition: attachment`; images of safe types also inline by `?inline=1`. */
  url: Type.String(),
  image: Type.Boolean(),
})
export type Attachment = Static<typeof Attachment>

/** Delivery of an outbound message. `unknown` = may have left; the operator decides. */
export const DELIVERY_STATES = [
  'none',
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'unknown',
] as const

/** GET /api/conversations/:id/messages?before=<sequence>&limit= → newest last */
export const Message = Type.Object({
  id: IdString,
  sequence: Type.Integer(),
  direction: Type.Union([Type.Literal('inbound'), Type.Literal('outbound'), Type.Literal('system')]),
  author: Nullable(Type.Object({ name: Type.String(), userId: Nullable(Type.String()) })),
  text: Type.String(),
  editedAt: Nullable(Instant),
  removedAt: Nullable(Instant),
  at: Instant,
  delivery: Type.Enum([...DELIVERY_STATES]),
  deliveryReason: Nullable(Type.String()),
  attachments: Type.Array(Attachment),
  replyToId: Nullable(IdString),
})
export type Message = Static<typeof Message>

/** POST /api/conversations/:id/messages → Message. `clientId` makes a double click one message (P29). */
export const MessageRequest = Type.Object({
  clientId: IdString,
  text: Type.String({ maxLength: 100_000 }),
  attachmentIds: Type.Array(IdString, { maxItems: 10 }),
  replyToId: Type.Optional(IdString),
})
/** POST …/messages/:messageId/retry (failed or unknown) → Message */
/** POST …/typing → 204: the operator writes (only when `can.typing`). */
/** POST /api/attachments (multipart field `file`) → Attachment: a file for `attachmentIds`. */
/**
 * POST …/move-transcript → 202: the transcript goes to another card of the same client and leaves the one it is in
 * (CHAT-53). The card is a candidate of a decision or another card that we know of this client; else 422. 409 while a
 * transfer is under way, or when nothing was passed yet. `transfer` of the realtime stream tells when it is done.
 */
export const MoveTranscriptRequest = Type.Object({
  type: Type.Union([
    Type.Literal('lead'),
    Type.Literal('deal'),
    Type.Literal('contact'),
    Type.Literal('company'),
  ]),
  id: Type.String({ pattern: '^[1-9][0-9]{0,18}$' }),
})
/** POST …/transfer/retry → 202: tries the failed transfer of the conversation again ("try again" of Why?). */
/** PATCH …/tags → Conversation. What is in both lists is added; a tag is the same whatever the case of its letters. */
export const TagsPatch = Type.Object({
  add: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: MAX_TAGS })),
  remove: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: MAX_TAGS })),
})
export type TagsPatch = Static<typeof TagsPatch>
/** GET /api/tags → { data }: tags in use, the most used first. */
/** POST …/assign */
export const AssignRequest = Type.Object({ userId: Nullable(Type.String()) })
/** POST …/close */
export const CloseRequest = Type.Object({
  reason: Type.Union([
    Type.Literal('resolved'),
    Type.Literal('no-answer'),
    Type.Literal('spam'),
    Type.Literal('other'),
  ]),
  note: Type.Optional(Type.String({ maxLength: 500 })),
})
/** POST …/read */
export const ReadRequest = Type.Object({ upTo: Type.Integer({ minimum: 0 }) })
/** PATCH /api/contacts/:id: the operator corrects name, phone, e-mail. */
export const ContactPatch = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 200 })),
  phone: Type.Optional(Type.String({ maxLength: 40 })),
  email: Type.Optional(Type.String({ maxLength: 200 })),
})
