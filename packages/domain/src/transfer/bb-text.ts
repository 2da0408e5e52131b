/**
 * Text of other people inside our BB code. Square brackets become their full-width look-alikes, so that no tag
 * and no batch reference (`$result[…]`) can be made of it; line ends become `\n`; control characters go.
 * Escaping twice changes nothing.
 *
 * Source: Bitrix24 REST substitutes `$result[…]`, `$error[…]`, `$total[…]`, `$next[…]`, `$time[…]` anywhere in the
 * parameters of a batch, and knows no escape for them.
 */
export function bbText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .replaceAll('[', '［')
    .replaceAll(']', '］')
}

/** The same for one line of at most `maxChars` characters: names and titles. */
export function bbLine(text: string, maxChars: number): string {
  const line = bbText(text).replace(/\s+/g, ' ').trim()
  return line.length <= maxChars ? line : `${cutAt(line, maxChars - 1)}…`
}

/** A link in BB code, or its name alone when the address is not a web address. */
export function bbLink(url: string, name: string): string {
  if (!/^https?:\/\//i.test(url)) return name
  const safe = url
    .toWellFormed()
    .replace(/[\s[\]"'<>\\`]|\p{Cc}/gu, (character) => encodeURIComponent(character))
  // encodeURIComponent leaves the apostrophe.
  return `[url=${safe.replaceAll("'", '%27')}]${name}[/url]`
}

/** The first `maxChars` UTF-16 units, never half a character. */
export function cutAt(text: string, maxChars: number): string {
  const end = /[\uD800-\uDBFF]/.test(text.charAt(maxChars - 1)) ? maxChars - 1 : maxChars
  return text.slice(0, Math.max(end, 0))
}
