import { useQuery } from '@tanstack/vue-query'
import type { DirectoryChange, PortalDirectory } from '@trunkline/contracts/http/portals'
import { computed, type Ref } from 'vue'
import { api } from '../../api/client.ts'
import { keys } from '../../api/query-keys.ts'

/** Kinds of the directory in the order they are shown. */
export const DIRECTORY_KINDS = ['user', 'department', 'pipeline', 'stage', 'source', 'field'] as const
export type DirectoryKind = (typeof DIRECTORY_KINDS)[number]
/** What may change, in the order it is told: the mode of the CRM decides what the rest means. */
const CHANGE_KINDS: readonly DirectoryChange['kind'][] = ['crm-mode', ...DIRECTORY_KINDS]

/** What one reading changed of one kind in one way. */
export interface ChangeGroup {
  readonly kind: DirectoryChange['kind']
  readonly what: DirectoryChange['what']
  readonly rows: readonly DirectoryChange[]
}

/** How many of each kind a portal has; stages are counted inside their pipelines. */
export function directoryCounts(
  directory: Pick<PortalDirectory, 'counts' | 'pipelines'>,
): Record<DirectoryKind, number> {
  return Object.fromEntries(
    DIRECTORY_KINDS.map((kind) => [
      kind,
      kind === 'stage'
        ? directory.pipelines.reduce((sum, { stages }) => sum + stages.length, 0)
        : (directory.counts[kind] ?? 0),
    ]),
  ) as Record<DirectoryKind, number>
}

/** Changes of one reading by kind and way, in the order of the kinds; none is left out. */
export function groupChanges(rows: readonly DirectoryChange[]): readonly ChangeGroup[] {
  const groups = new Map<string, DirectoryChange[]>()
  for (const row of rows) {
    const key = `${row.kind} ${row.what}`
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()]
    .map((same) => ({ kind: same[0]!.kind, what: same[0]!.what, rows: same }))
    .sort((a, b) => CHANGE_KINDS.indexOf(a.kind) - CHANGE_KINDS.indexOf(b.kind))
}

/** Who works there and has no surname in the profile: imported and usable, but worth mending there (UIS-01). */
export function withoutSurname(directory: Pick<PortalDirectory, 'users'>): PortalDirectory['users'] {
  return directory.users.filter(({ active, surname }) => active && !surname)
}

/** The directory of a portal as it was read last. Stale with the portal itself: after each reading it is asked anew. */
export function useDirectory(portalId: Ref<string>) {
  const query = useQuery({
    queryKey: computed(() => [...keys.portal(portalId.value), 'directory']),
    queryFn: ({ signal }) =>
      api.get<PortalDirectory>(
        `/api/portals/${encodeURIComponent(portalId.value)}/directory`,
        undefined,
        signal,
      ),
  })
  return {
    query,
    counts: computed(() => (query.data.value ? directoryCounts(query.data.value) : null)),
    readings: computed(() =>
      (query.data.value?.changes ?? []).map(({ at, rows }) => ({ at, groups: groupChanges(rows) })),
    ),
    nameless: computed(() => (query.data.value ? withoutSurname(query.data.value) : [])),
  }
}
