import type { Json } from '../json.ts'
import type { EntityRef } from './entity.ts'

/** A card by number, or the one that an earlier step of the same plan makes. */
export type Target = EntityRef | { readonly step: string }

/** Fields of a card that we set, in our words. */
export interface CardFields {
  readonly title?: string
  readonly name?: string
  readonly phones?: readonly string[]
  readonly emails?: readonly string[]
  readonly responsibleId?: string
  readonly sourceDescription?: string
  readonly utm?: Readonly<Record<string, string>>
  /** Stage by the id of the portal's directory; absent = the portal's own first one. */
  readonly stageId?: string
  /** Pipeline of a deal; absent = the portal's default one. */
  readonly pipelineId?: string
  /** Mapped fields by the portal's own code (CHAT-75). */
  readonly custom?: Readonly<Record<string, Json>>
}

/** A mapped field to write into a card that exists already. */
export interface FieldFill {
  readonly code: string
  readonly value: Json
  readonly policy: 'only-if-empty' | 'overwrite'
}

/**
 * One CRM write. `key` is its idempotency key inside the conversation session (write kind + target): the step
 * ledger never makes two steps of one key, and a write whose answer was lost is looked for by it.
 */
export type PlanStep =
  | { readonly kind: 'create-contact'; readonly key: string; readonly fields: CardFields }
  | {
      readonly kind: 'create-lead'
      readonly key: string
      readonly fields: CardFields
      readonly contact?: Target
      /** The client's company that was found; the card is tied to it too. */
      readonly company?: EntityRef
    }
  | {
      readonly kind: 'create-deal'
      readonly key: string
      readonly fields: CardFields
      readonly contact?: Target
      /** The client's company that was found; the card is tied to it too. */
      readonly company?: EntityRef
    }
  /** Opens the rolling comment of the conversation in a card; its text is rendered when it is written. */
  | { readonly kind: 'comment'; readonly key: string; readonly target: Target }
  /** A to-do («дело») bound to a card (UIS-21). `deadlineAt`: ISO 8601 UTC. */
  | {
      readonly kind: 'create-activity'
      readonly key: string
      readonly target: Target
      readonly subject: string
      readonly responsibleId: string
      readonly deadlineAt: string
    }
  /** Mapped fields of a card that was found; what the card has already is kept unless the policy says otherwise. */
  | {
      readonly kind: 'fill-fields'
      readonly key: string
      readonly target: EntityRef
      readonly fields: readonly FieldFill[]
    }
  /** Files of messages as one more comment of a card; planned by whoever knows the files (`attachments: 'files'`). */
  | {
      readonly kind: 'attach-files'
      readonly key: string
      readonly target: Target
      readonly fileIds: readonly string[]
    }
  /** Takes a comment of ours out of a card, once the steps of the keys in `after` wrote it elsewhere (CHAT-53). */
  | {
      readonly kind: 'remove-comment'
      readonly key: string
      readonly target: EntityRef
      readonly commentId: string
      readonly after: readonly string[]
    }
  | { readonly kind: 'notify'; readonly key: string; readonly userId: string; readonly about: Target }

export interface Plan {
  readonly steps: readonly PlanStep[]
}
