import { HubError } from '@trunkline/contracts/errors'
import type { ApiMessage } from '@trunkline/contracts/http/client-api'
import type { ChannelId } from '@trunkline/contracts/ids'
import type { Static } from 'typebox'
import type { Database, Tx } from '../../store/database.ts'
import { type Cursor, knowsCursor, latestCursor, readTopicsAfter, toCursor } from '../../store/realtime.ts'
import {
  type ChannelMessageRow,
  latestConversationOf,
  ownMessagesById,
  ownMessagesSince,
} from '../../store/talks.ts'
import type { Door } from '../accept-hook.ts'
import { talkTopic } from '../ingest-talk.ts'
import { type TalkEvent, type TalkMessage, viewTalk, withFiles } from '../talk-view.ts'

/** A page of a conversation, oldest first; `next_cursor` goes into `after`. @throws HubError `request/not-found`. */
export async function apiMessages(
  deps: { readonly database: Database },
  door: Door,
  talk: string,
  page: { readonly after: number; readonly limit: number },
): Promise<{ data: Static<typeof ApiMessage>[]; next_cursor: string | null }> {
  const { channelId } = door
  const messages = await deps.database.inWorkspace(door.workspaceId, async (tx) => {
    if ((await latestConversationOf(tx, channelId, talk)) === undefined)
      throw new HubError('request/not-found')
    return viewTalk(tx, { channelId, talk }, page)
  })
  const last = messages.at(-1)
  return {
    data: messages.map(apiMessage),
    next_cursor: last !== undefined && messages.length === page.limit ? String(last.sequence) : null,
  }
}

function apiMessage(message: TalkMessage): Static<typeof ApiMessage> {
  return {
    id: message.id,
    external_id: message.externalId,
    sequence: message.sequence,
    direction: message.from === 'contact' ? 'inbound' : 'outbound',
    text: message.text,
    author_name: message.authorName,
    created_at: message.at.toISOString(),
    delivery: message.delivery,
    attachments: filesOf(message).map((file) => ({ ...file, url: `/api/v1/attachments/${file.id}` })),
  }
}

function filesOf(message: TalkMessage) {
  return message.files
    .filter((file) => file.state === 'ready')
    .map(({ id, name, mime, sizeBytes }) => ({ id, name, mime, size_bytes: sizeBytes }))
}

/** What happened in the channel on our side, in the shape of the webhooks. */
export type ApiEvent =
  | {
      readonly type: 'message.created'
      readonly timestamp: string
      readonly data: {
        readonly id: string
        readonly conversation: string
        readonly sequence: number
        readonly text: string
        readonly author_name: string | null
        readonly reply_to: string | null
        readonly delivery: string
        readonly attachments: readonly { id: string; name: string; mime: string; size_bytes: number }[]
        readonly created_at: string
      }
    }
  | {
      readonly type: 'conversation.closed'
      readonly timestamp: string
      readonly data: { conversation: string }
    }

export interface ApiEvents {
  readonly data: readonly ApiEvent[]
  /** Always there: ask again with it. */
  readonly next_cursor: string
  /** There is more already. */
  readonly more: boolean
}

/** Before every event that is kept. */
const OLDEST = '0-0' as Cursor
/** Clocks of nodes differ, and a message may be committed some time after it was stamped. */
const OVERLAP_MS = 5 * 60_000

/**
 * The log of a channel for an application that has no address of its own. At least once: the same message may come
 * again, with the same id, when its delivery changed.
 *
 * A cursor names a place in the realtime events and when that was. Events are kept for days; after that the place is
 * found again by the time, among the messages themselves: `m.<ms>.<message id>`.
 * @throws HubError `request/invalid` when the cursor is none of ours.
 */
export async function apiEvents(
  deps: { readonly database: Database },
  door: Door,
  ask: { readonly cursor: string | undefined; readonly limit: number; readonly now: Date },
): Promise<ApiEvents> {
  const { channelId } = door
  return deps.database.inWorkspace(door.workspaceId, async (tx) => {
    const lost = /^m\.(\d{1,15})\.([0-9a-f-]{36})$/.exec(ask.cursor ?? '')
    if (lost) return fromMessages(tx, channelId, new Date(Number(lost[1])), lost[2]!, ask)
    const [place, ms] = (ask.cursor ?? `${OLDEST}.0`).split('.', 2)
    const cursor = toCursor(place ?? '')
    if (cursor === null || !/^\d{1,15}$/.test(ms ?? '')) throw new HubError('request/invalid')
    if (cursor !== OLDEST && !(await knowsCursor(tx, cursor)))
      return fromMessages(tx, channelId, new Date(Math.max(0, Number(ms) - OVERLAP_MS)), NIL_ID, ask)
    return fromEvents(tx, channelId, cursor, ask)
  })
}

const NIL_ID = '00000000-0000-0000-0000-000000000000'

async function fromEvents(
  tx: Tx,
  channelId: ChannelId,
  cursor: Cursor,
  ask: { readonly limit: number; readonly now: Date },
): Promise<ApiEvents> {
  // Where to go on when nothing of this channel came: as far as was looked.
  const newest = await latestCursor(tx)
  const events = await readTopicsAfter(tx, cursor, talkTopic(channelId, ''), ask.limit)
  const told = events.map((event) => event.payload as unknown as TalkEvent)
  const ids = [...new Set(told.flatMap((event) => (event.kind === 'message' ? [event.messageId] : [])))]
  const rows = ids.length === 0 ? [] : await ownMessagesById(tx, channelId, ids)
  const created = new Map((await messageEvents(tx, rows)).map((event) => [event.data.id, event]))
  const data = events.flatMap((event, at): ApiEvent[] => {
    const payload = told[at]!
    if (payload.kind === 'closed') {
      const conversation = event.topic.slice(talkTopic(channelId, '').length)
      return [{ type: 'conversation.closed', timestamp: event.at.toISOString(), data: { conversation } }]
    }
    if (payload.kind !== 'message') return []
    const message = created.get(payload.messageId)
    // One page tells a message once, as it is now.
    created.delete(payload.messageId)
    return message === undefined ? [] : [message]
  })
  const more = events.length === ask.limit
  const next = events.at(-1)?.cursor ?? newest ?? cursor
  return { data, next_cursor: `${next}.${ask.now.getTime()}`, more }
}

async function fromMessages(
  tx: Tx,
  channelId: ChannelId,
  since: Date,
  afterId: string,
  ask: { readonly limit: number },
): Promise<ApiEvents> {
  const rows = await ownMessagesSince(tx, channelId, since, afterId, ask.limit)
  const last = rows.at(-1)
  const more = last !== undefined && rows.length === ask.limit
  return {
    data: await messageEvents(tx, rows),
    next_cursor: more ? `m.${last.receivedAt.getTime()}.${last.id}` : `${OLDEST}.0`,
    more: true,
  }
}

async function messageEvents(tx: Tx, rows: readonly ChannelMessageRow[]) {
  const messages = await withFiles(tx, rows)
  return messages.map((message, at) => ({
    type: 'message.created' as const,
    timestamp: message.at.toISOString(),
    data: {
      id: message.id as string,
      conversation: rows[at]!.talk,
      sequence: message.sequence,
      text: message.text,
      author_name: message.authorName,
      reply_to: message.replyToExternalId,
      delivery: message.delivery,
      attachments: filesOf(message),
      created_at: message.at.toISOString(),
    },
  }))
}
