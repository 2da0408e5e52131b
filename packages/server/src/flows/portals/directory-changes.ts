import type { DirectoryChange } from '@trunkline/contracts/http/portals'
import type { Directory, PortalField, PortalPipeline, PortalUser } from '@trunkline/portal'
import type { DirectoryEntry } from '../../store/portals.ts'

/** A directory as the rows that the store keeps. */
export function entriesOf(directory: Directory): DirectoryEntry[] {
  return [
    ...directory.users.map((data): DirectoryEntry => ({ kind: 'user', remoteId: data.id, data })),
    ...directory.departments.map((data): DirectoryEntry => ({ kind: 'department', remoteId: data.id, data })),
    ...directory.pipelines.map(
      (data): DirectoryEntry => ({ kind: 'pipeline', remoteId: `${data.entity}:${data.id}`, data }),
    ),
    ...directory.sources.map((data): DirectoryEntry => ({ kind: 'source', remoteId: data.id, data })),
    ...directory.fields.map(
      (data): DirectoryEntry => ({ kind: 'field', remoteId: `${data.entity}:${data.code}`, data }),
    ),
  ]
}

/** One thing that may change: a row of the directory, or a stage inside a pipeline. */
interface Thing {
  readonly kind: DirectoryChange['kind']
  readonly id: string
  readonly name: string
  /** Of a user: still works there. */
  readonly active?: boolean
  /** Of a field: what a mapping depends on. */
  readonly shape?: string
}

/**
 * What a reading of the directory found changed (UIS-17), in the order of kinds and ids. Pure.
 *
 * A kind that was never read before has no changes: all of it would be new.
 */
export function directoryChanges(
  before: readonly DirectoryEntry[],
  after: readonly DirectoryEntry[],
): DirectoryChange[] {
  const old = new Map(before.flatMap(thingsOf).map((thing) => [`${thing.kind}:${thing.id}`, thing]))
  const fresh = new Map(after.flatMap(thingsOf).map((thing) => [`${thing.kind}:${thing.id}`, thing]))
  const known = new Set([...old.values()].map(({ kind }) => kind))
  const changes: DirectoryChange[] = []
  for (const [key, thing] of fresh) {
    if (!known.has(thing.kind)) continue
    const { kind, id, name } = thing
    const was = old.get(key)
    if (was === undefined) {
      changes.push({ kind, what: 'added', id, name })
      continue
    }
    if (was.name !== name) changes.push({ kind, what: 'renamed', id, name, was: was.name })
    if (was.active === true && thing.active === false) changes.push({ kind, what: 'dismissed', id, name })
    if (was.active === false && thing.active === true) changes.push({ kind, what: 'returned', id, name })
    if (was.shape !== thing.shape) changes.push({ kind, what: 'changed', id, name })
  }
  for (const [key, { kind, id, name }] of old) {
    if (!fresh.has(key)) changes.push({ kind, what: 'removed', id, name })
  }
  return changes
}

/** The CRM mode decides what a card is, so its change is told first (AMB-22). A first reading changes nothing. Pure. */
export function crmModeChange(was: string | null | undefined, is: string): DirectoryChange[] {
  if (!was || was === is) return []
  return [{ kind: 'crm-mode', what: 'changed', id: 'crm-mode', name: is, was }]
}

function thingsOf(entry: DirectoryEntry): Thing[] {
  const { kind, remoteId: id } = entry
  switch (kind) {
    case 'user': {
      const user = entry.data as PortalUser
      return [{ kind, id, name: user.name, active: user.active }]
    }
    case 'pipeline': {
      const pipeline = entry.data as PortalPipeline
      return [
        { kind, id, name: pipeline.name },
        ...pipeline.stages.map(
          (stage): Thing => ({ kind: 'stage', id: `${id}:${stage.id}`, name: stage.name }),
        ),
      ]
    }
    case 'field': {
      const { label, type, multiple, readOnly, mandatory, items } = entry.data as PortalField
      const values = (items ?? []).map((item) => item.id).sort()
      return [{ kind, id, name: label, shape: JSON.stringify([type, multiple, readOnly, mandatory, values]) }]
    }
    default:
      return [{ kind, id, name: (entry.data as { name: string }).name }]
  }
}
