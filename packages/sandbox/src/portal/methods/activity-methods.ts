/** Activities of the first two generations: `crm.activity.*` and `crm.activity.todo.*`. Source: reference/bitrix24.md §4.6. */
import { compileFilter, flatDialect, ordered, paged } from '../crm-filter.ts'
import { type Activity, isEntityTypeId } from '../crm-types.ts'
import { type Call, eventCause, type MethodTable } from '../method.ts'
import {
  elementsOf,
  intOf,
  isArray,
  isMap,
  isYes,
  mapOf,
  type PhpMap,
  type PhpValue,
  textOf,
} from '../php-values.ts'
import { takeId } from '../portal-state.ts'
import { parsePortalTime, portalDateTime } from '../portal-time.ts'
import { notFound, plainError, RestError } from '../rest-error.ts'
import { employeeOf } from './user-methods.ts'

const KEPT = [
  'OWNER_ID',
  'OWNER_TYPE_ID',
  'TYPE_ID',
  'SUBJECT',
  'RESPONSIBLE_ID',
  'DIRECTION',
  'COMPLETED',
  'START_TIME',
  'END_TIME',
  'DEADLINE',
  'PRIORITY',
  'DESCRIPTION',
  'DESCRIPTION_TYPE',
  'PROVIDER_ID',
  'PROVIDER_TYPE_ID',
  'PROVIDER_PARAMS',
  'ORIGINATOR_ID',
  'ORIGIN_ID',
  'SETTINGS',
  'IS_INCOMING_CHANNEL',
  'LOCATION',
  'NOTIFY_TYPE',
  'COMMUNICATIONS',
]
const TIMES = ['START_TIME', 'END_TIME', 'DEADLINE']
const CALL_TYPE = 2
const PROVIDER_TYPE = 6

const FILTERS = {
  ID: 'number',
  OWNER_ID: 'number',
  OWNER_TYPE_ID: 'number',
  TYPE_ID: 'number',
  RESPONSIBLE_ID: 'number',
  SUBJECT: 'text',
  COMPLETED: 'text',
  DIRECTION: 'number',
  PROVIDER_ID: 'text',
  PROVIDER_TYPE_ID: 'text',
  ORIGINATOR_ID: 'text',
  ORIGIN_ID: 'text',
  DEADLINE: 'time',
  START_TIME: 'time',
  END_TIME: 'time',
  CREATED: 'time',
  LAST_UPDATED: 'time',
  AUTHOR_ID: 'number',
  PRIORITY: 'number',
} as const

export const ACTIVITY_METHODS: MethodTable = {
  'crm.activity.add': (call) => {
    const fields = checkedFields(call, mapOf(call.params['fields']))
    const { ownerTypeId, ownerId } = ownerOf(call, fields)
    const activity = insertActivity(call, {
      generation: 'classic',
      ownerTypeId,
      ownerId,
      fields,
      configurable: null,
    })
    return { result: activity.id }
  },
  'crm.activity.update': (call) => {
    const activity = classicActivity(call)
    if (activity.generation === 'configurable')
      throw plainError('Use crm.activity.configurable.update for this activity provider')
    const given = mapOf(call.params['fields'])
    if ('SUBJECT' in given && textOf(given['SUBJECT']) === '')
      throw plainError('The field SUBJECT is not defined or empty')
    if ('RESPONSIBLE_ID' in given && !employeeOf(call, given['RESPONSIBLE_ID'])) {
      throw plainError('The field RESPONSIBLE_ID is not defined or invalid')
    }
    Object.assign(
      activity.fields,
      withTimes(
        call,
        Object.fromEntries(
          KEPT.flatMap((name) => {
            const value = given[name]
            return value === undefined || name.startsWith('OWNER_') ? [] : [[name, value]]
          }),
        ),
      ),
    )
    touchActivity(call, activity)
    return { result: true }
  },
  'crm.activity.get': (call) => ({ result: activityRow(call, classicActivity(call)) }),
  'crm.activity.delete': (call) => {
    const activity = classicActivity(call)
    const { state } = call.core
    state.activities = state.activities.filter((other) => other !== activity)
    announce(call, 'DELETE', activity.id)
    return { result: true }
  },
  'crm.activity.list': (call) => {
    const { core, params } = call
    const dialect = flatDialect(FILTERS, core.state.utcOffsetMinutes)
    const { BINDINGS: bindings, ...filter } = mapOf(params['filter'])
    const wanted = elementsOf(bindings).filter(isMap)
    const rows = core.state.activities
      .filter((activity) => wanted.length === 0 || wanted.some((binding) => isBoundTo(activity, binding)))
      .map((activity) => activityRow(call, activity))
      .filter(compileFilter(filter, dialect))
    const order = mapOf(params['order'])
    const { rows: shown, ...counts } = paged(
      ordered(rows, Object.keys(order).length > 0 ? order : { ID: 'ASC' }, dialect),
      params['start'],
    )
    const select = elementsOf(params['select']).map((name) => textOf(name))
    const wants = (name: string): boolean =>
      name === 'ID' ||
      select.includes(name) ||
      ((select.length === 0 || select.includes('*')) && name !== 'COMMUNICATIONS')
    return {
      result: shown.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => wants(name)))),
      ...counts,
    }
  },
  'crm.activity.todo.add': (call) => {
    const { params, caller } = call
    const owner = controllerOwner(call)
    const responsible =
      params['responsibleId'] === undefined ? caller.employee : employeeOf(call, params['responsibleId'])
    const deadline = requiredTime(call, params['deadline'])
    const activity = insertActivity(call, {
      generation: 'todo',
      ...owner,
      fields: {
        TYPE_ID: PROVIDER_TYPE,
        PROVIDER_ID: 'CRM_TODO',
        PROVIDER_TYPE_ID: 'TODO',
        SUBJECT: textOf(params['title']),
        DESCRIPTION: textOf(params['description']),
        DEADLINE: deadline,
        RESPONSIBLE_ID: responsible?.id ?? caller.employee.id,
        SETTINGS: { COLOR: textOf(params['colorId']), PING_OFFSETS: elementsOf(params['pingOffsets']) },
        COMPLETED: 'N',
      },
      configurable: null,
    })
    return { result: { id: activity.id } }
  },
  'crm.activity.todo.get': (call) => ({ result: { activity: todoRow(todoOf(call, { needsOwner: false })) } }),
  'crm.activity.todo.update': (call) => {
    const { params } = call
    const activity = openTodo(call, 'CAN_NOT_UPDATE_COMPLETED_TODO')
    activity.fields['DEADLINE'] = requiredTime(call, params['deadline'])
    if (params['title'] !== undefined) activity.fields['SUBJECT'] = textOf(params['title'])
    if (params['description'] !== undefined) activity.fields['DESCRIPTION'] = textOf(params['description'])
    if (params['responsibleId'] !== undefined) activity.fields['RESPONSIBLE_ID'] = responsibleId(call)
    return changedTodo(call, activity)
  },
  'crm.activity.todo.updateDeadline': (call) => {
    const activity = openTodo(call, 'CAN_NOT_UPDATE_COMPLETED_TODO')
    activity.fields['DEADLINE'] = requiredTime(call, call.params['value'])
    return changedTodo(call, activity)
  },
  'crm.activity.todo.updateDescription': (call) => {
    const activity = openTodo(call, 'CAN_NOT_UPDATE_COMPLETED_TODO')
    activity.fields['DESCRIPTION'] = textOf(call.params['value'])
    return changedTodo(call, activity)
  },
  'crm.activity.todo.updateResponsibleUser': (call) => {
    const activity = openTodo(call, 'CAN_NOT_UPDATE_RESPONSIBLE_USER_COMPLETED_TODO')
    activity.fields['RESPONSIBLE_ID'] = responsibleId(call)
    return changedTodo(call, activity)
  },
  'crm.activity.todo.updateColor': (call) => {
    const activity = openTodo(call, 'CAN_NOT_UPDATE_COLOR_COMPLETED_TODO')
    const color = textOf(call.params['colorId'])
    if (!/^[1-7]$/.test(color)) throw new RestError(400, 'CAN_NOT_UPDATE_WRONG_COLOR_TODO', 'Unknown color')
    activity.fields['SETTINGS'] = { ...mapOf(activity.fields['SETTINGS']), COLOR: color }
    return changedTodo(call, activity)
  },
}

function checkedFields(call: Call, given: PhpMap): PhpMap {
  const type = intOf(given['TYPE_ID'])
  if (type === null || type < 1 || type > PROVIDER_TYPE)
    throw plainError('The field TYPE_ID is not defined or invalid')
  if (textOf(given['SUBJECT']) === '') throw plainError('The field SUBJECT is not defined or empty')
  if (!employeeOf(call, given['RESPONSIBLE_ID']))
    throw plainError('The field RESPONSIBLE_ID is not defined or invalid')
  const provider = textOf(given['PROVIDER_ID'])
  if (type === PROVIDER_TYPE && provider === '')
    throw plainError('The custom activity without provider is not supported in current context')
  if (provider === 'CONFIGURABLE_REST_APP')
    throw plainError('Use crm.activity.configurable.add for this activity provider')
  if (provider === 'REST_APP' && call.caller.clientId === null)
    throw plainError('Application context required')
  const communications = elementsOf(given['COMMUNICATIONS']).filter(isMap)
  if (type !== PROVIDER_TYPE && communications.length === 0)
    throw plainError('The field COMMUNICATIONS is not defined or invalid')
  if (type === CALL_TYPE && communications.length > 1) {
    throw plainError('The only one communication is allowed for activity of specified type')
  }
  const kept = Object.fromEntries(
    KEPT.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  ) as PhpMap
  return withTimes(call, { ...kept, COMPLETED: isYes(given['COMPLETED']) ? 'Y' : 'N' })
}

function withTimes(call: Call, fields: PhpMap): PhpMap {
  for (const name of TIMES) {
    if (fields[name] === undefined || textOf(fields[name]) === '') continue
    const at = parsePortalTime(textOf(fields[name]), call.core.state.utcOffsetMinutes)
    if (at === null) throw plainError(`The field ${name} is not defined or invalid`)
    fields[name] = portalDateTime(at, call.core.state.utcOffsetMinutes)
  }
  return fields
}

function ownerOf(call: Call, fields: PhpMap): { ownerTypeId: number; ownerId: number } {
  const ownerTypeId = intOf(fields['OWNER_TYPE_ID'])
  const ownerId = intOf(fields['OWNER_ID']) ?? 0
  if (!isEntityTypeId(ownerTypeId) || !call.core.store.get(ownerTypeId, ownerId)) {
    throw plainError(
      'Could not build binding. Please ensure that owner info and communications are defined correctly',
    )
  }
  return { ownerTypeId, ownerId }
}

/** The owner named by `ownerTypeId` and `ownerId` of a controller method. */
export function controllerOwner(call: Call): { ownerTypeId: number; ownerId: number } {
  const ownerTypeId = intOf(call.params['ownerTypeId'])
  const ownerId = intOf(call.params['ownerId']) ?? 0
  if (!isEntityTypeId(ownerTypeId) || !call.core.store.get(ownerTypeId, ownerId)) {
    throw new RestError(400, 'OWNER_NOT_FOUND', 'Owner is not found')
  }
  return { ownerTypeId, ownerId }
}

/** The portal's spelling of a date-time parameter, or `WRONG_DATETIME_FORMAT`. */
export function requiredTime(call: Call, raw: PhpValue | undefined): string {
  const offset = call.core.state.utcOffsetMinutes
  const at = parsePortalTime(textOf(raw), offset)
  if (at === null) throw new RestError(400, 'WRONG_DATETIME_FORMAT', 'Wrong format of date and time')
  return portalDateTime(at, offset)
}

export function insertActivity(
  call: Call,
  options: Pick<Activity, 'generation' | 'ownerTypeId' | 'ownerId' | 'fields' | 'configurable'>,
): Activity {
  const { state, store } = call.core
  const activity: Activity = {
    ...options,
    id: takeId(state, 'activity'),
    clientId: call.caller.clientId,
    fields: {
      RESPONSIBLE_ID: call.caller.employee.id,
      COMPLETED: 'N',
      ...options.fields,
      AUTHOR_ID: call.caller.employee.id,
    },
    createdAt: call.now,
    updatedAt: call.now,
  }
  state.activities.push(activity)
  const owner = isEntityTypeId(activity.ownerTypeId)
    ? store.get(activity.ownerTypeId, activity.ownerId)
    : undefined
  if (owner) {
    owner.values['lastActivityTime'] = portalDateTime(call.now, state.utcOffsetMinutes)
    owner.values['lastActivityBy'] = call.caller.employee.id
  }
  announce(call, 'ADD', activity.id)
  return activity
}

export function touchActivity(call: Call, activity: Activity): void {
  activity.updatedAt = call.now
  announce(call, 'UPDATE', activity.id)
}

function announce(call: Call, what: 'ADD' | 'UPDATE' | 'DELETE', id: number): void {
  call.core.events.emit(`ONCRMACTIVITY${what}`, { FIELDS: { ID: id } }, eventCause(call))
}

function classicActivity(call: Call): Activity {
  const id = intOf(call.params['id'])
  const activity = call.core.state.activities.find((one) => one.id === id)
  if (!activity) throw plainError('Activity is not found')
  return activity
}

function todoOf(call: Call, { needsOwner }: { needsOwner: boolean }): Activity {
  if (needsOwner) controllerOwner(call)
  const id = intOf(call.params['id'])
  const activity = call.core.state.activities.find((one) => one.id === id && one.generation === 'todo')
  if (!activity) throw notFound('Activity is not found')
  if (
    needsOwner &&
    (activity.ownerId !== intOf(call.params['ownerId']) ||
      activity.ownerTypeId !== intOf(call.params['ownerTypeId']))
  ) {
    throw notFound('Activity is not found')
  }
  return activity
}

function openTodo(call: Call, completedCode: string): Activity {
  const activity = todoOf(call, { needsOwner: true })
  if (activity.fields['COMPLETED'] === 'Y')
    throw new RestError(400, completedCode, 'A completed activity cannot be changed')
  return activity
}

function responsibleId(call: Call): number {
  const employee = employeeOf(call, call.params['responsibleId'])
  if (!employee) throw new RestError(400, 'INVALID_ARG_VALUE', 'User is not found')
  return employee.id
}

function changedTodo(call: Call, activity: Activity): { result: PhpMap } {
  touchActivity(call, activity)
  return { result: { id: activity.id } }
}

function todoRow(activity: Activity): PhpMap {
  return {
    id: activity.id,
    ownerTypeId: activity.ownerTypeId,
    ownerId: activity.ownerId,
    title: activity.fields['SUBJECT'] ?? '',
    description: activity.fields['DESCRIPTION'] ?? '',
    deadline: activity.fields['DEADLINE'] ?? null,
    responsibleId: activity.fields['RESPONSIBLE_ID'] ?? null,
    completed: activity.fields['COMPLETED'] === 'Y',
    colorId: mapOf(activity.fields['SETTINGS'])['COLOR'] ?? '',
  }
}

function isBoundTo(activity: Activity, binding: PhpMap): boolean {
  return (
    intOf(binding['OWNER_ID']) === activity.ownerId &&
    intOf(binding['OWNER_TYPE_ID']) === activity.ownerTypeId
  )
}

/** The classic row: scalars as strings. */
export function activityRow(call: Call, activity: Activity): PhpMap {
  const offset = call.core.state.utcOffsetMinutes
  const row: PhpMap = {
    ID: String(activity.id),
    OWNER_ID: String(activity.ownerId),
    OWNER_TYPE_ID: String(activity.ownerTypeId),
    CREATED: portalDateTime(activity.createdAt, offset),
    LAST_UPDATED: portalDateTime(activity.updatedAt, offset),
  }
  for (const [name, value] of Object.entries(activity.fields)) {
    if (name in row) continue
    row[name] = isArray(value) ? value : value === null ? null : textOf(value)
  }
  return row
}
