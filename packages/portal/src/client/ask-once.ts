import { HubError } from '@trunkline/contracts/errors'
import { isRecord, parseAnswer } from './answer.ts'
import { portalError } from './errors.ts'
import { transportError } from './probe-portal.ts'
import { type Transport, TransportFailure } from './transport.ts'

const TIMEOUT_MS = 15_000

/**
 * One method asked with a token that no pump has yet: while a portal is being connected, or of the auth server.
 * @param endpoint what the method's name is put after, with a slash at its end: `https://<portal>/rest/`.
 * @returns the answer's `result`, a record.
 * @throws HubError what the portal refuses with; `portal/unreachable` and its like when it does not answer, or answers
 * something else.
 */
export async function askOnce(
  http: Transport,
  asked: { readonly method: string; readonly endpoint: string; readonly accessToken: string },
): Promise<Record<string, unknown>> {
  const { method, endpoint, accessToken } = asked
  try {
    const answer = await http.post({
      url: new URL(method, endpoint).href,
      body: JSON.stringify({ auth: accessToken }),
      timeoutMs: TIMEOUT_MS,
    })
    const parsed = parseAnswer(answer.body)
    if (parsed.kind === 'error') throw portalError({ ...parsed, status: answer.status, method })
    if (parsed.kind !== 'result' || !isRecord(parsed.result))
      throw new HubError('portal/unreachable', {
        detail: `${method} answered ${answer.status}, ${parsed.kind}`,
      })
    return parsed.result
  } catch (error) {
    throw error instanceof TransportFailure ? transportError(error) : error
  }
}
