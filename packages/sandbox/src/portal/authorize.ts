/** Who calls, and whether the portal lets them: the checks after "the method exists", in the portal's own order. */
import { CONTRACT } from './contract.ts'
import type { Caller } from './method.ts'
import type { PortalCore } from './portal-core.ts'
import { RestError } from './rest-error.ts'

/** What an HTTP request carries to identify its caller. */
export interface Credentials {
  /** Access token from the query, the body or the `Authorization` header. */
  readonly token: string | null
  /** User and code of an incoming webhook's address. */
  readonly hook: { readonly userId: number; readonly code: string } | null
}

/** Source of the order and codes: reference/bitrix24.md §1.4. Scope is checked for each method (`checkScope`). */
export function identify(core: PortalCore, credentials: Credentials): Caller {
  return credentials.hook ? hookCaller(core, credentials.hook) : appCaller(core, credentials.token)
}

function hookCaller(core: PortalCore, { userId, code }: { userId: number; code: string }): Caller {
  const hook = core.state.hooks.find((one) => one.userId === userId && one.code === code)
  if (!hook) throw new RestError(401, 'NO_AUTH_FOUND', 'Wrong authorization data')
  return {
    key: `hook:${userId}:${code}`,
    clientId: null,
    employee: activeEmployee(core, userId),
    scope: new Set(hook.scope),
    eventDepth: 0,
  }
}

function appCaller(core: PortalCore, tokenText: string | null): Caller {
  if (tokenText === null || tokenText === '')
    throw new RestError(401, 'NO_AUTH_FOUND', 'Wrong authorization data')
  const token = core.auth.accessToken(tokenText)
  if (!token || token.memberId !== core.state.memberId) {
    throw new RestError(401, 'invalid_token', 'Unable to get application by token')
  }
  const app = core.auth.app(token.clientId)
  if (!app) throw new RestError(401, 'APPLICATION_NOT_FOUND', 'Application not found')
  const install = core.install(token.clientId)
  if (!install?.isActive) throw new RestError(401, 'ERROR_OAUTH', 'Application not installed')
  if (!install.isPaid) throw new RestError(401, 'PAYMENT_REQUIRED', 'Payment required')
  if (token.expiresAt <= core.clock.now()) throw expiredToken()
  return {
    key: `app:${token.clientId}`,
    clientId: token.clientId,
    employee: activeEmployee(core, token.userId),
    scope: new Set(app.scope),
    eventDepth: token.eventDepth,
  }
}

export function expiredToken(): RestError {
  return new RestError(401, 'expired_token', 'The access token provided has expired')
}

function activeEmployee(core: PortalCore, userId: number): Caller['employee'] {
  const employee = core.state.employees.find(({ id }) => id === userId)
  if (!employee?.isActive) throw new RestError(401, 'authorization_error', 'Unable to authorize user')
  return employee
}

export function checkScope(caller: Caller, method: string): void {
  const contract = CONTRACT.methods[method]
  if (!contract) return
  if (contract.scope.length > 0 && !contract.scope.some((scope) => caller.scope.has(scope))) {
    throw new RestError(
      403,
      'insufficient_scope',
      'The request requires higher privileges than provided by the access token',
    )
  }
  if (contract.appOnly && caller.clientId === null) {
    throw new RestError(
      403,
      'WRONG_AUTH_TYPE',
      'Current authorization type is denied for this method Application context required',
    )
  }
}
