import { formText, parsePhpForm } from './php-form.ts'
import { installOf, parsePortalEvent } from './verify.ts'

/** What a portal posts to a page of ours in its frame, or with ONAPPINSTALL. Nothing of it is proved yet. */
export interface FramePost {
  /** Host, perhaps with a port, as the portal names itself. */
  readonly domain: string
  readonly isHttps: boolean
  /** `ru`, `en`, …; empty when it was not told. */
  readonly language: string
  readonly memberId: string
  readonly accessToken: string
  /** Empty when none came: nothing can be kept then. */
  readonly refreshToken: string
  /** The auth server, as the payload names it. */
  readonly serverNamed: string | undefined
  readonly applicationToken: string | undefined
}

/**
 * Reads the form POST that opens a frame. Pure; `undefined` when it names no portal or brings no token.
 * Source: reference/bitrix24.md §1.5.
 */
export function parseFramePost(query: string, body: string): FramePost | undefined {
  const asked = parsePhpForm(query)
  const form = parsePhpForm(body)
  const domain = formText(asked, 'DOMAIN') ?? formText(form, 'DOMAIN')
  const accessToken = formText(form, 'AUTH_ID')
  const memberId = formText(form, 'member_id')
  if (!domain || !accessToken || !memberId) return undefined
  return {
    domain,
    isHttps: (formText(asked, 'PROTOCOL') ?? formText(form, 'PROTOCOL')) !== '0',
    language: (formText(asked, 'LANG') ?? formText(form, 'LANG') ?? '').toLowerCase(),
    memberId,
    accessToken,
    refreshToken: formText(form, 'REFRESH_ID') ?? '',
    serverNamed: formText(form, 'SERVER_ENDPOINT'),
    applicationToken: formText(form, 'APPLICATION_TOKEN'),
  }
}

/**
 * The same from ONAPPINSTALL or ONAPPUPDATE of an application without pages. `undefined` for any other event, and for one
 * without tokens. Source: reference/bitrix24.md §1.6.
 */
export function parseInstallEvent(body: string): FramePost | undefined {
  const event = parsePortalEvent(body)
  if (event === undefined || installOf(event) === undefined) return undefined
  const endpoint = event.clientEndpoint === undefined ? undefined : new URL(event.clientEndpoint)
  const domain = endpoint?.host ?? event.domain
  if (!domain || !event.accessToken || !event.memberId) return undefined
  return {
    domain,
    isHttps: endpoint?.protocol !== 'http:',
    language: (formText(event.data, 'LANGUAGE_ID') ?? '').toLowerCase(),
    memberId: event.memberId,
    accessToken: event.accessToken,
    refreshToken: event.refreshToken ?? '',
    serverNamed: event.serverEndpoint,
    applicationToken: event.applicationToken,
  }
}
