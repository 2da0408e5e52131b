import type {
  WidgetAccepted,
  WidgetChatMessage,
  WidgetContact,
  WidgetFile,
  WidgetHello,
  WidgetMark,
  WidgetMessage,
  WidgetRequest,
  WidgetWelcome,
} from '@trunkline/contracts/widget/protocol'

/** How a call ended. Nothing is thrown: a chat on a stranger's page must never show up in its console as an error. */
export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly title: string
      /** Field of the form → what is wrong with it. */
      readonly fields: Readonly<Record<string, string>>
      readonly retryAfterMs?: number
    }
  /** No answer: offline, blocked, too slow. It may have been done all the same. */
  | { readonly kind: 'unreachable' }

/** The hub as the widget sees it. */
export interface HubClient {
  hello(hello: WidgetHello): Promise<Answer<WidgetWelcome>>
  message(message: WidgetMessage): Promise<Answer<WidgetAccepted>>
  contact(contact: WidgetContact): Promise<Answer<WidgetAccepted>>
  request(request: WidgetRequest): Promise<Answer<WidgetAccepted>>
  mark(mark: WidgetMark): Promise<Answer<undefined>>
  typing(): Promise<Answer<undefined>>
  messagesAfter(sequence: number): Promise<Answer<{ messages: WidgetChatMessage[] }>>
  ticket(): Promise<Answer<{ ticket: string }>>
  /** Uploads with progress from 0 to 1. */
  upload(file: File, progress: (done: number) => void, signal: AbortSignal): Promise<Answer<WidgetFile>>
  /** The bytes of a file of this talk, by the address its message gave. */
  download(url: string): Promise<Blob | undefined>
  streamUrl(ticket: string, after: string): string
  /** A full address of what the hub named by its path. */
  fullUrl(path: string): string
}

/** What the hub says of a refusal; all of it is in doubt, because somebody else may have answered. */
interface Problem {
  title?: string
  errors?: { pointer?: string; message?: Record<string, string> }[]
}

const TIMEOUT_MS = 20_000
/** A poor mobile connection, 256 kbit/s: it gets its time, because an upload that hangs holds up every tab. */
const SLOWEST_BYTES_PER_MS = 32

/** @param token asked for each call, because it comes with the first message and other tabs may have got it. */
export function hubClient(options: {
  readonly hubUrl: string
  readonly siteKey: string
  readonly locale: () => 'ru' | 'en'
  readonly token: () => string | undefined
}): HubClient {
  const base = `${options.hubUrl}/widget/v1/${options.siteKey}`
  const headers = (): Record<string, string> => {
    const token = options.token()
    return {
      'accept-language': options.locale(),
      ...(token ? { authorization: `Visitor ${token}` } : {}),
    }
  }

  async function call<T>(path: string, body?: unknown): Promise<Answer<T>> {
    const ending = new AbortController()
    const timer = setTimeout(() => ending.abort(), TIMEOUT_MS)
    try {
      const response = await fetch(`${base}/${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { ...headers(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        credentials: 'omit',
        signal: ending.signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return answerOf<T>(response.status, text, response.headers.get('retry-after'), options.locale())
    } catch {
      return { kind: 'unreachable' }
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    hello: (hello) => call('hello', hello),
    message: (message) => call('messages', message),
    contact: (contact) => call('contact', contact),
    request: (request) => call('offline', request),
    mark: (mark) => call('marks', mark),
    typing: () => call('typing', {}),
    messagesAfter: (sequence) => call(`messages?after=${sequence}`),
    ticket: () => call('ticket', {}),
    upload: (file, progress, signal) =>
      new Promise((resolve) => {
        const request = new XMLHttpRequest()
        request.open('POST', `${base}/files`)
        for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value)
        request.upload.onprogress = (event) => progress(event.total > 0 ? event.loaded / event.total : 0)
        request.timeout = TIMEOUT_MS + file.size / SLOWEST_BYTES_PER_MS
        // Comes after an answer, an error, the end of the time and an abort alike.
        request.onloadend = () =>
          resolve(
            answerOf(
              request.status,
              request.responseText,
              request.getResponseHeader('retry-after'),
              options.locale(),
            ),
          )
        signal.addEventListener('abort', () => request.abort())
        const form = new FormData()
        form.append('file', file, file.name || 'file')
        request.send(form)
      }),
    download: async (url) => {
      try {
        const response = await fetch(options.hubUrl + url, { credentials: 'omit' })
        return response.ok ? await response.blob() : undefined
      } catch {
        return undefined
      }
    },
    streamUrl: (ticket, after) =>
      `${base}/stream?ticket=${encodeURIComponent(ticket)}&after=${encodeURIComponent(after)}`,
    fullUrl: (path) => options.hubUrl + path,
  }
}

/**
 * Never throws, whatever stands between the page and the hub: a proxy, a hotel that wants a click first.
 * @param status 0 when nothing answered
 */
function answerOf<T>(status: number, text: string, retryAfter: string | null, locale: string): Answer<T> {
  const body = parsed(text)
  if (status === 204) return { kind: 'ok', value: undefined as T }
  if (status < 300) return body && status ? { kind: 'ok', value: body as T } : { kind: 'unreachable' }
  const problem: Problem = body ?? {}
  const fields: Record<string, string> = {}
  for (const fault of [problem.errors ?? []].flat())
    if (typeof fault?.pointer === 'string') fields[fault.pointer.slice(1)] = fault.message?.[locale] ?? ''
  const seconds = Number(retryAfter)
  return {
    kind: 'refused',
    status,
    title: Object.values(fields)[0] || problem.title || '',
    fields,
    ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}),
  }
}

/** @returns undefined for what the hub would not say: anything but JSON of an object. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
