/** Notifications of the portal's messenger. Source: reference/bitrix24.md §5. */
import type { Notification } from '../crm-types.ts'
import type { Call, Method, MethodTable } from '../method.ts'
import { intOf, isArray, textOf } from '../php-values.ts'
import { takeId } from '../portal-state.ts'
import { RestError } from '../rest-error.ts'
import { employeeOf } from './user-methods.ts'

const MAX_ATTACH_CHARS = 60_000

export const NOTIFY_METHODS: MethodTable = {
  'im.notify.personal.add': (call) => notify(call, false),
  'im.notify.system.add': (call) => notify(call, true),
  'im.notify': (call) => notify(call, textOf(call.params['TYPE']).toUpperCase() === 'SYSTEM'),
  'im.notify.delete': ({ core, params, caller }) => {
    const { state } = core
    const id = intOf(params['ID'])
    const tag = textOf(params['TAG'])
    const subTag = textOf(params['SUB_TAG'])
    if (id === null && tag === '' && subTag === '')
      throw new RestError(400, 'PARAMS_ERROR', 'Incorrect params')
    const isMeant = (one: Notification): boolean => {
      // An application removes only its own notices by tag.
      if (id !== null) return one.id === id
      return (
        one.clientId === caller.clientId &&
        ((tag !== '' && one.tag === tag) || (subTag !== '' && one.subTag === subTag))
      )
    }
    const before = state.notifications.length
    state.notifications = state.notifications.filter((one) => !isMeant(one))
    return { result: state.notifications.length < before }
  },
}

function notify(call: Call, isSystem: boolean): ReturnType<Method> {
  const { core, params, caller } = call
  if (isSystem && caller.clientId === null && textOf(params['CLIENT_ID']) === '') {
    throw new RestError(403, 'WRONG_AUTH_TYPE', 'Current authorization type is denied for this method')
  }
  const userId = intOf(params['USER_ID']) ?? 0
  if (userId <= 0) throw new RestError(400, 'USER_ID_EMPTY', "User ID can't be empty")
  const text = isArray(params['MESSAGE']) ? '' : textOf(params['MESSAGE'])
  if (text.trim() === '') throw new RestError(400, 'MESSAGE_EMPTY', "Message can't be empty")
  const attach = params['ATTACH']
  if (attach !== undefined && JSON.stringify(attach).length > MAX_ATTACH_CHARS) {
    throw new RestError(400, 'ATTACH_OVERSIZE', 'You have exceeded the maximum allowable size of attach')
  }
  const employee = employeeOf(call, userId)
  if (!employee?.isActive || employee.refusesNotices) return { result: false }
  const tag = textOf(params['TAG'])
  const { state } = core
  // An older notice with the same tag gives way to the new one.
  if (tag !== '')
    state.notifications = state.notifications.filter((one) => one.tag !== tag || one.userId !== userId)
  const notification: Notification = {
    id: takeId(state, 'notification'),
    userId,
    fromUserId: isSystem ? 0 : caller.employee.id,
    isSystem,
    text,
    tag,
    subTag: textOf(params['SUB_TAG']),
    clientId: caller.clientId,
    createdAt: call.now,
  }
  state.notifications.push(notification)
  return { result: notification.id }
}
