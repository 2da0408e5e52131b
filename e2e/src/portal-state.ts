/** What the pretend portal holds, read through its own control API. */
interface PortalRows {
  readonly deals: readonly {
    readonly id: number
    readonly contactId: number | null
    readonly assignedById: number
  }[]
  readonly contacts: readonly {
    readonly id: number
    readonly name: string | null
    readonly lastName: string | null
  }[]
  readonly employees: readonly { readonly id: number; readonly name: string; readonly lastName: string }[]
}

/** A customer in the portal: cards of that person and their deals. */
export interface PortalCustomer {
  readonly contactIds: readonly number[]
  readonly dealIds: readonly number[]
  /** Given and family name of whoever is responsible for the first deal. */
  readonly responsible: string | undefined
}

/** Finds a customer by given and family name. @param portal origin of the pretend portal. */
export async function portalCustomer(portal: string, name: string): Promise<PortalCustomer> {
  const response = await fetch(`${portal}/sandbox/api/state`)
  const { deals, contacts, employees } = (await response.json()) as PortalRows
  const contactIds = contacts
    .filter((one) => [one.name, one.lastName].filter(Boolean).join(' ') === name)
    .map(({ id }) => id)
  const own = deals.filter(({ contactId }) => contactId !== null && contactIds.includes(contactId))
  const person = employees.find(({ id }) => id === own[0]?.assignedById)
  return {
    contactIds,
    dealIds: own.map(({ id }) => id),
    responsible: person === undefined ? undefined : `${person.name} ${person.lastName}`,
  }
}
