import { type Static, Type } from 'typebox'
import { REPAIRS } from '../crm/reconciliation.ts'
import { Bilingual } from './bilingual.ts'
import { IdString, Instant, Nullable } from './shared.ts'

/** One comparison of what we wrote with what the portal has. */
export const ReconciliationRun = Type.Object({
  id: IdString,
  state: Type.Union([
    Type.Literal('waiting'),
    Type.Literal('running'),
    Type.Literal('done'),
    Type.Literal('failed'),
  ]),
  /** Who pressed the button; null for the nightly one. */
  askedBy: Nullable(Type.String()),
  askedAt: Instant,
  startedAt: Nullable(Instant),
  endedAt: Nullable(Instant),
  /** How much was compared so far. */
  checked: Type.Object({
    conversations: Type.Integer(),
    cards: Type.Integer(),
    comments: Type.Integer(),
    activities: Type.Integer(),
  }),
  /** Why it failed, in words for a person. */
  error: Nullable(Bilingual),
})
export type ReconciliationRun = Static<typeof ReconciliationRun>

const Card = Type.Object({
  type: Type.String(),
  id: Type.String(),
  title: Type.String(),
  /** Where it opens in the portal. */
  url: Type.String(),
})

/** What a comparison found, with what may be done about it. */
export const ReconciliationFinding = Type.Object({
  id: IdString,
  kind: Type.String(),
  state: Type.Union([
    Type.Literal('open'),
    Type.Literal('seen'),
    Type.Literal('repaired'),
    /** A later comparison did not find it any more. */
    Type.Literal('vanished'),
  ]),
  /** What is amiss, as one sentence. */
  title: Bilingual,
  /** Why it may have happened and what to do. */
  hint: Bilingual,
  cards: Type.Array(Card),
  conversations: Type.Array(Type.Object({ id: IdString, number: Type.Integer() })),
  repairs: Type.Array(Type.Object({ repair: Type.String(), label: Bilingual, done: Bilingual })),
  firstAt: Instant,
  settledAt: Nullable(Instant),
  settledBy: Nullable(Type.String()),
})
export type ReconciliationFinding = Static<typeof ReconciliationFinding>

/**
 * GET /api/reconciliation; POST /api/reconciliation asks for a comparison now and answers the same: asked while one is
 * under way, it gives that one. `run` is the latest; `portalId` null: the integration has no portal.
 */
export const Reconciliation = Type.Object({
  portalId: Nullable(IdString),
  run: Nullable(ReconciliationRun),
  /** How many are open. */
  open: Type.Integer(),
  /** Open ones first, the newest on top. */
  findings: Type.Array(ReconciliationFinding),
})
export type Reconciliation = Static<typeof Reconciliation>

/** POST /api/reconciliation/findings/:id → the finding. Repeating the same repair changes nothing. */
export const RepairRequest = Type.Object({
  repair: Type.Union(REPAIRS.map((repair) => Type.Literal(repair))),
})
