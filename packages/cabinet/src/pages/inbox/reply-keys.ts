/** What a key press in the reply box does. `break` is left to the browser. */
export type ReplyKey = 'send' | 'break' | 'other'

/**
 * Ctrl+Enter (⌘+Enter) always sends, Shift+Enter never does; Enter alone does what the person chose. While an input
 * method composes a word, Enter belongs to it.
 */
export function replyKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'isComposing'>,
  enterSends: boolean,
): ReplyKey {
  if (event.key !== 'Enter' || event.isComposing) return 'other'
  if (event.ctrlKey || event.metaKey) return 'send'
  if (event.shiftKey) return 'break'
  return enterSends ? 'send' : 'break'
}

/** How many characters are left when that is worth saying: within the last tenth of the limit (at most 200), or over it. */
export function charsLeft(text: string, maxChars: number): number | null {
  const left = maxChars - [...text].length
  return left <= Math.min(200, Math.ceil(maxChars / 10)) ? left : null
}
