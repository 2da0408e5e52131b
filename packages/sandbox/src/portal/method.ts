/** What a method of the pretend portal is given and what it gives back. */
import type { PhpMap, PhpValue } from './php-values.ts'
import type { PortalCore } from './portal-core.ts'
import type { Employee } from './portal-state.ts'
import { RestError } from './rest-error.ts'

/** Who calls: a user through an application's token or through an incoming webhook. */
export interface Caller {
  /** Key of the operating counters: one for each application or hook. */
  readonly key: string
  /** `null` for a hook. */
  readonly clientId: string | null
  readonly employee: Employee
  readonly scope: ReadonlySet<string>
  /** Depth of the event chain that minted the token. */
  readonly eventDepth: number
}

export interface Call {
  readonly core: PortalCore
  readonly caller: Caller
  /** Checked against the contract, in the documented spelling, without tokens. */
  readonly params: PhpMap
  readonly now: number
}

export interface Answer {
  readonly result: PhpValue
  readonly total?: number
  readonly next?: number
}

/** Runs synchronously against the state; refusals are thrown as `RestError`. */
export type Method = (call: Call) => Answer

export type MethodTable = Readonly<Record<string, Method>>

export function requireAdmin(call: Call, code = 'ACCESS_DENIED'): void {
  if (!call.caller.employee.isAdmin) throw new RestError(code === '' ? 400 : 403, code, 'Access denied')
}

/** Client id of the calling application; hooks were refused before (`appOnly` of the contract). */
export function callingApp(call: Call): string {
  const { clientId } = call.caller
  if (clientId === null) {
    throw new RestError(
      403,
      'WRONG_AUTH_TYPE',
      'Current authorization type is denied for this method Application context required',
    )
  }
  return clientId
}

export function eventCause(call: Call): { userId: number; eventDepth: number } {
  return { userId: call.caller.employee.id, eventDepth: call.caller.eventDepth }
}
