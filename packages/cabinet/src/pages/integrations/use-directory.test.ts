import type { DirectoryChange } from '@trunkline/contracts/http/portals'
import { describe, expect, it } from 'vitest'
import { directoryCounts, groupChanges, withoutSurname } from './use-directory.ts'

const change = (kind: DirectoryChange['kind'], what: DirectoryChange['what'], id: string) => ({
  kind,
  what,
  id,
  name: `Имя ${id}`,
})

describe('the directory of a portal', () => {
  it('changes are grouped by kind and way, and none is lost', () => {
    const rows = [
      change('field', 'removed', '1'),
      change('user', 'added', '2'),
      change('field', 'removed', '3'),
      change('user', 'dismissed', '4'),
    ]
    const groups = groupChanges(rows)
    expect(groups.map(({ kind, what, rows: same }) => [kind, what, same.map(({ id }) => id)])).toEqual([
      ['user', 'added', ['2']],
      ['user', 'dismissed', ['4']],
      ['field', 'removed', ['1', '3']],
    ])
  })

  it('stages are counted inside their pipelines, and what was never read is none', () => {
    const stages = [{ id: 'NEW', name: 'Новая', semantics: 'process' }]
    expect(
      directoryCounts({
        counts: { user: 7, pipeline: 2 },
        pipelines: [
          { entity: 'deal', id: '0', name: 'Общая', stages: [...stages, ...stages] },
          { entity: 'lead', id: '', name: 'Лиды', stages },
        ],
      }),
    ).toEqual({ user: 7, department: 0, pipeline: 2, stage: 3, source: 0, field: 0 })
  })

  it('only who works there now is asked for a surname', () => {
    const user = (id: string, active: boolean, surname: boolean) => ({ id, name: id, active, surname })
    const users = [user('1', true, true), user('2', true, false), user('3', false, false)]
    expect(withoutSurname({ users }).map(({ id }) => id)).toEqual(['2'])
  })
})
