import type { ErrorCode } from '@trunkline/contracts/errors'
import { HubError } from '@trunkline/contracts/errors'
import { text } from '@trunkline/contracts/locale'

/** Whether the portal ran what we asked: `no` is certain, `maybe` is not. */
export type DidRun = 'no' | 'maybe'

/** A refusal as it came. `status` is absent for a row of a batch. */
export interface Refusal {
  readonly status?: number | undefined
  readonly code: string
  readonly description: string
  readonly method: string
}

export interface Classified {
  readonly code: ErrorCode
  readonly ran: DidRun
}

/**
 * Bitrix24's error codes, lower case → what they mean to us, and whether the request may have run.
 * Source: reference/bitrix24.md §1.3, §1.4, §2.5, §2.6 and §12 (statuses differ between docs and builds, codes do not).
 */
const CODES: Readonly<Record<string, Classified>> = {
  query_limit_exceeded: { code: 'portal/rate-limited', ran: 'no' },
  operation_time_limit: { code: 'portal/operating-limit', ran: 'no' },
  overload_limit: { code: 'portal/blocked', ran: 'no' },

  expired_token: { code: 'portal/reauthorise', ran: 'no' },
  invalid_token: { code: 'portal/reauthorise', ran: 'no' },
  no_auth_found: { code: 'portal/reauthorise', ran: 'no' },
  invalid_grant: { code: 'portal/reauthorise', ran: 'no' },
  bad_verification_code: { code: 'portal/reauthorise', ran: 'no' },
  authorization_error: { code: 'portal/reauthorise', ran: 'no' },
  user_access_error: { code: 'portal/reauthorise', ran: 'no' },
  wrong_auth_type: { code: 'portal/reauthorise', ran: 'no' },
  invalid_client: { code: 'portal/reauthorise', ran: 'no' },
  wrong_client: { code: 'portal/reauthorise', ran: 'no' },
  error_oauth: { code: 'portal/uninstalled', ran: 'no' },
  not_installed: { code: 'portal/uninstalled', ran: 'no' },
  application_not_found: { code: 'portal/uninstalled', ran: 'no' },
  payment_required: { code: 'portal/payment-required', ran: 'no' },
  insufficient_scope: { code: 'portal/insufficient-scope', ran: 'no' },
  invalid_scope: { code: 'portal/insufficient-scope', ran: 'no' },

  connection_error: { code: 'portal/unreachable', ran: 'no' },
  portal_deleted: { code: 'portal/unreachable', ran: 'no' },

  internal_server_error: { code: 'portal/unknown-outcome', ran: 'maybe' },
  error_unexpected_answer: { code: 'portal/unknown-outcome', ran: 'maybe' },
}

/** Codes that mean the token is at fault and a refresh may mend it. */
const REFRESHABLE = new Set(['expired_token', 'invalid_token'])

/**
 * The one classification: what the portal said → our code and whether the request ran. Compares without case.
 *
 * A code that is not in the table is the portal's own refusal of this request (`portal/refused`), certain, unless the
 * status is a server's fault (5xx) and there is no code: then nobody knows.
 */
export function classify(refusal: Omit<Refusal, 'description'>): Classified {
  const code = refusal.code.trim().toLowerCase()
  // To a whole batch "access denied" means that REST is closed on the portal's plan. Source: reference/bitrix24.md §1.4.
  if (code === 'access_denied' && refusal.method === 'batch')
    return { code: 'portal/payment-required', ran: 'no' }
  const known = CODES[code]
  if (known !== undefined) return known
  const status = refusal.status ?? 0
  if (status >= 500 && code === '') return { code: 'portal/unknown-outcome', ran: 'maybe' }
  if (status === 408) return { code: 'portal/unknown-outcome', ran: 'maybe' }
  if (status === 429) return { code: 'portal/rate-limited', ran: 'no' }
  return { code: 'portal/refused', ran: 'no' }
}

/** Whether a refresh of the token may mend this refusal. */
export function isRefreshable(code: string): boolean {
  return REFRESHABLE.has(code.trim().toLowerCase())
}

const refusals = new WeakMap<HubError, Refusal>()

/** What the portal said, word for word, of an error made here. For the journal's details; never for logs. */
export function refusalOf(error: HubError): Refusal | undefined {
  return refusals.get(error)
}

/** Whether the portal refused because the card, the comment or the user is not there any more. */
export function isGone(error: HubError): boolean {
  const refusal = refusals.get(error)
  if (refusal === undefined || error.code !== 'portal/refused') return false
  return /^(?:not_found|owner_not_found)$/i.test(refusal.code) || /\bnot found\b/i.test(refusal.description)
}

/** HubError for a refusal of the portal, with its words kept. */
export function portalError(refusal: Refusal, retryAfterMs?: number): HubError {
  const { code, ran } = classify(refusal)
  const said = refusal.description === '' ? refusal.code : refusal.description
  const error = new HubError(code, {
    certain: ran === 'no',
    detail: `${refusal.method}: ${refusal.status ?? 'row'} ${refusal.code} ${refusal.description}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(code === 'portal/refused' && said !== ''
      ? { publicText: text(`Портал отказал: ${masked(said)}`, `The portal refused: ${masked(said)}`) }
      : {}),
  })
  refusals.set(error, refusal)
  return error
}

/** HubError for a request whose answer was lost or could not be read. */
export function unknownOutcome(method: string, cause?: unknown): HubError {
  return new HubError('portal/unknown-outcome', { certain: false, detail: method, cause })
}

/** The portal quotes values in its messages: what looks like a phone or an e-mail is not repeated. */
function masked(said: string): string {
  return said
    .replace(/\S+@\S+/g, '…')
    .replace(/\+?\d[\d\s()-]{5,}\d/g, '…')
    .slice(0, 300)
}
