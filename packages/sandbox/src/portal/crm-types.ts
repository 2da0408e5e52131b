/** The records of the pretend CRM as they are kept: the universal API's camelCase names and typed values. */
import type { PhpMap, PhpValue } from './php-values.ts'

export const LEAD = 1
export const DEAL = 2
export const CONTACT = 3
export const COMPANY = 4

export type EntityTypeId = typeof LEAD | typeof DEAL | typeof CONTACT | typeof COMPANY
export type EntityName = 'lead' | 'deal' | 'contact' | 'company'

export const ENTITY_NAMES: Readonly<Record<EntityTypeId, EntityName>> = {
  [LEAD]: 'lead',
  [DEAL]: 'deal',
  [CONTACT]: 'contact',
  [COMPANY]: 'company',
}

export const ENTITY_TYPE_IDS: Readonly<Record<EntityName, EntityTypeId>> = {
  lead: LEAD,
  deal: DEAL,
  contact: CONTACT,
  company: COMPANY,
}

export function isEntityTypeId(value: number | null): value is EntityTypeId {
  return value !== null && Object.hasOwn(ENTITY_NAMES, value)
}

export function entityTypeOfName(name: string): EntityTypeId | undefined {
  return Object.hasOwn(ENTITY_TYPE_IDS, name) ? ENTITY_TYPE_IDS[name as EntityName] : undefined
}

/** One value of a multifield (phone, e-mail, messenger…). */
export interface Multifield {
  id: number
  typeId: string
  valueType: string
  value: string
}

/**
 * One lead, deal, contact or company. `values` holds every standard field by its camelCase name and user fields
 * by their `UF_…` name; `null` is an empty field, dates are ISO strings with the portal's offset.
 */
export interface CrmEntity {
  id: number
  typeId: EntityTypeId
  values: PhpMap
  fm: Multifield[]
}

export interface UserField {
  id: number
  entityTypeId: EntityTypeId
  fieldName: string
  userTypeId: string
  multiple: boolean
  mandatory: boolean
  label: string
  sort: number
  /** Items of an enumeration. */
  list: { id: number; value: string; sort: number; isDefault: boolean; xmlId: string }[]
  settings: PhpMap
}

export interface StatusRow {
  id: number
  entityId: string
  statusId: string
  name: string
  sort: number
  isSystem: boolean
  color: string
  /** `null` in progress, `S` won, `F` lost. */
  semantics: 'S' | 'F' | null
  categoryId: number | null
}

export interface Category {
  id: number
  name: string
  sort: number
  isDefault: boolean
}

export interface Activity {
  id: number
  /** `classic` crm.activity.add, `todo` crm.activity.todo.add, `configurable` crm.activity.configurable.add. */
  generation: 'classic' | 'todo' | 'configurable'
  ownerTypeId: number
  ownerId: number
  /** Application that created it; only it may update a configurable one. */
  clientId: string | null
  /** Upper-case names of the classic API. */
  fields: PhpMap
  /** Configurable activities only. */
  configurable: { fields: PhpMap; layout: PhpMap } | null
  createdAt: number
  updatedAt: number
}

export interface TimelineComment {
  id: number
  entityType: string
  entityId: number
  text: string
  authorId: number
  createdAt: number
  files: { id: number; name: string; sizeBytes: number }[]
}

export interface LogMessage {
  id: number
  entityTypeId: number
  entityId: number
  title: string
  text: string
  iconCode: string
  authorId: number
  createdAt: number
  clientId: string | null
}

export interface Notification {
  id: number
  userId: number
  fromUserId: number
  isSystem: boolean
  text: string
  tag: string
  subTag: string
  clientId: string | null
  createdAt: number
}

export interface StageHistoryRow {
  id: number
  entityTypeId: EntityTypeId
  /** 1 created, 2 intermediate, 3 final, 5 pipeline change. */
  kind: 1 | 2 | 3 | 5
  ownerId: number
  createdAt: number
  categoryId: number
  stageId: string
  semantics: 'P' | 'S' | 'F'
}

export type CrmValue = PhpValue
