import { textOf } from './answer.ts'
import { askOnce } from './ask-once.ts'
import type { Transport } from './transport.ts'

/**
 * Who a fresh token belongs to, before there is a pump for its portal.
 *
 * Throws HubError: `portal/unreachable` and its like, `portal/reauthorise` and its like when the portal does not know the token.
 * Source: reference/bitrix24.md §5, `profile`.
 */
export async function whoIs(
  http: Transport,
  token: { readonly accessToken: string; readonly clientEndpoint: string },
): Promise<{ readonly id: string; readonly name: string; readonly isAdmin: boolean }> {
  const person = await askOnce(http, {
    method: 'profile',
    endpoint: token.clientEndpoint,
    accessToken: token.accessToken,
  })
  const id = textOf(person['ID']) ?? ''
  const name = [textOf(person['NAME']), textOf(person['LAST_NAME'])].filter(Boolean).join(' ')
  return { id, name: name || `#${id}`, isAdmin: person['ADMIN'] === true }
}
