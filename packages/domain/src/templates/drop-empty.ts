/**
 * Stands for an empty variable inside a rendered title until `dropEmpty` removes it.
 * A private-use character: rendered values have it stripped, so customers cannot forge one.
 */
export const EMPTY_MARK = '\uE000'

const SEPARATORS = '—–\\-,;:|/·•+&№#'
const BRACKETED = new RegExp(
  `[([{«“"]\\s*${EMPTY_MARK}(?:[\\s${SEPARATORS}]*${EMPTY_MARK})*\\s*[)\\]}»”"]`,
  'gu',
)
const AROUND = new RegExp(
  `([\\s${SEPARATORS}]*)${EMPTY_MARK}(?:[\\s${SEPARATORS}]*${EMPTY_MARK})*([\\s${SEPARATORS}]*)`,
  'gu',
)

/**
 * Removes the marks of empty variables together with the separators around them (CHAT-68).
 *
 * At an edge both separators go; in the middle one stays, the stronger of the two, so that
 * `Чат ∅ — Анна` becomes `Чат — Анна` and `A, ∅, B` becomes `A, B`. Brackets that held only empty
 * variables go too. White space is collapsed. Text without marks is only trimmed and collapsed.
 */
export function dropEmpty(rendered: string): string {
  let open = rendered
  for (let before = ''; before !== open; ) {
    before = open
    open = open.replace(BRACKETED, EMPTY_MARK)
  }
  const joined = open.replace(AROUND, (match: string, before: string, after: string, offset: number) => {
    if (offset === 0 || offset + match.length === open.length) return ''
    if (before.trim() !== '') return before
    return after === '' ? before : after
  })
  return joined.replace(/\s+/gu, ' ').trim()
}
