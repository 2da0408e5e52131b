import { HubError } from '@trunkline/contracts/errors'
import type { Json } from '@trunkline/contracts/json'

/** One request to a network. */
export interface HttpCall {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | ReadableStream<Uint8Array>
  /** From the start of the call to the last byte of the answer. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/**
 * How a request ended.
 *
 * `answered`: the network said something; `json` is absent when the body was not JSON or broke off.
 * `not-sent`: it surely did nothing there, because no connection was made.
 * `lost`: it left, or may have left, and nobody answered: it may have been done.
 *
 * Reasons are short codes such as `ECONNREFUSED`; messages are never passed on, because they quote URLs and
 * URLs may hold tokens.
 */
export type HttpResult =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly headers: Headers
      readonly json: Json | undefined
    }
  | { readonly kind: 'not-sent'; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string }

/** Answers of networks are small; more than this is not one. */
const MAX_ANSWER_BYTES = 2_000_000

/** Makes one request, follows no redirect and never throws: every end is a value. */
export async function callHttp(fetchOnce: typeof fetch, call: HttpCall): Promise<HttpResult> {
  if (call.signal.aborted) return { kind: 'not-sent', reason: 'ABORTED' }
  try {
    const response = await fetchOnce(call.url, {
      method: call.method,
      headers: { ...call.headers },
      redirect: 'manual',
      signal: AbortSignal.any([call.signal, AbortSignal.timeout(call.timeoutMs)]),
      ...(call.body === undefined ? {} : { body: call.body }),
      ...(call.body instanceof ReadableStream ? { duplex: 'half' as const } : {}),
    })
    return {
      kind: 'answered',
      status: response.status,
      headers: response.headers,
      json: await readJson(response),
    }
  } catch (error) {
    const { certain, reason } = classifyNetworkError(error)
    return { kind: certain ? 'not-sent' : 'lost', reason }
  }
}

/** What `Retry-After` asks for, in milliseconds, at most an hour. Source: RFC 9110 §10.2.3. */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (!value) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), 3_600_000)
}

/**
 * Codes that come before a single byte of the request left: name, route, connection, certificate.
 * Source: nodejs.org/api/errors.html, undici `lib/core/errors.js`, read 2026-11.
 */
const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ERR_INVALID_URL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** Whether a failed `fetch` surely did nothing on the other side. In doubt it is not certain. */
export function classifyNetworkError(error: unknown): { certain: boolean; reason: string } {
  const cause = rootCause(error)
  if (cause instanceof HubError) return { certain: cause.certain, reason: cause.code }
  if (cause instanceof AggregateError && cause.errors.length > 0) {
    const each = cause.errors.map(classifyNetworkError)
    const open = each.find((one) => !one.certain)
    return open ?? { certain: true, reason: each[0]!.reason }
  }
  const { code, syscall, name } = cause as { code?: unknown; syscall?: unknown; name?: unknown }
  if (typeof code === 'string') {
    const connecting = syscall === 'connect' || syscall === 'getaddrinfo'
    // The peer hung up during the TLS handshake: Node reports a reset that belongs to no system call.
    const handshake = code === 'ECONNRESET' && syscall === undefined
    return { certain: connecting || handshake || BEFORE_SENDING.has(code), reason: code }
  }
  if (name === 'TimeoutError') return { certain: false, reason: 'TIMEOUT' }
  if (name === 'AbortError') return { certain: false, reason: 'ABORTED' }
  return { certain: false, reason: 'NETWORK' }
}

/** `fetch` wraps what happened in a TypeError; the story is in the deepest cause. */
function rootCause(error: unknown): object {
  let current: unknown = error
  for (let depth = 0; depth < 5; depth++) {
    if (!(current instanceof Error) || current instanceof HubError) break
    const isNamed = typeof (current as { code?: unknown }).code === 'string'
    if (isNamed || current.cause === undefined) break
    current = current.cause
  }
  return typeof current === 'object' && current !== null ? current : {}
}

async function readJson(response: Response): Promise<Json | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength
      if (size > MAX_ANSWER_BYTES) return undefined
      chunks.push(chunk)
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    // The status line is known all the same; what a missing body means is for the caller to say.
    return undefined
  }
}
