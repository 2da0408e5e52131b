/** Runs one command, alone or inside a batch: limits of the method, contract, the method itself, journal. */
import { checkScope } from './authorize.ts'
import { checkedParams } from './contract.ts'
import type { JournalHit } from './journal.ts'
import type { Answer, Caller } from './method.ts'
import { findMethod } from './methods/method-table.ts'
import type { PhpMap } from './php-values.ts'
import type { PortalCore } from './portal-core.ts'
import { portalDateTime } from './portal-time.ts'
import { RestError } from './rest-error.ts'
import { runCostSeconds } from './run-cost.ts'

export interface CommandOutcome {
  readonly method: string
  readonly answer?: Answer
  readonly error?: RestError
  /** The envelope's `time`. */
  readonly time: PhpMap
  readonly costSeconds: number
}

export function methodNotFound(): RestError {
  return new RestError(404, 'ERROR_METHOD_NOT_FOUND', 'Method not found!')
}

/** Never throws a `RestError`; any other exception is a fault of the sandbox and goes through. */
export function runCommand(
  core: PortalCore,
  caller: Caller,
  hit: JournalHit,
  command: { key: string | null; method: string; params: PhpMap },
): CommandOutcome {
  const found = findMethod(command.method)
  const method = found?.name ?? command.method
  const now = core.clock.now()
  const seconds = found ? runCostSeconds(method, core.settings.costSeconds) : 0
  let params = command.params
  let answer: Answer | undefined
  let error: RestError | undefined
  let ran = false
  try {
    if (!found) throw methodNotFound()
    checkScope(caller, method)
    checkMethodTime(core, caller, method, now)
    params = checkedParams(method, command.params, core.settings.strict)
    if (core.faults.strike(['empty-error'], [method], now, caller.clientId))
      throw new RestError(400, '', 'Not found')
    ran = true
    answer = found.run({ core, caller, params, now })
  } catch (thrown) {
    if (!(thrown instanceof RestError)) throw thrown
    error = thrown
  }
  const costSeconds = ran ? seconds : 0
  core.journal.addCommand(hit, {
    key: command.key,
    method,
    params,
    costSeconds,
    ...(error
      ? { error: { code: error.code, description: error.message } }
      : { result: answer?.result ?? null }),
  })
  return {
    method,
    ...(answer ? { answer } : {}),
    ...(error ? { error } : {}),
    time: timeBlock(core, now, costSeconds, { caller, method }),
    costSeconds,
  }
}

function checkMethodTime(core: PortalCore, caller: Caller, method: string, now: number): void {
  const isScripted = core.faults.strike(['operating-limit'], [method], now, caller.clientId) !== undefined
  const isOver = core.state.kind === 'cloud' && !core.meter.allows(caller.key, method, now)
  if (isScripted || isOver) {
    throw new RestError(429, 'OPERATION_TIME_LIMIT', 'Method is blocked due to operation time limit.')
  }
}

/** The `time` of an answer; `operating*` exist in the cloud only and count the seconds given here. */
export function timeBlock(
  core: PortalCore,
  startedAt: number,
  seconds: number,
  counted: { caller: Caller; method: string } | null,
): PhpMap {
  const offset = core.state.utcOffsetMinutes
  const start = startedAt / 1000
  const time: PhpMap = {
    start,
    finish: start + seconds,
    duration: seconds,
    processing: seconds,
    date_start: portalDateTime(startedAt, offset),
    date_finish: portalDateTime(startedAt + seconds * 1000, offset),
  }
  if (core.state.kind === 'cloud') {
    const spent = counted
      ? core.meter.add(counted.caller.key, counted.method, seconds, startedAt)
      : { operating: 0, resetAtUnix: Math.floor(startedAt / 1000) + 600 }
    time['operating_reset_at'] = spent.resetAtUnix
    time['operating'] = Math.round(spent.operating * 1e6) / 1e6
  }
  return time
}
