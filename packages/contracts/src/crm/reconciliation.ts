import type { ContactId, ConversationId, StepId } from '../ids.ts'
import type { EntityRef } from './entity.ts'

/** A conversation as a finding names it: its id, and the number that people see. */
export interface NamedConversation {
  readonly id: ConversationId
  readonly number: number
}

/** A card as a finding names it; `title` is empty when neither side knows one. */
export interface NamedCard extends EntityRef {
  readonly title: string
}

/**
 * One thing in which a portal differs from what we wrote there.
 *
 * Orphans: a card, comment or to-do of ours that somebody deleted. Doubles: two open cards that we made for one contact
 * although the rules ask for one, a second comment of one part of a conversation in one card, a card with our mark that
 * no step of the ledger made. Stored as it is; a kind is never renamed.
 */
export type Finding =
  | {
      readonly kind: 'card-gone'
      readonly contactId: ContactId
      readonly card: NamedCard
      readonly conversations: readonly NamedConversation[]
    }
  | {
      readonly kind: 'comment-gone'
      readonly contactId: ContactId
      readonly card: NamedCard
      readonly conversation: NamedConversation
      readonly stepId: StepId
      readonly part: number
      readonly commentId: string
    }
  | {
      readonly kind: 'activity-gone'
      readonly contactId: ContactId
      readonly card: NamedCard
      readonly conversation: NamedConversation
      readonly stepId: StepId
      readonly activityId: string
    }
  | {
      readonly kind: 'comment-doubled'
      readonly contactId: ContactId
      readonly card: NamedCard
      readonly conversation: NamedConversation
      /** Ids of the comments that the ledger does not know. */
      readonly extra: readonly string[]
    }
  | {
      readonly kind: 'cards-doubled'
      readonly contactId: ContactId
      /** The one made first. */
      readonly kept: NamedCard
      readonly extra: NamedCard
      /** Whose transcript goes into `extra`. */
      readonly conversations: readonly NamedConversation[]
    }
  | {
      readonly kind: 'card-stray'
      readonly card: NamedCard
      /** The card that the ledger knows instead, when the step is ours. */
      readonly known?: EntityRef
      /** Whose step made that one. */
      readonly conversation?: NamedConversation
    }

export type FindingKind = Finding['kind']

/** What a person may have done about a finding. */
export const REPAIRS = ['decide-anew', 'write-again', 'remove-extra', 'move', 'tie', 'seen'] as const
export type Repair = (typeof REPAIRS)[number]
