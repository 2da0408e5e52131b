/** An answer of the server, taken apart. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** A person's browser without the browser: keeps cookies and speaks the cabinet's API as its pages do. */
export interface CabinetClient {
  /** JSON in and out. @throws Error with status and body for anything but 2xx. */
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<T>
  /**
   * Any answer, refusals too. `headers` replace those of a page of ours; `undefined` leaves one out. With `isForm` the
   * body is a map sent as a form.
   */
  ask(
    method: string,
    path: string,
    options?: {
      body?: unknown
      headers?: Readonly<Record<string, string | undefined>>
      isForm?: boolean
    },
  ): Promise<Answer>
  /** Cookies as one header. */
  cookie(): string
}

export function cabinetClient(origin: string): CabinetClient {
  const cookies = new Map<string, string>()
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')

  async function ask(
    method: string,
    path: string,
    options: Parameters<CabinetClient['ask']>[2] = {},
  ): Promise<Answer> {
    const { body } = options
    const isForm = body instanceof FormData || options.isForm === true
    const headers = new Headers()
    const wanted: Record<string, string | undefined> = {
      'x-trunkline': '1',
      origin,
      'sec-fetch-site': 'same-origin',
      'accept-language': 'en',
      cookie: cookies.size === 0 ? undefined : cookie(),
      'content-type': body === undefined || isForm ? undefined : 'application/json',
      ...options.headers,
    }
    for (const [name, value] of Object.entries(wanted)) if (value !== undefined) headers.set(name, value)
    const response = await fetch(`${origin}${path}`, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: sent(body, options.isForm === true) }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1)
      const at = pair.indexOf('=')
      if (/max-age=0/i.test(line)) cookies.delete(pair.slice(0, at))
      else cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : isJson ? JSON.parse(text) : text,
    }
  }

  return {
    ask,
    cookie,
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const answer = await ask(method, path, body === undefined ? {} : { body })
      if (answer.status < 200 || answer.status > 299)
        throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 600)}`)
      return answer.body as T
    },
  }
}

function sent(body: unknown, isForm: boolean): FormData | URLSearchParams | string {
  if (body instanceof FormData) return body
  return isForm ? new URLSearchParams(body as Record<string, string>) : JSON.stringify(body)
}
