import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { type Counts, type JournalEvent, type JournalHit, type PortalData, portalApi } from './portal-api.ts'

const POLL_MS = 1000

/** The portal as it is now, asked for again whenever its revision has grown. */
export interface LivePortal {
  readonly data: PortalData | undefined
  readonly isUnreachable: boolean
  /** Grows with every change; a part that asks for more than `data` asks again when it does. */
  readonly revision: number
  /** Looks at once, after a write of this page. */
  refresh(): Promise<void>
}

export function useLivePortal(): LivePortal {
  const [data, setData] = useState<PortalData>()
  const [isUnreachable, setUnreachable] = useState(false)
  const seen = useRef(-1)
  const look = useCallback(async () => {
    try {
      const { revision } = await portalApi.revision()
      if (revision !== seen.current) {
        const next = await portalApi.state()
        seen.current = next.portal.revision
        setData(next)
      }
      setUnreachable(false)
    } catch {
      // Whatever the reason, a person can only be told that the portal is silent; the next look may succeed.
      setUnreachable(true)
    }
  }, [])
  usePolling(look)
  return { data, isUnreachable, revision: data?.portal.revision ?? 0, refresh: look }
}

const MOST_ROWS = 300
/** As many as `portalApi.journal` asks for. */
const ANSWER_ROWS = 200

/** The newest rows of the journal. */
export interface LiveJournal {
  readonly hits: readonly JournalHit[]
  readonly events: readonly JournalEvent[]
  readonly counts: Counts | undefined
  clear(): Promise<void>
}

/** @param isFollowing `false` keeps the rows as they are, so that a person can read. */
export function useLiveJournal(isFollowing: boolean): LiveJournal {
  const [rows, setRows] = useState<{ hits: JournalHit[]; events: JournalEvent[]; counts?: Counts }>({
    hits: [],
    events: [],
  })
  const known = useRef(rows)
  known.current = rows
  const look = useCallback(async () => {
    if (!isFollowing) return
    const { hits, events } = known.current
    // A row that was still running when it was read is read again, with all that followed.
    const open =
      hits.find(({ status }) => status === 0)?.seq ?? events.find(({ status }) => status === null)?.seq
    const last = Math.max(hits.at(-1)?.seq ?? 0, events.at(-1)?.seq ?? 0)
    const isOld = open !== undefined && last - open > MOST_ROWS
    const after = open !== undefined && !isOld ? open - 1 : last
    let next = await portalApi.journal(after).catch(() => undefined)
    // A full answer means that more came in a second than one answer holds: the newest are worth more than all.
    if (after > 0 && next?.hits.length === ANSWER_ROWS)
      next = await portalApi.journal(0).catch(() => undefined)
    if (next === undefined) return
    // Fewer rows counted than are shown: somebody cleared the journal or started the sandbox again.
    const isNew = next.counts.hits + next.counts.oauthHits < hits.length
    setRows({
      hits: merge(isNew ? [] : hits, next.hits),
      events: merge(isNew ? [] : events, next.events),
      counts: next.counts,
    })
  }, [isFollowing])
  usePolling(look)
  return {
    hits: rows.hits,
    events: rows.events,
    counts: rows.counts,
    async clear() {
      await portalApi.clearJournal()
      setRows({ hits: [], events: [] })
    },
  }
}

function merge<Row extends { seq: number }>(before: readonly Row[], next: readonly Row[]): Row[] {
  const first = next[0]?.seq
  const kept = first === undefined ? [...before] : before.filter(({ seq }) => seq < first)
  return [...kept, ...next].slice(-MOST_ROWS)
}

/** Asks again and again what has no revision of its own: limits, faults, applications. */
export function usePolled<T>(ask: () => Promise<T>): [value: T | undefined, refresh: () => Promise<void>] {
  const [value, setValue] = useState<T>()
  const asked = useRef(ask)
  asked.current = ask
  const look = useCallback(async () => {
    const next = await asked.current().catch(() => undefined)
    if (next !== undefined) setValue(next)
  }, [])
  usePolling(look)
  return [value, look]
}

/** Runs at once and then each second after the last run ended; a hidden page does not ask. */
function usePolling(look: () => Promise<void>): void {
  useEffect(() => {
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const round = async (): Promise<void> => {
      if (!document.hidden) await look()
      if (!isOver) timer = setTimeout(() => void round(), POLL_MS)
    }
    void round()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [look])
}
