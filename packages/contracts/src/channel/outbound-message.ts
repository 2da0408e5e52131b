import type { AttachmentKind } from './capabilities.ts'

/** A message on its way to a customer, already checked against what the channel can do. */
export interface OutboundMessage {
  /** Our message id: the idempotency or tracking field where the network has one. */
  readonly id: string
  /** The network's id of the talk. */
  readonly talk: string
  /** Ordinal of the message inside our conversation, for receivers that sort themselves. */
  readonly sequence: number
  readonly text: string
  readonly attachments: readonly OutboundAttachment[]
  readonly replyToExternalId?: string
  readonly authorName?: string
  /** ISO 8601 UTC. */
  readonly createdAt: string
}

export interface OutboundAttachment {
  readonly id: string
  readonly kind: AttachmentKind
  readonly name: string
  readonly mime: string
  readonly sizeBytes: number
}

/** Why a network refused, so that the core knows who waits and who is told. */
export type SendErrorClass = 'recipient-unreachable' | 'content-refused' | 'auth' | 'account-blocked' | 'bug'

/**
 * How a send ended.
 *
 * `sent`: the network has it, under these ids (long texts and albums become several).
 * `accepted`: taken, the final word comes as a receipt with `trackingId` as message id.
 * `retry`: surely not sent, may be tried again after `afterMs`; `scope: 'account'` pauses the whole channel.
 * `rejected`: surely not sent and never will be.
 * `uncertain`: may have left; never repeated by a machine.
 */
export type SendOutcome =
  | { readonly status: 'sent'; readonly externalIds: readonly string[] }
  | { readonly status: 'accepted'; readonly trackingId: string }
  | {
      readonly status: 'retry'
      readonly afterMs: number
      readonly scope: 'talk' | 'account'
      readonly code: string
    }
  | {
      readonly status: 'rejected'
      readonly errorClass: SendErrorClass
      readonly code: string
      readonly detail?: string
    }
  | { readonly status: 'uncertain'; readonly code: string }
