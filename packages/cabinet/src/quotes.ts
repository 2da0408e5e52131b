/**
 * A Russian sentence with quotes inside quotes as they are written in print: «Telegram «Ромашки»» → «Telegram „Ромашки“».
 * Names come from people with quotes of their own, and sentences put them into quotes again.
 */
export function nestQuotes(sentence: string): string {
  if (!/«[^»]*«/.test(sentence)) return sentence
  let depth = 0
  return sentence.replace(/[«»]/g, (mark) => {
    if (mark === '«') {
      depth += 1
      return depth > 1 ? '„' : mark
    }
    depth = Math.max(0, depth - 1)
    return depth > 0 ? '“' : mark
  })
}
