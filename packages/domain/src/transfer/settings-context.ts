import type { CrmMode } from '@trunkline/contracts/crm/facts'
import type { Text } from '@trunkline/contracts/locale'
import type { ChatsSettings, MainSettings, RequestsSettings } from '@trunkline/contracts/settings/index'

/** The value of each section. */
export interface SectionValues {
  readonly main: MainSettings
  readonly chats: ChatsSettings
  readonly requests: RequestsSettings
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
  /** The Main section as saved (or as about to be saved). */
  readonly main: MainSettings
}

/** One thing to mend or to know, at one field. `pointer` is a JSON Pointer into the section's value. */
export interface FieldProblem {
  readonly pointer: string
  readonly code: string
  readonly message: Text
}
