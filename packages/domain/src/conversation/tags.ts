import { MAX_TAG_CHARS, MAX_TAGS } from '@trunkline/contracts/http/conversations'

/** A tag as it is kept: one line, one space between words; empty when there is nothing in it. */
export function cleanTag(given: string): string {
  const line = given
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replace(/[\s,;]+/g, ' ')
    .trim()
  return line.slice(0, MAX_TAG_CHARS).toWellFormed().trim()
}

/** By this two spellings are one tag. */
function folded(tag: string): string {
  return tag.toLowerCase().replaceAll('ё', 'е')
}

/**
 * The tags of a conversation after some were added and some taken away, in alphabetical order. A tag that is there in
 * another spelling stays as it was; what is over the limit is left out, the newest first. What is in both lists is added.
 */
export function changeTags(
  tags: readonly string[],
  change: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
): string[] {
  const gone = new Set((change.remove ?? []).map((tag) => folded(cleanTag(tag))))
  const kept = new Map<string, string>()
  for (const tag of tags) if (!gone.has(folded(tag))) kept.set(folded(tag), tag)
  for (const given of change.add ?? []) {
    const tag = cleanTag(given)
    if (tag !== '' && kept.size < MAX_TAGS && !kept.has(folded(tag))) kept.set(folded(tag), tag)
  }
  return [...kept].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, tag]) => tag)
}
