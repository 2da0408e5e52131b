import type { AttachmentKind } from '@trunkline/contracts/channel/capabilities'
import { fileTypeFromBuffer } from 'file-type'

/** Images that a browser shows safely when told not to guess: no scripts inside. */
const SAFE_IMAGES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

/** Whether a file may be shown in the page instead of being downloaded. */
export function isSafeImage(mime: string): boolean {
  return SAFE_IMAGES.has(mime)
}

/** Types that are never taken: programs that run by a double click. */
const REFUSED = new Set([
  'application/x-msdownload',
  'application/x-executable',
  'application/x-elf',
  'application/x-mach-binary',
])

/**
 * The type of a file by its bytes; what the sender said only counts for what bytes cannot tell (texts, unknown).
 * @returns undefined for a type that is never taken.
 */
export async function trueType(
  head: Uint8Array,
  claimed: string | undefined,
): Promise<{ mime: string; kind: AttachmentKind } | undefined> {
  const found = (await fileTypeFromBuffer(head))?.mime
  const mime = found ?? harmless(claimed)
  if (REFUSED.has(mime)) return undefined
  return { mime, kind: kindOf(mime) }
}

/** A claimed type is believed only where it cannot make a browser run anything. */
function harmless(claimed: string | undefined): string {
  const mime = (claimed ?? '').split(';')[0]!.trim().toLowerCase()
  return mime === 'text/plain' || mime === 'text/csv' ? mime : 'application/octet-stream'
}

function kindOf(mime: string): AttachmentKind {
  if (isSafeImage(mime)) return 'image'
  if (mime === 'audio/ogg' || mime === 'audio/opus') return 'voice'
  if (mime.startsWith('audio/')) return 'audio'
  if (mime.startsWith('video/')) return 'video'
  return 'file'
}
