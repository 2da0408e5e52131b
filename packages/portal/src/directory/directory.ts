/** What a portal has to choose from: people, pipelines, stages, sources, and who we are in it. */
import type { EntityType } from '@trunkline/contracts/crm/entity'
import type { CrmMode, PortalFieldFacts } from '@trunkline/contracts/crm/facts'

export interface PortalUser {
  readonly id: string
  /** "Name Surname", else e-mail, else `#id`. */
  readonly name: string
  readonly hasSurname: boolean
  readonly active: boolean
  readonly email?: string | undefined
  readonly position?: string | undefined
  readonly innerPhone?: string | undefined
  readonly photoUrl?: string | undefined
  readonly departmentIds: readonly string[]
}

export interface PortalDepartment {
  readonly id: string
  readonly name: string
  readonly parentId?: string | undefined
  readonly headId?: string | undefined
}

export interface PortalStage {
  readonly id: string
  readonly name: string
  readonly sort: number
  readonly semantics: 'open' | 'won' | 'lost'
  readonly color?: string | undefined
}

/** A pipeline of deals, or the one list of lead statuses (`id` is `lead`). */
export interface PortalPipeline {
  readonly entity: 'deal' | 'lead'
  readonly id: string
  readonly name: string
  readonly isDefault: boolean
  readonly stages: readonly PortalStage[]
}

export interface PortalSource {
  readonly id: string
  readonly name: string
}

/**
 * A field of a card. `code` is how `crm.item.*` spells it with `useOriginalUfNames`: `comments`, `UF_CRM_1700000000`.
 * Items of a `list`: numbers of an own list, codes of a dictionary.
 */
export interface PortalField extends PortalFieldFacts {
  readonly entity: EntityType
  readonly code: string
  readonly label: string
  readonly mandatory: boolean
}

export interface Directory {
  readonly users: readonly PortalUser[]
  readonly departments: readonly PortalDepartment[]
  readonly pipelines: readonly PortalPipeline[]
  readonly sources: readonly PortalSource[]
  /** Of leads, deals, contacts and companies. Empty for a kind that the portal closes to us. */
  readonly fields: readonly PortalField[]
  readonly crmMode: CrmMode
  /** Who our token acts as. */
  readonly actingUser: { readonly id: string; readonly name: string; readonly isAdmin: boolean }
  /** Name of the portal's plan, which begins with its region; undefined when the portal does not tell. */
  readonly licence: string | undefined
  readonly scopes: readonly string[]
  /** Those of NEEDED_SCOPES that were not granted. */
  readonly missingScopes: readonly string[]
}
