/** Prints records as the two families of methods do: typed camelCase, or upper-case names with string values. */
import {
  camelUserFieldName,
  fieldsOf,
  hasMultifields,
  MULTIFIELD_ALIASES,
  MULTIFIELD_TYPES,
} from './crm-fields.ts'
import type { CrmStore } from './crm-store.ts'
import type { CrmEntity, Multifield, UserField } from './crm-types.ts'
import { elementsOf, numberOf, type PhpMap, type PhpValue, textOf } from './php-values.ts'

/** The universal API's item. `names` limits it (ids are always there); `fm` and its aliases come when asked for. */
export function printItem(
  store: CrmStore,
  entity: CrmEntity,
  options: { originalUserNames: boolean; names?: ReadonlySet<string>; withMultifields: boolean },
): PhpMap {
  const item: PhpMap = {}
  const wants = (name: string): boolean => options.names === undefined || options.names.has(name)
  for (const { name } of fieldsOf(entity.typeId)) {
    if (name === 'id' || wants(name)) item[name] = entity.values[name] ?? null
  }
  for (const field of store.userFields(entity.typeId)) {
    const name = options.originalUserNames ? field.fieldName : camelUserFieldName(field.fieldName)
    if (wants(name)) item[name] = entity.values[field.fieldName] ?? (field.multiple ? [] : null)
  }
  if (hasMultifields(entity.typeId)) {
    if (options.withMultifields) item['fm'] = entity.fm.map(printMultifield)
    for (const alias of Object.keys(MULTIFIELD_ALIASES)) {
      if (options.names ? options.names.has(alias) : options.withMultifields)
        item[alias] = firstOf(entity.fm, alias)
    }
  }
  if (options.names === undefined) item['entityTypeId'] = entity.typeId
  return item
}

function printMultifield({ id, valueType, value, typeId }: Multifield): PhpMap {
  return { id, valueType, value, typeId }
}

/** First value behind a flat alias, an empty string when there is none. */
function firstOf(fm: readonly Multifield[], alias: string): string {
  return multifieldValues(fm, alias)[0] ?? ''
}

export function multifieldValues(fm: readonly Multifield[], alias: string): string[] {
  const wanted = MULTIFIELD_ALIASES[alias]
  if (!wanted) return []
  return fm
    .filter(
      ({ typeId, valueType }) =>
        typeId === wanted.typeId && (wanted.valueType === undefined || valueType === wanted.valueType),
    )
    .map(({ value }) => value)
}

/**
 * The classic row: numbers as strings, empty links `null`, money with two digits, multifields under their own keys
 * and absent when there are none.
 */
export function printClassic(
  store: CrmStore,
  entity: CrmEntity,
  options: { names?: ReadonlySet<string>; withUserFields: boolean; withMultifields: boolean },
): PhpMap {
  const row: PhpMap = {}
  const wants = (name: string, byDefault: boolean): boolean =>
    (options.names?.has(name) ?? false) || byDefault
  const all = options.names === undefined
  for (const { name, classic, type } of fieldsOf(entity.typeId)) {
    // Lists of links have their own methods in the classic API.
    if (type === 'ids') continue
    if (classic === 'ID' || wants(classic, all))
      row[classic] = classicValue(entity.values[name] ?? null, type)
  }
  for (const field of store.userFields(entity.typeId)) {
    if (wants(field.fieldName, options.withUserFields))
      row[field.fieldName] = classicUserValue(field, entity.values[field.fieldName])
  }
  for (const typeId of MULTIFIELD_TYPES) {
    if (!wants(typeId, options.withMultifields)) continue
    const values = entity.fm.filter((one) => one.typeId === typeId)
    if (values.length === 0) continue
    row[typeId] = values.map(({ id, valueType, value }) => ({
      ID: String(id),
      VALUE_TYPE: valueType,
      VALUE: value,
      TYPE_ID: typeId,
    }))
  }
  return row
}

function classicValue(value: PhpValue, type: string): PhpValue {
  if (type === 'double') return (numberOf(value) ?? 0).toFixed(2)
  if (type === 'ref') return value === 0 || value === null ? null : textOf(value)
  return value === null ? null : textOf(value)
}

function classicUserValue(field: UserField, value: PhpValue | undefined): PhpValue {
  const print = (one: PhpValue): PhpValue => {
    if (field.userTypeId === 'boolean') return one === 'Y' ? '1' : '0'
    return one === null ? null : textOf(one)
  }
  if (field.multiple) return elementsOf(value).map(print)
  return value === undefined ? (field.userTypeId === 'boolean' ? '0' : null) : print(value)
}
