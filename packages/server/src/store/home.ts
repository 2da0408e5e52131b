import type { PortalId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** The ledger speaks of so many days: a little less than the keys of accepted events are kept (`keep-house`, 60). */
const LEDGER_DAYS = 59

/**
 * Accepted events by how they ended, as of one moment, told by three places that are written apart: the keys that the
 * door keeps in the transaction before it answers 200 (`total`), the events themselves, and the last line about each in
 * the append-only ledger. A group counts as many events as both of the latter know of; one that was lost, or whose
 * outcome was lost or altered, is in `total` and in no group.
 *
 * Reads indexes and no rows (migrations 0016 and 0018).
 */
export async function ledgerCounts(
  tx: Tx,
): Promise<{ total: number; groups: { outcome: string; reason: string | null; count: number }[] }> {
  // By the event's id in all three, so that the edge of the window cuts them alike.
  const since = firstIdAt(new Date(Date.now() - LEDGER_DAYS * 86_400_000))
  const { rows } = await sql<{
    total: number
    outcome: string | null
    reason: string | null
    count: number
  }>`with accepted as (
      select count(*)::int as total from inbound_keys where event_id >= ${since}::uuid
    ), ended as (
      select outcome, coalesce(reason, '') as reason, count(*)::int as count from inbound_events
      where outcome <> 'pending' and id >= ${since}::uuid group by 1, 2
    ), events as (
      select * from ended
      union all
      -- Those that wait have no reason yet; a count of all is cheaper than looking for them.
      select 'pending', '', count(*)::int - coalesce((select sum(count) from ended), 0)::int
      from inbound_events where id >= ${since}::uuid
    ), lines as (
      select outcome, coalesce(reason, '') as reason, count(*)::int as count
      from (
        -- In the order of the primary key backwards: nothing is sorted.
        select distinct on (event_id) outcome, reason from outcomes where event_id >= ${since}::uuid
        order by event_id desc, seq desc
      ) last
      where outcome <> 'pending' group by 1, 2
    ), waiting as (
      -- An event gets its first line when it ends.
      select total - coalesce((select sum(count) from lines), 0)::int as count from accepted
    )
    select accepted.total, events.outcome, nullif(events.reason, '') as reason,
      case when events.outcome = 'pending' then least(events.count, waiting.count)
        else least(events.count, coalesce(lines.count, 0)) end as count
    from accepted cross join waiting left join events on events.count > 0 left join lines using (outcome, reason)
    order by events.outcome, events.count desc, events.reason`.execute(tx.kysely)
  return {
    total: rows[0]!.total,
    groups: rows.flatMap(({ outcome, reason, count }) =>
      outcome === null ? [] : [{ outcome, reason, count }],
    ),
  }
}

/** Conversations from the test site of the hub itself (`TEST_SITE`); the index of migration 0013 finds them. */
const TESTS = sql`(select id from conversations where context #>> '{extra,testSite}' is not null)`

/** The numbers of a day that began at `since`, tests left out. */
export async function dayCounts(
  tx: Tx,
  since: Date,
): Promise<{ conversations: number; messages: number; entities: number; medianFirstAnswerS: number | null }> {
  const { rows } = await sql<{
    conversations: number
    messages: number
    entities: number
    medianFirstAnswerS: number | null
  }>`select
      (select count(*)::int from conversations where started_at >= ${since} and id not in ${TESTS}) as conversations,
      (select count(*)::int from messages where id >= ${firstIdAt(since)}::uuid and direction <> 'system'
        and conversation_id not in ${TESTS}) as messages,
      (select count(*)::int from crm_links where made and at >= ${since} and conversation_id not in ${TESTS}) as entities,
      (select percentile_cont(0.5) within group (order by
          extract(epoch from (state ->> 'firstOutboundAt')::timestamptz - started_at))
        from conversations where started_at >= ${since} and id not in ${TESTS} and state ->> 'firstOutboundAt' is not null
          and (state ->> 'firstOutboundAt')::timestamptz >= started_at) as "medianFirstAnswerS"`.execute(
    tx.kysely,
  )
  return rows[0]!
}

/** Our ids begin with the milliseconds of their making, so a time is a place among them. */
function firstIdAt(at: Date): string {
  const hex = at.getTime().toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

/** The moment today began where the company is. */
export async function dayStart(tx: Tx, timeZone: string): Promise<Date> {
  const { rows } = await sql<{
    at: Date
  }>`select date_trunc('day', now() at time zone ${timeZone}) at time zone ${timeZone} as at`.execute(
    tx.kysely,
  )
  return rows[0]!.at
}

/** Contacts whose transfers wait for each portal. */
export async function waitingByPortal(tx: Tx): Promise<Map<PortalId, number>> {
  const { rows } = await sql<{
    route: PortalId
    count: number
  }>`select route, count(*)::int as count from mailbox
    where lane = 'transfer' and route is not null group by route`.execute(tx.kysely)
  return new Map(rows.map((row) => [row.route, row.count]))
}

/** Whether anybody has ever written. */
export async function hasConversations(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select exists (select from conversations) as found`.execute(
    tx.kysely,
  )
  return rows[0]?.found ?? false
}
