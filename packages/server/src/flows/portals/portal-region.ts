import { HubError } from '@trunkline/contracts/errors'
import { text } from '@trunkline/contracts/locale'
import { askRegion } from '@trunkline/portal'
import type { ConnectDeps } from './connect-portal.ts'

/**
 * The region of a portal about to be connected: its data will lie on this server, so it must be one of those that the
 * server is for (CHAT-11). A server that names none takes every portal.
 * @returns null when the portal does not tell, which only a server of any region accepts.
 * @throws HubError `portal/other-region`, `portal/*` of a portal that does not answer.
 */
export async function allowedRegion(
  deps: Pick<ConnectDeps, 'http' | 'regions'>,
  token: { readonly accessToken: string; readonly clientEndpoint: string },
): Promise<string | null> {
  const region = (await askRegion(deps.http, token)) ?? null
  if (deps.regions.length === 0 || (region !== null && deps.regions.includes(region))) return region
  const { host } = new URL(token.clientEndpoint)
  const [ours, theirs] = [deps.regions.join(', '), region ?? '?']
  throw new HubError('portal/other-region', {
    publicText: text(
      `Портал ${host} из региона «${theirs}», а данные на этом сервере хранятся для регионов: ${ours}`,
      `The portal ${host} is of the region “${theirs}”, and this server keeps data of the regions: ${ours}`,
    ),
  })
}
