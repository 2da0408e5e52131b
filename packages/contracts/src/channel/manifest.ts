import { type Static, Type } from 'typebox'
import { Bilingual } from '../http/bilingual.ts'

/**
 * What the cabinet knows of a channel type: enough to draw one generic form and a capability card (CC-02).
 * `settings` is a JSON Schema with our annotations (settings/field.ts); secrets are write-only.
 */
export const ChannelManifest = Type.Object({
  type: Type.String(),
  title: Bilingual,
  summary: Bilingual,
  /** How to get the token and the like, a short paragraph. */
  help: Bilingual,
  /** Inline SVG of our own, safe to show as an image. */
  icon: Type.String(),
  settings: Type.Unknown(),
  capabilities: Type.Unknown(),
})
export type ChannelManifest = Static<typeof ChannelManifest>

/** Health of one channel: named states, each with what a person must do. */
export const CHANNEL_STATES = ['off', 'connecting', 'connected', 'unstable', 'needs-attention'] as const
export type ChannelState = (typeof CHANNEL_STATES)[number]
