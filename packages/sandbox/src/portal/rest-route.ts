/** `/rest/…` of a portal: one hit from its bytes to its answer, with limits, faults, journal and durability. */
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { identify } from './authorize.ts'
import { type BatchOutcome, commandNames, runBatch } from './batch.ts'
import { methodNotFound, runCommand, timeBlock } from './command.ts'
import type { Fault, FaultKind } from './faults.ts'
import { type RestRequest, readRestRequest } from './http-request.ts'
import type { JournalHit } from './journal.ts'
import type { Caller } from './method.ts'
import { findMethod } from './methods/method-table.ts'
import type { PhpMap } from './php-values.ts'
import type { PortalCore } from './portal-core.ts'
import { RestError } from './rest-error.ts'
import { isWrite } from './run-cost.ts'

const BEFORE_WORK: readonly FaultKind[] = ['cut-before', 'bad-gateway']
const REFUSALS: Readonly<Partial<Record<FaultKind, () => RestError>>> = {
  'rate-limit': tooManyRequests,
  overload: () => new RestError(503, 'OVERLOAD_LIMIT', 'REST API is blocked due to overload'),
  'portal-deleted': () => new RestError(403, 'PORTAL_DELETED', 'Portal was deleted'),
  'server-error': () => new RestError(500, 'INTERNAL_SERVER_ERROR', 'Internal server error'),
}
const AFTER_WORK: readonly FaultKind[] = ['cut-after', 'bad-gateway-after']

function tooManyRequests(): RestError {
  return new RestError(503, 'QUERY_LIMIT_EXCEEDED', 'Too many requests')
}

/** `saved` resolves when everything changed so far is on disk; awaited before the answer to a write. */
export async function handleRest(
  core: PortalCore,
  request: FastifyRequest,
  reply: FastifyReply,
  saved: () => Promise<void>,
): Promise<FastifyReply> {
  const body = typeof request.body === 'string' ? request.body : ''
  const rest = readRestRequest(request, body)
  const hit = core.journal.openHit({
    at: core.clock.now(),
    kind: 'rest',
    httpMethod: request.method,
    method: rest ? (findMethod(rest.method)?.name ?? rest.method) : (request.url.split('?', 1)[0] ?? ''),
    source: rest?.source ?? request.ip,
  })
  if (!rest) return answer(reply, hit, 404, methodNotFound().body(), 'ERROR_METHOD_NOT_FOUND')
  const isBatch = rest.method.toLowerCase() === 'batch'
  const names = isBatch ? ['batch', ...commandNames(rest.params)] : [hit.method]
  const strike = (kinds: readonly FaultKind[], caller?: Caller): Fault | undefined => {
    const fault = core.faults.strike(kinds, names, core.clock.now(), caller?.clientId)
    if (fault) hit.fault = fault.kind
    return fault
  }

  const early = strike(BEFORE_WORK)
  if (early) return early.kind === 'cut-before' ? cut(request, reply) : gatewayPage(reply, hit, 502)
  try {
    enterLimits(core, hit, strike)
    if (!isBatch && !findMethod(rest.method)) throw methodNotFound()
    const caller = callerOf(core, rest, strike)
    hit.clientId = caller.clientId
    hit.userId = caller.employee.id
    const late = strike(AFTER_WORK, caller)
    const slow = strike(['slow'], caller)
    const work = isBatch
      ? batchWork(core, caller, hit, rest.params, late?.afterCommands)
      : singleWork(core, caller, hit, rest)
    core.afterHit()
    const waitMs = work.costSeconds * 1000 * core.settings.realLatency + (slow?.ms ?? 0)
    if (waitMs > 0) await delay(waitMs)
    if (names.some(isWrite)) await saved()
    if (late) return late.kind === 'cut-after' ? cut(request, reply) : gatewayPage(reply, hit, 502)
    if (work.timedOut) return gatewayPage(reply, hit, 504)
    return answer(reply, hit, work.status, work.body, work.error)
  } catch (thrown) {
    if (!(thrown instanceof RestError)) throw thrown
    return answer(reply, hit, thrown.status, thrown.body(), thrown.code)
  }
}

function enterLimits(
  core: PortalCore,
  hit: JournalHit,
  strike: (kinds: readonly FaultKind[]) => Fault | undefined,
): void {
  const isLimited = core.state.kind === 'cloud' && !core.bucket.take(hit.source, hit.at)
  if (isLimited) {
    core.journal.refuse(hit)
    throw tooManyRequests()
  }
  const fault = strike(Object.keys(REFUSALS) as FaultKind[])
  const refusal = fault && REFUSALS[fault.kind]?.()
  if (!refusal) return
  if (fault.kind === 'rate-limit') core.journal.refuse(hit)
  throw refusal
}

/** Token faults change the token itself, so they end as they would in life: by a refresh, or never. */
function callerOf(
  core: PortalCore,
  rest: RestRequest,
  strike: (kinds: readonly FaultKind[], caller?: Caller) => Fault | undefined,
): Caller {
  const caller = identify(core, rest.credentials)
  const { token } = rest.credentials
  if (caller.clientId === null || token === null) return caller
  const fault = strike(['expired-token', 'revoked-token', 'payment-required'], caller)
  if (!fault) return caller
  if (fault.kind === 'payment-required') throw new RestError(401, 'PAYMENT_REQUIRED', 'Payment required')
  if (fault.kind === 'expired-token') core.auth.expire(token)
  else core.auth.revoke(core.state.memberId, caller.clientId)
  return identify(core, rest.credentials)
}

interface Work {
  readonly status: number
  readonly body: PhpMap
  readonly error: string | null
  readonly costSeconds: number
  readonly timedOut: boolean
}

function singleWork(core: PortalCore, caller: Caller, hit: JournalHit, rest: RestRequest): Work {
  const outcome = runCommand(core, caller, hit, { key: null, method: rest.method, params: rest.params })
  const { costSeconds, error, answer: given } = outcome
  if (error)
    return { status: error.status, body: error.body(), error: error.code, costSeconds, timedOut: false }
  const body: PhpMap = { result: given?.result ?? null }
  if (given?.next !== undefined) body['next'] = given.next
  if (given?.total !== undefined) body['total'] = given.total
  body['time'] = outcome.time
  return { status: 200, body, error: null, costSeconds, timedOut: false }
}

function batchWork(
  core: PortalCore,
  caller: Caller,
  hit: JournalHit,
  params: PhpMap,
  maxCommands?: number,
): Work {
  if (params['cmd'] === undefined) {
    throw new RestError(400, 'ERROR_ARGUMENT', "Argument 'cmd' is null or empty", { argument: 'cmd' })
  }
  const startedAt = core.clock.now()
  const outcome: BatchOutcome = runBatch(core, caller, hit, params, maxCommands)
  return {
    status: 200,
    body: { result: outcome.result, time: timeBlock(core, startedAt, outcome.costSeconds, null) },
    error: null,
    costSeconds: outcome.costSeconds,
    timedOut: outcome.timedOut,
  }
}

function answer(
  reply: FastifyReply,
  hit: JournalHit,
  status: number,
  body: PhpMap,
  error: string | null,
): FastifyReply {
  hit.status = status
  hit.error = error
  return reply
    .status(status)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(body))
}

function cut(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack()
  request.raw.socket.destroy()
  return reply
}

function gatewayPage(reply: FastifyReply, hit: JournalHit, status: 502 | 504): FastifyReply {
  hit.status = status
  const title = status === 502 ? '502 Bad Gateway' : '504 Gateway Time-out'
  return reply
    .status(status)
    .header('content-type', 'text/html')
    .send(`<html><head><title>${title}</title></head><body><center><h1>${title}</h1></center></body></html>`)
}
