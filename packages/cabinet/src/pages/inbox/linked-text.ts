/** A piece of a message's text: plain, or an address that may be opened. */
export interface TextPart {
  readonly text: string
  readonly href: string | null
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"'«»]+/gi

/**
 * The text of a message with its web addresses found. Only http and https become links; what ends a sentence
 * (`.`, `,`, `)` without its opening one) stays outside. Nothing else of the text is interpreted.
 */
export function linkedText(text: string): TextPart[] {
  const parts: TextPart[] = []
  let from = 0
  for (const match of text.matchAll(ADDRESS)) {
    let address = match[0].replace(/[.,;:!?]+$/, '')
    if (address.endsWith(')') && !address.includes('(')) address = address.slice(0, -1)
    if (!URL.canParse(address)) continue
    if (match.index > from) parts.push({ text: text.slice(from, match.index), href: null })
    parts.push({ text: address, href: address })
    from = match.index + address.length
  }
  if (from < text.length) parts.push({ text: text.slice(from), href: null })
  return parts
}
