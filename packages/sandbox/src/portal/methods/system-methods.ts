/** Methods about the application and the portal themselves. Source: reference/bitrix24.md §5, §9.3. */
import { CONTRACT } from '../contract.ts'
import { type Call, callingApp, type MethodTable, requireAdmin } from '../method.ts'
import { mapOf, type PhpMap, phpMap, textOf } from '../php-values.ts'
import type { PortalCore } from '../portal-core.ts'
import { portalDateTime } from '../portal-time.ts'
import { RestError } from '../rest-error.ts'

/** What `app.info` tells about an installed application, at the portal and at the auth server alike. */
export function appInfo(core: PortalCore, clientId: string): PhpMap {
  const { state } = core
  const install = core.install(clientId)
  return {
    ID: 1 + state.installs.findIndex((one) => one.clientId === clientId),
    CODE: clientId,
    VERSION: 1,
    STATUS: 'L',
    INSTALLED: install?.isActive === true && install.isUnfinished !== true,
    PAYMENT_EXPIRED: install?.isPaid === false ? 'Y' : 'N',
    DAYS: null,
    LANGUAGE_ID: state.language,
    LICENSE: `${state.language}_${state.kind === 'box' ? 'selfhosted' : state.plan}`,
    LICENSE_TYPE: state.kind === 'box' ? 'selfhosted' : state.plan,
    LICENSE_FAMILY: state.kind === 'box' ? 'selfhosted' : state.plan,
  }
}

export const SYSTEM_METHODS: MethodTable = {
  'app.info': (call) => ({ result: appInfo(call.core, callingApp(call)) }),
  scope: ({ caller, params }) => ({
    result: params['full'] ? [...allScopes()].sort() : [...caller.scope].sort(),
  }),
  'method.get': ({ caller, params }) => {
    const wanted = textOf(params['name']).toLowerCase()
    const entry = Object.entries(CONTRACT.methods).find(([name]) => name.toLowerCase() === wanted)
    const scope = entry?.[1].scope ?? []
    const isAvailable =
      entry !== undefined && (scope.length === 0 || scope.some((one) => caller.scope.has(one)))
    return { result: { isExisting: entry !== undefined, isAvailable } }
  },
  'server.time': ({ core, now }) => ({ result: portalDateTime(now, core.state.utcOffsetMinutes) }),
  'app.option.get': (call) => ({
    result: readOptions(call, call.core.state.appOptions[optionApp(call)] ?? {}),
  }),
  'app.option.set': (call) => {
    const clientId = optionApp(call)
    requireAdmin(call)
    const { appOptions } = call.core.state
    appOptions[clientId] = { ...appOptions[clientId], ...givenOptions(call) }
    return { result: true }
  },
  'user.option.get': (call) => ({
    result: readOptions(call, call.core.state.userOptions[userKey(call)] ?? {}),
  }),
  'user.option.set': (call) => {
    const { userOptions } = call.core.state
    const key = userKey(call)
    userOptions[key] = { ...userOptions[key], ...givenOptions(call) }
    return { result: true }
  },
}

function allScopes(): Set<string> {
  return new Set(Object.values(CONTRACT.methods).flatMap(({ scope }) => scope))
}

function optionApp(call: Call): string {
  if (call.caller.clientId === null)
    throw new RestError(400, 'AccessException', 'Application context required')
  return call.caller.clientId
}

function userKey(call: Call): string {
  return `${optionApp(call)}:${call.caller.employee.id}`
}

function givenOptions(call: Call): PhpMap {
  const options = mapOf(call.params['options'])
  if (Object.keys(options).length === 0) {
    throw new RestError(400, 'ArgumentNullException', "Argument 'options' is null or empty")
  }
  return options
}

function readOptions(call: Call, options: PhpMap): PhpMap[string] {
  const name = textOf(call.params['option'])
  return name === '' ? phpMap(options) : (options[name] ?? null)
}
