import type { QueryClient } from '@tanstack/vue-query'
import type { CabinetEvent } from '@trunkline/contracts/http/realtime'
import { type Ref, ref } from 'vue'
import { keys } from './query-keys.ts'

/** `live`: events arrive; `connecting`: first try or a break that is being mended. */
export type StreamState = 'connecting' | 'live'

interface Envelope {
  readonly cursor: string
  readonly event: CabinetEvent
}
type Broadcast =
  | { readonly type: 'event'; readonly envelope: Envelope }
  | { readonly type: 'state'; readonly state: StreamState }

const LOCK = 'trunkline-events'
const KINDS = [
  'conversation',
  'typing',
  'transfer',
  'channel',
  'portal',
  'settings',
  'ledger',
  'reconciliation',
] as const
const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 20_000
/** Events of one moment refetch once. */
const COALESCE_MS = 120
/** The first page counts two months of events: asked for at every one of them, its answers would never come in time. */
const HOME_EVERY_MS = 2_000

const state: Ref<StreamState> = ref('connecting')
const listeners = new Set<(event: CabinetEvent) => void>()

/** Whether this browser hears the server now; for the quiet "reconnecting" sign. */
export function useStreamState(): Readonly<Ref<StreamState>> {
  return state
}

/** Hears every event as it comes (typing marks and the like). Returns the way to stop. */
export function onCabinetEvent(listener: (event: CabinetEvent) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Which answers an event makes stale. */
export function staleKeys(event: CabinetEvent): (readonly string[])[] {
  switch (event.kind) {
    case 'conversation':
      return [keys.conversations, keys.counts, keys.conversation(event.conversationId)]
    case 'message':
      return [
        keys.conversations,
        keys.counts,
        keys.conversation(event.conversationId),
        keys.messages(event.conversationId),
      ]
    case 'transfer':
      return [
        keys.conversations,
        keys.conversation(event.conversationId),
        keys.why(event.conversationId),
        keys.journal,
        keys.home,
      ]
    case 'channel':
      return [keys.channels, keys.home, keys.allSettings]
    case 'portal':
      return [keys.portals, keys.home, keys.integrations, keys.allSettings]
    case 'settings':
      return [keys.settings(event.section), keys.integrations, keys.home]
    case 'ledger':
      return [keys.home, keys.journal]
    case 'reconciliation':
      return [keys.allReconciliations]
    case 'typing':
      return []
  }
}

/**
 * Keeps ONE stream of events per browser, whatever the number of tabs: the holder of a Web Lock reads the server and
 * tells the others through a BroadcastChannel. When its tab closes the next one takes over from the last cursor.
 *
 * HTTP/1.1 allows six connections to one server; a stream per tab would stop the seventh tab from loading at all.
 * @returns the way to stop (signing out).
 */
export function startEvents(queryClient: QueryClient, url = '/api/events'): () => void {
  const stopped = new AbortController()
  const channel = new BroadcastChannel(LOCK)
  let cursor: string | null = null
  let wasLive = false
  let pending = new Map<string, readonly string[]>()
  let flushTimer: ReturnType<typeof setTimeout> | undefined

  let isHomeStale = false
  let homeTimer: ReturnType<typeof setTimeout> | undefined
  const freshenHome = () => {
    isHomeStale = false
    homeTimer = setTimeout(() => {
      homeTimer = undefined
      if (isHomeStale) freshenHome()
    }, HOME_EVERY_MS)
    void queryClient.invalidateQueries({ queryKey: keys.home })
  }
  const flush = () => {
    flushTimer = undefined
    const due = pending
    pending = new Map()
    for (const queryKey of due.values()) void queryClient.invalidateQueries({ queryKey })
  }
  const apply = (envelope: Envelope) => {
    if (envelope.cursor !== '') cursor = envelope.cursor
    for (const key of staleKeys(envelope.event)) {
      if (key === keys.home) {
        isHomeStale = true
        homeTimer ??= setTimeout(freshenHome, COALESCE_MS)
      } else pending.set(key.join('/'), key)
    }
    flushTimer ??= setTimeout(flush, COALESCE_MS)
    for (const listener of listeners) listener(envelope.event)
  }
  const setState = (next: StreamState) => {
    // What happened during a break that the server could not replay is found by asking again.
    if (next === 'live' && state.value === 'connecting' && wasLive) void queryClient.invalidateQueries()
    if (next === 'live') wasLive = true
    state.value = next
  }
  const tell = (message: Broadcast) => channel.postMessage(message)

  channel.onmessage = (message: MessageEvent<Broadcast>) => {
    if (message.data.type === 'event') apply(message.data.envelope)
    else setState(message.data.state)
  }

  const startedAtMs = performance.now()
  const lead = () => {
    // A tab that waited for the lock takes over after a break of unknown length.
    if (performance.now() - startedAtMs > COALESCE_MS) setState('connecting')
    return readServer({ url, signal: stopped.signal, cursor: () => cursor, apply, setState, tell })
  }
  if (navigator.locks) {
    navigator.locks.request(LOCK, { signal: stopped.signal }, lead).catch((error: unknown) => {
      if (!stopped.signal.aborted) throw error
    })
    // A tab that waits for the lock hears the leader's next word; until then it need not look broken.
    setState('live')
  } else void lead()

  return () => {
    stopped.abort()
    clearTimeout(flushTimer)
    clearTimeout(homeTimer)
    channel.close()
    state.value = 'connecting'
  }
}

interface Reader {
  readonly url: string
  readonly signal: AbortSignal
  readonly cursor: () => string | null
  readonly apply: (envelope: Envelope) => void
  readonly setState: (state: StreamState) => void
  readonly tell: (message: Broadcast) => void
}

/** Reads the stream until stopped: the promise holds the lock. Reopens with growing, jittered pauses. */
async function readServer(reader: Reader): Promise<void> {
  let retryMs = FIRST_RETRY_MS
  while (!reader.signal.aborted) {
    const opened = await readOnce(reader)
    retryMs = opened ? FIRST_RETRY_MS : Math.min(retryMs * 2, LAST_RETRY_MS)
    if (!reader.signal.aborted) await pause(retryMs * (0.5 + Math.random()), reader.signal)
  }
}

/** One connection. @returns whether it had been open before it ended. */
function readOnce(reader: Reader): Promise<boolean> {
  return new Promise((resolve) => {
    const after = reader.cursor()
    const source = new EventSource(
      after === null ? reader.url : `${reader.url}?after=${encodeURIComponent(after)}`,
    )
    let opened = false
    const changeState = (next: StreamState) => {
      reader.setState(next)
      reader.tell({ type: 'state', state: next })
    }
    const end = () => {
      source.close()
      reader.signal.removeEventListener('abort', end)
      resolve(opened)
    }
    const hear = (message: MessageEvent<string>) => {
      const event = parseEvent(message.data)
      if (event === null) return
      const envelope = { cursor: message.lastEventId, event }
      reader.apply(envelope)
      reader.tell({ type: 'event', envelope })
    }
    source.onopen = () => {
      opened = true
      changeState('live')
    }
    source.onerror = () => {
      changeState('connecting')
      // Closed by the server's refusal: it will not reconnect by itself.
      if (source.readyState === EventSource.CLOSED) end()
    }
    source.onmessage = hear
    for (const kind of KINDS) source.addEventListener(kind, hear as EventListener)
    reader.signal.addEventListener('abort', end)
  })
}

/** The event in a frame, or null for one that this version of the cabinet does not know. */
export function parseEvent(data: string): CabinetEvent | null {
  try {
    const value: unknown = JSON.parse(data)
    const kind = typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined
    const known = typeof kind === 'string' && ['message', ...KINDS].includes(kind)
    return known ? (value as CabinetEvent) : null
  } catch {
    return null
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
