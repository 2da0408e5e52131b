import { expect, test } from 'vitest'
import type { DirectoryEntry } from '../../store/portals.ts'
import { crmModeChange, directoryChanges } from './directory-changes.ts'

const user = (id: string, name: string, active = true): DirectoryEntry => ({
  kind: 'user',
  remoteId: id,
  data: { id, name, active },
})
const pipeline = (name: string, stages: Record<string, string>): DirectoryEntry => ({
  kind: 'pipeline',
  remoteId: 'deal:0',
  data: {
    entity: 'deal',
    id: '0',
    name,
    stages: Object.entries(stages).map(([id, title]) => ({ id, name: title })),
  },
})
const field = (label: string, mandatory: boolean): DirectoryEntry => ({
  kind: 'field',
  remoteId: 'deal:UF_CRM_1',
  data: {
    entity: 'deal',
    code: 'UF_CRM_1',
    label,
    type: 'text',
    multiple: false,
    readOnly: false,
    mandatory,
  },
})

test('an equal directory has no changes, whatever its order', () => {
  const rows = [user('1', 'Анна'), user('2', 'Борис'), pipeline('Общая', { NEW: 'Новая' })]
  expect(directoryChanges(rows, rows.toReversed())).toEqual([])
})

test('another CRM mode is told; the mode read for the first time is no change (AMB-22)', () => {
  expect(crmModeChange('simple', 'classic')).toEqual([
    { kind: 'crm-mode', what: 'changed', id: 'crm-mode', name: 'classic', was: 'simple' },
  ])
  expect(crmModeChange('classic', 'classic')).toEqual([])
  expect(crmModeChange(null, 'classic')).toEqual([])
})

test('the first reading of a kind tells no changes', () => {
  expect(directoryChanges([], [user('1', 'Анна')])).toEqual([])
  expect(directoryChanges([user('1', 'Анна')], [user('1', 'Анна'), field('Город', false)])).toEqual([])
})

test('added, removed, renamed, dismissed and changed things are told, stages one by one', () => {
  expect(
    directoryChanges(
      [
        user('1', 'Анна'),
        user('2', 'Борис'),
        user('3', 'Вера'),
        pipeline('Общая', { NEW: 'Новая', OLD: 'Старая' }),
        field('Город', false),
      ],
      [
        user('1', 'Анна К.'),
        user('2', 'Борис', false),
        user('4', 'Глеб'),
        pipeline('Общая', { NEW: 'Свежая', C: 'Третья' }),
        field('Город', true),
      ],
    ),
  ).toEqual([
    { kind: 'user', what: 'renamed', id: '1', name: 'Анна К.', was: 'Анна' },
    { kind: 'user', what: 'dismissed', id: '2', name: 'Борис' },
    { kind: 'user', what: 'added', id: '4', name: 'Глеб' },
    { kind: 'stage', what: 'renamed', id: 'deal:0:NEW', name: 'Свежая', was: 'Новая' },
    { kind: 'stage', what: 'added', id: 'deal:0:C', name: 'Третья' },
    { kind: 'field', what: 'changed', id: 'deal:UF_CRM_1', name: 'Город' },
    { kind: 'user', what: 'removed', id: '3', name: 'Вера' },
    { kind: 'stage', what: 'removed', id: 'deal:0:OLD', name: 'Старая' },
  ])
})
