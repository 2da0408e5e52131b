import type { Candidate, EntityRef, EntityType } from '@trunkline/contracts/crm/entity'
import { idOf, isYes, textOf } from '../client/answer.ts'
import type { WireItem } from '../client/wire.ts'

/**
 * A card of `crm.item.list` in our words; `undefined` for a row without an id or a date.
 *
 * Closed is told by the meaning of the stage (`S` or `F`), never by its code: portals rename stages and add final
 * ones. `closedate` of an open deal is only a plan, so a closing date is given for closed cards alone; the moment of
 * the last stage change is the best witness of it. Source: reference/bitrix24.md §4.5.
 */
export function candidateOf(
  type: EntityType,
  item: WireItem,
  by: Candidate['by'],
  via?: EntityRef,
): Candidate | undefined {
  const id = idOf(item.id)
  const createdAt = textOf(item.createdTime)
  if (id === undefined || createdAt === undefined) return undefined
  const closed = isClosed(type, item)
  const closedAt = closed
    ? (textOf(item.movedTime) ?? textOf(item.dateClosed) ?? textOf(item.closedate))
    : undefined
  const responsibleId = idOf(item.assignedById)
  const title = textOf(item.title) ?? [textOf(item.name), textOf(item.lastName)].filter(Boolean).join(' ')
  return {
    type,
    id,
    title,
    createdAt,
    ...(closedAt === undefined ? {} : { closedAt }),
    closed,
    ...(responsibleId === undefined ? {} : { responsibleId }),
    by,
    ...(via === undefined ? {} : { via }),
  }
}

function isClosed(type: EntityType, item: WireItem): boolean {
  if (type === 'contact' || type === 'company') return false
  const semantics = textOf(item.stageSemanticId)?.toUpperCase()
  if (semantics === undefined) return isYes(item.closed)
  return semantics === 'S' || semantics === 'F'
}
