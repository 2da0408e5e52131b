import { ERRORS, type ErrorCode, HubError } from '@trunkline/contracts/errors'
import type { Problem } from '@trunkline/contracts/http/shared'
import type { Locale } from '@trunkline/contracts/locale'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from '../observe/logger.ts'
import { schemaWords } from '../schema-problems.ts'

/** Media type of an error answer. Source: RFC 9457 §3. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** The language of an answer's texts: what the browser asks for first, Russian when it says nothing. */
export function localeOf(request: Pick<FastifyRequest, 'headers'>): Locale {
  const wanted = request.headers['accept-language']?.slice(0, 2).toLowerCase()
  return wanted === undefined || wanted === 'ru' ? 'ru' : 'en'
}

/** Turns whatever a route threw into a problem; what is not ours is a bug and says nothing of itself. */
export function problemHandler(logger: Logger) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = asHubError(error)
    if (known.kind === 'bug')
      logger.error('request-failed', { traceId: request.id, code: known.code }, known.cause ?? error)
    if (known.retryAfterMs !== undefined)
      void reply.header('retry-after', String(Math.ceil(known.retryAfterMs / 1000)))
    return reply.code(known.status).type(PROBLEM_TYPE).send(problemOf(known, request))
  }
}

export function problemOf(error: HubError, request: Pick<FastifyRequest, 'id' | 'headers' | 'url'>): Problem {
  const locale = localeOf(request)
  const entry = ERRORS[error.code as ErrorCode]
  return {
    type: `about:blank#${error.code}`,
    title: error.publicText[locale],
    status: error.status,
    ...(entry === undefined ? {} : { detail: entry.action[locale] }),
    instance: request.url.split('?')[0]!,
    code: error.code,
    requestId: request.id,
    ...(error.fields.length === 0
      ? {}
      : {
          errors: error.fields.map((field) => ({
            pointer: field.pointer,
            code: field.code,
            message: { ...field.text },
          })),
        }),
  }
}

function asHubError(error: unknown): HubError {
  if (error instanceof HubError) return error
  const fastify = error as Partial<FastifyError>
  // An id that is none of ours names nothing, like one that was never given.
  if (Array.isArray(fastify.validation))
    return fastify.validationContext === 'params'
      ? new HubError('request/not-found', { cause: error })
      : validationError(fastify as FastifyError)
  switch (fastify.statusCode) {
    case 400:
      return new HubError('request/malformed', { cause: error })
    // Addresses that lead out of the built files.
    case 403:
    case 404:
      return new HubError('request/not-found', { cause: error })
    case 413:
      return new HubError('request/too-large', { cause: error })
    case 415:
      return new HubError('request/unsupported-type', { cause: error })
    case 429:
      return new HubError('request/too-many', { cause: error, retryAfterMs: 10_000 })
    default:
      return new HubError('server/bug', { cause: error })
  }
}

/** A body or query that does not fit its schema, field by field, in words. */
function validationError(error: FastifyError): HubError {
  const fields = (error.validation ?? []).map((one) => {
    const missing = one.keyword === 'required' ? `/${String(one.params['missingProperty'])}` : ''
    return {
      pointer: `${one.instancePath}${missing}` || '/',
      code: one.keyword,
      text: schemaWords(one.keyword, one.params),
    }
  })
  return new HubError('request/invalid', { fields, cause: error })
}
