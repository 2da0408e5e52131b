import { HubError } from '@trunkline/contracts/errors'
import type { RequestPatch, RequestStatus } from '@trunkline/contracts/http/conversations'
import type { ConversationId, UserId } from '@trunkline/contracts/ids'
import { setRequestStatus } from '@trunkline/domain/conversation/request-status'
import { newId } from '../../ids.ts'
import { insertAudit } from '../../store/audit.ts'
import { type ConversationRow, loadConversation, saveConversation } from '../../store/conversations.ts'
import type { Tx } from '../../store/database.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { loadRequest, type RequestRow, saveRequestComment, saveRequestStatus } from '../../store/requests.ts'
import { columnsOf, stateOf } from '../conversation-record.ts'

interface By {
  readonly userId: UserId
  readonly name: string
  readonly now: Date
}

/**
 * An employee moves a request on or notes something about it; what is equal already stays as it is. Each change is in
 * the audit and told to every open cabinet. The portal hears nothing: the card has the request, this is our own work.
 * @throws HubError `request/not-found` when the conversation is no request.
 */
export async function changeRequest(tx: Tx, id: ConversationId, patch: RequestPatch, by: By): Promise<void> {
  const conversation = await loadConversation(tx, id, 'lock')
  const request = conversation?.kind === 'request' ? await loadRequest(tx, id, 'lock') : undefined
  if (conversation === undefined || request === undefined) throw new HubError('request/not-found')
  const comment = patch.comment?.trim()
  const moved = patch.status !== undefined && (await moveRequest(tx, conversation, request, patch.status, by))
  const noted = comment !== undefined && comment !== request.comment
  if (noted) {
    await saveRequestComment(tx, id, { comment, by: by.userId, at: by.now })
    await audit(tx, conversation, 'request-commented', by, {})
  }
  if (moved || noted) await appendRealtime(tx, 'cabinet', { kind: 'conversation', conversationId: id })
}

/** @returns whether anything changed. In the caller's transaction, with conversation and request locked. */
export async function moveRequest(
  tx: Tx,
  row: ConversationRow,
  request: RequestRow,
  to: RequestStatus,
  by: By,
): Promise<boolean> {
  const applied = setRequestStatus({
    conversation: stateOf(row),
    from: request.status,
    to,
    by: by.userId,
    now: by.now.toISOString(),
  })
  if (applied.facts.length === 0) return false
  await saveConversation(
    tx,
    row.id,
    columnsOf(applied.conversation!, { sequence: row.sequence, revision: row.revision }, row.context),
  )
  await saveRequestStatus(tx, row.id, { status: to, by: by.userId, at: by.now })
  await audit(tx, row, 'request-moved', by, { from: request.status, to })
  return true
}

function audit(tx: Tx, row: ConversationRow, action: string, by: By, details: Record<string, unknown>) {
  return insertAudit(tx, {
    id: newId(),
    actorUserId: by.userId,
    actorName: by.name,
    action,
    subject: `#${row.number}`,
    details: { conversationId: row.id, ...details },
  })
}
