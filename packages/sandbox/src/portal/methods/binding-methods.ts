/** Event handlers and placements of an application. Source: reference/bitrix24.md §3.1 and §9.1. */
import { CONTRACT } from '../contract.ts'
import { type Call, callingApp, type MethodTable, requireAdmin } from '../method.ts'
import { intOf, isYes, mapOf, phpMap, textOf } from '../php-values.ts'
import { takeId } from '../portal-state.ts'
import { argumentError, coreError, RestError } from '../rest-error.ts'

export const BINDING_METHODS: MethodTable = {
  'event.bind': (call) => {
    const { state } = call.core
    const clientId = callingApp(call)
    refuseOffline(call)
    const event = textOf(call.params['event']).toUpperCase()
    if (event === '') throw argumentError('event', "Argument 'event' is null or empty")
    const handler = handlerOf(call, 'handler')
    if (!isGranted(call, CONTRACT.events[event]))
      throw new RestError(400, 'ERROR_EVENT_NOT_FOUND', 'Event not found')
    const authUserId = intOf(call.params['auth_type']) ?? 0
    const isSame = state.eventBindings.some(
      (one) =>
        one.clientId === clientId &&
        one.event === event &&
        one.handler === handler &&
        one.authUserId === authUserId,
    )
    if (isSame) throw coreError('Unable to set event handler: Handler already binded')
    state.eventBindings.push({ id: takeId(state, 'eventBinding'), clientId, event, handler, authUserId })
    return { result: true }
  },
  'event.unbind': (call) => {
    const { state } = call.core
    const clientId = callingApp(call)
    const event = textOf(call.params['event']).toUpperCase()
    const handler = textOf(call.params['handler'])
    const authUserId = call.params['auth_type'] === undefined ? null : (intOf(call.params['auth_type']) ?? 0)
    const before = state.eventBindings.length
    state.eventBindings = state.eventBindings.filter(
      (one) =>
        one.clientId !== clientId ||
        one.event !== event ||
        one.handler !== handler ||
        (authUserId !== null && one.authUserId !== authUserId),
    )
    return { result: { count: before - state.eventBindings.length } }
  },
  'event.get': (call) => {
    const clientId = callingApp(call)
    return {
      result: call.core.state.eventBindings
        .filter((one) => one.clientId === clientId)
        .map(({ event, handler, authUserId }) => ({
          event,
          handler,
          auth_type: String(authUserId),
          offline: 0,
        })),
    }
  },
  events: (call) => {
    const scope = textOf(call.params['SCOPE'])
    const names = Object.entries(CONTRACT.events).filter(([, scopes]) => {
      if (scope !== '') return scopes.includes(scope)
      return isYes(call.params['FULL']) || isGranted(call, scopes)
    })
    return { result: names.map(([name]) => name) }
  },
  'placement.bind': (call) => {
    const { state } = call.core
    const clientId = callingApp(call)
    requireAdmin(call)
    const placement = textOf(call.params['PLACEMENT']).toUpperCase()
    const handler = handlerOf(call, 'HANDLER')
    const scopes = CONTRACT.placements[placement]
    if (!scopes || !isGranted(call, scopes))
      throw new RestError(400, 'ERROR_PLACEMENT_NOT_FOUND', 'Placement not found')
    const isSame = state.placements.some(
      (one) => one.clientId === clientId && one.placement === placement && one.handler === handler,
    )
    if (isSame) throw coreError('Unable to set placement handler: Handler already binded')
    const options = mapOf(call.params['OPTIONS'])
    if (placement === 'PAGE_BACKGROUND_WORKER') {
      if (textOf(options['errorHandlerUrl']) === '') {
        throw new RestError(400, 'EMPTY_ERROR_HANDLER_URL', 'Option errorHandlerUrl is required')
      }
      if (state.placements.some((one) => one.clientId === clientId && one.placement === placement)) {
        throw new RestError(400, 'ERROR_PLACEMENT_MAX_COUNT', 'Maximum count of handlers is reached')
      }
    }
    const userId = intOf(call.params['USER_ID']) ?? 0
    if (userId > 0 && placement !== 'PAGE_BACKGROUND_WORKER') {
      throw new RestError(
        400,
        'ERROR_PLACEMENT_USER_MODE',
        'The placement does not support binding to a user',
      )
    }
    state.placements.push({
      clientId,
      placement,
      handler,
      title: textOf(call.params['TITLE']),
      description: textOf(call.params['DESCRIPTION']),
      userId,
      options,
      langAll: mapOf(call.params['LANG_ALL']),
    })
    return { result: true }
  },
  'placement.unbind': (call) => {
    const { state } = call.core
    const clientId = callingApp(call)
    requireAdmin(call)
    const placement = textOf(call.params['PLACEMENT']).toUpperCase()
    const handler = textOf(call.params['HANDLER'])
    const before = state.placements.length
    state.placements = state.placements.filter(
      (one) =>
        one.clientId !== clientId ||
        one.placement !== placement ||
        (handler !== '' && one.handler !== handler),
    )
    return { result: { count: before - state.placements.length } }
  },
  'placement.get': (call) => {
    const clientId = callingApp(call)
    requireAdmin(call)
    return {
      result: call.core.state.placements
        .filter((one) => one.clientId === clientId)
        .map(({ placement, userId, handler, options, title, description, langAll }) => ({
          placement,
          userId,
          handler,
          options: phpMap(options),
          title,
          description,
          langAll: phpMap(langAll),
        })),
    }
  },
  'placement.list': (call) => {
    const scope = textOf(call.params['SCOPE'])
    const names = Object.entries(CONTRACT.placements).filter(([, scopes]) => {
      if (scope !== '') return scopes.includes(scope)
      return isYes(call.params['FULL']) || isGranted(call, scopes)
    })
    return { result: names.map(([name]) => name) }
  },
}

/** The real portal asks for https; this one lives on plain loopback addresses and takes http too. */
function handlerOf(call: Call, name: string): string {
  const handler = textOf(call.params[name])
  if (!/^https?:\/\/[^\s/]+/i.test(handler))
    throw argumentError(name, `Argument '${name}' is not a valid URL`)
  return handler
}

function isGranted(call: Call, scopes: readonly string[] | undefined): boolean {
  if (scopes === undefined) return false
  return scopes.every((scope) => scope === '' || call.caller.scope.has(scope))
}

/** The pulled queue of events is not reproduced; asking for it is refused as on a plan without it. */
function refuseOffline(call: Call): void {
  if (textOf(call.params['event_type']).toLowerCase() === 'offline') {
    throw new RestError(403, 'ACCESS_DENIED', 'Offline events are not available')
  }
}
