import type { Readable } from 'node:stream'
import { HubError } from '@trunkline/contracts/errors'
import type { Attachment } from '@trunkline/contracts/http/conversations'
import type { AttachmentId, UserId, WorkspaceId } from '@trunkline/contracts/ids'
import type { FileStore } from '../../files/file-store.ts'
import { isSafeImage, trueType } from '../../files/true-type.ts'
import { newId } from '../../ids.ts'
import { insertAttachment, loadAttachment } from '../../store/attachments.ts'
import type { Database } from '../../store/database.ts'
import { cleanFileName } from '../own-doors/clean-text.ts'
import { attachmentView } from '../views/attachment-view.ts'

export interface FileDeps {
  readonly database: Database
  readonly files: FileStore
}

/** Largest file an employee may upload; what a channel takes is usually less and is checked when it is sent. */
export const MAX_UPLOAD_BYTES = 50 * 1024 * 1024

/**
 * Takes a file of an employee, to be sent with a message of theirs. Its type is told by its bytes.
 * @throws HubError `request/too-large`, `request/unsupported-type` (programs), `request/invalid` (empty).
 */
export async function takeUpload(
  deps: FileDeps,
  workspaceId: WorkspaceId,
  userId: UserId,
  file: { readonly stream: Readable; readonly name: string; readonly mime: string },
): Promise<Attachment> {
  const id = newId<AttachmentId>()
  const stored = await deps.files.put(workspaceId, id, file.stream, MAX_UPLOAD_BYTES)
  try {
    if (stored.sizeBytes === 0) throw new HubError('request/invalid')
    const type = await trueType(stored.head, file.mime)
    if (type === undefined) throw new HubError('request/unsupported-type')
    return await deps.database.inWorkspace(workspaceId, async (tx) => {
      await insertAttachment(tx, {
        id,
        channelId: null,
        kind: type.kind,
        // Browsers write a quotation mark as %22. Source: HTML Standard, multipart/form-data encoding algorithm.
        name: cleanFileName(file.name.replaceAll('%22', '"')),
        mime: type.mime,
        sizeBytes: stored.sizeBytes,
        state: 'ready',
        reference: null,
        uploadedBy: `user:${userId}`,
      })
      return attachmentView((await loadAttachment(tx, id))!)
    })
  } catch (error) {
    await deps.files.remove(workspaceId, id)
    throw error
  }
}

/** A file on its way to a person. */
export interface OpenedFile {
  readonly stream: Readable
  readonly name: string
  readonly mime: string
  readonly sizeBytes: number
  /** A browser may show it; anything else is only ever saved. */
  readonly isSafeImage: boolean
}

/**
 * Opens a file of a conversation, or one that the asking employee has just uploaded.
 * @throws HubError `request/not-found`, also while it is being fetched and after it was lost.
 */
export async function openAttachment(
  deps: FileDeps,
  workspaceId: WorkspaceId,
  userId: UserId,
  id: AttachmentId,
): Promise<OpenedFile> {
  const row = await deps.database.inWorkspace(workspaceId, (tx) => loadAttachment(tx, id))
  const isTheirs = row !== undefined && (row.messageId !== null || row.uploadedBy === `user:${userId}`)
  if (row === undefined || !isTheirs || row.state !== 'ready') throw new HubError('request/not-found')
  const { stream, sizeBytes } = await deps.files.open(workspaceId, id)
  return { stream, name: row.name || row.id, mime: row.mime, sizeBytes, isSafeImage: isSafeImage(row.mime) }
}
