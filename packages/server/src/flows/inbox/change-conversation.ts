import { HubError } from '@trunkline/contracts/errors'
import type { CloseReason } from '@trunkline/contracts/http/conversations'
import type { ConversationId, UserId } from '@trunkline/contracts/ids'
import { text } from '@trunkline/contracts/locale'
import { assign, close } from '@trunkline/domain/conversation/apply-outbound'
import type { Applied } from '@trunkline/domain/conversation/state'
import { type ConversationRow, loadConversation, saveConversation } from '../../store/conversations.ts'
import type { Tx } from '../../store/database.ts'
import { saveCloseNote, saveRead } from '../../store/inbox.ts'
import { lockMember } from '../../store/members.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { loadRequest } from '../../store/requests.ts'
import { columnsOf, stateOf } from '../conversation-record.ts'
import { scheduleTransfer } from '../schedule-transfer.ts'
import { announceClosed, announceRead } from '../talk-view.ts'
import { moveRequest } from './change-request.ts'

/** Gives a conversation to an employee, or to nobody. @throws HubError `request/not-found`, `request/invalid`. */
export async function assignConversation(tx: Tx, id: ConversationId, userId: UserId | null): Promise<void> {
  const row = await locked(tx, id)
  if (userId !== null && (await lockMember(tx, userId)) === undefined)
    throw new HubError('request/invalid', {
      fields: [
        {
          pointer: '/userId',
          code: 'unknown',
          text: text('Такого сотрудника нет', 'There is no such employee'),
        },
      ],
    })
  const applied = assign(stateOf(row), userId)
  if (applied.facts.length === 0) return
  await save(tx, row, applied, row.revision)
}

/** Ends a conversation; one that has ended stays as it is. The portal hears of it. @throws HubError `request/not-found`. */
export async function closeConversation(
  tx: Tx,
  id: ConversationId,
  how: { by: UserId; byName: string; reason: CloseReason; note: string | undefined; now: Date },
): Promise<void> {
  const row = await locked(tx, id)
  const request = row.kind === 'request' ? await loadRequest(tx, id, 'lock') : undefined
  if (request !== undefined && how.reason === 'resolved') {
    // A resolved request is a processed one; both buttons end in the same state.
    const by = { userId: how.by, name: how.byName, now: how.now }
    if (!(await moveRequest(tx, row, request, 'processed', by))) return
    if (how.note !== undefined && how.note.trim() !== '') await saveCloseNote(tx, id, how.note.trim())
    await appendRealtime(tx, 'cabinet', { kind: 'conversation', conversationId: id })
    return
  }
  const applied = close({
    conversation: stateOf(row),
    reason: how.reason,
    by: how.by,
    now: how.now.toISOString(),
  })
  if (applied.facts.length === 0) return
  await save(tx, row, applied, row.revision + 1)
  if (how.note !== undefined && how.note.trim() !== '') await saveCloseNote(tx, id, how.note.trim())
  await scheduleTransfer(tx, { conversationId: id, contactId: row.contactId })
  await announceClosed(tx, row.channelId, row.talk)
}

/** Notes how far an employee has read; the customer's side is told. @throws HubError `request/not-found`. */
export async function readConversation(
  tx: Tx,
  id: ConversationId,
  userId: UserId,
  upTo: number,
): Promise<void> {
  const row = await loadConversation(tx, id)
  if (row === undefined) throw new HubError('request/not-found')
  const seen = Math.min(upTo, row.sequence)
  if (!(await saveRead(tx, id, userId, seen))) return
  await announceRead(tx, id, seen)
  await appendRealtime(tx, 'cabinet', { kind: 'conversation', conversationId: id })
}

async function locked(tx: Tx, id: ConversationId): Promise<ConversationRow> {
  const row = await loadConversation(tx, id, 'lock')
  if (row === undefined) throw new HubError('request/not-found')
  return row
}

async function save(tx: Tx, row: ConversationRow, applied: Applied, revision: number): Promise<void> {
  await saveConversation(
    tx,
    row.id,
    columnsOf(applied.conversation!, { sequence: row.sequence, revision }, row.context),
  )
  await appendRealtime(tx, 'cabinet', { kind: 'conversation', conversationId: row.id })
}
