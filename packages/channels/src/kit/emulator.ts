import type { AttachmentKind } from '@trunkline/contracts/channel/capabilities'
import type { ChannelType } from '@trunkline/contracts/ids'
import type { HookDelivery } from './hook-delivery.ts'

/**
 * A small pretend network: it takes our sends, delivers hooks as the real one does, and breaks when told to.
 * It knows its network's `wire.ts` and never our client, whose mistakes it must not share.
 */
export interface Emulator {
  readonly type: ChannelType
  /** Root address of the pretend network; empty for a channel that has no network behind it. */
  readonly url: string
  /** What a person would type into the form to attach a channel here. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Sends that the network took, oldest first. */
  readonly sent: readonly EmulatedMessage[]
  /** Talks in which our side showed that it is typing, oldest first. */
  readonly typingSeen: readonly string[]
  readonly faults: FaultScript
  readonly delivery: HookDelivery
  /** Tells the network where hooks go, for those that a person tells by hand; others ignore it and learn by `connect`. */
  pointAt(target: { readonly hookUrl: string; readonly hookSecret: string }): void
  /** A new person on the other side; `name` is what the network shows. */
  person(profile?: { readonly name?: string }): EmulatedPerson
  stop(): Promise<void>
}

/** Starts one on a port chosen by the system, 127.0.0.1 only. */
export type StartEmulator = (options?: EmulatorOptions) => Promise<Emulator>

export interface EmulatorOptions {
  readonly port?: number
  /** Pauses between deliveries of a hook that was not answered 2xx. */
  readonly firstRetryMs?: number
  readonly maxRetryMs?: number
}

/**
 * A customer. What they cannot do on this network is absent; each act becomes a hook in the order of their talk.
 * Messages are named by the network's own id of them, as a string.
 */
export interface EmulatedPerson {
  /** The network's id of the talk. */
  readonly talk: string
  write(text: string): string
  sendFile?(file: EmulatedFile & { readonly caption?: string }): string
  /** Quotes a message of ours, named as in `Emulator.sent`, or of their own. */
  reply?(toMessageId: string, text: string): string
  edit?(messageId: string, text: string): void
  remove?(messageId: string): void
  type?(): void
  /** Leaves a form instead of a chat. @returns the network's id of the request. */
  leaveRequest?(request: {
    readonly fields: readonly { readonly name: string; readonly label: string; readonly value: string }[]
    readonly mailing?: boolean
    readonly technical?: boolean
  }): string
  shareContact?(contact: { readonly name: string; readonly phone: string }): void
  /** Reports on a message of ours, named by the id that our `send` returned. */
  mark?(externalMessageId: string, status: 'delivered' | 'read'): void
  block?(): void
  unblock?(): void
  close?(): void
}

export interface EmulatedFile {
  readonly kind: AttachmentKind
  readonly name: string
  readonly mime: string
  readonly bytes: Uint8Array
}

/** A message that the network has from us. */
export interface EmulatedMessage {
  /** The network's own id. */
  readonly id: string
  readonly talk: string
  readonly text: string
  readonly files: readonly EmulatedFileInfo[]
  /** The network's id of the quoted message. */
  readonly replyTo?: string
}

/** A file as the network got it; without bytes where only its description travels. */
export type EmulatedFileInfo = Omit<EmulatedFile, 'bytes' | 'kind'> & {
  readonly kind?: AttachmentKind
  readonly bytes?: Uint8Array
}

/**
 * What may go wrong with one call.
 * `cut-before` drops the connection with nothing done, `cut-after` does the thing and drops the answer.
 */
export type Fault =
  | { readonly kind: 'rate-limit'; readonly retryAfterSeconds: number }
  | { readonly kind: 'server-error'; readonly status: 500 | 502 | 503 | 504 }
  | { readonly kind: 'cut-before' }
  | { readonly kind: 'cut-after' }
  | { readonly kind: 'slow'; readonly delayMs: number }

/** Faults waiting for the next calls, in order. */
export interface FaultScript {
  /** Breaks the next `times` calls (1 unless told); `only` narrows it to calls of that name. */
  next(fault: Fault, options?: { readonly times?: number; readonly only?: string }): void
  /** For the emulator: the fault of a call that is about to be served. */
  take(operation: string): Fault | undefined
  clear(): void
}

/** An empty script. */
export function createFaultScript(): FaultScript {
  let waiting: { fault: Fault; only: string | undefined }[] = []
  return {
    next(fault, { times = 1, only } = {}) {
      for (let i = 0; i < times; i++) waiting.push({ fault, only })
    },
    take(operation) {
      const index = waiting.findIndex(({ only }) => only === undefined || only === operation)
      return index < 0 ? undefined : waiting.splice(index, 1)[0]?.fault
    },
    clear() {
      waiting = []
    },
  }
}
