import { type Static, Type } from 'typebox'

/**
 * What the widget's door takes: the shapes of contracts/widget/protocol.ts with bounds. Addresses and labels of pages
 * may be long here because they are shortened, not refused.
 */
const ClientId = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
})
const Long = Type.Optional(Type.String({ maxLength: 20_000 }))

const Context = Type.Object({
  pageUrl: Type.String({ maxLength: 20_000 }),
  pageTitle: Long,
  referrer: Long,
  entrancePageUrl: Long,
  // Whatever a clock that was set meanwhile makes of it: the message is worth more.
  sinceEntranceS: Type.Optional(Type.Number()),
  utm: Type.Optional(Type.Object({ source: Long, medium: Long, campaign: Long, content: Long, term: Long })),
  timeZone: Long,
})

export const KeyParams = Type.Object({ key: Type.String({ minLength: 1, maxLength: 100 }) })
export const FileParams = Type.Object({
  key: Type.String({ minLength: 1, maxLength: 100 }),
  id: ClientId,
})

export const HelloBody = Type.Object({
  locale: Type.Optional(Type.String({ maxLength: 10 })),
  token: Type.Optional(Type.String({ maxLength: 1000 })),
})

export const MessageBody = Type.Object({
  clientId: ClientId,
  // The channel's own limit is checked after cleaning, with words a person understands.
  text: Type.String({ maxLength: 100_000 }),
  fileIds: Type.Array(ClientId, { maxItems: 10 }),
  context: Context,
  sentAt: Type.String({ maxLength: 40 }),
})
export type MessageBody = Static<typeof MessageBody>

export const ContactBody = Type.Object({
  clientId: ClientId,
  name: Type.Optional(Type.String({ maxLength: 1000 })),
  phone: Type.Optional(Type.String({ maxLength: 1000 })),
  email: Type.Optional(Type.String({ maxLength: 1000 })),
  consent: Type.Boolean(),
  consentVersion: Type.Optional(Type.String({ maxLength: 100 })),
  website: Type.Optional(Type.String({ maxLength: 20_000 })),
  context: Context,
})
export type ContactBody = Static<typeof ContactBody>

export const RequestBody = Type.Object({
  clientId: ClientId,
  name: Type.Optional(Type.String({ maxLength: 1000 })),
  phone: Type.Optional(Type.String({ maxLength: 1000 })),
  email: Type.Optional(Type.String({ maxLength: 1000 })),
  message: Type.Optional(Type.String({ maxLength: 20_000 })),
  consent: Type.Boolean(),
  mailing: Type.Boolean(),
  consentVersion: Type.Optional(Type.String({ maxLength: 100 })),
  website: Type.Optional(Type.String({ maxLength: 20_000 })),
  context: Context,
})

export const MarkBody = Type.Object({
  kind: Type.Union([Type.Literal('delivered'), Type.Literal('read')]),
  upTo: Type.Integer({ minimum: 0, maximum: 2_000_000_000 }),
})

export const AfterQuery = Type.Object({
  after: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_000_000_000 })),
})
export const StreamQuery = Type.Object({
  ticket: Type.String({ maxLength: 1000 }),
  after: Type.Optional(Type.String({ maxLength: 60 })),
})
export const FileQuery = Type.Object({ token: Type.Optional(Type.String({ maxLength: 1000 })) })
