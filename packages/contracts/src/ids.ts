/**
 * Ids of our own rows: UUIDv7 strings, branded so that a channel's id cannot be passed for a contact's.
 * External ids (made by a network or by Bitrix24) are plain strings whose names say `external` or `remote`.
 */
type Id<Name extends string> = string & { readonly __id: Name }

export type WorkspaceId = Id<'workspace'>
export type UserId = Id<'user'>
export type ChannelId = Id<'channel'>
export type ContactId = Id<'contact'>
export type ConversationId = Id<'conversation'>
export type MessageId = Id<'message'>
export type AttachmentId = Id<'attachment'>
export type InboundEventId = Id<'inbound-event'>
export type PortalId = Id<'portal'>
export type IntegrationId = Id<'integration'>
export type DecisionId = Id<'decision'>
export type StepId = Id<'step'>

/** The stored code of a channel type, such as `telegram`. Never renamed; any string, so that a new type needs no list. */
export type ChannelType = string & { readonly __id: 'channel-type' }

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether a string from outside has the form of our ids (lower-case UUID). */
export function isId(value: string): boolean {
  return UUID.test(value)
}

let lastMs = 0
let sequence = 0

/**
 * A new time-ordered id (UUIDv7): 48 bits of milliseconds, 12 bits of sequence, 62 random bits.
 *
 * Ids made by one process are strictly increasing, also inside one millisecond and when the clock steps back.
 * Source: RFC 9562 §5.7 and §6.2 method 1.
 */
export function newId<T extends string>(nowMs: number, random: (bytes: Uint8Array) => Uint8Array): T {
  if (nowMs > lastMs) {
    lastMs = nowMs
    sequence = 0
  } else if (++sequence > 0xfff) {
    lastMs += 1
    sequence = 0
  }
  const bytes = random(new Uint8Array(16))
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(lastMs / 2 ** (8 * (5 - i))) & 0xff
  bytes[6] = 0x70 | (sequence >> 8)
  bytes[7] = sequence & 0xff
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as T
}
