/** The classic methods `crm.lead|deal|contact|company.*`. Source: reference/bitrix24.md §4.3. */
import { fieldsOf, hasMultifields, MULTIFIELD_TYPES } from '../crm-fields.ts'
import { paged } from '../crm-filter.ts'
import { classicInput } from '../crm-input.ts'
import { printClassic } from '../crm-print.ts'
import { findEntities } from '../crm-query.ts'
import { type CrmEntity, ENTITY_NAMES, ENTITY_TYPE_IDS, type EntityTypeId } from '../crm-types.ts'
import { createEntity, deleteEntity, updateEntity } from '../crm-write.ts'
import { type Call, eventCause, type Method, type MethodTable } from '../method.ts'
import { elementsOf, intOf, mapOf, type PhpMap, textOf } from '../php-values.ts'
import { plainError } from '../rest-error.ts'

export const CRM_CLASSIC_METHODS: MethodTable = Object.fromEntries(
  Object.values(ENTITY_TYPE_IDS).flatMap((typeId) =>
    Object.entries(methodsOf(typeId)).map(([verb, method]): [string, Method] => [
      `crm.${ENTITY_NAMES[typeId]}.${verb}`,
      method,
    ]),
  ),
)

function methodsOf(typeId: EntityTypeId): MethodTable {
  return {
    add: (call) => ({
      result: createEntity(
        writing(call),
        typeId,
        classicInput(call.core.store, typeId, mapOf(call.params['fields'])),
      ).id,
    }),
    update: (call) => {
      const entity = entityOf(call, typeId)
      updateEntity(
        writing(call),
        entity,
        classicInput(call.core.store, typeId, withoutPipeline(mapOf(call.params['fields']))),
      )
      return { result: true }
    },
    get: (call) => ({
      result: printClassic(call.core.store, entityOf(call, typeId), {
        withUserFields: true,
        withMultifields: true,
      }),
    }),
    delete: (call) => {
      deleteEntity(writing(call), entityOf(call, typeId))
      return { result: true }
    },
    list: (call) => list(call, typeId),
    fields: (call) => ({ result: describeFields(call, typeId) }),
  }
}

/** The classic deal update does not move deals between pipelines. Source: reference/bitrix24.md §4.10 point 3. */
function withoutPipeline(fields: PhpMap): PhpMap {
  const { CATEGORY_ID: _, ...rest } = fields
  return rest
}

function writing(call: Call): ReturnType<Call['core']['writeContext']> {
  return call.core.writeContext(call.caller.employee.id, 'classic', eventCause(call))
}

function entityOf(call: Call, typeId: EntityTypeId): CrmEntity {
  const id = intOf(call.params['id']) ?? 0
  if (id <= 0) throw plainError('ID is not defined or invalid')
  const entity = call.core.store.get(typeId, id)
  if (!entity) throw plainError('Not found')
  return entity
}

/** `*` selects the standard fields only; user fields by name or `UF_*`, multifields by name. */
function list(call: Call, typeId: EntityTypeId): ReturnType<Method> {
  const { store } = call.core
  const { params } = call
  const select = new Set(elementsOf(params['select']).map((name) => textOf(name)))
  const rows = findEntities(store, typeId, 'classic', {
    filter: mapOf(params['filter']),
    order: mapOf(params['order']),
  })
  const page = paged(rows, params['start'])
  const all = select.size === 0 || select.has('*')
  const options = {
    ...(all ? {} : { names: select }),
    withUserFields: select.has('UF_*'),
    withMultifields: false,
  }
  const { rows: shown, ...counts } = page
  return {
    result: shown.map((entity) => {
      const row = printClassic(store, entity, options)
      if (!all) return row
      // With `*` the extra names still count.
      return {
        ...row,
        ...printClassic(store, entity, {
          names: select,
          withUserFields: select.has('UF_*'),
          withMultifields: false,
        }),
      }
    }),
    ...counts,
  }
}

const CLASSIC_TYPES: Readonly<Record<string, string>> = {
  int: 'integer',
  ref: 'integer',
  ids: 'integer',
  status: 'crm_status',
  flag: 'char',
  text: 'string',
}

function describeFields(call: Call, typeId: EntityTypeId): PhpMap {
  const fields: PhpMap = {}
  for (const { classic, type, readOnly, dictionary } of fieldsOf(typeId)) {
    fields[classic] = {
      type: CLASSIC_TYPES[type] ?? type,
      isRequired: false,
      isReadOnly: readOnly,
      isImmutable: false,
      isMultiple: type === 'ids',
      isDynamic: false,
      title: classic,
      ...(dictionary === undefined ? {} : { statusType: dictionary }),
    }
  }
  if (hasMultifields(typeId)) {
    for (const name of MULTIFIELD_TYPES) {
      fields[name] = {
        type: 'crm_multifield',
        isRequired: false,
        isReadOnly: false,
        isImmutable: false,
        isMultiple: true,
        isDynamic: false,
        title: name,
      }
    }
  }
  for (const field of call.core.store.userFields(typeId)) {
    fields[field.fieldName] = {
      type: field.userTypeId,
      isRequired: field.mandatory,
      isReadOnly: false,
      isImmutable: false,
      isMultiple: field.multiple,
      isDynamic: true,
      title: field.fieldName,
      formLabel: field.label,
      listLabel: field.label,
      filterLabel: field.label,
      ...(field.list.length === 0
        ? {}
        : { items: field.list.map(({ id, value }) => ({ ID: String(id), VALUE: value })) }),
    }
  }
  return fields
}
