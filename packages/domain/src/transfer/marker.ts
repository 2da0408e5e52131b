/**
 * The address in the first line of every comment part: the conversation's page in our cabinet and the number of
 * the part. A write whose answer was lost is found by it in the card's timeline.
 */
export function marker(conversationUrl: string, part: number): string {
  return `${conversationUrl}#part-${part}`
}

/** Number of the part that a comment of this conversation holds; undefined when it is another comment. */
export function markedPart(comment: string, conversationUrl: string): number | undefined {
  const at = comment.indexOf(`${conversationUrl}#part-`)
  if (at < 0) return undefined
  const digits = /^[1-9][0-9]*/.exec(comment.slice(at + conversationUrl.length + '#part-'.length))
  return digits ? Number(digits[0]) : undefined
}
