/** A line of the list under the field where tags are typed. */
export interface TagOffer {
  readonly tag: string
  /** Nobody used it before. */
  readonly fresh: boolean
}

const MAX_SHOWN = 8
const folded = (text: string) => text.toLowerCase().replaceAll('ё', 'е')

/**
 * What is offered while a tag is typed: tags in use that hold the words, those that begin with them first; at the end the
 * words themselves, unless there is such a tag.
 */
export function tagOffers(used: readonly string[], present: readonly string[], typed: string): TagOffer[] {
  const wanted = folded(typed.trim())
  const taken = new Set(present.map(folded))
  const free = used.filter((tag) => !taken.has(folded(tag)) && folded(tag).includes(wanted))
  const first = free.filter((tag) => folded(tag).startsWith(wanted))
  const shown = [...first, ...free.filter((tag) => !first.includes(tag))].slice(0, MAX_SHOWN)
  const isNew = wanted !== '' && !taken.has(wanted) && !free.some((tag) => folded(tag) === wanted)
  return [
    ...shown.map((tag) => ({ tag, fresh: false })),
    ...(isNew ? [{ tag: typed.trim(), fresh: true }] : []),
  ]
}
