import { HubError } from '@trunkline/contracts/errors'
import type { Message } from '@trunkline/contracts/http/conversations'
import type { ConversationId, MessageId } from '@trunkline/contracts/ids'
import { effectiveDelivery } from '@trunkline/domain/conversation/state'
import { type AttachmentRow, attachmentsOf } from '../../store/attachments.ts'
import { type ConversationRow, loadConversation } from '../../store/conversations.ts'
import type { Tx } from '../../store/database.ts'
import { idsOfExternal, messagesBefore } from '../../store/inbox.ts'
import { loadMessage, type MessageRow } from '../../store/messages.ts'
import { messageState, stateOf } from '../conversation-record.ts'
import { attachmentView } from './attachment-view.ts'

export interface MessagePageView {
  readonly data: Message[]
  readonly hasEarlier: boolean
}

/** A page of a conversation, newest last. @throws HubError `request/not-found`. */
export async function messagePage(
  tx: Tx,
  conversationId: ConversationId,
  page: { before: number | undefined; limit: number },
): Promise<MessagePageView> {
  const conversation = await loadConversation(tx, conversationId)
  if (conversation === undefined) throw new HubError('request/not-found')
  const rows = await messagesBefore(tx, conversationId, page.before, page.limit + 1)
  const shown = rows.slice(-page.limit)
  return { data: await messageViews(tx, conversation, shown), hasEarlier: rows.length > page.limit }
}

/** One message of a conversation. @throws HubError `request/not-found`. */
export async function messageOf(tx: Tx, conversationId: ConversationId, id: MessageId): Promise<Message> {
  const conversation = await loadConversation(tx, conversationId)
  const row = await loadMessage(tx, id)
  if (conversation === undefined || row?.conversationId !== conversationId)
    throw new HubError('request/not-found')
  return (await messageViews(tx, conversation, [row]))[0]!
}

async function messageViews(
  tx: Tx,
  conversation: ConversationRow,
  rows: readonly MessageRow[],
): Promise<Message[]> {
  const files = Map.groupBy(
    await attachmentsOf(
      tx,
      rows.map((row) => row.id),
    ),
    (file) => file.messageId,
  )
  const named = await idsOfExternal(
    tx,
    conversation.channelId,
    conversation.talk,
    rows.flatMap((row) =>
      row.replyToId === null && row.replyToExternalId !== null ? [row.replyToExternalId] : [],
    ),
  )
  return rows.map((row) => messageView(conversation, row, files.get(row.id) ?? [], named))
}

function messageView(
  conversation: ConversationRow,
  row: MessageRow,
  files: readonly AttachmentRow[],
  named: ReadonlyMap<string, string>,
): Message {
  // What was removed is gone for people too; the store keeps it for the portal's transcript.
  const isRemoved = row.removedAt !== null
  return {
    id: row.id,
    sequence: row.sequence,
    direction: row.direction,
    author: row.authorName === null ? null : { name: row.authorName, userId: row.authorUserId },
    text: isRemoved ? '' : row.text,
    editedAt: row.editedAt?.toISOString() ?? null,
    removedAt: row.removedAt?.toISOString() ?? null,
    at: row.occurredAt.toISOString(),
    delivery: effectiveDelivery(messageState(row), stateOf(conversation)),
    deliveryReason: row.deliveryReason,
    attachments: isRemoved ? [] : files.map(attachmentView),
    replyToId:
      row.replyToId ?? (row.replyToExternalId === null ? null : (named.get(row.replyToExternalId) ?? null)),
  }
}
