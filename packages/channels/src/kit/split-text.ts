/**
 * Cuts a text into pieces of at most `max` UTF-16 units, for networks that limit one message.
 *
 * The pieces join back to the very text. A cut falls behind a line break where the last half of a piece has one,
 * else behind white space, else anywhere but inside a character made of two units.
 * @param max at least 2
 */
export function splitText(text: string, max: number): string[] {
  const pieces: string[] = []
  let from = 0
  while (text.length - from > max) {
    const end = cutPoint(text, from, max)
    pieces.push(text.slice(from, end))
    from = end
  }
  pieces.push(text.slice(from))
  return pieces
}

function cutPoint(text: string, from: number, max: number): number {
  const end = from + max
  const lineBreak = text.lastIndexOf('\n', end - 1)
  if (lineBreak >= from + max / 2) return lineBreak + 1
  for (let at = end - 1; at >= from; at--) {
    if (/\s/.test(text[at]!)) return at + 1
  }
  const isInsidePair = /[\ud800-\udbff]/.test(text[end - 1]!) && /[\udc00-\udfff]/.test(text[end]!)
  return isInsidePair ? end - 1 : end
}
