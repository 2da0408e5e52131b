import { HubError } from '@trunkline/contracts/errors'
import { isRecord, parseAnswer, textOf } from './answer.ts'
import { transportError } from './probe-portal.ts'
import { type Transport, TransportFailure } from './transport.ts'

/**
 * Who a fresh token belongs to, before there is a pump for its portal.
 *
 * Throws HubError: `portal/unreachable` and its like, `portal/refused` when the portal does not know the token.
 * Source: reference/bitrix24.md §5, `profile`.
 */
export async function whoIs(
  http: Transport,
  token: { readonly accessToken: string; readonly clientEndpoint: string },
): Promise<{ readonly id: string; readonly name: string; readonly isAdmin: boolean }> {
  try {
    const answer = await http.post({
      url: new URL('profile', token.clientEndpoint).href,
      body: JSON.stringify({ auth: token.accessToken }),
      timeoutMs: 15_000,
    })
    const parsed = parseAnswer(answer.body)
    if (parsed.kind !== 'result' || !isRecord(parsed.result))
      throw new HubError('portal/refused', { detail: `profile answered ${answer.status}, ${parsed.kind}` })
    const { result } = parsed
    const id = textOf(result['ID']) ?? ''
    const name = [textOf(result['NAME']), textOf(result['LAST_NAME'])].filter(Boolean).join(' ')
    return { id, name: name || `#${id}`, isAdmin: result['ADMIN'] === true }
  } catch (error) {
    throw error instanceof TransportFailure ? transportError(error) : error
  }
}
