import { type Static, Type } from 'typebox'
import { CHANNEL_STATES } from '../channel/manifest.ts'
import { Bilingual } from './bilingual.ts'
import { IdString, Instant, Nullable } from './shared.ts'

/** Health of a channel or portal as shown: a named state, why, since when, what to do. */
export const Health = Type.Object({
  state: Type.String(),
  reason: Nullable(Bilingual),
  since: Instant,
  /** Code of the repair button: `connect`, `check`, `edit`, `authorise`, … */
  action: Nullable(Type.String()),
})
export type Health = Static<typeof Health>

/** GET /api/channels, GET /api/channels/:id */
export const Channel = Type.Object({
  id: IdString,
  type: Type.String(),
  title: Type.String(),
  state: Type.Enum([...CHANNEL_STATES]),
  health: Health,
  /** Settings without secrets; a stored secret shows as `true` in `secretsSet`. */
  settings: Type.Record(Type.String(), Type.Unknown()),
  secretsSet: Type.Record(Type.String(), Type.Boolean()),
  /** The network's own account, when connected. */
  account: Nullable(
    Type.Object({ externalId: Type.String(), title: Type.String(), url: Nullable(Type.String()) }),
  ),
  /** Public key in the widget snippet and in addresses; unguessable. */
  publicKey: Type.String(),
  /** Address the network calls, when it does. */
  hookUrl: Nullable(Type.String()),
  /** What an integration has chosen to pass of this channel to Bitrix24; empty: all of it stays in the inbox. */
  passed: Type.Array(Type.Union([Type.Literal('chats'), Type.Literal('requests')])),
  lastEventAt: Nullable(Instant),
  createdAt: Instant,
})
export type Channel = Static<typeof Channel>

/** POST /api/channels */
export const ChannelRequest = Type.Object({
  type: Type.String({ maxLength: 60 }),
  title: Type.String({ minLength: 1, maxLength: 100 }),
  settings: Type.Record(Type.String(), Type.Unknown()),
})
/** PATCH /api/channels/:id; a secret left out stays as it was. POST …/connect, …/disconnect, …/check → Channel; DELETE. */
export const ChannelPatch = Type.Object({
  title: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})

/** GET /api/channels/:id/keys; POST makes one and shows `key` this once; DELETE /api/channels/:id/keys/:keyId */
export const ChannelKey = Type.Object({
  id: IdString,
  prefix: Type.String(),
  title: Type.String(),
  createdAt: Instant,
  lastUsedAt: Nullable(Instant),
  key: Type.Optional(Type.String()),
})
export type ChannelKey = Static<typeof ChannelKey>
