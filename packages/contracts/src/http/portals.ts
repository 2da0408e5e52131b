import { type Static, Type } from 'typebox'
import { Health } from './channels.ts'
import { IdString, Instant, Nullable } from './shared.ts'

/** GET /api/portals, GET /api/portals/:id */
export const Portal = Type.Object({
  id: IdString,
  name: Type.String(),
  /** Canonical origin, such as `https://company.bitrix24.ru`. */
  origin: Type.String(),
  health: Health,
  crmMode: Nullable(Type.String()),
  /** Region of the account, such as `ru`, `kz`, `en`; null until the portal told it. Its data live there (CHAT-11). */
  region: Nullable(Type.String()),
  actingUser: Nullable(Type.Object({ id: Type.String(), name: Type.String(), admin: Type.Boolean() })),
  scopes: Type.Object({ needed: Type.Array(Type.String()), granted: Type.Array(Type.String()) }),
  tokenExpiresAt: Nullable(Instant),
  syncedAt: Nullable(Instant),
  queue: Type.Object({ waiting: Type.Integer(), pausedUntil: Nullable(Instant) }),
  createdAt: Instant,
  /** When it was installed from Bitrix24 itself, until somebody chooses it for the integration (UIS-11). */
  installedAt: Nullable(Instant),
})
export type Portal = Static<typeof Portal>

/**
 * POST /api/portals → { portal, authorizeUrl }. The window opened on `authorizeUrl` ends on our success page,
 * which posts `{ source: 'trunkline', portalId }` to its opener and closes itself (CHAT-12).
 * `clientId` and `clientSecret` of a local application may be left out when the server has its own.
 */
export const PortalRequest = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 100 })),
  domain: Type.String({ minLength: 1, maxLength: 300 }),
  clientId: Type.Optional(Type.String({ maxLength: 200 })),
  clientSecret: Type.Optional(Type.String({ maxLength: 300 })),
})
export const PortalPatch = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 100 })),
  domain: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
})

/**
 * One thing that a reading of the directory found changed (UIS-17). `dismissed` and `returned` are of users; `changed`
 * is of fields: type, values, mandatory. `id` as the directory spells it: `deal:0:NEW` for a stage, `deal:UF_CRM_1` for
 * a field.
 */
export const DirectoryChange = Type.Object({
  kind: Type.Union([
    Type.Literal('user'),
    Type.Literal('department'),
    Type.Literal('pipeline'),
    Type.Literal('stage'),
    Type.Literal('source'),
    Type.Literal('field'),
    // Not a row of the directory: the mode is one for the portal. `name` and `was` are modes.
    Type.Literal('crm-mode'),
  ]),
  what: Type.Union([
    Type.Literal('added'),
    Type.Literal('removed'),
    Type.Literal('renamed'),
    Type.Literal('dismissed'),
    Type.Literal('returned'),
    Type.Literal('changed'),
  ]),
  id: Type.String(),
  name: Type.String(),
  /** The name before, of what was renamed. */
  was: Type.Optional(Type.String()),
})
export type DirectoryChange = Static<typeof DirectoryChange>

/** GET /api/portals/:id/directory; POST /api/portals/:id/sync refreshes it; POST …/check, POST …/authorise, DELETE. */
export const PortalDirectory = Type.Object({
  syncedAt: Nullable(Instant),
  /** How many there are of each kind: `user`, `department`, `pipeline`, `source`, `field`. */
  counts: Type.Record(Type.String(), Type.Integer()),
  /** What the latest readings found changed, the newest first; readings without a change are left out. */
  changes: Type.Array(Type.Object({ at: Instant, rows: Type.Array(DirectoryChange) })),
  users: Type.Array(
    Type.Object({ id: Type.String(), name: Type.String(), active: Type.Boolean(), surname: Type.Boolean() }),
  ),
  pipelines: Type.Array(
    Type.Object({
      entity: Type.String(),
      id: Type.String(),
      name: Type.String(),
      stages: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), semantics: Type.String() })),
    }),
  ),
})
export type PortalDirectory = Static<typeof PortalDirectory>
