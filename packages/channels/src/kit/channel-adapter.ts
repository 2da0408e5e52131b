import type { Capabilities } from '@trunkline/contracts/channel/capabilities'
import type { InboundEvent } from '@trunkline/contracts/channel/inbound-event'
import type { ChannelState } from '@trunkline/contracts/channel/manifest'
import type { OutboundMessage, SendOutcome } from '@trunkline/contracts/channel/outbound-message'
import type { ErrorEntry } from '@trunkline/contracts/errors'
import type { ChannelType } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import type { Text } from '@trunkline/contracts/locale'
import type { Static, TObject } from 'typebox'

/** A request of a network as it came: raw bytes, because signatures are computed over them. Header names are lower case. */
export interface RawHook {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly remoteAddress: string
}

/** What the door answers; made by the adapter, because some networks want a certain text. */
export interface HookReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/**
 * One event of a hook, as it is stored. `part` is the event's own JSON and all that `parse` will see.
 */
export interface HookEntry {
  /** Names this delivery inside the channel: a second entry with the same key is ignored. */
  readonly eventKey: string
  /** The network's id of the talk: events of one key are worked on one at a time, in order of arrival. */
  readonly laneKey: string
  readonly part: Json
}

/** Secrets that the core made for this channel: never typed by a person. */
export interface HookSecrets {
  /** 32 random bytes, base64url. */
  readonly hookSecret: string
}

/** Everything an adapter's calls to the outside need; adapters read no environment and keep no state. */
export interface CallContext<S> {
  readonly settings: S
  readonly secrets: HookSecrets
  /** Address the network shall call; absent when the server has no public address. */
  readonly hookUrl: string
  /** `fetch` with the account's proxy, a time limit, and private addresses refused unless allowed. */
  readonly fetch: typeof fetch
  /** Opens a stored file for sending. */
  readonly openFile: (
    attachmentId: string,
  ) => Promise<{ stream: ReadableStream<Uint8Array>; sizeBytes: number; mime: string; name: string }>
  readonly signal: AbortSignal
}

export interface Account {
  /** The network's id of the account: unique in the whole hub. */
  readonly externalId: string
  readonly title: string
  readonly url?: string
}

/** How a connect or a check ended: a named state with its reason and what a person must do next. */
export interface ConnectResult {
  readonly state: ChannelState
  readonly reason?: Text
  readonly action?: 'connect' | 'check' | 'edit'
}

/**
 * The code of one channel type. Holds no state: all it needs comes as arguments.
 * Required parts are few; the other powers are separate interfaces found by presence (`CanEdit`, …).
 */
export interface ChannelAdapter<S extends TObject = TObject> {
  /** Stored; never renamed. */
  readonly type: ChannelType
  readonly title: Text
  readonly summary: Text
  readonly help: Text
  /** Inline SVG, 24×24. */
  readonly icon: string
  /** Form, validation and types of one connected account. */
  readonly settings: S
  readonly can: Capabilities
  /** Every code that `send` and the powers of this adapter may answer with: `<type>/<what>` → what it means. */
  readonly errors: Readonly<Record<string, ErrorEntry>>
  /** Pure and under 5 ms; compares secrets in constant time. */
  verify(
    hook: RawHook,
    settings: Static<S>,
    secrets: HookSecrets,
  ): 'genuine' | 'forged' | 'unsigned-by-design'
  reply(hook: RawHook): HookReply
  /** Pure and total: an unknown hook is one entry under the key `unknown`. Never throws, never returns nothing. */
  split(hook: RawHook): HookEntry[]
  /** Pure and total: an unknown part is one `unsupported` event. */
  parse(part: Json): InboundEvent[]
  send(message: OutboundMessage, context: CallContext<Static<S>>): Promise<SendOutcome>
}

/** Attaches and detaches the account: tells who we are there, sets the network's webhook. `check` is cheap. */
export interface CanConnect<S extends TObject = TObject> {
  /**
   * Whose account the settings open, or why that cannot be told. Changes nothing in the network: asked before `connect`,
   * so that an account of another channel is not turned away from it. Left out by a channel without accounts.
   */
  identify?(context: CallContext<Static<S>>): Promise<Account | ConnectResult>
  connect(context: CallContext<Static<S>>): Promise<ConnectResult>
  check(context: CallContext<Static<S>>): Promise<ConnectResult>
  disconnect(context: CallContext<Static<S>>): Promise<void>
}

/** Fetches a file that came as a reference. Throws HubError: `retryable` may be tried again, `permanent` shows as lost. */
export interface CanFetchMedia<S extends TObject = TObject> {
  fetchMedia(
    reference: Json,
    context: CallContext<Static<S>>,
  ): Promise<{ stream: ReadableStream<Uint8Array>; name?: string; mime?: string; sizeBytes?: number }>
}

/** Shows the customer that the operator is typing. Best effort: failures are swallowed by the core. */
export interface CanType<S extends TObject = TObject> {
  typing(talk: string, context: CallContext<Static<S>>): Promise<void>
}

/** Any adapter with whatever powers it has. */
export type AnyAdapter = ChannelAdapter & Partial<CanConnect & CanFetchMedia & CanType>
