import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Agent, errors } from 'undici'
import type { DidRun } from './errors.ts'
import { isPrivateAddress } from './private-address.ts'

/** One HTTP answer, whatever its status. */
export interface HttpAnswer {
  readonly status: number
  readonly body: string
  readonly durationMs: number
  /** Origin the request was repeated at after a redirect; absent when the portal did not move. */
  readonly movedTo?: string | undefined
}

export interface HttpRequest {
  readonly url: string
  readonly body: string
  /** Default `application/json`. */
  readonly contentType?: 'application/json' | 'application/x-www-form-urlencoded'
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** HTTP with our rules: POST only, no blind redirects, no private addresses unless allowed. */
export interface Transport {
  /** Throws {@link TransportFailure} when there is no whole answer. */
  post(request: HttpRequest): Promise<HttpAnswer>
  /** Whether private addresses and plain http are allowed (the demo, a box in the company's own network). */
  readonly allowPrivate: boolean
  close(): Promise<void>
}

export interface TransportOptions {
  /** Allows private, loopback and link-local addresses, any auth server and plain http. */
  readonly allowPrivate: boolean
  /** Default 65 000. */
  readonly timeoutMs?: number
  /** Default 16 MiB. */
  readonly maxAnswerBytes?: number
}

/** Why there is no answer. `moved`: a redirect that must not be followed by itself; `movedTo` says where to. */
export type FailureReason =
  | 'unreachable'
  | 'bad-certificate'
  | 'private-address'
  | 'needs-https'
  | 'moved'
  | 'timeout'
  | 'cut'
  | 'too-large'
  | 'aborted'

/** No whole HTTP answer. `ran` says whether the request may have been carried out. */
export class TransportFailure extends Error {
  readonly reason: FailureReason
  readonly ran: DidRun
  readonly movedTo: string | undefined
  constructor(reason: FailureReason, ran: DidRun, cause?: unknown, movedTo?: string) {
    super(`portal transport: ${reason}`, { cause })
    this.name = 'TransportFailure'
    this.reason = reason
    this.ran = ran
    this.movedTo = movedTo
  }
}

/** Zones in which Bitrix24 opens cloud portals. Source: bitrix24.com/prices, region switch (read 2026-11). */
const CLOUD_HOST = /^[a-z0-9-]+\.bitrix24\.(?:[a-z]{2,6}|com\.[a-z]{2}|[a-z]{2}\.com)$/

/** Opens the HTTP door. Keeps one pool of connections for each origin; `close` ends them all. */
export function createTransport(options: TransportOptions): Transport {
  const { allowPrivate, timeoutMs: defaultTimeoutMs = 65_000, maxAnswerBytes = 16 * 1024 * 1024 } = options
  const agent = new Agent({
    connections: 8,
    // A socket that the portal closed while it idled must not be taken for a lost answer.
    keepAliveTimeout: 3_000,
    keepAliveMaxTimeout: 15_000,
    connect: { timeout: 10_000, ...(allowPrivate ? {} : { lookup: publicLookup }) },
  })

  async function once(request: HttpRequest, url: URL): Promise<{ answer: HttpAnswer; location?: string }> {
    if (!allowPrivate && url.protocol !== 'https:') throw new TransportFailure('needs-https', 'no')
    if (!allowPrivate && isPrivateAddress(url.hostname)) throw new TransportFailure('private-address', 'no')
    const timeoutMs = request.timeoutMs ?? defaultTimeoutMs
    const deadline = AbortSignal.timeout(timeoutMs)
    const startedAt = performance.now()
    try {
      const response = await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'POST',
        headers: { 'content-type': request.contentType ?? 'application/json', accept: 'application/json' },
        body: request.body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        signal: request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]),
      })
      const body = await readBody(response.body, maxAnswerBytes)
      const answer = { status: response.statusCode, body, durationMs: performance.now() - startedAt }
      const location = response.headers['location']
      const redirects =
        response.statusCode >= 301 && response.statusCode <= 308 && response.statusCode !== 304
      return typeof location === 'string' && redirects ? { answer, location } : { answer }
    } catch (error) {
      throw failureOf(error, deadline.aborted, request.signal?.aborted ?? false)
    }
  }

  return {
    allowPrivate,
    async post(request) {
      const url = new URL(request.url)
      const first = await once(request, url)
      if (first.location === undefined) return first.answer
      const target = URL.canParse(first.location, url.href) ? new URL(first.location, url) : undefined
      if (target === undefined) return first.answer
      if (target.origin === url.origin || !mayFollow(url, target, allowPrivate)) {
        throw new TransportFailure('moved', 'no', undefined, target.origin)
      }
      // The same POST again: a redirect that turned it into a GET would drop the body.
      const second = await once(request, target)
      if (second.location !== undefined) throw new TransportFailure('moved', 'no', undefined, target.origin)
      return { ...second.answer, movedTo: target.origin }
    },
    close: () => agent.destroy(),
  }
}

/**
 * Whether a redirect may be followed with our token in the body: a renamed cloud portal to another cloud host and the
 * same path. With private addresses allowed any host, so that the sandbox can move.
 * Source: reference/bitrix24.md §1.8.
 */
function mayFollow(from: URL, to: URL, allowPrivate: boolean): boolean {
  if (to.pathname !== from.pathname) return false
  if (allowPrivate) return true
  return to.protocol === 'https:' && to.port === '' && isCloudHost(from.hostname) && isCloudHost(to.hostname)
}

/** Whether a host is a portal of the Bitrix24 cloud. */
export function isCloudHost(hostname: string): boolean {
  return CLOUD_HOST.test(hostname)
}

async function readBody(
  body: AsyncIterable<Buffer> & { destroy(): void },
  maxBytes: number,
): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) {
      body.destroy()
      throw new TransportFailure('too-large', 'maybe')
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Refuses at the moment of connecting, so that a name that changes its address in between gains nothing. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, [])
    if (addresses.length === 0 || addresses.some(({ address }) => isPrivateAddress(address))) {
      return callback(Object.assign(new Error('private address'), { code: PRIVATE }), [])
    }
    if (options.all === true) return callback(null, addresses)
    return callback(null, addresses[0]!.address, addresses[0]!.family)
  })
}

const PRIVATE = 'TRUNKLINE_PRIVATE_ADDRESS'

/** Failures of the connecting itself: nothing was sent. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Node's codes of certificates that do not verify. Source: nodejs.org/api/tls.html#x509-certificate-error-codes. */
const CERTIFICATE =
  /^(?:CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(?:GET|VERIFY|DECODE|DECRYPT)_|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE)|CRL_|ERR_SSL_|EPROTO$)/

function failureOf(error: unknown, timedOut: boolean, aborted: boolean): TransportFailure {
  if (error instanceof TransportFailure) return error
  const codes = codesOf(error)
  if (codes.includes(PRIVATE)) return new TransportFailure('private-address', 'no', error)
  if (codes.some((code) => CERTIFICATE.test(code)))
    return new TransportFailure('bad-certificate', 'no', error)
  if (codes.some((code) => NOT_SENT.has(code))) return new TransportFailure('unreachable', 'no', error)
  if (timedOut || error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    return new TransportFailure('timeout', 'maybe', error)
  }
  if (aborted) return new TransportFailure('aborted', 'maybe', error)
  return new TransportFailure('cut', 'maybe', error)
}

function codesOf(error: unknown): string[] {
  const codes: string[] = []
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 5;
    current = current.cause, depth++
  ) {
    if ('code' in current && typeof current.code === 'string') codes.push(current.code)
    if (current instanceof AggregateError) codes.push(...current.errors.flatMap(codesOf))
  }
  return codes
}
