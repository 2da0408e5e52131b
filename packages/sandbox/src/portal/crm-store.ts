/**
 * The CRM's records in memory with the look-ups that must stay quick at tens of thousands of records:
 * by id, by origin, by client, by communication. All changes of records go through here, so the indexes stay true.
 */
import {
  COMPANY,
  CONTACT,
  type CrmEntity,
  DEAL,
  type EntityTypeId,
  LEAD,
  type StatusRow,
  type UserField,
} from './crm-types.ts'
import { communicationKey } from './phone-index-key.ts'
import { elementsOf, intOf, textOf } from './php-values.ts'
import type { PortalState } from './portal-state.ts'
import { dealStageDictionary } from './seed-dictionaries.ts'

export interface CrmStore {
  readonly state: PortalState
  /** Builds everything anew from the state, after the state was replaced. */
  reload(): void
  get(typeId: EntityTypeId, id: number): CrmEntity | undefined
  /** Every record of a type, in order of creation. */
  all(typeId: EntityTypeId): Iterable<CrmEntity>
  count(typeId: EntityTypeId): number
  insert(entity: CrmEntity): void
  /** Call with a function that changes the record; indexes are brought up to date around it. */
  change(entity: CrmEntity, edit: (entity: CrmEntity) => void): void
  remove(entity: CrmEntity): void
  byOrigin(typeId: EntityTypeId, originId: string): CrmEntity[]
  byContact(typeId: EntityTypeId, contactId: number): CrmEntity[]
  /** Ids of the type that hold this phone or e-mail, oldest first. */
  byCommunication(typeId: EntityTypeId, communication: string, value: string): number[]
  status(entityId: string, statusId: string): StatusRow | undefined
  /** Rows of one dictionary in their order. */
  dictionary(entityId: string): StatusRow[]
  /** Dictionary of an object's stages; `undefined` for objects without stages. */
  stageDictionary(typeId: EntityTypeId, categoryId: number): string | undefined
  userFields(typeId: EntityTypeId): UserField[]
}

type Index = Map<string, Set<number>>

export function createCrmStore(state: PortalState): CrmStore {
  const byId = new Map<EntityTypeId, Map<number, CrmEntity>>([
    [LEAD, new Map()],
    [DEAL, new Map()],
    [CONTACT, new Map()],
    [COMPANY, new Map()],
  ])
  const index: Index = new Map()

  const table = (typeId: EntityTypeId): Map<number, CrmEntity> =>
    byId.get(typeId) ?? new Map<number, CrmEntity>()
  const link = (entity: CrmEntity): void => {
    for (const key of indexKeys(entity)) {
      const ids = index.get(key)
      if (ids) ids.add(entity.id)
      else index.set(key, new Set([entity.id]))
    }
  }
  const unlink = (entity: CrmEntity): void => {
    for (const key of indexKeys(entity)) {
      const ids = index.get(key)
      ids?.delete(entity.id)
      if (ids?.size === 0) index.delete(key)
    }
  }
  const found = (typeId: EntityTypeId, key: string): CrmEntity[] =>
    [...(index.get(key) ?? [])]
      .sort((left, right) => left - right)
      .flatMap((id) => table(typeId).get(id) ?? [])

  const reload = (): void => {
    for (const rows of byId.values()) rows.clear()
    index.clear()
    for (const entity of state.entities) {
      table(entity.typeId).set(entity.id, entity)
      link(entity)
    }
  }
  reload()
  return {
    state,
    reload,
    get: (typeId, id) => table(typeId).get(id),
    all: (typeId) => table(typeId).values(),
    count: (typeId) => table(typeId).size,
    insert(entity) {
      table(entity.typeId).set(entity.id, entity)
      state.entities.push(entity)
      link(entity)
    },
    change(entity, edit) {
      unlink(entity)
      try {
        edit(entity)
      } finally {
        link(entity)
      }
    },
    remove(entity) {
      unlink(entity)
      table(entity.typeId).delete(entity.id)
      const position = state.entities.indexOf(entity)
      if (position >= 0) state.entities.splice(position, 1)
    },
    byOrigin: (typeId, originId) => found(typeId, originKey(typeId, originId)),
    byContact: (typeId, contactId) => found(typeId, contactKey(typeId, contactId)),
    byCommunication: (typeId, communication, value) => {
      const key = communicationKey(communication, value)
      if (key === '') return []
      return found(typeId, multifieldKey(typeId, communication, key)).map(({ id }) => id)
    },
    status: (entityId, statusId) =>
      state.statuses.find((row) => row.entityId === entityId && row.statusId === statusId),
    dictionary: (entityId) =>
      state.statuses.filter((row) => row.entityId === entityId).sort((left, right) => left.sort - right.sort),
    stageDictionary: (typeId, categoryId) => {
      if (typeId === LEAD) return 'STATUS'
      return typeId === DEAL ? dealStageDictionary(categoryId) : undefined
    },
    userFields: (typeId) => state.userFields.filter((field) => field.entityTypeId === typeId),
  }
}

function originKey(typeId: EntityTypeId, originId: string): string {
  return `${typeId}:origin:${originId.toLowerCase()}`
}

function contactKey(typeId: EntityTypeId, contactId: number): string {
  return `${typeId}:contact:${contactId}`
}

function multifieldKey(typeId: EntityTypeId, communication: string, key: string): string {
  return `${typeId}:${communication}:${key}`
}

function indexKeys(entity: CrmEntity): string[] {
  const { typeId, values, fm } = entity
  const keys: string[] = []
  const originId = textOf(values['originId'])
  if (originId !== '') keys.push(originKey(typeId, originId))
  for (const contactId of elementsOf(values['contactIds']))
    keys.push(contactKey(typeId, intOf(contactId) ?? 0))
  for (const { typeId: kind, value } of fm) {
    if (kind !== 'PHONE' && kind !== 'EMAIL') continue
    const key = communicationKey(kind, value)
    if (key !== '') keys.push(multifieldKey(typeId, kind, key))
  }
  return keys
}
