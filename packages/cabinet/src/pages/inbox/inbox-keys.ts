/** What a key does in the inbox outside of text fields. */
export type InboxKey = 'next' | 'previous' | 'search' | 'reply' | 'leave' | null

const KEYS: Readonly<Record<string, Exclude<InboxKey, null>>> = {
  j: 'next',
  ArrowDown: 'next',
  k: 'previous',
  ArrowUp: 'previous',
  '/': 'search',
  r: 'reply',
  Escape: 'leave',
}
/** The letters of the keys above on a Russian keyboard, so that the layout need not be changed. */
const RUSSIAN: Readonly<Record<string, string>> = { о: 'j', л: 'k', '.': '/', к: 'r' }

/**
 * Reads a key press. Text fields keep their letters and arrows; Esc works from the reply box too. Open menus and
 * dialogs, and the talk that scrolls by arrows, keep their keys. Enter on a row opens it and goes to the reply box.
 */
export function inboxKey(event: KeyboardEvent): InboxKey {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return null
  const target = event.target instanceof Element ? event.target : null
  if (target?.closest('[role="menu"],[role="dialog"],[role="tablist"]')) return null
  const key = RUSSIAN[event.key] ?? event.key
  const typing = target?.matches('input,textarea,select,[contenteditable="true"]') ?? false
  if (typing) return key === 'Escape' ? 'leave' : null
  if (target?.closest('[role="log"],[role="tabpanel"]') && key.startsWith('Arrow')) return null
  if (event.key === 'Enter' && target?.closest('[aria-current="true"][data-row]')) return 'reply'
  return KEYS[key] ?? null
}
