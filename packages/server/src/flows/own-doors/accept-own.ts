import { randomUUID } from 'node:crypto'
import type { RawHook } from '@trunkline/channels/kit/channel-adapter'
import { DOOR_HEADER } from '@trunkline/channels/kit/door'
import { HubError } from '@trunkline/contracts/errors'
import type { Database } from '../../store/database.ts'
import { acceptedEvent } from '../../store/talks.ts'
import type { AcceptHook, Door } from '../accept-hook.ts'

export interface OwnAccepted {
  /** Our id of the accepted event: of a repetition, of the first one. */
  readonly id: string
  /** It had been accepted before; nothing was stored now. */
  readonly duplicate: boolean
}

/**
 * Stores one operation that a door of ours has authenticated and checked, on the same way as the hooks of networks.
 * Resolves after the commit.
 * @param operation as the channel's `wire.ts` describes it
 * @throws HubError `request/invalid` when the adapter makes nothing of it: our doors store no riddles.
 */
export async function acceptOwn(
  deps: { readonly acceptHook: AcceptHook; readonly database: Database },
  door: Door,
  operation: Readonly<Record<string, unknown>>,
  from: { readonly path: string; readonly remoteAddress: string },
): Promise<OwnAccepted> {
  const hook: RawHook = {
    method: 'POST',
    path: from.path,
    query: {},
    headers: { 'content-type': 'application/json', [DOOR_HEADER]: door.secrets.hookSecret },
    body: new TextEncoder().encode(JSON.stringify(operation)),
    remoteAddress: from.remoteAddress,
  }
  const entry = door.adapter.split(hook)[0]
  if (entry === undefined || door.adapter.parse(entry.part).every((event) => event.kind === 'unsupported'))
    throw new HubError('request/invalid', { detail: `operation ${String(operation['op'])}` })
  const { stored, ids } = await deps.acceptHook.own(door, hook, randomUUID())
  if (stored[0] === true) return { id: ids[0]!, duplicate: false }
  const first = await deps.database.inWorkspace(door.workspaceId, (tx) =>
    acceptedEvent(tx, door.channelId, entry.eventKey),
  )
  return { id: first?.id ?? ids[0]!, duplicate: true }
}
