/** Finds leads, deals, contacts and companies for the list methods of both families. */
import {
  camelUserFieldName,
  type FieldType,
  fieldByClassicName,
  fieldByName,
  hasMultifields,
  MULTIFIELD_ALIASES,
  MULTIFIELD_TYPES,
} from './crm-fields.ts'
import {
  type Comparison,
  compileFilter,
  type FilterDialect,
  type FilterField,
  ordered,
  splitFilterKey,
} from './crm-filter.ts'
import { multifieldValues } from './crm-print.ts'
import type { CrmStore } from './crm-store.ts'
import type { CrmEntity, EntityTypeId } from './crm-types.ts'
import type { ApiFamily } from './crm-values.ts'
import { elementsOf, intOf, isArray, type PhpMap, type PhpValue, textOf } from './php-values.ts'
import { invalidArgValue } from './rest-error.ts'

const COMPARISONS: Readonly<Record<FieldType, Comparison>> = {
  int: 'number',
  ref: 'number',
  user: 'number',
  ids: 'number',
  double: 'number',
  date: 'time',
  datetime: 'time',
  string: 'text',
  text: 'text',
  status: 'text',
  flag: 'text',
}

const USER_COMPARISONS: Readonly<Record<string, Comparison>> = {
  integer: 'number',
  double: 'number',
  enumeration: 'number',
  employee: 'number',
  date: 'time',
  datetime: 'time',
}

/** All matching records in the asked order. Bad names: the universal family refuses, the classic one ignores. */
export function findEntities(
  store: CrmStore,
  typeId: EntityTypeId,
  family: ApiFamily,
  query: { filter: PhpMap; order: PhpMap },
): CrmEntity[] {
  const filterDialect = dialect(store, typeId, family, 'filter')
  const matches = compileFilter(query.filter, filterDialect)
  const rows: CrmEntity[] = []
  for (const entity of candidates(store, typeId, query.filter)) if (matches(entity)) rows.push(entity)
  const idKey = family === 'item' ? 'id' : 'ID'
  const order = Object.keys(query.order).length > 0 ? query.order : { [idKey]: 'ASC' }
  return ordered(rows, order, dialect(store, typeId, family, 'order'))
}

/** Narrows by an equality that an index answers; the compiled filter still checks every row. */
function candidates(store: CrmStore, typeId: EntityTypeId, filter: PhpMap): Iterable<CrmEntity> {
  for (const [key, value] of Object.entries(filter)) {
    const { operator, name } = splitFilterKey(key)
    if (operator !== '' && operator !== '=' && operator !== '@') continue
    const wanted = isArray(value) ? elementsOf(value) : [value]
    if (wanted.length === 0) continue
    switch (name) {
      case 'id':
      case 'ID':
        return unique(wanted.flatMap((id) => store.get(typeId, intOf(id) ?? 0) ?? []))
      case 'originId':
      case 'ORIGIN_ID':
        if (wanted.some((originId) => textOf(originId) === '')) break
        return unique(wanted.flatMap((originId) => store.byOrigin(typeId, textOf(originId))))
      case 'contactId':
      case 'contactIds':
      case 'CONTACT_ID':
        if (wanted.some((id) => (intOf(id) ?? 0) <= 0)) break
        return unique(wanted.flatMap((id) => store.byContact(typeId, intOf(id) ?? 0)))
      default:
    }
  }
  return store.all(typeId)
}

function unique(rows: CrmEntity[]): CrmEntity[] {
  return [...new Set(rows)].sort((left, right) => left.id - right.id)
}

function dialect(
  store: CrmStore,
  typeId: EntityTypeId,
  family: ApiFamily,
  part: 'filter' | 'order',
): FilterDialect<CrmEntity> {
  return {
    utcOffsetMinutes: store.state.utcOffsetMinutes,
    unknown: (name) =>
      family === 'item'
        ? invalidArgValue(`Invalid ${part}: field '${name}' is not allowed in ${part}`)
        : undefined,
    field: (name) =>
      standardField(typeId, family, name) ??
      userField(store, typeId, family, name) ??
      multifield(typeId, family, name),
  }
}

function standardField(
  typeId: EntityTypeId,
  family: ApiFamily,
  name: string,
): FilterField<CrmEntity> | undefined {
  const field = family === 'item' ? fieldByName(typeId, name) : fieldByClassicName(typeId, name)
  if (!field) return undefined
  return { comparison: COMPARISONS[field.type], read: ({ values }) => listOrScalar(values[field.name]) }
}

function userField(
  store: CrmStore,
  typeId: EntityTypeId,
  family: ApiFamily,
  name: string,
): FilterField<CrmEntity> | undefined {
  const field = store
    .userFields(typeId)
    .find(
      ({ fieldName }) => fieldName === name || (family === 'item' && camelUserFieldName(fieldName) === name),
    )
  if (!field) return undefined
  // Boolean user fields are filtered by 1 and 0. Source: reference/bitrix24.md §2.7.
  if (field.userTypeId === 'boolean') {
    return { comparison: 'number', read: ({ values }) => (values[field.fieldName] === 'Y' ? 1 : 0) }
  }
  return {
    comparison: USER_COMPARISONS[field.userTypeId] ?? 'text',
    read: ({ values }) => listOrScalar(values[field.fieldName]),
  }
}

/** Multifields compare as typed; only the duplicate index normalises. Source: reference/bitrix24.md §2.8. */
function multifield(
  typeId: EntityTypeId,
  family: ApiFamily,
  name: string,
): FilterField<CrmEntity> | undefined {
  if (!hasMultifields(typeId)) return undefined
  if (family === 'item') {
    if (!Object.hasOwn(MULTIFIELD_ALIASES, name)) return undefined
    return { comparison: 'text', read: ({ fm }) => multifieldValues(fm, name) }
  }
  if (!(MULTIFIELD_TYPES as readonly string[]).includes(name)) return undefined
  return {
    comparison: 'text',
    read: ({ fm }) => fm.filter(({ typeId }) => typeId === name).map(({ value }) => value),
  }
}

function listOrScalar(value: PhpValue | undefined): PhpValue | readonly PhpValue[] {
  return Array.isArray(value) ? value : (value ?? null)
}
