/** Where drafts are kept: `localStorage`, or anything like it. */
export interface DraftStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

interface Draft {
  readonly text: string
  readonly atMs: number
}

const MAX_DRAFTS = 200
const MAX_AGE_MS = 30 * 24 * 60 * 60_000

/**
 * Unsent replies of one person in this browser, one for each conversation. They survive a reload; the oldest go when
 * there are more than 200 or after 30 days. A storage that is full or forbidden loses drafts and nothing else.
 */
export function draftBook(storage: DraftStorage, userId: string, nowMs: () => number = Date.now) {
  const key = `trunkline-drafts:${userId}`

  function read(): Record<string, Draft> {
    try {
      const value: unknown = JSON.parse(storage.getItem(key) ?? '{}')
      return typeof value === 'object' && value !== null ? (value as Record<string, Draft>) : {}
    } catch {
      // Another program wrote there, or storage is forbidden: begin with an empty book.
      return {}
    }
  }

  function write(drafts: Record<string, Draft>): void {
    const fresh = Object.entries(drafts)
      .filter(([, draft]) => nowMs() - draft.atMs < MAX_AGE_MS)
      .sort(([, a], [, b]) => b.atMs - a.atMs)
      .slice(0, MAX_DRAFTS)
    try {
      storage.setItem(key, JSON.stringify(Object.fromEntries(fresh)))
    } catch {
      // Full or forbidden storage: the text stays in the box, which is all that can be promised here.
    }
  }

  return {
    /** The draft of a conversation; empty when there is none. */
    of: (conversationId: string): string => read()[conversationId]?.text ?? '',
    /** Keeps a draft; blank text forgets it. */
    keep(conversationId: string, text: string): void {
      const { [conversationId]: _, ...others } = read()
      write(text.trim() === '' ? others : { ...others, [conversationId]: { text, atMs: nowMs() } })
    },
    /** Drafts by conversation, for the marks in the list. */
    all: (): Record<string, string> =>
      Object.fromEntries(Object.entries(read()).map(([id, draft]) => [id, draft.text])),
  }
}
