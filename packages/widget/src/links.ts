/** A piece of a text; with `href` it is an address to follow. */
export interface TextPart {
  readonly text: string
  readonly href?: string
}

/** Cuts a text at its web addresses. Only `http` and `https` become links; the parts join back to the text. */
export function linksIn(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]+/gi)) {
    const address = withoutTail(match[0])
    if (!isAddress(address)) continue
    if (match.index > end) parts.push({ text: text.slice(end, match.index) })
    parts.push({ text: address, href: address })
    end = match.index + address.length
  }
  if (end < text.length) parts.push({ text: text.slice(end) })
  return parts
}

/** Signs that end the sentence, not the address; a bracket belongs to the address only when it was opened there. */
function withoutTail(found: string): string {
  const plain = found.replace(/[.,;:!?»”"'…]+$/, '')
  const closing = plain.split(')').length - plain.split('(').length
  return plain.endsWith(')') && closing > 0 ? withoutTail(plain.slice(0, -1)) : plain
}

function isAddress(text: string): boolean {
  try {
    return new URL(text).hostname !== ''
  } catch {
    return false
  }
}
