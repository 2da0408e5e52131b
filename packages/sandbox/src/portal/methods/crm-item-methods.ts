/** The universal CRM methods `crm.item.*` for leads, deals, contacts and companies. Source: reference/bitrix24.md §4.2. */

import { fieldTitle } from '../crm-field-titles.ts'
import {
  camelUserFieldName,
  fieldByName,
  fieldsOf,
  hasMultifields,
  MULTIFIELD_ALIASES,
} from '../crm-fields.ts'
import { paged } from '../crm-filter.ts'
import { itemInput } from '../crm-input.ts'
import { printItem } from '../crm-print.ts'
import { findEntities } from '../crm-query.ts'
import { type CrmEntity, type EntityTypeId, isEntityTypeId } from '../crm-types.ts'
import { createEntity, deleteEntity, updateEntity } from '../crm-write.ts'
import { type Call, eventCause, type MethodTable } from '../method.ts'
import { elementsOf, intOf, isYes, mapOf, type PhpMap, textOf } from '../php-values.ts'
import { invalidArgValue, notFound } from '../rest-error.ts'

export const CRM_ITEM_METHODS: MethodTable = {
  'crm.item.add': (call) => {
    const typeId = typeIdOf(call)
    const originalUserNames = isYes(call.params['useOriginalUfNames'])
    const input = itemInput(call.core.store, typeId, mapOf(call.params['fields']), {
      originalUserNames,
      isUpdate: false,
    })
    const entity = createEntity(writing(call), typeId, input)
    return { result: { item: printed(call, entity) } }
  },
  'crm.item.update': (call) => {
    const entity = entityOf(call)
    const originalUserNames = isYes(call.params['useOriginalUfNames'])
    const input = itemInput(call.core.store, entity.typeId, mapOf(call.params['fields']), {
      originalUserNames,
      isUpdate: true,
    })
    updateEntity(writing(call), entity, input)
    return { result: { item: printed(call, entity) } }
  },
  'crm.item.get': (call) => ({ result: { item: printed(call, entityOf(call)) } }),
  'crm.item.delete': (call) => {
    deleteEntity(writing(call), entityOf(call))
    return { result: [] }
  },
  'crm.item.list': (call) => {
    const typeId = typeIdOf(call)
    const { store } = call.core
    const filter = mapOf(call.params['filter'])
    const names = selectedNames(call, typeId)
    const page = paged(
      findEntities(store, typeId, 'item', { filter, order: mapOf(call.params['order']) }),
      call.params['start'],
    )
    const options = {
      originalUserNames: isYes(call.params['useOriginalUfNames']),
      ...(names.all ? {} : { names: names.listed }),
      withMultifields: names.listed.has('fm'),
    }
    const { rows, ...counts } = page
    return { result: { items: rows.map((entity) => printItem(store, entity, options)) }, ...counts }
  },
  'crm.item.fields': (call) => ({ result: { fields: describeFields(call, typeIdOf(call)) } }),
}

function typeIdOf(call: Call): EntityTypeId {
  const typeId = intOf(call.params['entityTypeId'])
  if (!isEntityTypeId(typeId)) throw notFound('Entity type is not found')
  return typeId
}

function entityOf(call: Call): CrmEntity {
  const entity = call.core.store.get(typeIdOf(call), intOf(call.params['id']) ?? 0)
  if (!entity) throw notFound('Element not found')
  return entity
}

function writing(call: Call): ReturnType<Call['core']['writeContext']> {
  return call.core.writeContext(call.caller.employee.id, 'item', eventCause(call))
}

function printed(call: Call, entity: CrmEntity): PhpMap {
  return printItem(call.core.store, entity, {
    originalUserNames: isYes(call.params['useOriginalUfNames']),
    withMultifields: hasMultifields(entity.typeId),
  })
}

/** `*` (or nothing) selects all but `fm`, which must be named. An unknown name is an error. */
function selectedNames(call: Call, typeId: EntityTypeId): { all: boolean; listed: Set<string> } {
  const listed = new Set(elementsOf(call.params['select']).map((name) => textOf(name)))
  const userNames = new Set(
    call.core.store.userFields(typeId).flatMap(({ fieldName }) => [fieldName, camelUserFieldName(fieldName)]),
  )
  for (const name of listed) {
    const isKnown =
      name === '*' ||
      /^(ufCrm|UF_CRM|uf|UF)(_?\*)?$/.test(name) ||
      userNames.has(name) ||
      fieldByName(typeId, name) !== undefined ||
      (hasMultifields(typeId) && (name === 'fm' || Object.hasOwn(MULTIFIELD_ALIASES, name)))
    if (!isKnown) throw invalidArgValue(`Invalid select: field '${name}' is not allowed in select`)
  }
  return { all: listed.size === 0 || listed.has('*'), listed }
}

function describeFields(call: Call, typeId: EntityTypeId): PhpMap {
  const { store } = call.core
  const fields: PhpMap = {}
  for (const { name, classic, type, readOnly, dictionary } of fieldsOf(typeId)) {
    fields[name] = {
      type: ITEM_TYPES[type] ?? type,
      isRequired: false,
      isReadOnly: readOnly,
      isImmutable: false,
      isMultiple: type === 'ids',
      isDynamic: false,
      title: fieldTitle(name, call.core.state.language),
      upperName: classic,
      ...(dictionary === undefined ? {} : { statusType: dictionary }),
    }
  }
  if (hasMultifields(typeId)) {
    fields['fm'] = {
      type: 'crm_multifield',
      isRequired: false,
      isReadOnly: false,
      isImmutable: false,
      isMultiple: true,
      isDynamic: false,
      title: 'fm',
      upperName: 'FM',
    }
  }
  const originalUserNames = isYes(call.params['useOriginalUfNames'])
  for (const field of store.userFields(typeId)) {
    fields[originalUserNames ? field.fieldName : camelUserFieldName(field.fieldName)] = {
      type: field.userTypeId,
      isRequired: field.mandatory,
      isReadOnly: false,
      isImmutable: false,
      isMultiple: field.multiple,
      isDynamic: true,
      title: field.label,
      upperName: field.fieldName,
      ...(field.list.length === 0
        ? {}
        : { items: field.list.map(({ id, value }) => ({ ID: String(id), VALUE: value })) }),
      settings: Object.keys(field.settings).length === 0 ? [] : field.settings,
    }
  }
  return fields
}

const ITEM_TYPES: Readonly<Record<string, string>> = {
  int: 'integer',
  ref: 'integer',
  ids: 'integer',
  status: 'crm_status',
  flag: 'boolean',
}
