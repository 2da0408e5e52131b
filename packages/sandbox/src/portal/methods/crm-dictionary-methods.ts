/** Dictionaries, pipelines, user fields, duplicates, stage history. Source: reference/bitrix24.md §4.4, §4.5. */
import { compileFilter, flatDialect, ordered, paged } from '../crm-filter.ts'
import {
  COMPANY,
  CONTACT,
  DEAL,
  ENTITY_NAMES,
  ENTITY_TYPE_IDS,
  type EntityTypeId,
  isEntityTypeId,
  LEAD,
  type StatusRow,
  type UserField,
} from '../crm-types.ts'
import { type Method, type MethodTable, requireAdmin } from '../method.ts'
import { elementsOf, intOf, isMap, isYes, mapOf, type PhpMap, phpMap, textOf } from '../php-values.ts'
import { takeId } from '../portal-state.ts'
import { portalDateTime } from '../portal-time.ts'
import { coreError, invalidArgValue, notFound, plainError, RestError } from '../rest-error.ts'
import { insertUserField } from '../schema-edits.ts'
import { dealStageDictionary } from '../seed-dictionaries.ts'

/** Values looked at in one call, and hits of one type after which the others are left out. */
const DUPLICATE_LIMIT = 20

const USER_FIELD_TYPES = [
  'string',
  'integer',
  'double',
  'boolean',
  'enumeration',
  'date',
  'datetime',
  'money',
  'url',
  'address',
  'file',
  'employee',
  'crm_status',
  'iblock_section',
  'iblock_element',
  'crm',
]

export const CRM_DICTIONARY_METHODS: MethodTable = {
  'crm.settings.mode.get': ({ core }) => ({ result: core.state.crmMode === 'classic' ? 1 : 2 }),
  'crm.duplicate.findbycomm': (call) => findDuplicates(call),
  'crm.status.list': ({ core, params }) => {
    const dialect = flatDialect(
      {
        ID: 'number',
        ENTITY_ID: 'text',
        STATUS_ID: 'text',
        NAME: 'text',
        SORT: 'number',
        SYSTEM: 'text',
        CATEGORY_ID: 'number',
        SEMANTICS: 'text',
      },
      core.state.utcOffsetMinutes,
    )
    const matches = compileFilter(mapOf(params['filter']), dialect)
    const order = mapOf(params['order'])
    const rows = ordered(
      core.state.statuses.map(statusRow).filter(matches),
      Object.keys(order).length > 0 ? order : { SORT: 'ASC' },
      dialect,
    )
    return { result: rows, total: rows.length }
  },
  'crm.status.entity.items': ({ core, params }) => {
    const rows = core.store.dictionary(textOf(params['entityId']))
    if (rows.length === 0) throw plainError('The parameter entityId is not defined or invalid.')
    return {
      result: rows.map(({ name, sort, statusId }) => ({ NAME: name, SORT: sort, STATUS_ID: statusId })),
    }
  },
  'crm.status.entity.types': ({ core }) => {
    const ids = [...new Set(core.state.statuses.map(({ entityId }) => entityId))]
    return {
      result: ids.map((id) => {
        const category = core.state.categories.find((one) => id === dealStageDictionary(one.id))
        const finals = core.store.dictionary(id)
        const isStages = id === 'STATUS' || category !== undefined
        return {
          ID: id,
          NAME: category ? category.name : id,
          SEMANTIC_INFO: isStages
            ? {
                START_FIELD: finals[0]?.statusId ?? '',
                FINAL_SUCCESS_FIELD: finals.find(({ semantics }) => semantics === 'S')?.statusId ?? '',
                FINAL_UNSUCCESS_FIELD: finals.find(({ semantics }) => semantics === 'F')?.statusId ?? '',
              }
            : [],
          ...(isStages ? { ENTITY_TYPE_ID: category ? DEAL : LEAD } : {}),
          ...(category
            ? { CATEGORY_ID: category.id, ...(category.id > 0 ? { PREFIX: `C${category.id}` } : {}) }
            : {}),
        }
      }),
    }
  },
  'crm.status.add': (call) => {
    requireAdmin(call, '')
    const { state, store } = call.core
    const fields = mapOf(call.params['fields'])
    const entityId = textOf(fields['ENTITY_ID'])
    const bareId = textOf(fields['STATUS_ID'])
    if (entityId === '') throw plainError('The field ENTITY_ID is required.')
    if (bareId === '') throw plainError('The field STATUS_ID is required.')
    if (textOf(fields['NAME']) === '') throw plainError('The field Title is required.')
    const known = store.dictionary(entityId)
    const first = known[0]
    if (!first) throw plainError('Specified entity type is not supported.')
    const category = state.categories.find((one) => entityId === dealStageDictionary(one.id))
    const prefix = category && category.id > 0 ? `C${category.id}:` : ''
    const statusId = bareId.startsWith(prefix) ? bareId : prefix + bareId
    if (store.status(entityId, statusId)) throw coreError('The specified status ID already exists.')
    const semantics = textOf(fields['SEMANTICS']).toUpperCase()
    const row: StatusRow = {
      id: takeId(state, 'status'),
      entityId,
      statusId,
      name: textOf(fields['NAME']),
      sort: intOf(fields['SORT']) ?? 10 * (known.length + 1),
      isSystem: false,
      color: textOf(fields['COLOR']),
      semantics: semantics === 'S' || semantics === 'F' ? semantics : null,
      categoryId: category?.id ?? null,
    }
    state.statuses.push(row)
    return { result: row.id }
  },
  'crm.category.list': ({ core, params }) => {
    const typeId = intOf(params['entityTypeId'])
    if (!isEntityTypeId(typeId)) throw notFound('Entity type is not found')
    if (typeId !== DEAL) throw new RestError(400, 'ENTITY_TYPE_NOT_SUPPORTED', 'Entity type is not supported')
    const categories = core.state.categories.map(({ id, name, sort, isDefault }) => ({
      id,
      name,
      sort,
      entityTypeId: DEAL,
      isDefault: isDefault ? 'Y' : 'N',
      originId: '',
      originatorId: '',
    }))
    return { result: { categories }, total: categories.length }
  },
  'crm.stagehistory.list': ({ core, params }) => {
    const typeId = intOf(params['entityTypeId'])
    if (typeId !== LEAD && typeId !== DEAL)
      throw new RestError(400, 'ENTITY_TYPE_NOT_SUPPORTED', 'Entity type is not supported')
    const offset = core.state.utcOffsetMinutes
    const stageKey = typeId === LEAD ? 'STATUS_ID' : 'STAGE_ID'
    const semanticKey = typeId === LEAD ? 'STATUS_SEMANTIC_ID' : 'STAGE_SEMANTIC_ID'
    const dialect = {
      ...flatDialect(
        {
          ID: 'number',
          TYPE_ID: 'number',
          OWNER_ID: 'number',
          CREATED_TIME: 'time',
          CATEGORY_ID: 'number',
          [stageKey]: 'text',
          [semanticKey]: 'text',
        },
        offset,
      ),
      unknown: (name: string) => invalidArgValue(`Unknown field '${name}'`),
    }
    const matches = compileFilter(mapOf(params['filter']), dialect)
    const rows = core.state.stageHistory
      .filter(({ entityTypeId }) => entityTypeId === typeId)
      .map(
        (row): PhpMap => ({
          ID: row.id,
          TYPE_ID: row.kind,
          OWNER_ID: row.ownerId,
          CREATED_TIME: portalDateTime(row.createdAt, offset),
          ...(typeId === DEAL ? { CATEGORY_ID: row.categoryId } : {}),
          [semanticKey]: row.semantics,
          [stageKey]: row.stageId,
        }),
      )
      .filter(matches)
    const { rows: shown, ...counts } = paged(ordered(rows, mapOf(params['order']), dialect), params['start'])
    const select = elementsOf(params['select']).map((name) => textOf(name))
    return {
      result: {
        items:
          select.length === 0 || select.includes('*')
            ? shown
            : shown.map((row) =>
                Object.fromEntries(Object.entries(row).filter(([name]) => select.includes(name))),
              ),
      },
      ...counts,
    }
  },
  ...Object.fromEntries(
    Object.values(ENTITY_TYPE_IDS).flatMap((typeId): [string, Method][] => [
      [`crm.${ENTITY_NAMES[typeId]}.userfield.list`, userFieldList(typeId)],
      [`crm.${ENTITY_NAMES[typeId]}.userfield.add`, userFieldAdd(typeId)],
    ]),
  ),
}

const findDuplicates: Method = ({ core, params }) => {
  const type = textOf(params['type']).toUpperCase()
  if (type === '') throw plainError('Communication type is not defined')
  if (type !== 'PHONE' && type !== 'EMAIL') {
    throw plainError(`Communication type '${type}' is not supported in current context`)
  }
  const values = elementsOf(params['values'])
    .map((value) => textOf(value))
    .filter((value) => value.trim() !== '')
  if (values.length === 0) throw plainError('Communication values is not defined')
  const only = textOf(params['entity_type']).toUpperCase()
  const found: PhpMap = {}
  for (const typeId of [LEAD, CONTACT, COMPANY] as const) {
    const name = ENTITY_NAMES[typeId].toUpperCase()
    if (only !== '' && only !== name) continue
    const ids = new Set(
      values.slice(0, DUPLICATE_LIMIT).flatMap((value) => core.store.byCommunication(typeId, type, value)),
    )
    if (ids.size === 0) continue
    const list = [...ids].slice(0, DUPLICATE_LIMIT)
    if (ids.size >= DUPLICATE_LIMIT) return { result: { [name]: list } }
    found[name] = list
  }
  return { result: phpMap(found) }
}

function statusRow(row: StatusRow): PhpMap {
  const extra =
    row.semantics === null
      ? 'process'
      : row.semantics === 'S'
        ? 'success'
        : row.statusId.endsWith('APOLOGY')
          ? 'apology'
          : 'failure'
  const isStage = row.categoryId !== null || row.entityId === 'STATUS'
  return {
    ID: String(row.id),
    ENTITY_ID: row.entityId,
    STATUS_ID: row.statusId,
    NAME: row.name,
    NAME_INIT: row.isSystem ? row.name : '',
    SORT: String(row.sort),
    SYSTEM: row.isSystem ? 'Y' : 'N',
    CATEGORY_ID: row.categoryId === null || row.categoryId === 0 ? null : String(row.categoryId),
    COLOR: isStage ? row.color : null,
    SEMANTICS: row.semantics,
    ...(isStage ? { EXTRA: { SEMANTICS: extra, COLOR: row.color } } : {}),
  }
}

function userFieldList(typeId: EntityTypeId): Method {
  return ({ core, params }) => {
    const dialect = flatDialect(
      {
        ID: 'number',
        FIELD_NAME: 'text',
        USER_TYPE_ID: 'text',
        XML_ID: 'text',
        SORT: 'number',
        MULTIPLE: 'text',
        MANDATORY: 'text',
      },
      core.state.utcOffsetMinutes,
    )
    const { LANG: language, ...filter } = mapOf(params['filter'])
    const rows = core.store
      .userFields(typeId)
      .map((field) => userFieldRow(field, textOf(language) !== ''))
      .filter(compileFilter(filter, dialect))
    return { result: ordered(rows, mapOf(params['order']), dialect), total: rows.length }
  }
}

function userFieldRow(field: UserField, withLabels: boolean): PhpMap {
  return {
    ID: String(field.id),
    ENTITY_ID: `CRM_${ENTITY_NAMES[field.entityTypeId].toUpperCase()}`,
    FIELD_NAME: field.fieldName,
    USER_TYPE_ID: field.userTypeId,
    XML_ID: null,
    SORT: String(field.sort),
    MULTIPLE: field.multiple ? 'Y' : 'N',
    MANDATORY: field.mandatory ? 'Y' : 'N',
    SHOW_FILTER: 'N',
    SHOW_IN_LIST: 'Y',
    EDIT_IN_LIST: 'Y',
    IS_SEARCHABLE: 'N',
    SETTINGS: phpMap(field.settings),
    ...(withLabels
      ? { EDIT_FORM_LABEL: field.label, LIST_COLUMN_LABEL: field.label, LIST_FILTER_LABEL: field.label }
      : {}),
    ...(field.userTypeId === 'enumeration'
      ? {
          LIST: field.list.map(({ id, value, sort, isDefault, xmlId }) => ({
            ID: String(id),
            SORT: String(sort),
            VALUE: value,
            DEF: isDefault ? 'Y' : 'N',
            XML_ID: xmlId,
          })),
        }
      : {}),
  }
}

function userFieldAdd(typeId: EntityTypeId): Method {
  return (call) => {
    requireAdmin(call, '')
    const { state, store } = call.core
    const fields = mapOf(call.params['fields'])
    const given = textOf(fields['FIELD_NAME']).toUpperCase()
    if (given === '') throw plainError("The 'FIELD_NAME' field is not found.")
    const userTypeId = textOf(fields['USER_TYPE_ID'])
    if (userTypeId === '') throw plainError("The 'USER_TYPE_ID' field is not found.")
    const fieldName = given.startsWith('UF_CRM_') ? given : `UF_CRM_${given}`
    if (fieldName.length > 50) throw coreError('Field name is too long (more than 50 characters).')
    if (!/^[A-Z0-9_]+$/.test(fieldName)) {
      throw coreError('Field name contains invalid characters. Allowed characters are: A-Z, 0-9 and _.')
    }
    if (!USER_FIELD_TYPES.includes(userTypeId)) throw coreError('Incorrect custom type specified.')
    if (store.userFields(typeId).some((field) => field.fieldName === fieldName)) {
      throw coreError(`The field ${fieldName} already exists.`)
    }
    const field = insertUserField(state, typeId, {
      fieldName,
      userTypeId,
      multiple: isYes(fields['MULTIPLE']),
      mandatory: isYes(fields['MANDATORY']),
      label: labelOf(fields, state.language) || fieldName,
      sort: intOf(fields['SORT']) ?? 100,
      list: elementsOf(fields['LIST'])
        .filter(isMap)
        .map((item, index) => ({
          value: textOf(item['VALUE']),
          sort: intOf(item['SORT']) ?? (index + 1) * 10,
          isDefault: isYes(item['DEF']),
          xmlId: textOf(item['XML_ID']),
        })),
      settings: mapOf(fields['SETTINGS']),
    })
    return { result: field.id }
  }
}

function labelOf(fields: PhpMap, language: string): string {
  for (const name of ['LABEL', 'EDIT_FORM_LABEL', 'LIST_COLUMN_LABEL']) {
    const value = fields[name]
    const text = isMap(value) ? textOf(value[language] ?? Object.values(value)[0]) : textOf(value)
    if (text !== '') return text
  }
  return ''
}
