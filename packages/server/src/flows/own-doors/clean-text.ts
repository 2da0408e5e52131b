/**
 * What a person typed, without what no person types: control characters other than tab and line break, and the
 * invisible marks that turn the direction of what stands around them.
 */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '')
    .toWellFormed()
}

/** The same for what stands on one line: a name, an address. */
export function cleanLine(text: string, maxChars: number): string {
  return cleanText(text).replace(/\s+/g, ' ').trim().slice(0, maxChars).toWellFormed()
}

/** A file name without folders and with nothing that a file system or a header could take for something else. */
export function cleanFileName(name: string): string {
  const last = cleanLine(name, 1000).split(/[\\/]/).at(-1) ?? ''
  const plain = last.replace(/[<>:"|?*]/g, '_').replace(/^\.+/, '')
  if (plain.length <= 200) return plain || 'file'
  const dot = plain.lastIndexOf('.')
  const ending = dot > 0 && plain.length - dot <= 12 ? plain.slice(dot) : ''
  return `${plain.slice(0, 200 - ending.length)}${ending}`.toWellFormed()
}
