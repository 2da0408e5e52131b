import { type Static, Type } from 'typebox'
import { IdString } from './shared.ts'

/** An employee of a portal and the member they are, or may be. */
export const EmployeeLink = Type.Object({
  userId: Type.String(),
  portalId: IdString,
  portalName: Type.String(),
  portalUserId: Type.String(),
  portalUserName: Type.String(),
  /** Of a link: `proved` (signed in on both sides), `confirmed` (by an administrator). Of a suggestion: `email`, `name`. */
  source: Type.Union([
    Type.Literal('proved'),
    Type.Literal('confirmed'),
    Type.Literal('email'),
    Type.Literal('name'),
  ]),
})
export type EmployeeLink = Static<typeof EmployeeLink>

/**
 * GET /api/employee-links. POST /api/employee-links confirms a suggestion, DELETE /api/employee-links/:portalId/:portalUserId
 * undoes a link and ends what the employee has open in frames.
 */
export const EmployeeLinks = Type.Object({
  links: Type.Array(EmployeeLink),
  suggestions: Type.Array(EmployeeLink),
})
export type EmployeeLinks = Static<typeof EmployeeLinks>
export const EmployeeLinkRequest = Type.Object({
  userId: Type.String({ maxLength: 100 }),
  portalId: IdString,
  portalUserId: Type.String({ maxLength: 40 }),
})

/** GET /api/frame-link: whom the person in this pop-up would be linked to; POST links, once. */
export const OfferedLink = Type.Object({ employee: Type.String(), portal: Type.String() })
export type OfferedLink = Static<typeof OfferedLink>
