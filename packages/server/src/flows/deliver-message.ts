import type { OutboundMessage, SendOutcome } from '@trunkline/contracts/channel/outbound-message'
import type { ConversationId, WorkspaceId } from '@trunkline/contracts/ids'
import { applyOutbound, type OutboundAction } from '@trunkline/domain/conversation/apply-outbound'
import type { MessageState } from '@trunkline/domain/conversation/state'
import type { Sealer } from '../seal.ts'
import { attachmentsOf } from '../store/attachments.ts'
import { type ChannelRow, loadChannel, pauseChannel, saveChannelState } from '../store/channels.ts'
import { type ConversationRow, loadConversation, saveConversation } from '../store/conversations.ts'
import type { Database, Tx } from '../store/database.ts'
import type { Claim } from '../store/mailbox.ts'
import {
  addExternalIds,
  loadMessage,
  type MessageRow,
  nextToSend,
  saveMessage,
  takeNotes,
} from '../store/messages.ts'
import { appendRealtime } from '../store/realtime.ts'
import type { LaneContext, LaneResult } from '../store/run-lane.ts'
import { talkSequenceBefore } from '../store/talks.ts'
import { adapterOf, callContext, type Outside, openChannel } from './channel-account.ts'
import { columnsOf, messageChange, messageState, stateOf } from './conversation-record.ts'
import { talkTopic } from './ingest-talk.ts'

/**
 * Sends what waits in one conversation, oldest first.
 *
 * "Sending" is committed before the call leaves. A message found in that state was on its way when a worker died: it
 * may have arrived, so it is shown as unknown and the operator decides, unless the channel drops repetitions itself.
 */
export function createDeliverMessage(deps: {
  database: Database
  sealer: Sealer
  outside: Outside
  now: () => Date
}) {
  return async (claim: Claim, context: LaneContext): Promise<LaneResult> => {
    const workspaceId = claim.workspaceId as WorkspaceId
    const conversationId = claim.key as ConversationId
    for (;;) {
      const start = await deps.database.inWorkspace(workspaceId, (tx) =>
        startSending(tx, conversationId, deps.now()),
      )
      if (start === 'nothing') return undefined
      if (start === 'again') continue
      if ('pausedUntil' in start) return { snoozeUntil: start.pausedUntil }
      const opened = openChannel(deps.sealer, start.channel)
      const call = callContext(
        deps.outside,
        opened,
        { workspaceId, publicKey: start.channel.publicKey },
        context.signal,
      )
      const outcome = await opened.adapter.send(start.message, call as never)
      const until = await deps.database.inWorkspace(workspaceId, (tx) =>
        finishSending(tx, conversationId, start.message.id as MessageRow['id'], outcome, deps.now()),
      )
      if (until !== undefined) return { snoozeUntil: until }
    }
  }
}

/**
 * The lane gave a conversation up: the message that it could not send is shown as unknown, for the operator to decide, and
 * those behind it get their turn.
 */
export async function giveUpSending(
  database: Database,
  claim: Claim,
  now: Date,
): Promise<{ readonly nextAt: Date } | undefined> {
  const conversationId = claim.key as ConversationId
  return database.inWorkspace(claim.workspaceId as WorkspaceId, async (tx) => {
    const row = await loadConversation(tx, conversationId, 'lock')
    const next = row === undefined ? undefined : await nextToSend(tx, conversationId)
    if (row === undefined || next === undefined) return undefined
    if (next.delivery === 'queued') await act(tx, row, next, { kind: 'sending' }, now)
    await act(tx, row, next, { kind: 'outcome', outcome: { status: 'uncertain', code: 'worker-died' } }, now)
    return { nextAt: now }
  })
}

interface Sending {
  readonly channel: ChannelRow
  readonly message: OutboundMessage
}

async function startSending(
  tx: Tx,
  conversationId: ConversationId,
  now: Date,
): Promise<Sending | 'nothing' | 'again' | { pausedUntil: Date }> {
  const row = await loadConversation(tx, conversationId, 'lock')
  const next = row === undefined ? undefined : await nextToSend(tx, conversationId)
  if (row === undefined || next === undefined) return 'nothing'
  const channel = await loadChannel(tx, row.channelId)
  if (channel === undefined || channel.state === 'off') {
    await act(tx, row, next, { kind: 'sending' }, now)
    await act(
      tx,
      row,
      next,
      { kind: 'outcome', outcome: { status: 'rejected', errorClass: 'auth', code: 'channel-off' } },
      now,
    )
    return 'again'
  }
  if (channel.pausedUntil !== null && channel.pausedUntil > now) return { pausedUntil: channel.pausedUntil }
  if (next.delivery === 'sending' && !adapterOf(channel.type).can.repeatIsSafe) {
    await act(tx, row, next, { kind: 'outcome', outcome: { status: 'uncertain', code: 'worker-died' } }, now)
    return 'again'
  }
  if (next.delivery === 'queued') await act(tx, row, next, { kind: 'sending' }, now)
  const files = await attachmentsOf(tx, [next.id])
  return {
    channel,
    message: {
      id: next.id,
      talk: row.talk,
      // Over the whole talk, not this conversation: receivers know nothing of our closings.
      sequence: (await talkSequenceBefore(tx, conversationId)) + next.sequence,
      text: next.text,
      attachments: files.map(({ id, kind, name, mime, sizeBytes }) => ({ id, kind, name, mime, sizeBytes })),
      createdAt: next.occurredAt.toISOString(),
      ...(next.replyToExternalId === null ? {} : { replyToExternalId: next.replyToExternalId }),
      ...(next.authorName === null ? {} : { authorName: next.authorName }),
    },
  }
}

/** Stores how a send ended. @returns until when to wait, when the network asked for it. */
async function finishSending(
  tx: Tx,
  conversationId: ConversationId,
  id: MessageRow['id'],
  outcome: SendOutcome,
  now: Date,
): Promise<Date | undefined> {
  const row = await loadConversation(tx, conversationId, 'lock')
  const message = await loadMessage(tx, id, 'lock')
  if (row === undefined || message === undefined) return undefined
  const externalIds =
    outcome.status === 'sent'
      ? outcome.externalIds
      : outcome.status === 'accepted'
        ? [outcome.trackingId]
        : []
  const notes = (await takeNotes(tx, row.channelId, row.talk, externalIds)) as unknown as MessageState[]
  await act(tx, row, message, { kind: 'outcome', outcome, notes }, now)
  if (outcome.status === 'retry') {
    const until = new Date(now.getTime() + outcome.afterMs)
    if (outcome.scope === 'account') await pauseChannel(tx, row.channelId, until)
    return until
  }
  if (
    outcome.status === 'rejected' &&
    (outcome.errorClass === 'auth' || outcome.errorClass === 'account-blocked')
  ) {
    await saveChannelState(tx, row.channelId, {
      state: 'needs-attention',
      action: 'connect',
      reason: CHANNEL_REFUSED,
    })
    await appendRealtime(tx, 'cabinet', { kind: 'channel', channelId: row.channelId })
  }
  return undefined
}

const CHANNEL_REFUSED = {
  ru: 'Сеть не принимает сообщения от этого канала: подключите его заново',
  en: 'The network refuses messages of this channel: connect it again',
}

/** One step of a message's way, stored and told to whoever watches. */
async function act(
  tx: Tx,
  row: ConversationRow,
  message: MessageRow,
  action: OutboundAction,
  now: Date,
): Promise<void> {
  const current = (await loadMessage(tx, message.id)) ?? message
  const fresh = (await loadConversation(tx, row.id)) ?? row
  const applied = applyOutbound({
    conversation: stateOf(fresh),
    message: messageState(current),
    action,
    now: now.toISOString(),
  })
  if (applied.message === null) return
  await saveMessage(tx, message.id, messageChange(applied.message))
  await addExternalIds(tx, row.channelId, row.talk, message.id, applied.message.externalIds)
  if (applied.conversation !== null)
    await saveConversation(
      tx,
      row.id,
      columnsOf(applied.conversation, { sequence: fresh.sequence, revision: fresh.revision }, fresh.context),
    )
  if (applied.facts.length > 0) {
    await appendRealtime(tx, 'cabinet', { kind: 'message', conversationId: row.id, messageId: message.id })
    await appendRealtime(tx, talkTopic(row.channelId, row.talk), { kind: 'message', messageId: message.id })
  }
}
