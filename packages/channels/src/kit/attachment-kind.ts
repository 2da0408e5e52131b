import type { AttachmentKind } from '@trunkline/contracts/channel/capabilities'

/** What an uploaded file is to a reader, by its checked content type. A voice message is never guessed. */
export function attachmentKind(mime: string): AttachmentKind {
  const [family] = mime.split('/')
  if (family === 'image' || family === 'audio' || family === 'video') return family
  return 'file'
}
