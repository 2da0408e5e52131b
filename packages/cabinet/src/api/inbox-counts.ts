import { useQuery } from '@tanstack/vue-query'
import type { InboxCounts } from '@trunkline/contracts/http/conversations'
import { api } from './client.ts'
import { keys } from './query-keys.ts'

/** Counts above the list of conversations, fresh by the stream of events. */
export function useInboxCounts() {
  return useQuery({
    queryKey: keys.counts,
    queryFn: ({ signal }) => api.get<InboxCounts>('/api/conversations/counts', undefined, signal),
  })
}
