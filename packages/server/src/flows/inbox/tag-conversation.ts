import { HubError } from '@trunkline/contracts/errors'
import type { TagsPatch } from '@trunkline/contracts/http/conversations'
import type { ConversationId } from '@trunkline/contracts/ids'
import { changeTags } from '@trunkline/domain/conversation/tags'
import { loadConversation, saveTags, tagsInUse } from '../../store/conversations.ts'
import type { Tx } from '../../store/database.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { scheduleTransfer } from '../schedule-transfer.ts'

/** More are found by typing their first letters. */
const MAX_OFFERED = 200

/**
 * Adds tags to a conversation and takes others away. Rules look at tags, so what was not passed is decided again; what is
 * in a card stays there.
 * @throws HubError `request/not-found`.
 */
export async function tagConversation(tx: Tx, id: ConversationId, change: TagsPatch): Promise<void> {
  const row = await loadConversation(tx, id, 'lock')
  if (row === undefined) throw new HubError('request/not-found')
  const tags = changeTags(row.tags, change)
  if (JSON.stringify(tags) === JSON.stringify(row.tags)) return
  await saveTags(tx, id, tags)
  await scheduleTransfer(tx, { conversationId: id, contactId: row.contactId })
  await appendRealtime(tx, 'cabinet', { kind: 'conversation', conversationId: id })
}

/** Tags that the company uses, the most used first. */
export function offeredTags(tx: Tx): Promise<string[]> {
  return tagsInUse(tx, MAX_OFFERED)
}
