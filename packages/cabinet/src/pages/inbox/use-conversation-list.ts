import { useQueryClient } from '@tanstack/vue-query'
import type { Conversation, ConversationRow } from '@trunkline/contracts/http/conversations'
import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue'
import { ApiProblem, api, asProblem } from '../../api/client.ts'
import { onCabinetEvent, useStreamState } from '../../api/events.ts'
import { keys } from '../../api/query-keys.ts'
import {
  appendPage,
  belongsTo,
  EMPTY_LIST,
  type InboxView,
  placeRow,
  viewQuery,
} from './conversation-list.ts'

const PAGE = 100
/** Events of one moment are looked at together. */
const COALESCE_MS = 150
/** Above so many changed conversations at once the first page is asked instead of each of them. */
const ONE_BY_ONE = 12

interface Page {
  data: ConversationRow[]
  nextCursor: string | null
}

/**
 * The list of one view, page by page, kept true by the stream: a changed conversation is asked for and put in its
 * place, so that a list scrolled far down neither jumps nor is loaded anew.
 */
export function useConversationList(view: Ref<InboxView>, search: Ref<string>, userId: () => string) {
  const client = useQueryClient()
  const list = shallowRef(EMPTY_LIST)
  const loading = ref(true)
  const loadingMore = ref(false)
  const problem = shallowRef<ApiProblem | null>(null)
  let running = new AbortController()

  const ask = (cursor: string | null, signal: AbortSignal) =>
    api.get<Page>(
      '/api/conversations',
      { ...viewQuery(view.value), search: search.value, cursor, limit: PAGE },
      signal,
    )

  async function load(): Promise<void> {
    running.abort()
    running = new AbortController()
    const { signal } = running
    loading.value = true
    loadingMore.value = false
    problem.value = null
    try {
      const page = await ask(null, signal)
      if (signal.aborted) return
      list.value = appendPage(EMPTY_LIST, { rows: page.data, nextCursor: page.nextCursor })
      loading.value = false
    } catch (error) {
      if (signal.aborted) return
      problem.value = asProblem(error)
      list.value = EMPTY_LIST
      loading.value = false
    }
  }

  async function loadMore(): Promise<void> {
    const { nextCursor } = list.value
    if (nextCursor === null || loadingMore.value || loading.value) return
    const { signal } = running
    loadingMore.value = true
    problem.value = null
    try {
      const page = await ask(nextCursor, signal)
      if (!signal.aborted)
        list.value = appendPage(list.value, { rows: page.data, nextCursor: page.nextCursor })
    } catch (error) {
      if (!signal.aborted) problem.value = asProblem(error)
    } finally {
      if (!signal.aborted) loadingMore.value = false
    }
  }

  function place(row: ConversationRow): void {
    const shown = list.value.rows.some((each) => each.id === row.id)
    // What a search finds is the server's to say: with one on, live rows only change in place.
    const fits = belongsTo(row, view.value, userId()) && (search.value === '' || shown)
    list.value = placeRow(list.value, row, fits)
  }

  async function refreshOne(id: string): Promise<void> {
    try {
      const conversation = await client.fetchQuery({
        queryKey: keys.conversation(id),
        queryFn: () => api.get<Conversation>(`/api/conversations/${id}`),
        staleTime: 0,
      })
      place(conversation)
    } catch (error) {
      // Gone, or not for this person any more: it leaves the list. Any other failure is mended by the next event.
      if (error instanceof ApiProblem && (error.status === 404 || error.status === 403)) {
        list.value = { ...list.value, rows: list.value.rows.filter((each) => each.id !== id) }
      }
    }
  }

  async function refreshMany(ids: ReadonlySet<string>): Promise<void> {
    const { signal } = running
    try {
      const page = await ask(null, signal)
      if (signal.aborted) return
      const fresh = new Set(page.data.map((row) => row.id))
      for (const row of page.data) place(row)
      const left = list.value.rows.filter((row) => ids.has(row.id) && !fresh.has(row.id)).slice(0, ONE_BY_ONE)
      await Promise.all(left.map((row) => refreshOne(row.id)))
    } catch (error) {
      if (!signal.aborted) problem.value = asProblem(error)
    }
  }

  let changed = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    timer = undefined
    const ids = changed
    changed = new Set()
    if (loading.value) return
    if (ids.size > ONE_BY_ONE) void refreshMany(ids)
    else for (const id of ids) void refreshOne(id)
  }
  const stop = onCabinetEvent((event) => {
    if (event.kind !== 'conversation' && event.kind !== 'message' && event.kind !== 'transfer') return
    changed.add(event.conversationId)
    timer ??= setTimeout(flush, COALESCE_MS)
  })
  const stream = useStreamState()
  watch(stream, (now, before) => {
    // What happened during a break may not be replayed: look again.
    if (now === 'live' && before === 'connecting' && !loading.value) void refreshMany(new Set())
  })
  watch([view, search], () => void load(), { immediate: true })
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
    running.abort()
  })

  return {
    rows: computed(() => list.value.rows),
    hasMore: computed(() => list.value.nextCursor !== null),
    loading,
    loadingMore,
    problem,
    load,
    loadMore,
    place,
  }
}
