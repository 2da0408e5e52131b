/** A person at the keyboard, without the browser: cookies, JSON, redirects and forms over plain HTTP. */

/** An answer of the product that was not a success. */
export class RefusedError extends Error {
  readonly status: number
  readonly code: string
  constructor(what: string, status: number, code: string, detail: string) {
    super(`${what} was answered ${status} ${code}${detail === '' ? '' : ` (${detail})`}`)
    this.status = status
    this.code = code
  }
}

/** What such a person does. */
export interface HubVisitor {
  /** Calls the product's own API as the cabinet does. @throws RefusedError for whatever is not 2xx. */
  call<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>
  /** Opens a page, following redirects between hosts and keeping each host's cookies. */
  open(url: string, form?: Readonly<Record<string, string>>): Promise<OpenedPage>
}

/** The page at the end of the redirects. */
export interface OpenedPage {
  readonly url: string
  readonly status: number
  readonly html: string
}

const MOST_REDIRECTS = 10

/**
 * A visitor with an empty cookie jar.
 * @param hubUrl origin of the product
 * @param ask makes the requests, redirects left alone; where another address stands for the one that people see
 */
export function createHubVisitor(
  hubUrl: string,
  ask: (url: string, init: RequestInit) => Promise<Response> = fetch,
): HubVisitor {
  const jars = new Map<string, Map<string, string>>()

  async function send(url: string, init: RequestInit): Promise<Response> {
    const jar = jars.get(new URL(url).host) ?? new Map<string, string>()
    jars.set(new URL(url).host, jar)
    const headers = new Headers(init.headers)
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await ask(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';')
      const name = pair.slice(0, pair.indexOf('=')).trim()
      const isGone = attributes.some((one) => /^\s*max-age=0$/i.test(one))
      if (isGone) jar.delete(name)
      else jar.set(name, pair.slice(pair.indexOf('=') + 1).trim())
    }
    return response
  }

  return {
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const response = await send(`${hubUrl}${path}`, {
        method,
        headers: {
          accept: 'application/json',
          origin: hubUrl,
          'x-trunkline': '1',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) throw refused(`${method} ${path}`, response.status, text)
      return (text === '' ? undefined : JSON.parse(text)) as T
    },
    async open(url, form) {
      let target = url
      let init: RequestInit = { method: 'GET' }
      if (form !== undefined)
        init = {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(url).origin },
          body: new URLSearchParams(form).toString(),
        }
      for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
        const response = await send(target, init)
        const next = response.headers.get('location')
        if (response.status < 300 || response.status > 399 || next === null)
          return { url: target, status: response.status, html: await response.text() }
        await response.body?.cancel()
        target = new URL(next, target).href
        init = { method: 'GET' }
      }
      throw new Error(`${url} redirects without end`)
    },
  }
}

function refused(what: string, status: number, text: string): RefusedError {
  let problem: { code?: unknown; detail?: unknown; errors?: unknown } = {}
  try {
    problem = JSON.parse(text) as typeof problem
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  const fields = problem.errors === undefined ? '' : JSON.stringify(problem.errors)
  return new RefusedError(what, status, String(problem.code ?? 'no-code'), `${problem.detail ?? ''}${fields}`)
}
