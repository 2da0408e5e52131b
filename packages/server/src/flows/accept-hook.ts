import type { HookEntry, HookReply, RawHook } from '@trunkline/channels/kit/channel-adapter'
import { HubError } from '@trunkline/contracts/errors'
import type { ChannelId, ChannelType, WorkspaceId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import type { Sealer } from '../seal.ts'
import { type Accept, AcceptOverloadedError } from '../store/accept.ts'
import { type ChannelDoor, findChannelDoor } from '../store/channels.ts'
import type { Database } from '../store/database.ts'
import { type OpenedChannel, openChannel } from './channel-account.ts'

/** A channel as the door sees it, opened. */
export interface Door extends OpenedChannel {
  readonly workspaceId: WorkspaceId
  readonly channelId: ChannelId
  readonly type: ChannelType
}

export interface AcceptHook {
  /**
   * Takes one request of a network: verified, cut into events, stored, and only then answered.
   * @throws HubError `request/not-found` (no such channel), `channel/forged-hook`, `channel/overloaded`.
   */
  hook(publicKey: string, hook: RawHook, traceId: string): Promise<HookReply>
  /**
   * The same for calls that our own doors (widget, client API) have authenticated already.
   * @returns for each event whether it was new, and its id.
   */
  own(
    door: Door,
    hook: RawHook,
    traceId: string,
  ): Promise<{ stored: readonly boolean[]; ids: readonly string[] }>
  /** The channel of a public key. @throws HubError `request/not-found`. */
  door(publicKey: string): Promise<Door>
  /** Drops what is remembered of a channel, after its settings changed. */
  forget(channelId: ChannelId): void
}

/** How long the opened settings of a channel are remembered; a change made on another node acts after this. */
const DOOR_TTL_MS = 5_000

/** The door's work: no remote call, no look into the event, nothing that fails on strange input. */
export function createAcceptHook(deps: {
  database: Database
  accept: Accept
  sealer: Sealer
  now: () => number
  onForged: (channelId: ChannelId) => void
}): AcceptHook {
  const doors = new Map<string, { door: Door; until: number }>()

  async function door(publicKey: string): Promise<Door> {
    const known = doors.get(publicKey)
    if (known !== undefined && known.until > deps.now()) return known.door
    const row: ChannelDoor | undefined = await findChannelDoor(deps.database, publicKey)
    if (row === undefined) throw new HubError('request/not-found')
    const opened: Door = {
      ...openChannel(deps.sealer, row),
      workspaceId: row.workspaceId,
      channelId: row.id,
      type: row.type,
    }
    doors.set(publicKey, { door: opened, until: deps.now() + DOOR_TTL_MS })
    return opened
  }

  async function store(target: Door, entries: readonly HookEntry[], raw: RawHook, traceId: string) {
    try {
      return await deps.accept(
        entries.map((entry) => ({
          workspaceId: target.workspaceId,
          channelId: target.channelId,
          eventKey: entry.eventKey,
          laneKey: talkLaneKey(target.channelId, entry.laneKey),
          lane: 'talk',
          hook: { method: raw.method, path: raw.path, part: entry.part } as Json,
          // The bytes are worth keeping only where `part` is not all of them.
          ...(entries.length === 1 && entry.part !== null ? {} : { body: raw.body }),
          traceId,
        })),
      )
    } catch (error) {
      if (error instanceof AcceptOverloadedError)
        throw new HubError('channel/overloaded', { cause: error, retryAfterMs: 1_000 })
      throw error
    }
  }

  return {
    door,
    async hook(publicKey, raw, traceId) {
      const target = await door(publicKey)
      if (target.adapter.verify(raw, target.settings as never, target.secrets) === 'forged') {
        deps.onForged(target.channelId)
        throw new HubError('channel/forged-hook')
      }
      await store(target, target.adapter.split(raw), raw, traceId)
      return target.adapter.reply(raw)
    },
    async own(target, raw, traceId) {
      if (target.adapter.verify(raw, target.settings as never, target.secrets) === 'forged')
        throw new HubError('channel/forged-hook')
      return store(target, target.adapter.split(raw), raw, traceId)
    },
    forget(channelId) {
      for (const [key, known] of doors) if (known.door.channelId === channelId) doors.delete(key)
    },
  }
}

/** The mailbox key of a talk: unique over all channels. */
export function talkLaneKey(channelId: ChannelId, talk: string): string {
  return `${channelId}:${talk}`
}
