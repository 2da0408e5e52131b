/**
 * The standard fields of the four CRM objects in both spellings, one table for all field-by-field work.
 * Source: reference/bitrix24.md §4.2, §4.3 and `objects` of bitrix24-methods.json.
 */
import { COMPANY, CONTACT, DEAL, type EntityTypeId, LEAD } from './crm-types.ts'

export type FieldType =
  | 'int'
  | 'ref'
  | 'user'
  | 'string'
  | 'text'
  | 'status'
  | 'double'
  | 'flag'
  | 'date'
  | 'datetime'
  | 'ids'

export interface CrmField {
  /** camelCase name of `crm.item.*`, also the key in `CrmEntity.values`. */
  readonly name: string
  /** Upper-case name of the classic methods. */
  readonly classic: string
  readonly type: FieldType
  readonly readOnly: boolean
  /** `ENTITY_ID` of the dictionary behind a `status` field. */
  readonly dictionary?: string
}

function classicName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

function field(
  name: string,
  type: FieldType,
  options: { classic?: string; dictionary?: string; readOnly?: true } = {},
): CrmField {
  return {
    name,
    type,
    classic: options.classic ?? classicName(name),
    readOnly: options.readOnly ?? false,
    ...(options.dictionary === undefined ? {} : { dictionary: options.dictionary }),
  }
}

const readOnly = true as const

const SHARED: readonly CrmField[] = [
  field('id', 'int', { readOnly }),
  field('createdTime', 'datetime', { classic: 'DATE_CREATE', readOnly }),
  field('updatedTime', 'datetime', { classic: 'DATE_MODIFY', readOnly }),
  field('createdBy', 'user', { classic: 'CREATED_BY_ID', readOnly }),
  field('updatedBy', 'user', { classic: 'MODIFY_BY_ID', readOnly }),
  field('lastActivityTime', 'datetime', { readOnly }),
  field('lastActivityBy', 'user', { readOnly }),
  field('assignedById', 'user'),
  field('opened', 'flag'),
  field('comments', 'text'),
  field('originatorId', 'string'),
  field('originId', 'string'),
  field('observers', 'ids'),
  field('utmSource', 'string'),
  field('utmMedium', 'string'),
  field('utmCampaign', 'string'),
  field('utmContent', 'string'),
  field('utmTerm', 'string'),
  field('webformId', 'int'),
]

const SOURCE: readonly CrmField[] = [
  field('sourceId', 'status', { dictionary: 'SOURCE' }),
  field('sourceDescription', 'text'),
]

const PERSON: readonly CrmField[] = [
  field('honorific', 'status', { dictionary: 'HONORIFIC' }),
  field('name', 'string'),
  field('secondName', 'string'),
  field('lastName', 'string'),
  field('birthdate', 'date'),
  field('post', 'string'),
]

const MONEY: readonly CrmField[] = [
  field('currencyId', 'string'),
  field('isManualOpportunity', 'flag'),
  field('opportunity', 'double'),
]

const MOVED: readonly CrmField[] = [
  field('movedBy', 'user', { classic: 'MOVED_BY_ID', readOnly }),
  field('movedTime', 'datetime', { readOnly }),
]

const HAS: readonly CrmField[] = [
  field('hasPhone', 'flag', { readOnly }),
  field('hasEmail', 'flag', { readOnly }),
  field('hasImol', 'flag', { readOnly }),
]

const FIELDS: Readonly<Record<EntityTypeId, readonly CrmField[]>> = {
  [LEAD]: [
    ...SHARED,
    field('title', 'string'),
    ...PERSON,
    ...SOURCE,
    ...MONEY,
    ...MOVED,
    ...HAS,
    field('companyTitle', 'string'),
    field('stageId', 'status', { classic: 'STATUS_ID', dictionary: 'STATUS' }),
    field('stageSemanticId', 'string', { classic: 'STATUS_SEMANTIC_ID', readOnly }),
    field('statusDescription', 'text'),
    field('companyId', 'ref'),
    field('contactId', 'ref'),
    field('contactIds', 'ids'),
    field('isReturnCustomer', 'flag', { readOnly }),
    field('isConvert', 'flag', { readOnly }),
    field('dateClosed', 'datetime', { readOnly }),
  ],
  [DEAL]: [
    ...SHARED,
    field('title', 'string'),
    field('typeId', 'status', { dictionary: 'DEAL_TYPE' }),
    field('categoryId', 'int'),
    field('stageId', 'status'),
    field('stageSemanticId', 'string', { readOnly }),
    field('isRecurring', 'flag'),
    field('isReturnCustomer', 'flag', { readOnly }),
    field('isRepeatedApproach', 'flag', { readOnly }),
    field('closed', 'flag', { readOnly }),
    field('probability', 'int'),
    ...MONEY,
    ...MOVED,
    ...SOURCE,
    field('taxValue', 'double'),
    field('companyId', 'ref'),
    field('contactId', 'ref'),
    field('contactIds', 'ids'),
    field('quoteId', 'ref'),
    field('leadId', 'ref'),
    field('begindate', 'date'),
    field('closedate', 'date'),
    field('additionalInfo', 'text'),
    field('locationId', 'string'),
  ],
  [CONTACT]: [
    ...SHARED,
    ...PERSON,
    ...SOURCE,
    ...HAS,
    field('typeId', 'status', { dictionary: 'CONTACT_TYPE' }),
    field('export', 'flag'),
    field('companyId', 'ref'),
    field('companyIds', 'ids'),
    field('leadId', 'ref'),
    field('originVersion', 'string'),
  ],
  [COMPANY]: [
    ...SHARED,
    ...HAS,
    field('title', 'string'),
    field('typeId', 'status', { classic: 'COMPANY_TYPE', dictionary: 'COMPANY_TYPE' }),
    field('bankingDetails', 'text'),
    field('industry', 'status', { dictionary: 'INDUSTRY' }),
    field('employees', 'status', { dictionary: 'EMPLOYEES' }),
    field('currencyId', 'string'),
    field('revenue', 'double'),
    field('isMyCompany', 'flag'),
    field('contactIds', 'ids'),
    field('leadId', 'ref'),
    field('originVersion', 'string'),
  ],
}

export function fieldsOf(typeId: EntityTypeId): readonly CrmField[] {
  return FIELDS[typeId]
}

const byName = new Map<string, CrmField>()
const byClassic = new Map<string, CrmField>()
for (const typeId of [LEAD, DEAL, CONTACT, COMPANY] as const) {
  for (const one of FIELDS[typeId]) {
    byName.set(`${typeId}:${one.name}`, one)
    byClassic.set(`${typeId}:${one.classic}`, one)
  }
}

export function fieldByName(typeId: EntityTypeId, name: string): CrmField | undefined {
  return byName.get(`${typeId}:${name}`)
}

export function fieldByClassicName(typeId: EntityTypeId, name: string): CrmField | undefined {
  return byClassic.get(`${typeId}:${name}`)
}

/** Multifield types of contacts, companies and leads (deals have none). */
export const MULTIFIELD_TYPES = ['PHONE', 'EMAIL', 'WEB', 'IM', 'LINK'] as const

export function hasMultifields(typeId: EntityTypeId): boolean {
  return typeId !== DEAL
}

/**
 * Flat aliases of the first multifield of a kind, as `crm.item.get` prints them and filters accept them.
 * Source: b24restdocs crm-item-get.md ("flat aliases"), reference/bitrix24.md §2.8.
 */
export const MULTIFIELD_ALIASES: Readonly<Record<string, { typeId: string; valueType?: string }>> = {
  phone: { typeId: 'PHONE' },
  phoneMobile: { typeId: 'PHONE', valueType: 'MOBILE' },
  phoneWork: { typeId: 'PHONE', valueType: 'WORK' },
  phoneMailing: { typeId: 'PHONE', valueType: 'MAILING' },
  email: { typeId: 'EMAIL' },
  emailHome: { typeId: 'EMAIL', valueType: 'HOME' },
  emailWork: { typeId: 'EMAIL', valueType: 'WORK' },
  emailMailing: { typeId: 'EMAIL', valueType: 'MAILING' },
  imol: { typeId: 'IM', valueType: 'IMOL' },
}

/** `UF_CRM_CITY` → `ufCrmCity`, `UF_CRM_1650` → `ufCrm_1650`. */
export function camelUserFieldName(fieldName: string): string {
  return fieldName.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
