import type { JournalRow } from '@trunkline/contracts/http/journal'
import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue'
import { type ApiProblem, api, asProblem } from '../../api/client.ts'
import { onCabinetEvent } from '../../api/events.ts'
import { type JournalFilter, queryOf } from './journal-filter.ts'

const PAGE = 60
/** New events are counted at most this often while they rain. */
const REFRESH_MS = 1_500

interface Page {
  data: JournalRow[]
  nextCursor: string | null
}

/** The rows of a newer first page put before those loaded; a row that changed shows its newer state. */
export function withNewest(rows: readonly JournalRow[], page: readonly JournalRow[]): readonly JournalRow[] {
  const fresh = new Set(page.map((row) => row.eventId))
  const rest = rows.filter((row) => !fresh.has(row.eventId))
  const oldest = page.at(-1)
  // Rows of the old first page that the filter no longer takes are gone from the new one.
  const kept = oldest ? rest.filter((row) => row.at <= oldest.at) : []
  return [...page, ...kept]
}

/** The journal under a filter, page by page, newest first; kept fresh while the ledger moves. */
export function useJournal(filter: Ref<JournalFilter>) {
  const rows = shallowRef<readonly JournalRow[]>([])
  const nextCursor = ref<string | null>(null)
  const loading = ref(true)
  const loadingMore = ref(false)
  const problem = shallowRef<ApiProblem | null>(null)
  let running = new AbortController()

  const ask = (cursor: string | null, signal: AbortSignal) =>
    api.get<Page>('/api/journal', { ...queryOf(filter.value), cursor, limit: PAGE }, signal)

  async function load(): Promise<void> {
    running.abort()
    running = new AbortController()
    const { signal } = running
    loading.value = true
    loadingMore.value = false
    problem.value = null
    try {
      const page = await ask(null, signal)
      rows.value = page.data
      nextCursor.value = page.nextCursor
      loading.value = false
    } catch (error) {
      if (signal.aborted) return
      problem.value = asProblem(error)
      rows.value = []
      nextCursor.value = null
      loading.value = false
    }
  }

  async function loadMore(): Promise<void> {
    if (nextCursor.value === null || loading.value || loadingMore.value) return
    const { signal } = running
    loadingMore.value = true
    problem.value = null
    try {
      const page = await ask(nextCursor.value, signal)
      const shown = new Set(rows.value.map((row) => row.eventId))
      rows.value = [...rows.value, ...page.data.filter((row) => !shown.has(row.eventId))]
      nextCursor.value = page.nextCursor
    } catch (error) {
      if (!signal.aborted) problem.value = asProblem(error)
    } finally {
      if (!signal.aborted) loadingMore.value = false
    }
  }

  async function refresh(): Promise<void> {
    const { signal } = running
    if (loading.value) return
    try {
      const page = await ask(null, signal)
      if (page.nextCursor === null) nextCursor.value = null
      else if (rows.value.length <= PAGE) nextCursor.value = page.nextCursor
      rows.value = withNewest(rows.value, page.data)
    } catch (error) {
      if (!signal.aborted) problem.value = asProblem(error)
    }
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = onCabinetEvent((event) => {
    if (event.kind !== 'ledger' && event.kind !== 'transfer') return
    timer ??= setTimeout(() => {
      timer = undefined
      void refresh()
    }, REFRESH_MS)
  })
  watch(filter, () => void load(), { immediate: true })
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
    running.abort()
  })
  return {
    rows: computed(() => rows.value),
    hasMore: computed(() => nextCursor.value !== null),
    loading,
    loadingMore,
    problem,
    load,
    loadMore,
    refresh,
  }
}
