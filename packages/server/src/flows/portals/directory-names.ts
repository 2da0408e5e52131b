import type { NameBook } from '@trunkline/domain/transfer/explain'
import type { PortalField, PortalPipeline, PortalUser } from '@trunkline/portal'

/** What a portal calls its people, pipelines, stages and fields, for sentences about decisions. Pure. */
export function directoryNames(
  users: readonly Pick<PortalUser, 'id' | 'name'>[],
  pipelines: readonly PortalPipeline[],
  fields: readonly Pick<PortalField, 'entity' | 'code' | 'label'>[],
): Required<Pick<NameBook, 'users' | 'pipelines' | 'stages' | 'fields'>> {
  return {
    users: Object.fromEntries(users.map((user) => [user.id, user.name])),
    pipelines: Object.fromEntries(
      pipelines.filter(({ entity }) => entity === 'deal').map(({ id, name }) => [id, name]),
    ),
    stages: Object.fromEntries(
      pipelines.flatMap(({ entity, stages }) => stages.map(({ id, name }) => [`${entity}:${id}`, name])),
    ),
    fields: Object.fromEntries(fields.map(({ entity, code, label }) => [`${entity}:${code}`, label])),
  }
}
