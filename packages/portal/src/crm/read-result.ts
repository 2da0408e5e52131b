import { isRecord, listOf } from '../client/answer.ts'
import type { WireItem } from '../client/wire.ts'
import type { GroupAnswer } from '../pump/pump-contract.ts'

/** The result of one command of a group of reads. Throws its HubError when it failed. */
export function readResult(answer: GroupAnswer, name: string): unknown {
  const row = answer[name]
  if (row === undefined) throw new TypeError(`there is no command "${name}" in this group`)
  if (row.outcome === 'done') return row.result
  throw row.error
}

/** `{ items: […] }` of `crm.item.list`. */
export function itemsOf(result: unknown): readonly WireItem[] {
  const items = isRecord(result) ? listOf(result['items']) : []
  return items.filter(
    (item): item is WireItem & Readonly<Record<string, unknown>> => isRecord(item) && 'id' in item,
  )
}

/** `{ item: {…} }` of `crm.item.add`, `get` and `update`. */
export function itemOf(result: unknown): WireItem | undefined {
  const item = isRecord(result) ? result['item'] : undefined
  return isRecord(item) && 'id' in item ? (item as WireItem & Readonly<Record<string, unknown>>) : undefined
}
