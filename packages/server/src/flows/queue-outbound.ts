import { HubError } from '@trunkline/contracts/errors'
import type { ConversationId, MessageId } from '@trunkline/contracts/ids'
import { text } from '@trunkline/contracts/locale'
import { applyOutbound, writeRefusal } from '@trunkline/domain/conversation/apply-outbound'
import { newId } from '../ids.ts'
import { attachmentsOf, takeAttachments } from '../store/attachments.ts'
import { loadChannel } from '../store/channels.ts'
import { loadConversation, saveConversation } from '../store/conversations.ts'
import type { Tx } from '../store/database.ts'
import { putLanes } from '../store/mailbox.ts'
import { insertMessage, loadMessage, messageByClientId, saveMessage } from '../store/messages.ts'
import { appendRealtime } from '../store/realtime.ts'
import { adapterOf } from './channel-account.ts'
import { columnsOf, messageChange, messageRow, messageState, stateOf } from './conversation-record.ts'
import { talkTopic } from './ingest-talk.ts'
import { scheduleTransfer } from './schedule-transfer.ts'

/** The lane in which messages leave: one conversation at a time, in order. */
export const OUTBOUND_LANE = 'outbound'

/** What an operator, a robot or the API wants to say. */
export interface OutboundRequest {
  readonly conversationId: ConversationId
  /** Made by whoever asks: the same one twice is one message (P29). */
  readonly clientId: string
  readonly text: string
  readonly attachmentIds: readonly string[]
  readonly replyToId?: MessageId
  readonly author: { readonly userId: string; readonly name: string }
}

/**
 * Puts a message on its way: checks what the channel can do now, stores the message, wakes the lanes that send it and
 * bring it to the portal. In the caller's transaction.
 * @returns the message's id; for a repetition, of the one already there.
 * @throws HubError `request/not-found`, `channel/cannot`, `request/invalid`.
 */
export async function queueOutbound(tx: Tx, request: OutboundRequest, now: Date): Promise<MessageId> {
  const row = await loadConversation(tx, request.conversationId, 'lock')
  if (row === undefined) throw new HubError('request/not-found')
  const known = await messageByClientId(tx, row.id, request.clientId)
  if (known !== undefined) return known.id
  const channel = await loadChannel(tx, row.channelId)
  const can = channel === undefined ? undefined : adapterOf(channel.type).can
  const refusal = writeRefusal(stateOf(row))
  if (channel === undefined || can === undefined)
    throw new HubError('channel/cannot', { publicText: text('Канал удалён', 'The channel was deleted') })
  if (refusal !== null) throw new HubError('channel/cannot', { publicText: REFUSALS[refusal] })
  if (request.text.trim() === '' && request.attachmentIds.length === 0)
    throw new HubError('request/invalid', {
      fields: [
        {
          pointer: '/text',
          code: 'empty',
          text: text('Напишите сообщение или приложите файл', 'Write a message or attach a file'),
        },
      ],
    })
  if (request.text.length > can.text.maxChars && !can.text.split)
    throw new HubError('request/invalid', {
      fields: [
        {
          pointer: '/text',
          code: 'too-long',
          text: text(`Не длиннее ${can.text.maxChars} знаков`, `At most ${can.text.maxChars} characters`),
        },
      ],
    })
  const id = newId<MessageId>()
  const replyTo = request.replyToId === undefined ? undefined : await loadMessage(tx, request.replyToId)
  const applied = applyOutbound({
    conversation: stateOf(row),
    message: null,
    action: {
      kind: 'queue',
      text: request.text,
      attachments: [],
      ...(replyTo?.externalId == null ? {} : { replyToExternalId: replyTo.externalId }),
    },
    now: now.toISOString(),
  })
  const sequence = row.sequence + 1
  await insertMessage(
    tx,
    messageRow(applied.message!, {
      id,
      conversationId: row.id,
      sequence,
      receivedAt: now,
      clientId: request.clientId,
      authorUserId: request.author.userId,
      authorName: request.author.name,
      ...(replyTo === undefined ? {} : { replyToId: replyTo.id }),
    }),
    // Our own id is a name of the message from the start: a mark may come before the answer to the send does.
    { channelId: row.channelId, talk: row.talk, externalIds: [id] },
  )
  const taken = await takeAttachments(tx, request.attachmentIds, {
    messageId: id,
    conversationId: row.id,
    uploadedBy: `user:${request.author.userId}`,
  })
  if (taken.length < request.attachmentIds.length)
    throw new HubError('request/invalid', {
      fields: [
        {
          pointer: '/attachmentIds',
          code: 'unknown',
          text: text('Файл не найден', 'The file was not found'),
        },
      ],
    })
  for (const file of await attachmentsOf(tx, [id])) {
    const media = can.media[file.kind]
    if (media === undefined || !media.out || file.sizeBytes > media.maxOutBytes)
      throw new HubError('channel/cannot', {
        publicText: text(
          `Канал не может отправить файл «${file.name}»`,
          `The channel cannot send the file “${file.name}”`,
        ),
      })
  }
  await saveConversation(
    tx,
    row.id,
    columnsOf(applied.conversation!, { sequence, revision: row.revision + 1 }, row.context),
    { messageId: id, text: request.text, direction: 'outbound', at: now, attachments: taken.length },
  )
  await putLanes(tx, [{ lane: OUTBOUND_LANE, key: row.id }])
  await scheduleTransfer(tx, { conversationId: row.id, contactId: row.contactId })
  await appendRealtime(tx, 'cabinet', { kind: 'message', conversationId: row.id, messageId: id })
  await appendRealtime(tx, talkTopic(row.channelId, row.talk), { kind: 'message', messageId: id })
  return id
}

/** Puts a failed or doubtful message on its way again, as the operator decided. @throws HubError `request/not-found`. */
export async function retryOutbound(tx: Tx, id: MessageId, now: Date): Promise<void> {
  const message = await loadMessage(tx, id, 'lock')
  if (message === undefined) throw new HubError('request/not-found')
  const row = await loadConversation(tx, message.conversationId, 'lock')
  if (row === undefined) throw new HubError('request/not-found')
  const applied = applyOutbound({
    conversation: stateOf(row),
    message: messageState(message),
    action: { kind: 'retry' },
    now: now.toISOString(),
  })
  if (applied.facts.length === 0) throw new HubError('request/conflict')
  await saveMessage(tx, id, messageChange(applied.message!))
  await putLanes(tx, [{ lane: OUTBOUND_LANE, key: row.id }])
  await appendRealtime(tx, 'cabinet', { kind: 'message', conversationId: row.id, messageId: id })
}

const REFUSALS = {
  'is-a-request': text(
    'В заявке нельзя ответить: человек оставил форму и ушёл',
    'A request cannot be answered: the person left a form and went away',
  ),
  'conversation-closed': text('Разговор закрыт', 'The conversation is closed'),
  'contact-blocked-us': text('Клиент запретил писать ему', 'The contact has blocked us'),
} as const
