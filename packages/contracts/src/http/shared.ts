import { type Static, type TSchema, Type } from 'typebox'
import { Bilingual } from './bilingual.ts'

/** An id of ours in a path or body. */
export const IdString = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
})
/** ISO 8601 UTC. */
export const Instant = Type.String()
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/**
 * An error as every API of ours answers it.
 * Source: RFC 9457 "Problem Details for HTTP APIs"; `errors`, `code`, `requestId` are our extension members.
 */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.Optional(Type.String()),
  instance: Type.Optional(Type.String()),
  code: Type.String(),
  requestId: Type.String(),
  errors: Type.Optional(
    Type.Array(Type.Object({ pointer: Type.String(), code: Type.String(), message: Bilingual })),
  ),
})
export type Problem = Static<typeof Problem>
