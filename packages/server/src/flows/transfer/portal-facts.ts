import type { EntityType } from '@trunkline/contracts/crm/entity'
import type { PortalFieldFacts, TransferFacts } from '@trunkline/contracts/crm/facts'
import type { PassingSettings } from '@trunkline/contracts/settings/index'
import type { PortalField, PortalPipeline, PortalSource, PortalUser } from '@trunkline/portal'
import type { Tx } from '../../store/database.ts'
import { directoryEntries, portalFieldsNamed } from '../../store/directory-changes.ts'
import type { DirectoryEntry, PortalRow } from '../../store/portals.ts'
import type { TransferPortal } from '../../store/transfer-head.ts'

type Facts = TransferFacts['portal']

/** What decisions ask of a portal's directory, whoever decides. */
export interface DirectoryFacts {
  readonly activeUserIds: readonly string[]
  readonly stages: NonNullable<Facts['stages']>
}

/** Directories by their marks: read once after each change, since a decision asks for little of them and very often. */
const known = new Map<string, DirectoryFacts & { readonly sourceIds: ReadonlySet<string> }>()
const MAX_KNOWN = 200

/** The directory of a portal as of now, and the codes of its sources. The answer is shared: nobody may change it. */
export async function loadDirectoryFacts(
  tx: Tx,
  portal: Pick<TransferPortal, 'id' | 'directoryMark'>,
): Promise<DirectoryFacts & { readonly sourceIds: ReadonlySet<string> }> {
  const remembered = known.get(portal.directoryMark)
  if (remembered !== undefined) return remembered
  const entries = await directoryEntries(tx, portal.id)
  const of = <T>(kind: DirectoryEntry['kind']) =>
    entries.filter((entry) => entry.kind === kind).map(({ data }) => data as T)
  const facts = {
    ...directoryFacts(of<PortalUser>('user'), of<PortalPipeline>('pipeline')),
    sourceIds: new Set(of<PortalSource>('source').map((source) => source.id)),
  }
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(portal.directoryMark, facts)
  return facts
}

/** What of a directory is a fact of decisions, in an order of its own. Pure. */
export function directoryFacts(
  users: readonly PortalUser[],
  pipelines: readonly PortalPipeline[],
): DirectoryFacts {
  const ids = (pipeline: PortalPipeline) => pipeline.stages.map((stage) => stage.id)
  return {
    activeUserIds: users
      .filter((user) => user.active)
      .map((user) => user.id)
      .sort(),
    stages: {
      lead: pipelines.filter(({ entity }) => entity === 'lead').flatMap(ids),
      deal: Object.fromEntries(
        pipelines
          .filter(({ entity }) => entity === 'deal')
          .map((pipeline) => [pipeline.id, ids(pipeline)] as const)
          .sort(([a], [b]) => Number(a) - Number(b)),
      ),
    },
  }
}

/** The fields that a section maps into, as the directory has them; undefined when it maps nothing or they were never read. */
export async function loadMappedFields(
  tx: Tx,
  portalId: TransferPortal['id'],
  section: PassingSettings,
): Promise<Facts['fields']> {
  const names = mappingsInUse(section).map(({ entity, target }) => `${entity}:${target}`)
  if (names.length === 0) return undefined
  return mappedFields(section, await portalFieldsNamed<PortalField>(tx, portalId, names))
}

/**
 * Of a portal's fields those that a section maps into: facts are stored with each decision. Undefined when it maps
 * nothing, or when the fields were never read (`fields` undefined). Pure.
 */
export function mappedFields(
  section: PassingSettings,
  fields: readonly PortalField[] | undefined,
): Facts['fields'] {
  const wanted = mappingsInUse(section)
  if (wanted.length === 0 || fields === undefined) return undefined
  const facts: Partial<Record<EntityType, Record<string, PortalFieldFacts>>> = {}
  for (const { entity, target } of wanted) {
    // A kind with a mapping is there even when none of its fields is: then they were deleted.
    facts[entity] ??= {}
    const field = fields.find((one) => one.entity === entity && one.code === target)
    if (field === undefined) continue
    const { type, multiple, readOnly, items } = field
    facts[entity][target] = { type, multiple, readOnly, ...(items === undefined ? {} : { items }) }
  }
  return facts
}

function mappingsInUse(section: PassingSettings): PassingSettings['fieldMappings'] {
  return section.mapFields ? section.fieldMappings.filter(({ active }) => active) : []
}

/** A portal as decisions look at it, whoever decides and when. `directory` undefined: it was never read. Pure. */
export function portalFacts(
  portal: Pick<PortalRow, 'id' | 'state' | 'crmMode' | 'actingUser'>,
  directory: DirectoryFacts | undefined,
  fields: Facts['fields'],
): Facts {
  return {
    id: portal.id,
    state: portal.state,
    crmMode: portal.crmMode ?? 'simple',
    activeUserIds: directory?.activeUserIds ?? [],
    actingUserId: portal.actingUser?.id ?? '',
    ...(directory === undefined ? {} : { stages: directory.stages }),
    ...(fields === undefined ? {} : { fields }),
  }
}
