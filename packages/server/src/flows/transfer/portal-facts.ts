import type { EntityType } from '@trunkline/contracts/crm/entity'
import type { PortalFieldFacts, TransferFacts } from '@trunkline/contracts/crm/facts'
import type { PassingSettings } from '@trunkline/contracts/settings/index'
import type { PortalField, PortalPipeline } from '@trunkline/portal'
import type { Tx } from '../../store/database.ts'
import { loadDirectory, type PortalRow } from '../../store/portals.ts'
import { portalFieldsNamed } from '../../store/transfers.ts'

/**
 * What a decision looks at in the portal: its state, people, stages, and the fields that the section maps into, all as
 * the directory has them.
 */
export async function portalFacts(
  tx: Tx,
  portal: PortalRow,
  section: PassingSettings,
): Promise<TransferFacts['portal']> {
  const users = await loadDirectory<{ id: string; active: boolean }>(tx, portal.id, 'user')
  const stages = portal.syncedAt === null ? undefined : stagesOf(await pipelinesOf(tx, portal))
  const fields = await mappedFields(tx, portal, section)
  return {
    id: portal.id,
    state: portal.state,
    crmMode: portal.crmMode ?? 'simple',
    activeUserIds: users
      .filter((user) => user.active)
      .map((user) => user.id)
      .sort(),
    actingUserId: portal.actingUser?.id ?? '',
    ...(stages === undefined ? {} : { stages }),
    ...(fields === undefined ? {} : { fields }),
  }
}

function pipelinesOf(tx: Tx, portal: PortalRow): Promise<PortalPipeline[]> {
  return loadDirectory<PortalPipeline>(tx, portal.id, 'pipeline')
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
  portal: PortalRow,
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
