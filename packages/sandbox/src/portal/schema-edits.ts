/** Changes that an administrator of a portal makes to its CRM: user fields, stages, pipelines. Past REST, like a person. */

import type { CrmStore } from './crm-store.ts'
import {
  type Category,
  DEAL,
  ENTITY_TYPE_IDS,
  type EntityName,
  type EntityTypeId,
  type StatusRow,
  type UserField,
} from './crm-types.ts'
import type { PhpMap } from './php-values.ts'
import { type PortalState, takeId } from './portal-state.ts'
import { notFound, plainError } from './rest-error.ts'
import { dealStageDictionary } from './seed-dictionaries.ts'

export interface UserFieldDraft {
  /** `UF_CRM_…` */
  readonly fieldName: string
  readonly userTypeId: string
  readonly label?: string
  readonly multiple?: boolean
  readonly mandatory?: boolean
  /** Values of an enumeration. */
  readonly list?: readonly string[]
  readonly settings?: PhpMap
}

export interface StageDraft {
  /** Without the pipeline's prefix, such as `UC_NEW01`. */
  readonly id: string
  readonly name: string
  readonly semantics?: 'S' | 'F'
}

export interface SchemaEdits {
  addUserField(entity: EntityName, draft: UserFieldDraft): UserField
  changeUserField(
    entity: EntityName,
    fieldName: string,
    change: Partial<Pick<UserField, 'label' | 'mandatory'>>,
  ): UserField
  /** Takes its values off every card too. */
  removeUserField(entity: EntityName, fieldName: string): void
  /** `lead`, or the number of a pipeline of deals. */
  addStage(pipeline: 'lead' | number, draft: StageDraft): StatusRow
  renameStage(statusId: string, name: string): StatusRow
  /** Refused while a card stands on it, as by the portal itself. Source: b24restdocs, crm-status-delete.md. */
  removeStage(statusId: string): void
  addPipeline(name: string, stages: readonly StageDraft[]): Category
  /** With its stages; refused while a deal stands in it. */
  removePipeline(id: number): void
}

/** Adds a field of the company's own to a kind of card, with ids for it and for each value of its list. */
export function insertUserField(
  state: PortalState,
  entityTypeId: EntityTypeId,
  draft: Omit<UserField, 'id' | 'entityTypeId' | 'list'> & {
    list: readonly Omit<UserField['list'][number], 'id'>[]
  },
): UserField {
  const field: UserField = {
    ...draft,
    id: takeId(state, 'userField'),
    entityTypeId,
    list: draft.list.map((item) => ({ ...item, id: takeId(state, 'userFieldItem') })),
  }
  state.userFields.push(field)
  return field
}

export function createSchemaEdits(store: CrmStore, changed: () => void): SchemaEdits {
  const { state } = store
  const fieldOf = (entity: EntityName, fieldName: string): UserField => {
    const field = store.userFields(ENTITY_TYPE_IDS[entity]).find((one) => one.fieldName === fieldName)
    if (!field) throw notFound(`No field ${fieldName} of ${entity}`)
    return field
  }
  const stageOf = (statusId: string): StatusRow => {
    const row = state.statuses.find(
      (one) => one.statusId === statusId && (one.entityId === 'STATUS' || one.categoryId !== null),
    )
    if (!row) throw notFound(`No stage ${statusId}`)
    return row
  }
  const stands = (row: StatusRow): boolean =>
    state.entities.some(
      ({ typeId, values }) =>
        values['stageId'] === row.statusId && (typeId === DEAL) === (row.categoryId !== null),
    )
  const addStage: SchemaEdits['addStage'] = (pipeline, draft) => {
    const entityId = pipeline === 'lead' ? 'STATUS' : dealStageDictionary(pipeline)
    const known = store.dictionary(entityId)
    const row: StatusRow = {
      id: takeId(state, 'status'),
      entityId,
      statusId: pipeline === 'lead' || pipeline === 0 ? draft.id : `C${pipeline}:${draft.id}`,
      name: draft.name,
      sort: 10 * (known.length + 1),
      isSystem: false,
      color: '#39A8EF',
      semantics: draft.semantics ?? null,
      categoryId: pipeline === 'lead' ? null : pipeline,
    }
    state.statuses.push(row)
    return row
  }
  const done = <T>(value: T): T => {
    changed()
    return value
  }
  return {
    addUserField: (entity, draft) =>
      done(
        insertUserField(state, ENTITY_TYPE_IDS[entity], {
          fieldName: draft.fieldName,
          userTypeId: draft.userTypeId,
          label: draft.label ?? draft.fieldName,
          multiple: draft.multiple ?? false,
          mandatory: draft.mandatory ?? false,
          sort: 100,
          list: (draft.list ?? []).map((value, index) => ({
            value,
            sort: (index + 1) * 10,
            isDefault: false,
            xmlId: '',
          })),
          settings: draft.settings ?? {},
        }),
      ),
    changeUserField: (entity, fieldName, change) => done(Object.assign(fieldOf(entity, fieldName), change)),
    removeUserField(entity, fieldName) {
      const field = fieldOf(entity, fieldName)
      state.userFields = state.userFields.filter((one) => one !== field)
      for (const card of store.all(field.entityTypeId)) delete card.values[fieldName]
      changed()
    },
    addStage: (pipeline, draft) => done(addStage(pipeline, draft)),
    renameStage: (statusId, name) => done(Object.assign(stageOf(statusId), { name })),
    removeStage(statusId) {
      const row = stageOf(statusId)
      if (stands(row)) throw plainError('There are active items in this status.')
      state.statuses = state.statuses.filter((one) => one !== row)
      changed()
    },
    addPipeline(name, stages) {
      const id = Math.max(...state.categories.map((one) => one.id)) + 1
      const category: Category = { id, name, sort: 100 * (state.categories.length + 1), isDefault: false }
      state.categories.push(category)
      for (const stage of stages) addStage(id, stage)
      return done(category)
    },
    removePipeline(id) {
      const deals = [...store.all(DEAL)].filter(({ values }) => values['categoryId'] === id)
      if (deals.length > 0) throw plainError('The pipeline is not empty.')
      state.categories = state.categories.filter((one) => one.id !== id)
      state.statuses = state.statuses.filter((row) => row.categoryId !== id)
      changed()
    },
  }
}
