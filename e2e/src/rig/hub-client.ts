import type { PortalHandle } from '@trunkline/sandbox'

/** A person's browser without the browser: keeps cookies and speaks the cabinet's API. For tests and benches. */
export interface HubClient {
  /** JSON in and out. @throws Error with status and body for anything but 2xx. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>
  /** Goes through the portal's log-in and consent and comes back to the hub's success page. */
  consent(portal: PortalHandle, authorizeUrl: string, userId?: number): Promise<void>
}

/** @param address where the requests go, when that is not the origin that people see: one node of several. */
export function hubClient(origin: string, address = origin): HubClient {
  const cookies = new Map<string, string>()
  async function send(url: string, init: RequestInit): Promise<Response> {
    const own = url.startsWith(origin)
    const response = await fetchAgain(own ? `${address}${url.slice(origin.length)}` : url, {
      ...init,
      redirect: 'manual',
      headers: {
        ...(init.headers as Record<string, string>),
        ...(own && cookies.size > 0
          ? { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
          : {}),
      },
    })
    if (own)
      for (const line of response.headers.getSetCookie()) {
        const [pair] = line.split(';', 1)
        const at = pair!.indexOf('=')
        cookies.set(pair!.slice(0, at), pair!.slice(at + 1))
      }
    return response
  }
  return {
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const response = await send(`${origin}${path}`, {
        method,
        headers: {
          'x-trunkline': '1',
          origin,
          'sec-fetch-site': 'same-origin',
          'accept-language': 'en',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`)
      return (text === '' ? undefined : JSON.parse(text)) as T
    },
    async consent(portal, authorizeUrl, userId = 1) {
      const asked = new URL(authorizeUrl)
      let response = await fetch(`${portal.url}/oauth/authorize/`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          ...Object.fromEntries(asked.searchParams),
          step: 'login',
          user_id: String(userId),
        }),
      })
      if (response.status === 200)
        response = await fetch(`${portal.url}/oauth/authorize/`, {
          method: 'POST',
          redirect: 'manual',
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            cookie: response.headers
              .getSetCookie()
              .map((line) => line.split(';', 1)[0])
              .join('; '),
          },
          body: new URLSearchParams({
            ...Object.fromEntries(asked.searchParams),
            step: 'consent',
            decision: 'allow',
          }),
        })
      const back = response.headers.get('location')
      if (back === null)
        throw new Error(
          `the portal gave no code: ${response.status} ${(await response.text()).slice(0, 300)}`,
        )
      const done = await send(back, { method: 'GET' })
      if (!done.ok)
        throw new Error(`the hub refused the code: ${done.status} ${(await done.text()).slice(0, 500)}`)
    },
  }
}

/** A kept connection may be closed by the server at the very moment of the next question: only asking again tells. */
async function fetchAgain(url: string, init: RequestInit): Promise<Response> {
  if ((init.method ?? 'GET') !== 'GET') return fetch(url, init)
  return fetch(url, init).catch(() => fetch(url, init))
}
