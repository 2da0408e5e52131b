import { type Static, Type } from 'typebox'
import { Bilingual } from './bilingual.ts'
import { IdString, Instant, Nullable } from './shared.ts'

/** GET /api/integration; PUT { portalId } chooses the portal (CHAT-17). */
export const Integration = Type.Object({
  id: IdString,
  portalId: Nullable(IdString),
  sections: Type.Array(
    Type.Object({
      section: Type.String(),
      title: Bilingual,
      active: Type.Boolean(),
      /** Main and section together (AMB-10). */
      effective: Type.Boolean(),
      /** Why not effective, when it is not. */
      why: Nullable(Bilingual),
      version: Type.Integer(),
      savedAt: Nullable(Instant),
    }),
  ),
})
export type Integration = Static<typeof Integration>
export const IntegrationPut = Type.Object({ portalId: IdString })

/** GET /api/settings/:section */
export const SettingsDocument = Type.Object({
  section: Type.String(),
  title: Bilingual,
  /** JSON Schema with our annotations (settings/field.ts). */
  schema: Type.Unknown(),
  groups: Type.Record(Type.String(), Bilingual),
  value: Type.Record(Type.String(), Type.Unknown()),
  version: Type.Integer(),
  effective: Type.Boolean(),
  why: Nullable(Bilingual),
  /** Choices of pickers: channels and portal users. */
  options: Type.Record(
    Type.String(),
    Type.Array(
      Type.Object({
        value: Type.String(),
        label: Type.String(),
        hint: Type.Optional(Type.String()),
        disabled: Type.Optional(Type.Boolean()),
      }),
    ),
  ),
  /** Things worth saying about the saved value: dismissed responsible, section off with functions on. */
  warnings: Type.Array(Type.Object({ pointer: Type.String(), code: Type.String(), message: Bilingual })),
})
export type SettingsDocument = Static<typeof SettingsDocument>

/** PUT /api/settings/:section; 409 when `version` is stale, 422 with field messages. */
export const SettingsPut = Type.Object({
  value: Type.Record(Type.String(), Type.Unknown()),
  version: Type.Integer(),
  reason: Type.Optional(Type.String({ maxLength: 300 })),
})
