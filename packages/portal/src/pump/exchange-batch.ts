import { HubError } from '@trunkline/contracts/errors'
import type { BatchRow } from '../client/answer.ts'
import { parseAnswer, parseBatch } from '../client/answer.ts'
import { classify, isRefreshable, portalError, unknownOutcome } from '../client/errors.ts'
import { transportError } from '../client/probe-portal.ts'
import type { AccessToken } from '../client/tokens.ts'
import type { HttpAnswer, Transport } from '../client/transport.ts'
import { TransportFailure } from '../client/transport.ts'
import type { WaitingGroup } from './waiting-group.ts'

/** How one `batch` request ended. Only `rows` and `lost` may have changed anything in the portal. */
export type Exchange = {
  readonly status: number
  readonly durationMs: number
  readonly movedTo?: string | undefined
} & (
  | { readonly kind: 'rows'; readonly rows: ReadonlyMap<string, BatchRow> }
  /** The portal said no to the request as a whole; nothing ran. */
  | { readonly kind: 'refused'; readonly error: HubError; readonly refreshable: boolean }
  /** Nothing ran: no connection, or a server in between that answered for the portal. */
  | { readonly kind: 'unreachable'; readonly error: HubError; readonly movedTo?: string | undefined }
  /** A page instead of an answer, 4xx: nothing ran, and one group may be what a filter in between dislikes. */
  | { readonly kind: 'filtered'; readonly error: HubError }
  /** The answer was lost: it may have run, wholly or in part. */
  | { readonly kind: 'lost'; readonly error: HubError; readonly timedOut: boolean }
)

/** Sends one batch and says how it ended. Never throws. */
export async function exchangeBatch(
  http: Transport,
  token: AccessToken,
  groups: readonly WaitingGroup[],
  timeoutMs: number,
): Promise<Exchange> {
  const cmd: Record<string, string> = {}
  const keys: string[] = []
  for (const group of groups) {
    group.keys.forEach((key, index) => {
      cmd[key] = group.strings[index]!
      keys.push(key)
    })
  }
  const startedAt = performance.now()
  try {
    const answer = await http.post({
      url: `${token.clientEndpoint}batch`,
      body: JSON.stringify({ auth: token.accessToken, halt: 0, cmd }),
      timeoutMs,
    })
    return readExchange(answer, keys)
  } catch (error) {
    return failedExchange(error, performance.now() - startedAt)
  }
}

function readExchange(answer: HttpAnswer, keys: readonly string[]): Exchange {
  const { status, durationMs, movedTo } = answer
  const about = { status, durationMs, movedTo }
  const parsed = parseAnswer(answer.body)
  if (parsed.kind === 'result') {
    const rows = parseBatch(parsed.result, keys)
    if (rows !== undefined) return { ...about, kind: 'rows', rows }
    return { ...about, kind: 'lost', error: unknownOutcome('batch'), timedOut: false }
  }
  if (parsed.kind === 'error') {
    const refusal = { status, code: parsed.code, description: parsed.description, method: 'batch' }
    const { code, ran } = classify(refusal)
    if (ran === 'maybe') return { ...about, kind: 'lost', error: unknownOutcome('batch'), timedOut: false }
    const error = portalError(refusal)
    if (code === 'portal/unreachable') return { ...about, kind: 'unreachable', error }
    return { ...about, kind: 'refused', error, refreshable: isRefreshable(parsed.code) }
  }
  if (status >= 400 && status < 500 && status !== 408) {
    const error = new HubError('portal/unreachable', { detail: `batch: status ${status} and no JSON` })
    return { ...about, kind: 'filtered', error }
  }
  const timedOut = status === 504 || status === 408
  return { ...about, kind: 'lost', error: unknownOutcome('batch'), timedOut }
}

function failedExchange(error: unknown, durationMs: number): Exchange {
  const about = { status: 0, durationMs }
  if (!(error instanceof TransportFailure)) {
    return { ...about, kind: 'lost', error: unknownOutcome('batch', error), timedOut: false }
  }
  if (error.ran === 'no') {
    return { ...about, kind: 'unreachable', error: transportError(error), movedTo: error.movedTo }
  }
  return {
    ...about,
    kind: 'lost',
    error: unknownOutcome('batch', error),
    timedOut: error.reason === 'timeout',
  }
}
