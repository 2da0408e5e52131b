import type { Attachment } from '@trunkline/contracts/http/conversations'
import { isSafeImage } from '../../files/true-type.ts'
import type { AttachmentRow } from '../../store/attachments.ts'

/** A file as the cabinet shows it. */
export function attachmentView(row: AttachmentRow): Attachment {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name || row.id,
    mime: row.mime,
    sizeBytes: row.sizeBytes,
    state: row.state,
    url: `/api/attachments/${row.id}`,
    image: isSafeImage(row.mime),
  }
}
