import { OUTCOMES, type Outcome, REASONS, type Reason } from '@trunkline/contracts/outcome'

/** What the journal shows. It lives in the page's address, so that a link (from Home, from a colleague) keeps it. */
export interface JournalFilter {
  readonly outcome: Outcome | null
  readonly reason: Reason | null
  readonly channelId: string | null
  readonly search: string
}

type RouteQuery = Readonly<Record<string, unknown>>

/** The filter an address asks for; values it does not know are left out. */
export function filterOf(query: RouteQuery): JournalFilter {
  const channelId = query['channelId']
  const search = query['search']
  return {
    outcome: OUTCOMES.find((each) => each === query['outcome']) ?? null,
    reason: REASONS.find((each) => each === query['reason']) ?? null,
    channelId: typeof channelId === 'string' && channelId !== '' ? channelId : null,
    search: typeof search === 'string' ? search : '',
  }
}

/** The filter as the query of an address (and of GET /api/journal): only what is set. */
export function queryOf(filter: JournalFilter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).filter((entry): entry is [string, string] => Boolean(entry[1])),
  )
}

/** Whether anything is filtered. */
export function isFiltered(filter: JournalFilter): boolean {
  return Object.keys(queryOf(filter)).length > 0
}
