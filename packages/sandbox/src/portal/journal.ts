/**
 * The record of every HTTP hit a portal got and every event it sent. Kept in memory only, in a ring, and cheap:
 * parameters and results are the very objects that were parsed and answered, nothing is copied.
 */
import type { PhpMap, PhpValue } from './php-values.ts'

/** One command: a single call has one, a batch one for each command that ran or was refused in it. */
export interface JournalCommand {
  /** Key of the command inside a batch; `null` for a single call. */
  readonly key: string | null
  readonly method: string
  /** After reference substitution, without tokens. */
  readonly params: PhpMap
  readonly result?: PhpValue
  readonly error?: { readonly code: string; readonly description: string }
  /** Simulated execution time. */
  readonly costSeconds: number
}

export interface JournalHit {
  /** 1, 2, 3… in order of arrival. */
  readonly seq: number
  /** Sandbox time of arrival, ms. */
  readonly at: number
  readonly kind: 'rest' | 'oauth'
  readonly httpMethod: string
  /** Method as called (canonical spelling), `batch`, or `oauth/token`. */
  readonly method: string
  /** Client id of the application; `null` for a hook or an unknown caller. */
  clientId: string | null
  userId: number | null
  /** Address that the limits count. */
  readonly source: string
  /** 0 while running and for a connection that was cut. */
  status: number
  /** Error code of the whole answer; `null` when there was none. */
  error: string | null
  /** Refused by the rate limit (real or scripted), so nothing ran. */
  refused: boolean
  /** Kind of the scripted fault that changed this hit. */
  fault: string | null
  readonly commands: JournalCommand[]
}

export interface JournalEvent {
  readonly seq: number
  readonly at: number
  readonly event: string
  readonly handler: string
  readonly clientId: string
  readonly data: PhpMap
  /** HTTP status of the handler; `null` when nobody answered; `dropped` by a fault. */
  status: number | null | 'dropped'
}

export interface Counts {
  /** All hits on `/rest/`, refused ones included. */
  hits: number
  /** Hits refused by the rate limit. */
  refused: number
  oauthHits: number
  /** Commands that ran, alone or in batches. */
  commands: number
  failedCommands: number
  byMethod: Record<string, number>
  eventsSent: number
  eventsFailed: number
}

export interface Journal {
  /** Oldest first, at most `limit` of them. */
  readonly hits: readonly JournalHit[]
  readonly events: readonly JournalEvent[]
  readonly counts: Counts
  openHit(hit: Pick<JournalHit, 'at' | 'kind' | 'httpMethod' | 'method' | 'source'>): JournalHit
  addCommand(hit: JournalHit, command: JournalCommand): void
  refuse(hit: JournalHit): void
  openEvent(event: Pick<JournalEvent, 'at' | 'event' | 'handler' | 'clientId' | 'data'>): JournalEvent
  closeEvent(event: JournalEvent, status: JournalEvent['status']): void
  clear(): void
}

const EMPTY = (): Counts => ({
  hits: 0,
  refused: 0,
  oauthHits: 0,
  commands: 0,
  failedCommands: 0,
  byMethod: {},
  eventsSent: 0,
  eventsFailed: 0,
})

export function createJournal(limit = 100_000): Journal {
  const hits: JournalHit[] = []
  const events: JournalEvent[] = []
  const counts = EMPTY()
  let nextSeq = 1
  // Trimmed a tenth at a time: shifting an array on every hit would cost more than the hit.
  const trim = (rows: unknown[]): void => {
    if (rows.length > limit) rows.splice(0, Math.ceil(limit / 10))
  }
  return {
    hits,
    events,
    counts,
    openHit(hit) {
      const entry: JournalHit = {
        ...hit,
        seq: nextSeq++,
        clientId: null,
        userId: null,
        status: 0,
        error: null,
        refused: false,
        fault: null,
        commands: [],
      }
      if (hit.kind === 'rest') counts.hits++
      else counts.oauthHits++
      hits.push(entry)
      trim(hits)
      return entry
    },
    addCommand(hit, command) {
      hit.commands.push(command)
      counts.commands++
      if (command.error) counts.failedCommands++
      counts.byMethod[command.method] = (counts.byMethod[command.method] ?? 0) + 1
    },
    refuse(hit) {
      hit.refused = true
      counts.refused++
    },
    openEvent(event) {
      const entry: JournalEvent = { ...event, seq: nextSeq++, status: null }
      events.push(entry)
      trim(events)
      return entry
    },
    closeEvent(event, status) {
      event.status = status
      if (typeof status === 'number' && status >= 200 && status < 300) counts.eventsSent++
      else counts.eventsFailed++
    },
    clear() {
      hits.length = 0
      events.length = 0
      Object.assign(counts, EMPTY())
    },
  }
}
