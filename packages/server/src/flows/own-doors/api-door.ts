import { HubError } from '@trunkline/contracts/errors'
import { findChannelKey, loadChannel, touchChannelKey } from '../../store/channels.ts'
import type { Database } from '../../store/database.ts'
import type { AcceptHook, Door } from '../accept-hook.ts'
import { channelKeyHash } from '../channels/channel-keys.ts'
import { takeOrRefuse } from './limits.ts'

/** The adapter whose operations the client API writes. */
const TYPE = 'client-api'
/** Published to the companies that use the API. */
const CALLS_PER_SECOND = 50
const BURST = 100

/** A client application, known by the key of its channel. */
export interface ApiDoor {
  readonly door: Door
  readonly title: string
  readonly state: string
}

/**
 * The channel that a key opens; counts the call against the key.
 * @throws HubError `auth/bad-key`, `request/too-many`.
 */
export async function openApiDoor(
  deps: { readonly database: Database; readonly acceptHook: AcceptHook },
  authorization: string | undefined,
): Promise<ApiDoor> {
  const key = /^Bearer (\S{8,200})$/i.exec(authorization ?? '')?.[1]
  if (key === undefined) throw new HubError('auth/bad-key')
  const found = await findChannelKey(deps.database, channelKeyHash(key))
  if (found === undefined) throw new HubError('auth/bad-key')
  await takeOrRefuse(deps.database, {
    key: `api:${found.keyId}`,
    perSecond: CALLS_PER_SECOND,
    burst: BURST,
  })
  const channel = await deps.database.inWorkspace(found.workspaceId, async (tx) => {
    await touchChannelKey(tx, found.keyId)
    return loadChannel(tx, found.channelId)
  })
  if (channel === undefined || channel.type !== TYPE) throw new HubError('auth/bad-key')
  return { door: await deps.acceptHook.door(channel.publicKey), title: channel.title, state: channel.state }
}
