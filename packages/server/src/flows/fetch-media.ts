import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { HubError } from '@trunkline/contracts/errors'
import type { AttachmentId, WorkspaceId } from '@trunkline/contracts/ids'
import type { FileStore } from '../files/file-store.ts'
import { trueType } from '../files/true-type.ts'
import type { Sealer } from '../seal.ts'
import { attachmentArrived, attachmentLost, loadAttachment } from '../store/attachments.ts'
import { loadChannel } from '../store/channels.ts'
import type { Database, Tx } from '../store/database.ts'
import type { Claim } from '../store/mailbox.ts'
import { appendRealtime } from '../store/realtime.ts'
import type { LaneContext, LaneResult } from '../store/run-lane.ts'
import { callContext, type Outside, openChannel } from './channel-account.ts'
import { fileArrived } from './transfer/attach-files.ts'

/** Largest file taken from a network; what a network itself allows is usually less. */
const MAX_MEDIA_BYTES = 50 * 1024 * 1024

/** Fetches one file of a network into our store. Retried by its lane; a file that is gone for good is shown as lost. */
export function createFetchMedia(deps: {
  database: Database
  sealer: Sealer
  outside: Outside
  files: FileStore
}) {
  return async (claim: Claim, context: LaneContext): Promise<LaneResult> => {
    const workspaceId = claim.workspaceId as WorkspaceId
    const id = claim.key as AttachmentId
    const found = await deps.database.inWorkspace(workspaceId, async (tx) => {
      const row = await loadAttachment(tx, id)
      if (row === undefined || row.state !== 'fetching' || row.channelId === null) return undefined
      const channel = await loadChannel(tx, row.channelId)
      return channel === undefined ? { row, channel: undefined } : { row, channel }
    })
    if (found === undefined) return undefined
    const opened = found.channel === undefined ? undefined : openChannel(deps.sealer, found.channel)
    if (found.channel === undefined || opened?.adapter.fetchMedia === undefined)
      return lost(deps.database, workspaceId, id)
    try {
      const media = await opened.adapter.fetchMedia(
        found.row.reference,
        callContext(
          deps.outside,
          opened,
          { workspaceId, publicKey: found.channel.publicKey },
          context.signal,
        ) as never,
      )
      const stored = await deps.files.put(
        workspaceId,
        id,
        Readable.fromWeb(media.stream as NodeReadableStream<Uint8Array>),
        MAX_MEDIA_BYTES,
      )
      const type = await trueType(stored.head, media.mime ?? found.row.mime)
      if (type === undefined) {
        await deps.files.remove(workspaceId, id)
        return lost(deps.database, workspaceId, id)
      }
      await deps.database.inWorkspace(workspaceId, async (tx) => {
        await attachmentArrived(tx, id, {
          name: found.row.name || media.name || id,
          mime: type.mime,
          sizeBytes: stored.sizeBytes,
          sha256: stored.sha256,
        })
        await tellConversation(tx, id)
        if (found.row.conversationId !== null) await fileArrived(tx, found.row.conversationId)
      })
    } catch (error) {
      if (error instanceof HubError && error.kind === 'permanent') return lost(deps.database, workspaceId, id)
      throw error
    }
    return undefined
  }
}

/** Marks a file as lost: the operator sees that there was one. Also for a lane that gave up. */
export async function lost(
  database: Database,
  workspaceId: WorkspaceId,
  id: AttachmentId,
): Promise<undefined> {
  await database.inWorkspace(workspaceId, async (tx) => {
    await attachmentLost(tx, id)
    await tellConversation(tx, id)
  })
}

async function tellConversation(tx: Tx, id: AttachmentId): Promise<void> {
  const row = await loadAttachment(tx, id)
  if (row?.conversationId == null || row.messageId === null) return
  await appendRealtime(tx, 'cabinet', {
    kind: 'message',
    conversationId: row.conversationId,
    messageId: row.messageId,
  })
}
