/** CRM entities that a transfer touches. Bitrix24's own codes stay inside `packages/portal`. */
export type EntityType = 'lead' | 'deal' | 'contact' | 'company'

/** One CRM card. `id` is the portal's number as a string. */
export interface EntityRef {
  readonly type: EntityType
  readonly id: string
}

/** A card found for a client, with what choosing between cards needs. Dates are ISO 8601 with offset, as the portal said. */
export interface Candidate extends EntityRef {
  readonly title: string
  readonly createdAt: string
  readonly closedAt?: string
  /** Final stage reached (won or lost, converted or junk). Contacts and companies are never closed. */
  readonly closed: boolean
  readonly responsibleId?: string
  /** How the card was tied to the client. */
  readonly by: 'binding' | 'phone' | 'email' | 'contact' | 'company'
  /** With `by: 'contact' | 'company'`: the contact's or company's card it was found through. */
  readonly via?: EntityRef
}
