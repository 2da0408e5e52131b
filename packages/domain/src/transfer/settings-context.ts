import type { EntityType } from '@trunkline/contracts/crm/entity'
import type { CrmMode, PortalFieldFacts } from '@trunkline/contracts/crm/facts'
import type { Text } from '@trunkline/contracts/locale'
import type { ChatsSettings, MainSettings, RequestsSettings } from '@trunkline/contracts/settings/index'

/** The value of each section. */
export interface SectionValues {
  readonly main: MainSettings
  readonly chats: ChatsSettings
  readonly requests: RequestsSettings
}

/** A pipeline with its stages in the portal's order. */
export interface PortalPipelineFacts {
  readonly entity: 'lead' | 'deal'
  readonly id: string
  readonly name: string
  readonly isDefault?: boolean
  readonly stages: readonly { readonly id: string; readonly name: string }[]
}

/** A field of a card with the portal's name for it. */
export interface NamedPortalField extends PortalFieldFacts {
  readonly label: string
}

/** What the rules on settings compare them with. */
export interface SettingsContext {
  /** Channels of the workspace. `contactForm`: it is a site chat, and whether its pre-chat form is on. */
  readonly channels: readonly {
    readonly id: string
    readonly title: string
    readonly contactForm?: boolean
  }[]
  /** Users of the portal, dismissed ones too; null while the directory was never read. */
  readonly portalUsers:
    | readonly { readonly id: string; readonly name: string; readonly active: boolean }[]
    | null
  /** Null while the portal was never asked. */
  readonly crmMode: CrmMode | null
  /** Pipelines of deals, and the one list of lead statuses; null or absent while the directory was never read. */
  readonly pipelines?: readonly PortalPipelineFacts[] | null
  /** Fields of cards by entity and code; null or absent while they were never read. */
  readonly fields?: Readonly<Partial<Record<EntityType, Readonly<Record<string, NamedPortalField>>>>> | null
  /** The Main section as saved (or as about to be saved). */
  readonly main: MainSettings
}

/** One thing to mend or to know, at one field. `pointer` is a JSON Pointer into the section's value. */
export interface FieldProblem {
  readonly pointer: string
  readonly code: string
  readonly message: Text
}
