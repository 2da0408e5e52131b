/** `batch`: up to fifty commands in one hit, chained by references. Source: reference/bitrix24.md §2.4. */
import { type BatchSections, resolveReferences } from './batch-reference.ts'
import { runCommand } from './command.ts'
import type { JournalHit } from './journal.ts'
import type { Caller } from './method.ts'
import { isYes, mapOf, type PhpMap, type PhpValue, parsePhpQuery, phpMap } from './php-values.ts'
import type { PortalCore } from './portal-core.ts'
import { RestError } from './rest-error.ts'

const MAX_COMMANDS = 50
/** One request of the cloud is cut off after a minute. */
export const MAX_REQUEST_SECONDS = 60

/** Splits `method?query` as a URL: what follows `#` is gone, the rest is a PHP query. */
export function splitCommand(command: string): { method: string; params: PhpMap } {
  const [url = ''] = command.split('#', 1)
  const question = url.indexOf('?')
  const path = question < 0 ? url : url.slice(0, question)
  return {
    method: path.replace(/^\/+/, '').replace(/\.json$/i, ''),
    params: question < 0 ? {} : parsePhpQuery(url.slice(question + 1)),
  }
}

/** Names of the methods inside a batch, for faults that match by command. */
export function commandNames(params: PhpMap): string[] {
  return Object.values(mapOf(params['cmd'])).flatMap((command) =>
    typeof command === 'string' ? [splitCommand(command).method] : [],
  )
}

export interface BatchOutcome {
  readonly result: PhpMap
  readonly costSeconds: number
  /** The time limit of one request was hit: commands ran, the client gets a gateway error. */
  readonly timedOut: boolean
}

/** Runs the commands in order. `maxCommands` ends it early, as a process killed half-way would. */
export function runBatch(
  core: PortalCore,
  caller: Caller,
  hit: JournalHit,
  params: PhpMap,
  maxCommands = Number.POSITIVE_INFINITY,
): BatchOutcome {
  const halt = isYes(params['halt'])
  const sections: BatchSections = { result: {}, error: {}, total: {}, next: {}, time: {} }
  let costSeconds = 0
  let count = 0
  let timedOut = false
  for (const [key, command] of Object.entries(mapOf(params['cmd']))) {
    if (typeof command !== 'string') continue
    if (count >= maxCommands) break
    count++
    const failure = count > MAX_COMMANDS ? tooMany() : run(key, command)
    if (failure) {
      sections.error[key] = { error: failure.code, error_description: failure.message, ...failure.extra }
      if (halt) break
    }
    if (core.state.kind === 'cloud' && costSeconds > MAX_REQUEST_SECONDS) {
      timedOut = true
      break
    }
  }
  return {
    costSeconds,
    timedOut,
    result: {
      result: phpMap(sections.result),
      result_error: phpMap(sections.error),
      result_total: phpMap(sections.total),
      result_next: phpMap(sections.next),
      result_time: phpMap(sections.time),
    },
  }

  function run(key: string, command: string): RestError | undefined {
    const { method, params: raw } = splitCommand(command)
    if (method.toLowerCase() === 'batch') {
      return new RestError(405, 'ERROR_BATCH_METHOD_NOT_ALLOWED', 'Method is not allowed for batch usage')
    }
    const outcome = runCommand(core, caller, hit, { key, method, params: resolveReferences(raw, sections) })
    costSeconds += outcome.costSeconds
    if (outcome.error) return outcome.error
    sections.result[key] = outcome.answer?.result ?? null
    putCount(sections.total, key, outcome.answer?.total)
    putCount(sections.next, key, outcome.answer?.next)
    sections.time[key] = outcome.time
    return undefined
  }
}

function tooMany(): RestError {
  return new RestError(400, 'ERROR_BATCH_LENGTH_EXCEEDED', 'Max batch length exceeded')
}

function putCount(section: Record<string, PhpValue>, key: string, count: number | undefined): void {
  if (count !== undefined) section[key] = count
}
