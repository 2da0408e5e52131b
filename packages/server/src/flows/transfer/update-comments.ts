import { type Pump, updateComment } from '@trunkline/portal'
import { type CommentRow, saveComments } from '../../store/crm-links.ts'
import type { CommentTexts } from './comment-texts.ts'
import type { TransferWork } from './load-work.ts'
import type { TransferWrites } from './transfer-writes.ts'

export interface StaleComment {
  readonly row: CommentRow & { readonly remoteId: string }
  readonly text: string
  readonly hash: Buffer
}

/** Comments whose card shows an older text than the transcript of now. */
export function staleComments(work: TransferWork, texts: CommentTexts): StaleComment[] {
  return work.comments.flatMap((row) => {
    const part = texts.parts[row.part - 1]
    if (part === undefined || row.remoteId === null) return []
    if (row.textHash !== null && part.hash.equals(row.textHash)) return []
    return [{ row: { ...row, remoteId: row.remoteId }, text: part.text, hash: part.hash }]
  })
}

/**
 * Rewrites comments in place. Safe to repeat: an update says the whole text.
 * @throws HubError when the portal cannot be reached or refuses.
 */
export async function updateComments(
  deps: { writes: TransferWrites; pump: Pump; signal: AbortSignal },
  work: TransferWork,
  stale: readonly StaleComment[],
): Promise<void> {
  await Promise.all(
    stale.map((one) =>
      updateComment(deps.pump, { commentId: one.row.remoteId, text: one.text }, { signal: deps.signal }),
    ),
  )
  const { integrationId, portal, conversation } = work
  const of = { integrationId, portalId: portal.id, conversationId: conversation.id }
  await deps.writes.share(work.workspaceId, (tx) =>
    saveComments(
      tx,
      stale.map(({ row, hash }) => ({ ...row, ...of, textHash: hash })),
    ),
  )
}
