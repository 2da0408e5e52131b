import { useQuery } from '@tanstack/vue-query'
import { api } from './client.ts'
import { keys } from './query-keys.ts'

/** Counts above the list of conversations; `GET /api/conversations/counts`. */
export interface InboxCounts {
  readonly open: number
  readonly mine: number
  readonly unassigned: number
  readonly unanswered: number
  readonly requests: number
}

/** The counts, fresh by the stream of events. */
export function useInboxCounts() {
  return useQuery({
    queryKey: keys.counts,
    queryFn: ({ signal }) => api.get<InboxCounts>('/api/conversations/counts', undefined, signal),
  })
}
