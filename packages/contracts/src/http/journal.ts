import { type Static, Type } from 'typebox'
import { Bilingual } from './bilingual.ts'
import { Health } from './channels.ts'
import { CrmLink } from './conversations.ts'
import { IdString, Instant, Nullable } from './shared.ts'

/** One line of a trace as sentences in both languages. */
export const TraceSentence = Type.Object({
  code: Type.String(),
  verdict: Type.String(),
  ru: Type.String(),
  en: Type.String(),
})

/** One decision as the Why? panel shows it. GET /api/conversations/:id/why → { decisions } newest first. */
export const DecisionView = Type.Object({
  id: IdString,
  at: Instant,
  outcome: Type.String(),
  reason: Nullable(Type.String()),
  /** One sentence that answers "why?". */
  summary: Type.Object({ ru: Type.String(), en: Type.String() }),
  contactClass: Nullable(Type.String()),
  /** Name of the integration that decided (CHAT-05), also of one deleted since; null while there was never a second. */
  integration: Nullable(Type.String()),
  trace: Type.Array(TraceSentence),
  settingsVersions: Type.Record(Type.String(), Type.Integer()),
  steps: Type.Array(
    Type.Object({
      id: IdString,
      kind: Type.String(),
      status: Type.String(),
      sentence: Type.Object({ ru: Type.String(), en: Type.String() }),
      attempts: Type.Integer(),
      error: Nullable(Type.String()),
      link: Nullable(CrmLink),
      at: Nullable(Instant),
    }),
  ),
  candidates: Type.Array(
    Type.Object({
      type: Type.String(),
      id: Type.String(),
      title: Type.String(),
      url: Type.String(),
      chosen: Type.Boolean(),
      why: Type.Object({ ru: Type.String(), en: Type.String() }),
    }),
  ),
})
export type DecisionView = Static<typeof DecisionView>
export const WhyView = Type.Object({ decisions: Type.Array(DecisionView) })

/** GET /api/journal?outcome=&reason=&channelId=&search=&cursor= */
export const JournalRow = Type.Object({
  eventId: IdString,
  at: Instant,
  channel: Type.Object({ id: IdString, type: Type.String(), title: Type.String() }),
  /** `message-received`, `receipt`, … */
  kind: Type.String(),
  outcome: Type.String(),
  reason: Nullable(Type.String()),
  /** The reason as a sentence. */
  sentence: Type.Object({ ru: Type.String(), en: Type.String() }),
  conversation: Nullable(Type.Object({ id: IdString, number: Type.Integer(), contactName: Type.String() })),
  crm: Type.Array(CrmLink),
  decisionId: Nullable(IdString),
  canRetry: Type.Boolean(),
})
export type JournalRow = Static<typeof JournalRow>
/** GET /api/journal/:eventId → JournalEvent; POST /api/journal/:eventId/retry → 202 (failed or parked ones). */
export const JournalEvent = Type.Object({
  ...JournalRow.properties,
  /** The stored raw event, administrators only. */
  raw: Type.Unknown(),
  decision: Nullable(DecisionView),
  history: Type.Array(Type.Object({ at: Instant, outcome: Type.String(), reason: Nullable(Type.String()) })),
})
export type JournalEvent = Static<typeof JournalEvent>

/** GET /api/home */
export const Home = Type.Object({
  ledger: Type.Object({
    accepted: Type.Integer(),
    passed: Type.Integer(),
    notPassed: Type.Integer(),
    held: Type.Integer(),
    failed: Type.Integer(),
    pending: Type.Integer(),
    /** accepted − (passed + notPassed + held + failed + pending): 0, always. */
    difference: Type.Integer(),
    byReason: Type.Array(
      Type.Object({ outcome: Type.String(), reason: Type.String(), count: Type.Integer() }),
    ),
  }),
  today: Type.Object({
    conversations: Type.Integer(),
    messages: Type.Integer(),
    entities: Type.Integer(),
    medianFirstAnswerS: Nullable(Type.Number()),
  }),
  channels: Type.Array(
    Type.Object({
      id: IdString,
      type: Type.String(),
      title: Type.String(),
      health: Health,
      lastEventAt: Nullable(Instant),
    }),
  ),
  portals: Type.Array(
    Type.Object({
      id: IdString,
      name: Type.String(),
      origin: Type.String(),
      health: Health,
      waiting: Type.Integer(),
    }),
  ),
  /** What is left to set up, in order; empty when all is done. */
  nextSteps: Type.Array(Type.Object({ code: Type.String(), done: Type.Boolean() })),
  /**
   * What in the settings points to something that is gone: a deleted stage or field, a dismissed employee. The place to
   * mend it is `pointer` in `section` of the settings. For owners and administrators; empty for others.
   */
  notices: Type.Array(
    Type.Object({
      integrationId: IdString,
      section: Type.String(),
      pointer: Type.String(),
      code: Type.String(),
      message: Bilingual,
      since: Instant,
    }),
  ),
})
export type Home = Static<typeof Home>
