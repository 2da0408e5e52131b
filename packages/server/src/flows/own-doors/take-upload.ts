import type { Readable } from 'node:stream'
import type { AttachmentKind } from '@trunkline/contracts/channel/capabilities'
import { HubError } from '@trunkline/contracts/errors'
import type { AttachmentId, WorkspaceId } from '@trunkline/contracts/ids'
import type { FileStore } from '../../files/file-store.ts'
import { trueType } from '../../files/true-type.ts'
import { newId } from '../../ids.ts'
import {
  type AttachmentRow,
  attachmentArrived,
  insertAttachment,
  takeOrphans,
} from '../../store/attachments.ts'
import type { Database } from '../../store/database.ts'
import type { Door } from '../accept-hook.ts'
import { cleanFileName } from './clean-text.ts'

/** A file as it comes through one of our doors. */
export interface Upload {
  readonly stream: Readable
  readonly name: string
  /** As the sender calls it; believed only where bytes cannot tell. */
  readonly mime: string
}

/** A visitor who goes on with a draft after this has to choose the file again. */
const ORPHAN_HOURS = 48
const ORPHANS_AT_ONCE = 50
/** One upload in so many clears away what earlier ones left behind. */
const CLEAR_EVERY = 20

/**
 * Stores a file whose message is still to come.
 * @throws HubError `request/too-large`, `request/unsupported-type` (programs, and what the channel does not take).
 */
export async function takeUpload(
  deps: { readonly database: Database; readonly files: FileStore },
  door: Door,
  upload: Upload,
  uploadedBy: string,
): Promise<AttachmentRow> {
  const { workspaceId, channelId } = door
  if (Math.random() * CLEAR_EVERY < 1) await clearOrphans(deps, workspaceId)
  const id = newId<AttachmentId>()
  const stored = await deps.files.put(workspaceId, id, upload.stream, maxUploadBytes(door))
  try {
    if (stored.sizeBytes === 0) throw new HubError('request/invalid')
    const type = await trueType(stored.head, upload.mime)
    const media = type === undefined ? undefined : mediaOf(door, type.kind)
    if (type === undefined || media === undefined || !media.in) throw new HubError('request/unsupported-type')
    if (stored.sizeBytes > media.maxInBytes) throw new HubError('request/too-large')
    const row: AttachmentRow = {
      id,
      channelId,
      conversationId: null,
      messageId: null,
      kind: type.kind,
      name: cleanFileName(upload.name),
      mime: type.mime,
      sizeBytes: stored.sizeBytes,
      state: 'ready',
      reference: null,
      uploadedBy,
    }
    await deps.database.inWorkspace(workspaceId, async (tx) => {
      const { conversationId: _, messageId: __, ...fresh } = row
      await insertAttachment(tx, fresh)
      await attachmentArrived(tx, id, { ...row, sha256: stored.sha256 })
    })
    return row
  } catch (error) {
    await deps.files.remove(workspaceId as WorkspaceId, id)
    throw error
  }
}

/** Forgets uploads whose message never came. */
export async function clearOrphans(
  deps: { readonly database: Database; readonly files: FileStore },
  workspaceId: WorkspaceId,
): Promise<void> {
  const gone = await deps.database.inWorkspace(workspaceId, (tx) =>
    takeOrphans(tx, ORPHAN_HOURS, ORPHANS_AT_ONCE),
  )
  for (const id of gone) await deps.files.remove(workspaceId, id)
}

/** The largest file of any kind that the channel takes. */
export function maxUploadBytes(door: Door): number {
  return Math.max(
    0,
    ...Object.values(door.adapter.can.media).map((media) => (media?.in ? media.maxInBytes : 0)),
  )
}

/** A voice message is a sound where the channel makes no difference. */
function mediaOf(door: Door, kind: AttachmentKind) {
  const { media } = door.adapter.can
  return media[kind] ?? (kind === 'voice' ? media.audio : undefined) ?? media.file
}
