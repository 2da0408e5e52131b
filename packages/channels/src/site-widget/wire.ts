import { type Static, type TProperties, Type } from 'typebox'

/**
 * What our own widget door writes into the body of a hook: one operation, the visitor it authenticated, the time of
 * the server's clock, and the request of the widget as it came.
 * Source: contracts/widget/protocol.ts, whose `Widget…` shapes the `body` of each operation repeats as a schema.
 */
const Visitor = Type.String({ minLength: 1, maxLength: 200 })
const Instant = Type.String({ minLength: 20, maxLength: 40 })
const ClientId = Type.String({ minLength: 1, maxLength: 100 })
const Words = (maxLength: number) => Type.Optional(Type.String({ maxLength }))

const Context = Type.Object({
  pageUrl: Type.String({ maxLength: 4000 }),
  pageTitle: Words(1000),
  referrer: Words(4000),
  entrancePageUrl: Words(4000),
  entranceAt: Words(40),
  utm: Type.Optional(
    Type.Object({
      source: Words(500),
      medium: Words(500),
      campaign: Words(500),
      content: Words(500),
      term: Words(500),
    }),
  ),
  timeZone: Words(100),
})
export type WireContext = Static<typeof Context>

/** A file that this visitor uploaded before, looked up by the door. */
const File = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 100 }),
  name: Type.String({ maxLength: 500 }),
  mime: Type.String({ maxLength: 200 }),
  sizeBytes: Type.Integer({ minimum: 0 }),
})

/** The page was the hub's own test site; our door sets it. */
const Test = Type.Optional(Type.Literal(true))

/** The wording itself, where it is known. */
const ConsentTexts = Type.Optional(
  Type.Object({
    personalData: Type.String({ maxLength: 4000 }),
    policyUrl: Words(1000),
    mailing: Words(4000),
  }),
)

const Operation = <Name extends string, P extends TProperties>(op: Name, rest: P) =>
  Type.Object({ op: Type.Literal(op), visitor: Visitor, at: Instant, ...rest })

export const MessageOperation = Operation('message', {
  test: Test,
  files: Type.Array(File, { maxItems: 20 }),
  body: Type.Object({
    clientId: ClientId,
    text: Type.String({ maxLength: 20_000 }),
    context: Context,
  }),
})

export const ContactOperation = Operation('contact', {
  test: Test,
  /** Names the wording of the consent that the visitor saw. */
  consentTextVersion: Type.String({ maxLength: 100 }),
  consentTexts: ConsentTexts,
  body: Type.Object({
    clientId: ClientId,
    name: Words(200),
    phone: Words(60),
    email: Words(200),
    consent: Type.Boolean(),
    website: Words(1000),
    context: Context,
  }),
})

export const MarkOperation = Operation('mark', {
  /** Our id of the operator's message that `upTo` points at. */
  messageId: Type.String({ minLength: 1, maxLength: 100 }),
  body: Type.Object({
    kind: Type.Union([Type.Literal('delivered'), Type.Literal('read')]),
    upTo: Type.Integer({ minimum: 0 }),
  }),
})

/** A form left instead of a chat: the widget's, or a site's own. `visitor` is who left it, as far as that is known. */
export const RequestOperation = Operation('request', {
  test: Test,
  /** Names the wording of the consents that the person saw; empty = not known. */
  consentTextVersion: Type.String({ maxLength: 100 }),
  consentTexts: ConsentTexts,
  form: Type.Object({
    name: Type.String({ maxLength: 200 }),
    type: Type.Union([Type.Literal('widget'), Type.Literal('site-form')]),
  }),
  /** Sent to try the form out. */
  technical: Type.Boolean(),
  body: Type.Object({
    clientId: ClientId,
    fields: Type.Array(
      Type.Object({
        name: Type.String({ minLength: 1, maxLength: 100 }),
        label: Type.String({ maxLength: 200 }),
        value: Type.String({ minLength: 1, maxLength: 10_000 }),
      }),
      { minItems: 1, maxItems: 60 },
    ),
    consent: Type.Boolean(),
    mailing: Type.Boolean(),
    context: Context,
  }),
})

export const TypingOperation = Operation('typing', {})

export const WidgetHook = Type.Union([
  MessageOperation,
  ContactOperation,
  RequestOperation,
  MarkOperation,
  TypingOperation,
])
export type WidgetHook = Static<typeof WidgetHook>
