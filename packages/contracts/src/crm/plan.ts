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
    }
  | {
      readonly kind: 'create-deal'
      readonly key: string
      readonly fields: CardFields
      readonly contact?: Target
    }
  /** Opens the rolling comment of the conversation in a card; its text is rendered when it is written. */
  | { readonly kind: 'comment'; readonly key: string; readonly target: Target }
  | { readonly kind: 'notify'; readonly key: string; readonly userId: string; readonly about: Target }

export interface Plan {
  readonly steps: readonly PlanStep[]
}
