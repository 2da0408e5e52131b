import type { Queryable } from './database.ts'

/** Makes the monthly partitions of this month and the coming ones. @returns how many. */
export async function ensurePartitions(database: Queryable, monthsAhead = 3): Promise<number> {
  const rows = await database.query<{ made: number }>({
    text: 'select ensure_partitions($1) as made',
    values: [monthsAhead],
  })
  return rows[0]?.made ?? 0
}

/** Forgets names of deliveries and numbered events that are older than asked, of all workspaces. */
export async function forgetOld(
  database: Queryable,
  keep: { readonly inboundKeyDays: number; readonly realtimeHours: number },
): Promise<void> {
  await database.query({
    text: 'select door.forget_inbound_keys(make_interval(days => $1))',
    values: [keep.inboundKeyDays],
  })
  await database.query({
    text: 'select door.forget_realtime(make_interval(hours => $1))',
    values: [keep.realtimeHours],
  })
}
