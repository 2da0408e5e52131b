import type { ChannelId, ConversationId, MessageId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import { type ConversationState, effectiveDelivery } from '@trunkline/domain/conversation/state'
import { type AttachmentRow, attachmentsOf } from '../store/attachments.ts'
import { loadConversation } from '../store/conversations.ts'
import type { Tx } from '../store/database.ts'
import { appendRealtime } from '../store/realtime.ts'
import {
  latestConversationOf,
  newestTalkMessages,
  type TalkMessageRow,
  talkMessagesAfter,
  talkMessagesById,
  talkSequenceBefore,
} from '../store/talks.ts'
import { talkTopic } from './ingest-talk.ts'

/**
 * What the other side of one talk may see of it: the widget's visitor, the client application. Everything here is cut
 * by channel and talk, never by contact, so another conversation of the same person stays out of sight.
 */
export interface TalkMessage {
  readonly id: MessageId
  readonly externalId: string | null
  /** Place in the talk, over all its conversations; grows, with gaps where something is not shown. */
  readonly sequence: number
  readonly from: 'contact' | 'operator' | 'system'
  readonly authorName: string | null
  /** Empty when removed. */
  readonly text: string
  readonly at: Date
  readonly edited: boolean
  readonly removed: boolean
  /** Of ours: how far it came, marks of later ones included. */
  readonly delivery: string
  /** Of the contact's own: somebody of the company has read or answered it. */
  readonly seen: boolean
  /** The quoted message, by its name at the other side. */
  readonly replyToExternalId: string | null
  readonly files: readonly AttachmentRow[]
}

/** A part of a talk, oldest first. */
export async function viewTalk(
  tx: Tx,
  of: { readonly channelId: ChannelId; readonly talk: string },
  part: { readonly after: number; readonly limit: number } | { readonly newest: number },
): Promise<TalkMessage[]> {
  const rows =
    'newest' in part
      ? await newestTalkMessages(tx, of.channelId, of.talk, part.newest)
      : await talkMessagesAfter(tx, of.channelId, of.talk, part.after, part.limit)
  return withFiles(tx, rows)
}

/** Those of the messages that belong to the talk and may be seen. */
export async function viewMessages(
  tx: Tx,
  of: { readonly channelId: ChannelId; readonly talk: string },
  ids: readonly string[],
): Promise<TalkMessage[]> {
  return withFiles(tx, await talkMessagesById(tx, of.channelId, of.talk, ids))
}

/** Rows as the other side may see them, with their files. */
export async function withFiles(tx: Tx, rows: readonly TalkMessageRow[]): Promise<TalkMessage[]> {
  const files = Map.groupBy(
    await attachmentsOf(
      tx,
      rows.filter((row) => row.removedAt === null).map((row) => row.id),
    ),
    (file) => file.messageId,
  )
  return rows.map((row) => ({
    id: row.id,
    externalId: row.externalId,
    sequence: row.talkSequence,
    from: row.direction === 'inbound' ? 'contact' : row.origin === 'system' ? 'system' : 'operator',
    authorName: row.authorName,
    text: row.removedAt === null ? row.text : '',
    at: row.occurredAt,
    edited: row.editedAt !== null,
    removed: row.removedAt !== null,
    delivery: deliveryOf(row),
    seen: row.seen,
    replyToExternalId: row.replyToExternalId,
    files: files.get(row.id) ?? [],
  }))
}

function deliveryOf(row: TalkMessageRow): string {
  return effectiveDelivery(
    {
      delivery: row.delivery as Parameters<typeof effectiveDelivery>[0]['delivery'],
      occurredAt: row.occurredAt.toISOString(),
    },
    row.state as unknown as ConversationState,
  )
}

/** What is told under `talkTopic`. Messages are told by id: whoever reads asks for what may be seen of them. */
export type TalkEvent =
  | { readonly kind: 'message'; readonly messageId: MessageId }
  | { readonly kind: 'typing' }
  /** Somebody of the company has read the contact's messages up to this place of the talk. */
  | { readonly kind: 'read'; readonly upTo: number }
  | { readonly kind: 'closed' }

/** An operator is typing: shown for a few seconds to whoever talks here. Lost without harm. */
export async function announceTyping(tx: Tx, channelId: ChannelId, talk: string): Promise<void> {
  await announce(tx, channelId, talk, { kind: 'typing' })
}

/**
 * Somebody of the company has read a conversation up to a message. Call where the read mark is stored.
 * @param upTo sequence inside the conversation, as the cabinet knows it
 */
export async function announceRead(tx: Tx, conversationId: ConversationId, upTo: number): Promise<void> {
  const row = await loadConversation(tx, conversationId)
  if (row === undefined) return
  const before = await talkSequenceBefore(tx, conversationId)
  await announce(tx, row.channelId, row.talk, { kind: 'read', upTo: before + upTo })
}

/** The conversation was closed. Call where it is. */
export async function announceClosed(tx: Tx, channelId: ChannelId, talk: string): Promise<void> {
  await announce(tx, channelId, talk, { kind: 'closed' })
}

/** The contact is typing: told to the cabinet at once and kept nowhere, because a moment later it means nothing. */
export async function contactTyping(tx: Tx, channelId: ChannelId, talk: string): Promise<void> {
  const conversation = await latestConversationOf(tx, channelId, talk)
  if (conversation?.status !== 'open') return
  await appendRealtime(tx, 'cabinet', { kind: 'typing', conversationId: conversation.id })
}

async function announce(tx: Tx, channelId: ChannelId, talk: string, event: TalkEvent): Promise<void> {
  await appendRealtime(tx, talkTopic(channelId, talk), event as unknown as Json)
}
