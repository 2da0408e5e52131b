import type { Json } from '@trunkline/contracts/json'
import type { Database, Tx } from './database.ts'
import type { Wake } from './wake.ts'

/**
 * What the cabinet and the widget are told, numbered by the database so that a stream goes on after a break or a
 * restart. An event appears when every transaction that began to write before it has ended: so the order is the same
 * for everybody and one that commits late is never skipped. (A transaction that writes for minutes, in any database
 * of the server, holds the stream back for as long.)
 */
export interface RealtimeEvent {
  readonly workspaceId: string
  readonly cursor: Cursor
  readonly topic: string
  readonly payload: Json
  readonly at: Date
}

/** A place in the stream, `<transaction>-<id>`: the id of a Server-Sent Event. Opaque to everybody else. */
export type Cursor = string & { readonly __id: 'cursor' }

/** The name readers of realtime events wait for. */
export const REALTIME = 'realtime'

interface NewEvent {
  readonly topic: string
  readonly payload: string
}

const unwritten = new WeakMap<Tx, NewEvent[]>()

/**
 * Adds an event; it is delivered after the commit. The payload may hold what members of the workspace may see.
 * The events of a transaction are written together at its end, one statement for all.
 */
export function appendRealtime(tx: Tx, topic: string, payload: Json): Promise<void> {
  eventsOf(tx).push({ topic, payload: JSON.stringify(payload) })
  return Promise.resolve()
}

/** Where the events of a transaction stand, for `dropRealtimeAfter`. */
export function realtimeMark(tx: Tx): number {
  return unwritten.get(tx)?.length ?? 0
}

/** Takes back the events added after a mark: the work that they tell of was rolled back to a savepoint. */
export function dropRealtimeAfter(tx: Tx, mark: number): void {
  const events = unwritten.get(tx)
  if (events !== undefined) events.length = mark
}

function eventsOf(tx: Tx): NewEvent[] {
  const known = unwritten.get(tx)
  if (known !== undefined) return known
  const events: NewEvent[] = []
  unwritten.set(tx, events)
  tx.beforeCommit(async () => {
    if (events.length === 0) return
    const once = [...new Map(events.map((event) => [`${event.topic} ${event.payload}`, event])).values()]
    await tx.query({
      name: 'realtime-append',
      text: `insert into realtime_events (workspace_id, topic, payload)
        select $1, e.topic, e.payload::jsonb from unnest($2::text[], $3::text[]) with ordinality as e (topic, payload, place)
        order by e.place`,
      values: [tx.workspaceId, once.map((event) => event.topic), once.map((event) => event.payload)],
    })
    tx.wake(REALTIME)
  })
  return events
}

/** The next events of the workspace after a place, oldest first. @returns fewer than `limit` at the end. */
export async function readRealtimeAfter(tx: Tx, cursor: Cursor, limit = 500): Promise<RealtimeEvent[]> {
  const place = parseCursor(cursor)
  if (!place) return []
  const rows = await tx.query<EventRow>({
    name: 'realtime-after',
    text: `select workspace_id, tx::text, id, topic, payload, at from realtime_events
      where workspace_id = $1 and (tx, id) > ($2::text::xid8, $3::bigint)
        and tx < pg_snapshot_xmin(pg_current_snapshot())
      order by realtime_events.tx, realtime_events.id limit $4`,
    values: [tx.workspaceId, place.tx.toString(), place.id, limit],
  })
  return rows.map(eventOf)
}

/** Whether the event of this cursor is still kept: if not, events after it may be gone too, so load everything anew. */
export async function knowsCursor(tx: Tx, cursor: Cursor): Promise<boolean> {
  const place = parseCursor(cursor)
  if (!place) return false
  const rows = await tx.query({
    text: 'select 1 from realtime_events where workspace_id = $1 and tx = $2::text::xid8 and id = $3',
    values: [tx.workspaceId, place.tx.toString(), place.id],
  })
  return rows.length > 0
}

/** The cursor in a text from outside (`Last-Event-ID`), or null when it is none of ours. */
export function toCursor(text: string): Cursor | null {
  return parseCursor(text) ? (text as Cursor) : null
}

export interface Subscription {
  readonly workspaceId: string
  /** The last event the reader has; left out: only what comes from now on. */
  readonly after?: Cursor
  /** Called in order, never twice with one event. */
  deliver(events: readonly RealtimeEvent[]): void
  /** What was missed is no longer kept; deliveries go on from now. The reader must load everything anew. */
  reset(): void
}

export interface Realtime {
  /** Replays what was missed, then goes on live without gap or repetition. @returns how to end it. */
  subscribe(subscription: Subscription): Promise<() => void>
  close(): Promise<void>
}

/** One reader per node, which hands the events to the subscribers of each workspace. Reads only while somebody listens. */
export function openRealtime(options: {
  readonly database: Database
  readonly wake: Wake
  readonly pollMs?: number
  readonly onError?: (error: unknown) => void
}): Realtime {
  const { database, wake } = options
  const closing = new AbortController()
  const subscribers = new Map<string, Set<(events: readonly RealtimeEvent[]) => void>>()
  let reading: Promise<void> | undefined
  let starting: Promise<Place> | undefined

  /** Ends when nobody listens; checks that and lets go of `reading` in one step, so no subscriber is left behind. */
  async function read(from: Promise<Place>): Promise<void> {
    let place = await from
    while (!closing.signal.aborted && subscribers.size > 0) {
      const seen = wake.version(REALTIME)
      let count = 0
      try {
        const events = await readAll(database, place)
        count = events.length
        const last = events.at(-1)
        if (last) place = parseCursor(last.cursor) ?? place
        for (const [workspaceId, mine] of Map.groupBy(events, (event) => event.workspaceId)) {
          for (const push of subscribers.get(workspaceId) ?? []) push(mine)
        }
      } catch (error) {
        options.onError?.(error)
      }
      if (count < PAGE) await wake.after(REALTIME, seen, options.pollMs ?? 1000, closing.signal)
    }
    reading = undefined
  }

  async function subscribe(subscription: Subscription): Promise<() => void> {
    const { workspaceId } = subscription
    let at = subscription.after ? parseCursor(subscription.after) : undefined
    let held: RealtimeEvent[] | null = []
    const hand = (events: readonly RealtimeEvent[]) => {
      const news = events.filter((event) => !at || isAfter(event.cursor, at))
      const last = news.at(-1)
      if (!last) return
      at = parseCursor(last.cursor) ?? at
      subscription.deliver(news)
    }
    const push = (events: readonly RealtimeEvent[]) => {
      if (held) held.push(...events)
      else hand(events)
    }
    const set = subscribers.get(workspaceId) ?? new Set()
    subscribers.set(workspaceId, set.add(push))
    if (!reading) {
      starting = placeOfNow(database)
      reading = read(starting).catch(() => {
        reading = undefined
      })
    }
    const end = () => {
      set.delete(push)
      if (set.size === 0) subscribers.delete(workspaceId)
    }
    try {
      // The live reader has its place before the replay looks, so nothing falls between the two.
      await starting
      if (subscription.after) await replay(subscription.after, workspaceId, hand, subscription.reset)
    } catch (error) {
      end()
      throw error
    }
    const missed = held
    held = null
    hand(missed)
    return end
  }

  async function replay(
    after: Cursor,
    workspaceId: string,
    hand: (events: readonly RealtimeEvent[]) => void,
    reset: () => void,
  ): Promise<void> {
    for (let cursor = after; ; ) {
      const from = cursor
      const events = await database.inWorkspace(workspaceId, async (tx) =>
        from === after && !(await knowsCursor(tx, from)) ? null : readRealtimeAfter(tx, from, PAGE),
      )
      if (!events) return reset()
      hand(events)
      const last = events.at(-1)
      if (!last || events.length < PAGE) return
      cursor = last.cursor
    }
  }

  return {
    subscribe,
    close: async () => {
      closing.abort()
      subscribers.clear()
      await reading
    },
  }
}

const PAGE = 500

interface Place {
  readonly tx: bigint
  readonly id: number
}

interface EventRow {
  readonly workspace_id: string
  readonly tx: string
  readonly id: number
  readonly topic: string
  readonly payload: Json
  readonly at: Date
}

async function readAll(database: Database, place: Place): Promise<RealtimeEvent[]> {
  const rows = await database.query<EventRow>({
    name: 'realtime-after-all',
    text: 'select * from door.realtime_after($1::text::xid8, $2, $3)',
    values: [place.tx.toString(), place.id, PAGE],
  })
  return rows.map(eventOf)
}

/** Everything visible now lies before it. */
async function placeOfNow(database: Database): Promise<Place> {
  const rows = await database.query<{ xmin: string }>({
    text: 'select pg_snapshot_xmin(pg_current_snapshot())::text as xmin',
  })
  return { tx: BigInt(rows[0]?.xmin ?? 0), id: -1 }
}

function eventOf(row: EventRow): RealtimeEvent {
  return {
    workspaceId: row.workspace_id,
    cursor: `${row.tx}-${row.id}` as Cursor,
    topic: row.topic,
    payload: row.payload,
    at: row.at,
  }
}

function parseCursor(text: string): Place | undefined {
  // 20 digits hold any xid8; more would be refused by the database.
  const match = /^(\d{1,19})-(\d{1,15})$/.exec(text)
  return match ? { tx: BigInt(match[1] ?? 0), id: Number(match[2]) } : undefined
}

function isAfter(cursor: Cursor, place: Place): boolean {
  const other = parseCursor(cursor)
  return other !== undefined && (other.tx > place.tx || (other.tx === place.tx && other.id > place.id))
}

/**
 * The newest place of the workspace's stream: take it before reading what is to be shown, then subscribe after it.
 * @returns null when nothing is kept.
 */
export async function latestCursor(tx: Tx): Promise<Cursor | null> {
  const rows = await tx.query<{ tx: string; id: number }>({
    name: 'realtime-latest',
    text: `select tx::text, id from realtime_events
      where workspace_id = $1 and tx < pg_snapshot_xmin(pg_current_snapshot())
      order by realtime_events.tx desc, realtime_events.id desc limit 1`,
    values: [tx.workspaceId],
  })
  return rows[0] === undefined ? null : (`${rows[0].tx}-${rows[0].id}` as Cursor)
}

/** The next events after a place whose topic begins so, oldest first. */
export async function readTopicsAfter(
  tx: Tx,
  cursor: Cursor,
  topicStart: string,
  limit: number,
): Promise<RealtimeEvent[]> {
  const place = parseCursor(cursor)
  if (!place) return []
  const rows = await tx.query<EventRow>({
    name: 'realtime-topics-after',
    text: `select workspace_id, tx::text, id, topic, payload, at from realtime_events
      where workspace_id = $1 and (tx, id) > ($2::text::xid8, $3::bigint)
        and tx < pg_snapshot_xmin(pg_current_snapshot()) and starts_with(topic, $4)
      order by realtime_events.tx, realtime_events.id limit $5`,
    values: [tx.workspaceId, place.tx.toString(), place.id, topicStart, limit],
  })
  return rows.map(eventOf)
}
