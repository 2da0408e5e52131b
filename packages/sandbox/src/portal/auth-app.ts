/** HTTP of the shared auth server: `/oauth/token/` and its own small REST (`app.info`). */
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AuthServer, TokenPair } from './auth-server.ts'
import { parseBody, readRestRequest, sourceOf } from './http-request.ts'
import { appInfo } from './methods/system-methods.ts'
import { type PhpMap, parsePhpQuery, textOf } from './php-values.ts'
import type { PortalCore } from './portal-core.ts'
import { RestError } from './rest-error.ts'

export interface AuthAppOptions {
  readonly auth: AuthServer
  portal(memberId: string): PortalCore | undefined
  saved(): Promise<void>
}

export function mountAuthServer(app: FastifyInstance, options: AuthAppOptions): void {
  for (const url of ['/oauth/token', '/oauth/token/']) {
    app.route({
      method: ['GET', 'POST'],
      url,
      handler: (request, reply) => handleToken(options, request, reply),
    })
  }
  app.route({
    method: ['GET', 'POST'],
    url: '/rest/*',
    handler: (request, reply) => handleAuthRest(options, request, reply),
  })
}

async function handleToken(
  options: AuthAppOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const body = parseBody(request, typeof request.body === 'string' ? request.body : '')
  const given = { ...parsePhpQuery(request.url.split('?')[1] ?? ''), ...body }
  const query = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, textOf(value)]))
  const owner = options.auth.ownerOf(query)
  const core = owner && options.portal(owner.memberId)
  const hit = core?.journal.openHit({
    at: core.clock.now(),
    kind: 'oauth',
    httpMethod: request.method,
    method: 'oauth/token',
    source: sourceOf(request),
  })
  if (hit) hit.clientId = owner?.clientId ?? null
  const strike = (
    kinds: Parameters<PortalCore['faults']['strike']>[0],
  ): ReturnType<PortalCore['faults']['strike']> => {
    const fault = core?.faults.strike(kinds, ['oauth/token'], core.clock.now(), owner?.clientId)
    if (fault && hit) hit.fault = fault.kind
    return fault
  }
  const cut = (): FastifyReply => {
    reply.hijack()
    request.raw.socket.destroy()
    return reply
  }
  const send = (status: number, content: PhpMap | TokenPair, error: string | null): FastifyReply => {
    if (hit) {
      hit.status = status
      hit.error = error
    }
    return reply
      .status(status)
      .header('content-type', 'application/json; charset=utf-8')
      .send(JSON.stringify(content))
  }

  if (strike(['cut-before'])) return cut()
  if (strike(['bad-gateway']))
    return reply.status(502).header('content-type', 'text/html').send('<h1>502 Bad Gateway</h1>')
  try {
    const refusal = strike(['invalid-grant', 'payment-required', 'server-error'])
    if (refusal?.kind === 'invalid-grant')
      throw new RestError(400, 'invalid_grant', 'The token is invalid, expired or used')
    if (refusal?.kind === 'payment-required') throw new RestError(400, 'PAYMENT_REQUIRED', 'Payment required')
    if (refusal) throw new RestError(500, 'INTERNAL_SERVER_ERROR', 'Internal server error')
    const pair = options.auth.token(query)
    await options.saved()
    const slow = strike(['slow'])
    if (slow?.ms) await delay(slow.ms)
    if (strike(['cut-after'])) return cut()
    return send(200, pair, null)
  } catch (thrown) {
    if (!(thrown instanceof RestError)) throw thrown
    return send(thrown.status, thrown.body(), thrown.code)
  }
}

/** The trusted copy of `app.info`; `install` tells which portal the token belongs to. Shape of `install`: [?] in the reference. */
async function handleAuthRest(
  options: AuthAppOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const rest = readRestRequest(request, typeof request.body === 'string' ? request.body : '')
  try {
    if (rest?.method.toLowerCase() !== 'app.info')
      throw new RestError(404, 'ERROR_METHOD_NOT_FOUND', 'Method not found!')
    const token = options.auth.accessToken(rest.credentials.token ?? '')
    const core = token && options.portal(token.memberId)
    if (!core) throw new RestError(401, 'invalid_token', 'Unable to get application by token')
    if (token.expiresAt <= core.clock.now())
      throw new RestError(401, 'expired_token', 'The access token provided has expired')
    const install = core.install(token.clientId)
    if (!install) throw new RestError(401, 'ERROR_OAUTH', 'Application not installed')
    const result: PhpMap = {
      ...appInfo(core, token.clientId),
      client_id: token.clientId,
      user_id: token.userId,
      install: {
        installed: install.isActive && install.isUnfinished !== true,
        domain: new URL(core.url()).host,
        client_endpoint: core.clientEndpoint(),
        member_id: core.state.memberId,
        status: 'L',
        scope: options.auth.app(token.clientId)?.scope.join(',') ?? '',
      },
    }
    return await reply.status(200).send({ result })
  } catch (thrown) {
    if (!(thrown instanceof RestError)) throw thrown
    return reply.status(thrown.status).send(thrown.body())
  }
}
