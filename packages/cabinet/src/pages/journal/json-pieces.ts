/** A piece of formatted JSON with what it is, for its colour. Joined together the pieces are the text again. */
export interface JsonPiece {
  readonly kind: 'key' | 'text' | 'number' | 'word' | 'mark'
  readonly text: string
}

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g

/** Splits formatted JSON into coloured pieces. */
export function jsonPieces(json: string): JsonPiece[] {
  const pieces: JsonPiece[] = []
  let from = 0
  for (const match of json.matchAll(TOKEN)) {
    if (match.index > from) pieces.push({ kind: 'mark', text: json.slice(from, match.index) })
    const [whole, quoted, colon] = match
    if (quoted !== undefined && colon !== undefined) {
      pieces.push({ kind: 'key', text: quoted }, { kind: 'mark', text: colon })
    } else if (quoted !== undefined) pieces.push({ kind: 'text', text: quoted })
    else pieces.push({ kind: /^[tfn]/.test(whole) ? 'word' : 'number', text: whole })
    from = match.index + whole.length
  }
  if (from < json.length) pieces.push({ kind: 'mark', text: json.slice(from) })
  return pieces
}
