import type { EntityType } from '@trunkline/contracts/crm/entity'
import type { PortalFieldFacts, TransferFacts } from '@trunkline/contracts/crm/facts'
import type { PassingSettings } from '@trunkline/contracts/settings/index'
import type { PortalField, PortalPipeline, PortalSource, PortalUser } from '@trunkline/portal'
import type { Tx } from '../../store/database.ts'
import { directoryEntries, portalFieldsNamed } from '../../store/directory-changes.ts'
import type { DirectoryEntry } from '../../store/portals.ts'
import type { TransferPortal } from '../../store/transfer-head.ts'

/** What decisions ask of a portal's directory, whoever decides. */
interface DirectoryFacts {
  readonly activeUserIds: readonly string[]
  readonly stages: NonNullable<TransferFacts['portal']['stages']>
  readonly sourceIds: ReadonlySet<string>
}

/** Directories by their marks: read once after each change, since a decision asks for little of them and very often. */
const known = new Map<string, DirectoryFacts>()
const MAX_KNOWN = 200

/** The directory of a portal as of now. The answer is shared: nobody may change it. */
export async function directoryFacts(
  tx: Tx,
  portal: Pick<TransferPortal, 'id' | 'directoryMark'>,
): Promise<DirectoryFacts> {
  const remembered = known.get(portal.directoryMark)
  if (remembered !== undefined) return remembered
  const entries = await directoryEntries(tx, portal.id)
  const of = <T>(kind: DirectoryEntry['kind']) =>
    entries.filter((entry) => entry.kind === kind).map(({ data }) => data as T)
  const facts: DirectoryFacts = {
    activeUserIds: of<PortalUser>('user')
      .filter((user) => user.active)
      .map((user) => user.id)
      .sort(),
    stages: stagesOf(of<PortalPipeline>('pipeline')),
    sourceIds: new Set(of<PortalSource>('source').map((source) => source.id)),
  }
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(portal.directoryMark, facts)
  return facts
}

/**
 * What a decision looks at in the portal: its state, people, stages, and the fields that the section maps into, all as
 * the directory has them.
 */
export async function portalFacts(
  tx: Tx,
  portal: TransferPortal,
  directory: DirectoryFacts,
  section: PassingSettings,
): Promise<TransferFacts['portal']> {
  const fields = await mappedFields(tx, portal, section)
  return {
    id: portal.id,
    state: portal.state,
    crmMode: portal.crmMode ?? 'simple',
    activeUserIds: directory.activeUserIds,
    actingUserId: portal.actingUser?.id ?? '',
    ...(portal.syncedAt === null ? {} : { stages: directory.stages }),
    ...(fields === undefined ? {} : { fields }),
  }
}

function stagesOf(pipelines: readonly PortalPipeline[]): NonNullable<TransferFacts['portal']['stages']> {
  const ids = (pipeline: PortalPipeline) => pipeline.stages.map((stage) => stage.id)
  return {
    lead: pipelines.filter(({ entity }) => entity === 'lead').flatMap(ids),
    deal: Object.fromEntries(
      pipelines
        .filter(({ entity }) => entity === 'deal')
        .map((pipeline) => [pipeline.id, ids(pipeline)] as const)
        .sort(([a], [b]) => Number(a) - Number(b)),
    ),
  }
}

/** Only what the mappings name: facts are stored with each decision. */
async function mappedFields(
  tx: Tx,
  portal: TransferPortal,
  section: PassingSettings,
): Promise<TransferFacts['portal']['fields']> {
  if (!section.mapFields || section.fieldMappings.length === 0) return undefined
  const wanted = section.fieldMappings.filter(({ active }) => active)
  const rows = await portalFieldsNamed<PortalField>(
    tx,
    portal.id,
    wanted.map(({ entity, target }) => `${entity}:${target}`),
  )
  if (rows === undefined) return undefined
  const fields: Partial<Record<EntityType, Record<string, PortalFieldFacts>>> = {}
  // A kind with a mapping is there even when none of its fields is: then they were deleted.
  for (const { entity } of wanted) fields[entity] ??= {}
  for (const { entity, code, type, multiple, readOnly, items } of rows) {
    fields[entity]![code] = { type, multiple, readOnly, ...(items === undefined ? {} : { items }) }
  }
  return fields
}
