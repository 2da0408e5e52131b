import type { PortalId } from '@trunkline/contracts/ids'
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** Accepted events by how they ended; `total` counts the same events another way, in the same snapshot. */
export async function ledgerCounts(
  tx: Tx,
): Promise<{ total: number; groups: { outcome: string; reason: string | null; count: number }[] }> {
  const { rows } = await sql<{ outcome: string; reason: string | null; count: number; total: number }>`
    select outcome, reason, count(*)::int as count, (select count(*)::int from inbound_events) as total
    from inbound_events group by outcome, reason order by outcome, count(*) desc, reason`.execute(tx.kysely)
  return { total: rows[0]?.total ?? 0, groups: rows.map(({ total: _, ...group }) => group) }
}

/** The numbers of a day that began at `since`. */
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
      (select count(*)::int from conversations where started_at >= ${since}) as conversations,
      (select count(*)::int from messages where id >= ${firstIdAt(since)}::uuid and direction <> 'system') as messages,
      (select count(*)::int from crm_links where made and at >= ${since}) as entities,
      (select percentile_cont(0.5) within group (order by
          extract(epoch from (state ->> 'firstOutboundAt')::timestamptz - started_at))
        from conversations where started_at >= ${since} and state ->> 'firstOutboundAt' is not null
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
