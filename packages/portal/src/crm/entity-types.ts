import type { EntityType } from '@trunkline/contracts/crm/entity'

/** `entityTypeId` of `crm.item.*`. Source: reference/bitrix24.md §4.1. */
export const ENTITY_TYPE_IDS: Readonly<Record<EntityType, 1 | 2 | 3 | 4>> = {
  lead: 1,
  deal: 2,
  contact: 3,
  company: 4,
}

/** Marks what we made: `originatorId` of every card, with the step's id as `originId`. */
export const ORIGINATOR_ID = 'trunkline'

/** Path of a card inside a portal. */
export function cardPath(type: EntityType, id: string): string {
  return `/crm/${type}/details/${id}/`
}
