/** Reads a request the way the portal does: parameters from query and body, token from either or the header. */
import type { FastifyRequest } from 'fastify'
import type { Credentials } from './authorize.ts'
import { isTransportParameter } from './contract.ts'
import { isMap, mapOf, type PhpMap, type PhpValue, parsePhpQuery, textOf } from './php-values.ts'

export interface RestRequest {
  /** As written in the address, without `.json`. */
  readonly method: string
  readonly params: PhpMap
  readonly credentials: Credentials
  /** What the rate limit counts: the peer's address, or the name given in `x-sandbox-source`. */
  readonly source: string
}

/** `/rest/<method>` or `/rest/<user>/<code>/<method>`; `null` for an address that is neither. */
export function readRestRequest(request: FastifyRequest, body: string): RestRequest | null {
  const [path = '', query = ''] = splitOnce(request.url, '?')
  const segments = decodeURIComponent(path)
    .replace(/^\/rest\/?/, '')
    .split('/')
    .filter((segment) => segment !== '')
  const last = segments.at(-1)
  const hook = segments.length === 3 && /^\d+$/.test(segments[0] ?? '') ? segments : null
  if (last === undefined || (segments.length !== 1 && !hook)) return null
  const all: PhpMap = { ...parsePhpQuery(query), ...parseBody(request, body) }
  const params: PhpMap = {}
  for (const [name, value] of Object.entries(all)) if (!isTransportParameter(name)) params[name] = value
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const token = textOf(all['auth']) || textOf(all['access_token']) || bearer || null
  return {
    method: last.replace(/\.json$/i, ''),
    params,
    credentials: { token, hook: hook ? { userId: Number(hook[0]), code: hook[1] ?? '' } : null },
    source: sourceOf(request),
  }
}

/** Tests stand for several servers by naming themselves in `x-sandbox-source`. */
export function sourceOf(request: FastifyRequest): string {
  const named = request.headers['x-sandbox-source']
  return typeof named === 'string' && named !== '' ? named : request.ip
}

/** Invalid JSON is no error: the parameters are simply empty. Source: reference/bitrix24.md §2.1. */
export function parseBody(request: FastifyRequest, body: string): PhpMap {
  if (body === '') return {}
  const type = request.headers['content-type'] ?? ''
  if (/\bjson\b/i.test(type)) return parseJson(body)
  return /x-www-form-urlencoded/i.test(type) ? parsePhpQuery(body) : {}
}

function parseJson(body: string): PhpMap {
  try {
    const value = JSON.parse(body) as PhpValue
    return isMap(value) ? value : mapOf(value)
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
