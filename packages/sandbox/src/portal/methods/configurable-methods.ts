/** Configurable activities: cards whose look an application decides. Source: reference/bitrix24.md §4.6 (c). */
import type { Activity } from '../crm-types.ts'
import { type Call, callingApp, type MethodTable } from '../method.ts'
import { intOf, isYes, mapOf, type PhpMap, textOf } from '../php-values.ts'
import { notFound, RestError } from '../rest-error.ts'
import { controllerOwner, insertActivity, requiredTime, touchActivity } from './activity-methods.ts'
import { checkLayout } from './configurable-layout.ts'
import { employeeOf } from './user-methods.ts'

const FIELDS = [
  'typeId',
  'completed',
  'deadline',
  'pingOffsets',
  'isIncomingChannel',
  'responsibleId',
  'badgeCode',
  'originatorId',
  'originId',
]

export const CONFIGURABLE_METHODS: MethodTable = {
  'crm.activity.configurable.add': (call) => {
    callingApp(call)
    const owner = controllerOwner(call)
    const layout = checkLayout(call.params['layout'])
    const fields = checkedFields(call, {})
    const activity = insertActivity(call, {
      generation: 'configurable',
      ...owner,
      fields: classicFields(call, fields, layout),
      configurable: { fields, layout },
    })
    return { result: { activity: { id: activity.id } } }
  },
  'crm.activity.configurable.update': (call) => {
    const activity = ownActivity(call)
    const layout = checkLayout(call.params['layout'])
    const fields = checkedFields(call, activity.configurable?.fields ?? {})
    activity.configurable = { fields, layout }
    Object.assign(activity.fields, classicFields(call, fields, layout))
    touchActivity(call, activity)
    return { result: { activity: { id: activity.id } } }
  },
  'crm.activity.configurable.get': (call) => {
    const activity = ownActivity(call)
    return {
      result: {
        activity: {
          id: activity.id,
          ownerTypeId: activity.ownerTypeId,
          ownerId: activity.ownerId,
          fields: activity.configurable?.fields ?? [],
          layout: activity.configurable?.layout ?? [],
        },
      },
    }
  },
}

/** The stored fields with the given ones over them; refuses what the controller refuses. */
function checkedFields(call: Call, present: PhpMap): PhpMap {
  const given = mapOf(call.params['fields'])
  for (const name of Object.keys(given)) {
    if (!FIELDS.includes(name))
      throw new RestError(400, 'FIELD_IS_REDUNDANT', `Field '${name}' is redundant in 'fields'`)
  }
  const fields: PhpMap = { completed: false, isIncomingChannel: 'N', ...present }
  for (const [name, value] of Object.entries(given)) {
    switch (name) {
      case 'deadline':
        fields[name] = textOf(value) === '' ? null : requiredTime(call, value)
        break
      case 'completed':
        fields[name] = isYes(value)
        break
      case 'isIncomingChannel':
        fields[name] = isYes(value) ? 'Y' : 'N'
        break
      case 'responsibleId':
        if (!employeeOf(call, value))
          throw new RestError(400, 'WRONG_FIELD_VALUE', "Wrong value of field 'responsibleId'")
        fields[name] = intOf(value)
        break
      default:
        fields[name] = value
    }
  }
  if (fields['isIncomingChannel'] === 'Y' && textOf(fields['deadline']) !== '') {
    throw new RestError(
      400,
      'INCOMING_ACTIVITY_CAN_NOT_BE_WITH_DEADLINE',
      'Incoming activity can not have a deadline',
    )
  }
  return fields
}

function classicFields(call: Call, fields: PhpMap, layout: PhpMap): PhpMap {
  const title = mapOf(layout['header'])['title']
  return {
    TYPE_ID: 6,
    PROVIDER_ID: 'CONFIGURABLE_REST_APP',
    PROVIDER_TYPE_ID: textOf(fields['typeId']) || 'CONFIGURABLE',
    SUBJECT: textOf(title) || textOf(mapOf(title)[call.core.state.language]),
    COMPLETED: fields['completed'] === true ? 'Y' : 'N',
    DEADLINE: fields['deadline'] ?? null,
    IS_INCOMING_CHANNEL: fields['isIncomingChannel'] ?? 'N',
    RESPONSIBLE_ID: fields['responsibleId'] ?? call.caller.employee.id,
    ORIGINATOR_ID: fields['originatorId'] ?? null,
    ORIGIN_ID: fields['originId'] ?? null,
  }
}

function ownActivity(call: Call): Activity {
  const clientId = callingApp(call)
  const id = intOf(call.params['id'])
  const activity = call.core.state.activities.find((one) => one.id === id)
  if (!activity) throw notFound('Activity is not found')
  if (activity.generation !== 'configurable')
    throw new RestError(400, 'ERROR_WRONG_CONTEXT', 'The activity is not configurable')
  if (activity.clientId !== clientId)
    throw new RestError(400, 'ERROR_WRONG_APPLICATION', 'The activity belongs to another application')
  return activity
}
