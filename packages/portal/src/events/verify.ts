import { createHash, timingSafeEqual } from 'node:crypto'
import { endpointOf } from '../client/oauth.ts'
import type { FormMap } from './php-form.ts'
import { formMap, formText, parsePhpForm } from './php-form.ts'

/** One event that a portal posted to us. */
export interface PortalEvent {
  /** Upper case, such as `ONCRMDEALADD`. */
  readonly event: string
  /** The portal's lasting id. */
  readonly memberId: string | undefined
  readonly domain: string | undefined
  /** `https://<portal>/rest/`, the current truth about the portal's address. */
  readonly clientEndpoint: string | undefined
  readonly serverEndpoint: string | undefined
  /** The only proof of origin; compare with {@link isGenuine}. */
  readonly applicationToken: string | undefined
  /** Tokens of the user who caused it, when there was one. `refreshToken` comes with installation only. */
  readonly accessToken: string | undefined
  readonly refreshToken: string | undefined
  readonly expiresInSeconds: number | undefined
  readonly userId: string | undefined
  readonly scope: readonly string[]
  readonly status: string | undefined
  /** Unix seconds by the portal's clock. */
  readonly ts: number | undefined
  readonly data: FormMap
}

/**
 * Reads an event body (form with PHP brackets). Pure and total; `undefined` for what is no event at all.
 * Source: reference/bitrix24.md §3.2.
 */
export function parsePortalEvent(body: string): PortalEvent | undefined {
  const form = parsePhpForm(body)
  const event = formText(form, 'event')
  if (event === undefined || event === '') return undefined
  const auth = formMap(form, 'auth')
  return {
    event: event.toUpperCase(),
    memberId: formText(auth, 'member_id'),
    domain: formText(auth, 'domain'),
    clientEndpoint: endpointOf(formText(auth, 'client_endpoint')),
    serverEndpoint: endpointOf(formText(auth, 'server_endpoint')),
    applicationToken: formText(auth, 'application_token'),
    accessToken: formText(auth, 'access_token'),
    refreshToken: formText(auth, 'refresh_token'),
    expiresInSeconds: wholeNumber(formText(auth, 'expires_in')),
    userId: formText(auth, 'user_id'),
    scope: (formText(auth, 'scope') ?? '').split(/[\s,]+/).filter((one) => one !== ''),
    status: formText(auth, 'status'),
    ts: wholeNumber(formText(form, 'ts')),
    data: formMap(form, 'data'),
  }
}

/**
 * Whether an event carries the application token that was stored at installation. Takes the same time wherever the
 * tokens differ. An empty stored token proves nothing.
 */
export function isGenuine(event: Pick<PortalEvent, 'applicationToken'>, stored: string): boolean {
  if (stored === '' || event.applicationToken === undefined) return false
  const digest = (value: string) => createHash('sha256').update(value).digest()
  return timingSafeEqual(digest(event.applicationToken), digest(stored))
}

/** The application was removed. `clean`: the person asked for our data to be wiped too. */
export function uninstallOf(event: PortalEvent): { readonly clean: boolean } | undefined {
  return event.event === 'ONAPPUNINSTALL' ? { clean: formText(event.data, 'CLEAN') === '1' } : undefined
}

/** The application was installed (or updated): its version, and whether the installation is finished. */
export function installOf(
  event: PortalEvent,
): { readonly version: string; readonly installed: boolean } | undefined {
  if (event.event !== 'ONAPPINSTALL' && event.event !== 'ONAPPUPDATE') return undefined
  return {
    version: formText(event.data, 'VERSION') ?? '',
    installed: formText(event.data, 'INSTALLED') !== 'N',
  }
}

/** A change of a card. Ids only: read the card again. */
export interface CrmChange {
  readonly entity: 'lead' | 'deal' | 'contact' | 'company' | 'activity' | 'timeline-comment'
  readonly change: 'add' | 'update' | 'delete'
  readonly id: string
}

/** What changed in the CRM; `undefined` for other events. */
export function crmChangeOf(event: PortalEvent): CrmChange | undefined {
  const match = /^ONCRM(LEAD|DEAL|CONTACT|COMPANY|ACTIVITY|TIMELINECOMMENT)(ADD|UPDATE|DELETE)$/.exec(
    event.event,
  )
  // Comments are documented under `data[ID]` and seen under `data[FIELDS][ID]`.
  const id = formText(event.data, 'FIELDS', 'ID') ?? formText(event.data, 'ID')
  if (match === null || id === undefined || !/^\d+$/.test(id)) return undefined
  const entity =
    match[1] === 'TIMELINECOMMENT' ? 'timeline-comment' : (match[1]!.toLowerCase() as CrmChange['entity'])
  return { entity, change: match[2]!.toLowerCase() as CrmChange['change'], id }
}

function wholeNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}
