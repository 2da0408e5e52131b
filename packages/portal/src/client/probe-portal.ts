import { HubError } from '@trunkline/contracts/errors'
import { isRecord, parseAnswer } from './answer.ts'
import type { Transport } from './transport.ts'
import { TransportFailure } from './transport.ts'

export interface ProbedPortal {
  /** The origin that answered, after a move. */
  readonly origin: string
  readonly durationMs: number
}

/**
 * Asks an origin whether it is a Bitrix24 portal, before a person is sent there to sign in.
 *
 * Calls `app.info` without a token: a portal refuses it in its own JSON (`NO_AUTH_FOUND` and its like).
 * Throws HubError: `portal/unreachable`, `portal/bad-certificate`, `portal/private-address`, `portal/needs-https`,
 * `portal/not-bitrix24`. Source: reference/bitrix24.md §1.4.
 */
export async function probePortal(
  origin: string,
  http: Transport,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<ProbedPortal> {
  try {
    const answer = await http.post({
      url: `${origin}/rest/app.info`,
      body: '{}',
      timeoutMs: options.timeoutMs ?? 10_000,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    const parsed = parseAnswer(answer.body)
    const found = answer.movedTo ?? origin
    // A portal answers with its own error, or (a box with REST open) with a result that has its `time` block.
    const refused = parsed.kind === 'error' && parsed.code !== '' && parsed.description !== ''
    if (refused && answer.status >= 400) return { origin: found, durationMs: answer.durationMs }
    if (parsed.kind === 'result' && isRecord(parsed.time))
      return { origin: found, durationMs: answer.durationMs }
    if (answer.status >= 502 && answer.status <= 504)
      throw new HubError('portal/unreachable', { detail: `${answer.status}` })
    throw new HubError('portal/not-bitrix24', { detail: `status ${answer.status}, ${parsed.kind}` })
  } catch (error) {
    throw error instanceof TransportFailure ? transportError(error) : error
  }
}

/** HubError for a request that got no answer, when it does not matter whether it ran. */
export function transportError(failure: TransportFailure): HubError {
  switch (failure.reason) {
    case 'bad-certificate':
      return new HubError('portal/bad-certificate', { cause: failure })
    case 'private-address':
      return new HubError('portal/private-address', { cause: failure })
    case 'needs-https':
      return new HubError('portal/needs-https', { cause: failure })
    case 'moved':
      return new HubError('portal/not-bitrix24', { cause: failure, detail: `moved to ${failure.movedTo}` })
    default:
      return new HubError('portal/unreachable', { cause: failure, certain: failure.ran === 'no' })
  }
}
