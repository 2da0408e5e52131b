import { isRecord, textOf } from './answer.ts'
import { askOnce } from './ask-once.ts'
import { endpointOf, serverEndpoint } from './oauth.ts'
import type { Transport } from './transport.ts'

/** Whose an access token is, in the words of the auth server, which no portal can put on. */
export interface TokenOwner {
  /** The portal's lasting id; undefined when the auth server does not tell. */
  readonly memberId: string | undefined
  /** The application it was issued to. */
  readonly clientId: string | undefined
  /** `https://<portal>/rest/` */
  readonly clientEndpoint: string | undefined
}

/**
 * Asks the auth server named by a payload whose token this is. It must be an auth server of Bitrix24.
 *
 * Throws HubError: `portal/reauthorise` and its like for a token that is none, `portal/refused` for a foreign auth server,
 * `portal/unreachable` when nobody answers. Source: reference/bitrix24.md §1.5, `app.info`.
 */
export async function tokenOwner(
  http: Transport,
  token: { readonly accessToken: string; readonly serverNamed: string | undefined },
): Promise<TokenOwner> {
  const result = await askOnce(http, {
    method: 'app.info',
    endpoint: serverEndpoint(token.serverNamed, http),
    accessToken: token.accessToken,
  })
  const install = isRecord(result['install']) ? result['install'] : {}
  return {
    memberId: textOf(install['member_id']) ?? textOf(result['member_id']),
    clientId: textOf(result['client_id']),
    clientEndpoint: endpointOf(install['client_endpoint']),
  }
}
