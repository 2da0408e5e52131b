import type { ConversationRow } from '@trunkline/contracts/http/conversations'

/** The views of the inbox; `requests` are forms left instead of a chat. */
export const INBOX_VIEWS = ['open', 'mine', 'unassigned', 'requests', 'closed'] as const
export type InboxView = (typeof INBOX_VIEWS)[number]

/** What is loaded of one view: rows in the order of the inbox, and where the next page starts (null = all here). */
export interface ConversationList {
  readonly rows: readonly ConversationRow[]
  readonly nextCursor: string | null
  /** The last row of the last page as it came: `nextCursor` goes on behind its place. Null when nothing is loaded. */
  readonly end?: ConversationRow | null
}

export const EMPTY_LIST: ConversationList = { rows: [], nextCursor: null }

/** The query of a view for GET /api/conversations. */
export function viewQuery(view: InboxView): {
  status: 'open' | 'closed'
  assignee: 'any' | 'me' | 'none'
  kind: 'any' | 'request'
} {
  return {
    status: view === 'closed' ? 'closed' : 'open',
    assignee: view === 'mine' ? 'me' : view === 'unassigned' ? 'none' : 'any',
    kind: view === 'requests' ? 'request' : 'any',
  }
}

/** Whether a conversation belongs to a view of the person `userId`. */
export function belongsTo(row: ConversationRow, view: InboxView, userId: string): boolean {
  if (view === 'closed') return row.status === 'closed'
  if (row.status !== 'open') return false
  if (view === 'requests') return row.kind === 'request'
  if (view === 'mine') return row.assignee?.userId === userId
  return view === 'unassigned' ? row.assignee === null : true
}

/**
 * Order of the inbox, the same as the server's: those who wait for an answer first, the longest waiting on top; then the
 * others, the newest on top. Ties go to the higher (later) id, so the order is total.
 */
export function compareRows(a: ConversationRow, b: ConversationRow): number {
  if (a.unansweredSince !== null && b.unansweredSince !== null) {
    return compareInstants(a.unansweredSince, b.unansweredSince) || laterFirst(a.id, b.id)
  }
  if (a.unansweredSince !== null) return -1
  if (b.unansweredSince !== null) return 1
  return compareInstants(b.updatedAt, a.updatedAt) || laterFirst(a.id, b.id)
}

function compareInstants(a: string, b: string): number {
  return a === b ? 0 : Date.parse(a) - Date.parse(b)
}

function laterFirst(a: string, b: string): number {
  return a === b ? 0 : a < b ? 1 : -1
}

/** Adds the next page. A row that moved between two pages stays once, with what the newer answer says. */
export function appendPage(list: ConversationList, page: ConversationList): ConversationList {
  const fresh = new Set(page.rows.map((row) => row.id))
  const kept = list.rows.filter((row) => !fresh.has(row.id))
  return {
    rows: [...kept, ...page.rows],
    nextCursor: page.nextCursor,
    end: page.rows.at(-1) ?? list.end ?? null,
  }
}

/**
 * Puts the newest state of one conversation into what is loaded: moved to its place, added, or taken out when it no
 * longer belongs. A row whose place is behind the end of the last page waits for the next one, so that paging shows it in
 * turn; one before that place must stay, for no later page brings it.
 *
 * @param belongs whether it is part of this view; with a search on, only rows already shown are kept.
 */
export function placeRow(list: ConversationList, row: ConversationRow, belongs: boolean): ConversationList {
  const rest = list.rows.filter((each) => each.id !== row.id)
  if (!belongs) return rest.length === list.rows.length ? list : { ...list, rows: rest }
  let index = rest.findIndex((each) => compareRows(row, each) < 0)
  if (index < 0) index = rest.length
  const end = list.end ?? list.rows.at(-1)
  const waits = list.nextCursor !== null && (end === undefined || compareRows(row, end) > 0)
  if (index === rest.length && waits) return { ...list, rows: rest }
  return { ...list, rows: [...rest.slice(0, index), row, ...rest.slice(index)] }
}

/** The row beside the chosen one; the first when nothing is chosen. `step` is 1 (down) or -1 (up). */
export function neighbour(
  rows: readonly ConversationRow[],
  chosenId: string | null,
  step: 1 | -1,
): ConversationRow | undefined {
  const at = rows.findIndex((row) => row.id === chosenId)
  if (at < 0) return rows[0]
  return rows[Math.min(rows.length - 1, Math.max(0, at + step))]
}
