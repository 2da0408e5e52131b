import { createHubVisitor, type HubVisitor } from '@trunkline/sandbox/demo/hub-visitor'
import { consentAtPortal } from '@trunkline/sandbox/demo/portal-consent'

/** A person's browser without the browser: keeps cookies and speaks the cabinet's API. For tests and benches. */
export interface HubClient extends Pick<HubVisitor, 'call'> {
  /** Goes through the portal's log-in and consent and comes back to the hub's success page. */
  consent(authorizeUrl: string): Promise<void>
}

/**
 * @param origin address that people see
 * @param address where the requests go, when that is another: one node of several
 */
export function hubClient(origin: string, address = origin): HubClient {
  const visitor = createHubVisitor(origin, (url, init) =>
    fetchAgain(url.startsWith(origin) ? `${address}${url.slice(origin.length)}` : url, init),
  )
  return { call: visitor.call, consent: (authorizeUrl) => consentAtPortal(visitor, authorizeUrl) }
}

/** A kept connection may be closed by the server at the very moment of the next question: only asking again tells. */
async function fetchAgain(url: string, init: RequestInit): Promise<Response> {
  if ((init.method ?? 'GET') !== 'GET') return fetch(url, init)
  return fetch(url, init).catch(() => fetch(url, init))
}
