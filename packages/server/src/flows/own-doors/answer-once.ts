import { createHash } from 'node:crypto'
import { HubError } from '@trunkline/contracts/errors'
import type { ChannelId, WorkspaceId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import { dropReply, forgetOldReplies, saveReply, takeReplyKey } from '../../store/api-replies.ts'
import type { Database } from '../../store/database.ts'

export interface KeyedCall {
  readonly workspaceId: WorkspaceId
  readonly channelId: ChannelId
  /** `Idempotency-Key` of the request; without one the work is simply done. */
  readonly key: string | undefined
  /** All that makes two requests the same: method, path, body. */
  readonly request: string
}

export interface KeyedReply {
  readonly status: number
  readonly reply: Json
  /** The work was done by an earlier request with this key. */
  readonly replayed: boolean
}

/**
 * Does the work of one idempotency key once a day; a repetition gets the first answer. Work that failed may be tried
 * again under the same key.
 * Source: draft-ietf-httpapi-idempotency-key-header, §2.
 * @throws HubError `request/idempotency-mismatch`, `request/in-progress`, and what the work throws.
 */
export async function answerOnce(
  database: Database,
  call: KeyedCall,
  work: () => Promise<{ status: number; reply: Json }>,
): Promise<KeyedReply> {
  const { key, workspaceId, channelId } = call
  if (key === undefined) return { ...(await work()), replayed: false }
  const bodyHash = createHash('sha256').update(call.request).digest()
  const known = await database.inWorkspace(workspaceId, async (tx) => {
    // Now and then, instead of a job of its own for a table that stays small.
    if ((bodyHash[0] ?? 0) < 2) await forgetOldReplies(tx)
    return takeReplyKey(tx, channelId, key, bodyHash)
  })
  if (known !== undefined) {
    if (!known.bodyHash.equals(bodyHash)) throw new HubError('request/idempotency-mismatch')
    if (known.status === null) throw new HubError('request/in-progress', { retryAfterMs: 2000 })
    return { status: known.status, reply: known.reply, replayed: true }
  }
  const done = await work().catch(async (error: unknown) => {
    await database.inWorkspace(workspaceId, (tx) => dropReply(tx, channelId, key))
    throw error
  })
  // When this fails the key stays taken: what was done is not done again by a hasty repetition.
  await database.inWorkspace(workspaceId, (tx) => saveReply(tx, channelId, key, done.status, done.reply))
  return { ...done, replayed: false }
}
