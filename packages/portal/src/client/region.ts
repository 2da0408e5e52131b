import { textOf } from './answer.ts'
import { askOnce } from './ask-once.ts'
import { isCloudHost, type Transport } from './transport.ts'

/**
 * The region of a portal's account: `ru`, `by`, `kz`, `en` (the international one), `eu` and so on. Pure.
 *
 * Its plan begins with it (`LICENSE` of `app.info`, such as `ru_project` or `ru_selfhosted`); a cloud portal that does not
 * tell its plan has it in its zone. Undefined when neither says.
 * Source: training.bitrix24.com/rest_help/general/app_info.php, LICENSE (read 2026-11).
 */
export function regionOf(licence: string | undefined, origin: string): string | undefined {
  const told = /^([a-z]{2,3})_./i.exec(licence ?? '')?.[1]?.toLowerCase()
  if (told !== undefined) return told
  const { hostname } = new URL(origin)
  if (!isCloudHost(hostname)) return undefined
  const zone = hostname.split('.').at(-1)
  return zone === 'com' ? 'en' : zone
}

/**
 * The region of a portal, before there is a pump for it.
 *
 * Throws HubError: `portal/unreachable` and its like, what the portal refuses with.
 */
export async function askRegion(
  http: Transport,
  token: { readonly accessToken: string; readonly clientEndpoint: string },
): Promise<string | undefined> {
  const info = await askOnce(http, {
    method: 'app.info',
    endpoint: token.clientEndpoint,
    accessToken: token.accessToken,
  })
  return regionOf(textOf(info['LICENSE']), token.clientEndpoint)
}
