/** Reads `fields` of an add or update in either spelling into one shape; names nobody knows are ignored in silence. */
import {
  type CrmField,
  camelUserFieldName,
  fieldByClassicName,
  fieldByName,
  hasMultifields,
  MULTIFIELD_TYPES,
} from './crm-fields.ts'
import type { CrmStore } from './crm-store.ts'
import type { EntityTypeId, Multifield, UserField } from './crm-types.ts'
import { intOf, isMap, isYes, mapOf, type PhpMap, type PhpValue, textOf } from './php-values.ts'

/** One change of a multifield: without `id` an addition; with it a change, or a removal when `value` is empty. */
export interface MultifieldChange {
  readonly id: number | null
  readonly typeId: string
  readonly valueType: string
  readonly value: string
  readonly remove: boolean
}

export interface CrmInput {
  readonly fields: readonly { readonly field: CrmField; readonly raw: PhpValue }[]
  readonly userFields: readonly { readonly field: UserField; readonly raw: PhpValue }[]
  readonly multifields: readonly MultifieldChange[]
}

/** `fields` of `crm.item.*`: camelCase; user fields camelCase or, with `originalUserNames`, as created. */
export function itemInput(
  store: CrmStore,
  typeId: EntityTypeId,
  fields: PhpMap,
  options: { originalUserNames: boolean; isUpdate: boolean },
): CrmInput {
  const known: { field: CrmField; raw: PhpValue }[] = []
  const user: { field: UserField; raw: PhpValue }[] = []
  const userFields = new Map(
    store
      .userFields(typeId)
      .map((field) => [
        options.originalUserNames ? field.fieldName : camelUserFieldName(field.fieldName),
        field,
      ]),
  )
  for (const [name, raw] of Object.entries(fields)) {
    const field = fieldByName(typeId, name)
    const userField = userFields.get(name)
    if (field && !field.readOnly) known.push({ field, raw })
    else if (userField) user.push({ field: userField, raw })
  }
  return {
    fields: known,
    userFields: user,
    multifields: itemMultifields(typeId, fields['fm'], options.isUpdate),
  }
}

/**
 * Add: every row with a `typeId`. Update: a numeric key names an existing value, `n0`, `n1`… adds;
 * rows of a plain list are numeric keys that name nothing. Source: reference/bitrix24.md §2.8.
 */
function itemMultifields(
  typeId: EntityTypeId,
  fm: PhpValue | undefined,
  isUpdate: boolean,
): MultifieldChange[] {
  if (!hasMultifields(typeId)) return []
  return Object.entries(mapOf(fm)).flatMap(([key, row]): MultifieldChange[] => {
    if (!isMap(row)) return []
    const kind = textOf(row['typeId']).toUpperCase()
    const addition = !isUpdate || /^n\d+$/i.test(key)
    if (addition && !isMultifieldType(kind)) return []
    const id = addition ? null : intOf(key)
    if (!addition && id === null) return []
    const value = textOf(row['value'])
    return [{ id, typeId: kind, valueType: textOf(row['valueType']), value, remove: value === '' }]
  })
}

/** `fields` of the classic methods: upper-case names, multifields under their own keys. */
export function classicInput(store: CrmStore, typeId: EntityTypeId, fields: PhpMap): CrmInput {
  const known: { field: CrmField; raw: PhpValue }[] = []
  const user: { field: UserField; raw: PhpValue }[] = []
  const multifields: MultifieldChange[] = []
  const userFields = new Map(store.userFields(typeId).map((field) => [field.fieldName, field]))
  for (const [name, raw] of Object.entries(fields)) {
    // JSON null means "not passed" in the classic methods. Source: reference/bitrix24.md §2.2.
    if (raw === null) continue
    const field = fieldByClassicName(typeId, name)
    const userField = userFields.get(name)
    if (field && !field.readOnly) known.push({ field, raw })
    else if (userField) user.push({ field: userField, raw })
    else if (isMultifieldType(name) && hasMultifields(typeId))
      multifields.push(...classicMultifields(name, raw))
  }
  return { fields: known, userFields: user, multifields }
}

function classicMultifields(typeId: string, raw: PhpValue): MultifieldChange[] {
  return Object.values(mapOf(raw)).flatMap((row): MultifieldChange[] => {
    if (!isMap(row)) return []
    const id = intOf(row['ID'])
    const value = textOf(row['VALUE'])
    const remove = isYes(row['DELETE']) || value === ''
    if (id === null && remove) return []
    return [{ id, typeId, valueType: textOf(row['VALUE_TYPE']), value, remove }]
  })
}

function isMultifieldType(name: string): boolean {
  return (MULTIFIELD_TYPES as readonly string[]).includes(name)
}

/** Applies changes to a record's multifields; `newId` numbers additions. */
export function applyMultifields(
  present: readonly Multifield[],
  changes: readonly MultifieldChange[],
  newId: () => number,
): Multifield[] {
  const rows = present.map((row) => ({ ...row }))
  for (const change of changes) {
    if (change.id === null) {
      if (change.remove) continue
      rows.push({
        id: newId(),
        typeId: change.typeId,
        valueType: change.valueType || (change.typeId === 'IM' ? 'OTHER' : 'WORK'),
        value: change.value,
      })
      continue
    }
    const position = rows.findIndex((row) => row.id === change.id)
    const row = rows[position]
    if (!row) continue
    if (change.remove) rows.splice(position, 1)
    else {
      row.value = change.value
      if (change.valueType !== '') row.valueType = change.valueType
    }
  }
  return rows
}
