import type { EntityType } from '@trunkline/contracts/crm/entity'
import type { CrmMode, PortalFieldFacts } from '@trunkline/contracts/crm/facts'
import type { Text } from '@trunkline/contracts/locale'

/** A thing that settings point to, with the name a person knows it by. */
export interface Named {
  readonly id: string
  readonly name: string
}

/** A pipeline of deals with its stages, in the portal's order. */
export interface WorldPipeline extends Named {
  readonly stages: readonly Named[]
}

/** A field of a card as the portal's directory describes it. */
export interface WorldField extends PortalFieldFacts {
  readonly code: string
  /** The portal's name for it. */
  readonly label: string
}

/**
 * Everything that the settings of one integration may point to, as it stands now: what the linter and the rules
 * of saving compare with, where sentences take their names from, what a file from another installation is resolved against.
 */
export interface SettingsWorld {
  /** Channels of the workspace. `contactForm`: it is a site chat, and whether its contact form asks for anything. */
  readonly channels: readonly {
    readonly id: string
    readonly title: string
    /** Channel type, such as `telegram`. */
    readonly type: string
    readonly contactForm?: boolean
    /** Another integration of the workspace passes it. */
    readonly elsewhere?: boolean
  }[]
  /** Titles of channel types by type. */
  readonly channelTypes: Readonly<Record<string, Text>>
  /** Users of the portal, dismissed ones too; null while the directory was never read. */
  readonly portalUsers:
    | readonly {
        readonly id: string
        readonly name: string
        readonly active: boolean
        readonly email?: string
      }[]
    | null
  /** Null while the portal was never asked. */
  readonly crmMode: CrmMode | null
  /** Stages of leads; null while the directory was never read. */
  readonly leadStages: readonly Named[] | null
  /** Pipelines of deals; null while the directory was never read. */
  readonly pipelines: readonly WorldPipeline[] | null
  /** Fields of cards by kind of card; null while the directory was never read. */
  readonly cardFields: Readonly<Partial<Record<EntityType, readonly WorldField[]>>> | null
}

type Names = Readonly<Record<string, string>>

/** Names for the ids in settings, one language of the portal; an id that is not here has no name. */
export interface SettingsNames {
  readonly channels: Names
  readonly channelTypes: Readonly<Record<string, Text>>
  readonly users: Names
  readonly leadStages: Names
  readonly pipelines: Names
  /** Stages of deals, by pipeline id, then by stage id. */
  readonly dealStages: Readonly<Record<string, Names>>
  /** Fields of cards, by kind of card, then by code. */
  readonly cardFields: Readonly<Partial<Record<EntityType, Names>>>
}

export const NO_NAMES: SettingsNames = {
  channels: {},
  channelTypes: {},
  users: {},
  leadStages: {},
  pipelines: {},
  dealStages: {},
  cardFields: {},
}

/** The names of a world. */
export function namesOf(world: SettingsWorld): SettingsNames {
  return {
    channels: Object.fromEntries(world.channels.map((channel) => [channel.id, channel.title])),
    channelTypes: world.channelTypes,
    users: byId(world.portalUsers ?? []),
    leadStages: byId(world.leadStages ?? []),
    pipelines: byId(world.pipelines ?? []),
    dealStages: Object.fromEntries(
      (world.pipelines ?? []).map((pipeline) => [pipeline.id, byId(pipeline.stages)]),
    ),
    cardFields: Object.fromEntries(
      Object.entries(world.cardFields ?? {}).map(([type, fields]) => [
        type,
        Object.fromEntries(fields.map((field) => [field.code, field.label])),
      ]),
    ),
  }
}

function byId(things: readonly Named[]): Names {
  return Object.fromEntries(things.map((thing) => [thing.id, thing.name]))
}
