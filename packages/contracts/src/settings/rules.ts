import { type Static, Type } from 'typebox'
import { RuleGroup } from '../rules/condition.ts'

/** Most rules in one list. */
export const MAX_RULES_IN_LIST = 100

/** What every rule of a list has: a lasting id, a title that traces name, a switch, conditions. */
const head = {
  id: Type.String({ minLength: 1, maxLength: 40 }),
  title: Type.String({ minLength: 1, maxLength: 100 }),
  active: Type.Boolean({ default: true }),
  when: RuleGroup,
}
const strict = { additionalProperties: false } as const

/** Passes or blocks whole conversations (CHAT-67, AMB-19): Deny beats Allow, no rules pass all. */
export const TransferRule = Type.Object(
  { ...head, action: Type.Union([Type.Literal('allow'), Type.Literal('deny')]) },
  strict,
)
export type TransferRule = Static<typeof TransferRule>

/** Gives the cards of matching conversations to a portal user (CHAT-41); the first match wins. */
export const ResponsibleRule = Type.Object({ ...head, userId: Type.String({ maxLength: 20 }) }, strict)
export type ResponsibleRule = Static<typeof ResponsibleRule>

/**
 * Where a new card is put: the stage of a lead, the pipeline and stage of a deal. An empty id is the portal's own
 * first one. Pipelines and stages by the ids of the portal's directory.
 */
export const Place = Type.Object(
  {
    leadStageId: Type.String({ maxLength: 60, default: '' }),
    pipelineId: Type.String({ maxLength: 20, default: '' }),
    dealStageId: Type.String({ maxLength: 60, default: '' }),
  },
  { ...strict, default: { leadStageId: '', pipelineId: '', dealStageId: '' } },
)
export type Place = Static<typeof Place>

// Without the default of a condition: an exception that nobody wrote must not be filled in, for an empty one fits all.
const { default: _, ...bareGroup } = RuleGroup as typeof RuleGroup & { default?: unknown }
const Exception = Type.Unsafe<RuleGroup>(bareGroup)

/**
 * Puts new cards of matching conversations into a stage (CHAT-54…61). `except` is the "Denied" of the manuals (AMB-17):
 * a conversation that it matches is outside this rule, whatever `when` says; creation is never blocked by it.
 */
export const PlaceRule = Type.Object({ ...head, except: Type.Optional(Exception), place: Place }, strict)
export type PlaceRule = Static<typeof PlaceRule>

/** Writes one of our fields into a field of a card (CHAT-75, UIS-31). */
export const FieldMapping = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 40 }),
    active: Type.Boolean({ default: true }),
    entity: Type.Union([
      Type.Literal('lead'),
      Type.Literal('deal'),
      Type.Literal('contact'),
      Type.Literal('company'),
    ]),
    /** Name in the catalogue of fields (domain/rules/catalogue.ts). */
    source: Type.String({ minLength: 1, maxLength: 60 }),
    /** The portal's code of the field, as its directory gives it. */
    target: Type.String({ minLength: 1, maxLength: 100 }),
    policy: Type.Union([Type.Literal('only-if-empty'), Type.Literal('overwrite')], {
      default: 'only-if-empty',
    }),
  },
  strict,
)
export type FieldMapping = Static<typeof FieldMapping>
