import { ERRORS, type ErrorEntry } from '@trunkline/contracts/errors'
import type { Problem } from '@trunkline/contracts/http/shared'
import type { Locale, Text } from '@trunkline/contracts/locale'

/** One field the server refused. `pointer` is a JSON pointer into the request body, such as `/domain`. */
export interface FieldMessage {
  readonly pointer: string
  readonly code: string
  readonly message: Text
}

/**
 * An answer of the server that is not a success, or no answer at all (`status` 0, `code` `network/unreachable`).
 *
 * `title` and `action` come from the error catalogue in both languages; `fields` say which inputs to mark.
 */
export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  /** Ask support with it; empty when the server was not reached. */
  readonly requestId: string
  readonly title: Text
  readonly action: Text | null
  readonly fields: readonly FieldMessage[]

  constructor(
    status: number,
    problem: Partial<Problem>,
    options: { title?: Text; action?: Text; cause?: unknown } = {},
  ) {
    super(problem.code ?? `http/${status}`, { cause: options.cause })
    this.name = 'ApiProblem'
    const known = (ERRORS as Record<string, ErrorEntry>)[problem.code ?? '']
    const said = problem.title || problem.detail
    // The catalogue speaks both languages; words of this very answer, in the reader's, say more than the code's.
    const isUsual = !said || said === known?.title.ru || said === known?.title.en
    const own = said ? { ru: said, en: said } : fallbackTitle(status)
    this.status = status
    this.code = problem.code ?? `http/${status}`
    this.requestId = problem.requestId ?? ''
    this.title = options.title ?? (isUsual ? (known?.title ?? own) : own)
    this.action = options.action ?? known?.action ?? null
    this.fields = problem.errors ?? []
  }

  /** Messages by JSON pointer in one language, for a form. The first message of a field wins. */
  fieldErrors(locale: Locale): Record<string, string> {
    const found: Record<string, string> = {}
    for (const field of this.fields) found[field.pointer] ??= field.message[locale]
    return found
  }
}

/** Any failure as an {@link ApiProblem}, so that pages have one thing to show. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  return new ApiProblem(0, { code: 'server/bug' }, { cause: error })
}

function fallbackTitle(status: number): Text {
  const code = status === 404 ? 'request/not-found' : status === 403 ? 'auth/forbidden' : 'server/bug'
  return ERRORS[code].title
}

const UNREACHABLE: Text = { ru: 'Сервер не отвечает', en: 'The server does not answer' }
const UNREACHABLE_ACTION: Text = {
  ru: 'Проверьте соединение с сетью и повторите.',
  en: 'Check your connection and try again.',
}

interface Wiring {
  locale: () => Locale
  onSignedOut: () => void
}
let wiring: Wiring = { locale: () => 'en', onSignedOut: () => undefined }

/** Tells the client which language people read and what to do when the session has ended. Called once at start. */
export function wireApi(next: Wiring): void {
  wiring = next
}

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>

export interface RequestOptions {
  readonly query?: Query
  /** Sent as JSON, or as it is when it is `FormData`. */
  readonly body?: unknown
  readonly signal?: AbortSignal
  /** A 401 is an answer here and not the end of a session (sign-in, the first look at who is there). */
  readonly allowSignedOut?: boolean
}

/**
 * Calls our server. The session is a same-origin cookie; `x-trunkline` is what a foreign site cannot send.
 * @returns the decoded JSON, or `undefined` for an empty answer.
 * @throws {ApiProblem} for every answer that is not 2xx and when there is no answer; an abort is rethrown as it is.
 */
export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-language': wiring.locale(),
    'x-trunkline': '1',
  }
  const init: RequestInit = { method, headers, credentials: 'same-origin' }
  if (options.signal) init.signal = options.signal
  if (options.body instanceof FormData) init.body = options.body
  else if (options.body !== undefined) {
    headers['content-type'] = 'application/json'
    init.body = JSON.stringify(options.body)
  }
  let response: Response
  try {
    response = await fetch(path + queryString(options.query), init)
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw new ApiProblem(
      0,
      { code: 'network/unreachable' },
      { title: UNREACHABLE, action: UNREACHABLE_ACTION, cause: error },
    )
  }
  const body = await decode(response)
  if (response.ok) return body as T
  if (response.status === 401 && !options.allowSignedOut) wiring.onSignedOut()
  throw new ApiProblem(response.status, isRecord(body) ? normalise(body) : {})
}

async function decode(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return undefined
  if (!/json/.test(response.headers.get('content-type') ?? '')) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    // A proxy cut the answer: the status still says what happened.
    return undefined
  }
}

/** The sign-in library answers `{ code, message }` instead of a problem; both become one shape. */
function normalise(body: Record<string, unknown>): Partial<Problem> {
  if (typeof body.message === 'string' && typeof body.title !== 'string') {
    return { ...(body as Partial<Problem>), title: body.message }
  }
  return body as Partial<Problem>
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function queryString(query: Query | undefined): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) =>
    request<T>('GET', path, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) }),
  post: <T>(path: string, body?: unknown) => request<T>('POST', path, { body: body ?? {} }),
  put: <T>(path: string, body: unknown) => request<T>('PUT', path, { body }),
  patch: <T>(path: string, body: unknown) => request<T>('PATCH', path, { body }),
  delete: <T = void>(path: string) => request<T>('DELETE', path),
}
