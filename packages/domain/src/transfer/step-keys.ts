import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { Target } from '@trunkline/contracts/crm/plan'

/**
 * Idempotency keys of steps: write kind and target inside one conversation. Stored in the step ledger, so a
 * key is never renamed. A comment into a card that a step makes keeps the key of that step: once the card has a
 * number the ledger knows both as one comment by the target's number.
 */
export const CREATE_CONTACT = 'create-contact'
export const CREATE_LEAD = 'create-lead'
export const CREATE_DEAL = 'create-deal'

/** `comment:deal:123` or `comment:step:create-deal`. */
export function commentKey(target: Target): string {
  return 'step' in target ? `comment:step:${target.step}` : `comment:${target.type}:${target.id}`
}

/** `notify:create-deal`: one notice for each card made. */
export function notifyKey(createKey: string): string {
  return `notify:${createKey}`
}

/** `activity:deal:123` or `activity:step:create-deal`: one to-do for each card. */
export function activityKey(target: Target): string {
  return 'step' in target ? `activity:step:${target.step}` : `activity:${target.type}:${target.id}`
}

/** `fields:deal:123`: the mapped fields of a card that was found. */
export function fieldsKey(target: EntityRef): string {
  return `fields:${target.type}:${target.id}`
}

/** `files:comment:deal:123:<file>`: files beside a comment, named by the first of them. */
export function filesKey(ofComment: string, firstFileId: string): string {
  return `files:${ofComment}:${firstFileId}`
}

/** `remove-comment:45`: by the portal's number of the comment. */
export function removalKey(commentId: string): string {
  return `remove-comment:${commentId}`
}

/** Key of a comment part in the step ledger: the first has the plan's key, the others their number added. */
export function partKey(planKey: string, part: number): string {
  return part === 1 ? planKey : `${planKey}#${part}`
}

/** The part that a ledger key speaks of. */
export function partOfKey(key: string): number {
  const at = key.lastIndexOf('#')
  return at < 0 ? 1 : Number(key.slice(at + 1))
}
