import { type Static, Type } from 'typebox'
import { IdString, Instant, Nullable } from './shared.ts'

/** What a member of a workspace may do. Each role includes the ones below it. */
export const ROLES = ['owner', 'administrator', 'operator'] as const
export const Role = Type.Enum([...ROLES])
export type Role = (typeof ROLES)[number]

/** GET /api/setup → { needsOwner }, before anybody can sign in. */
/** POST /api/setup: makes the workspace and its owner, signs them in. Refused once an owner exists. */
export const SetupRequest = Type.Object({
  company: Type.String({ minLength: 1, maxLength: 100 }),
  name: Type.String({ minLength: 1, maxLength: 100 }),
  email: Type.String({ format: 'email', maxLength: 200 }),
  password: Type.String({ minLength: 10, maxLength: 200 }),
  locale: Type.Union([Type.Literal('ru'), Type.Literal('en')]),
})
export type SetupRequest = Static<typeof SetupRequest>

/** GET /api/me */
export const Me = Type.Object({
  userId: Type.String(),
  name: Type.String(),
  email: Type.String(),
  role: Role,
  locale: Type.Union([Type.Literal('ru'), Type.Literal('en')]),
  twoFactorEnabled: Type.Boolean(),
  workspace: Type.Object({ id: IdString, name: Type.String(), timeZone: Type.String() }),
  /** True where the administrator allowed portals on private addresses (the demo does): shown on every page. */
  privateAddressesAllowed: Type.Boolean(),
  demo: Type.Boolean(),
})
export type Me = Static<typeof Me>
/** PATCH /api/me */
export const MePatch = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  locale: Type.Optional(Type.Union([Type.Literal('ru'), Type.Literal('en')])),
})

/** GET /api/members; POST adds one (owner and administrators), PATCH changes the role, DELETE takes the access away. */
export const Member = Type.Object({
  userId: Type.String(),
  name: Type.String(),
  email: Type.String(),
  role: Role,
  twoFactorEnabled: Type.Boolean(),
  lastSeenAt: Nullable(Instant),
})
export type Member = Static<typeof Member>
export const MemberRequest = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  email: Type.String({ format: 'email', maxLength: 200 }),
  role: Role,
  password: Type.String({ minLength: 10, maxLength: 200 }),
})

/** GET /api/audit?cursor= */
export const AuditEntry = Type.Object({
  id: IdString,
  at: Instant,
  actorName: Nullable(Type.String()),
  /** `sign-in`, `sign-in-failed`, `settings-saved`, `portal-connected`, `channel-changed`, … */
  action: Type.String(),
  /** What it was done to, for people. */
  subject: Type.String(),
  details: Type.Record(Type.String(), Type.Unknown()),
})
export type AuditEntry = Static<typeof AuditEntry>
