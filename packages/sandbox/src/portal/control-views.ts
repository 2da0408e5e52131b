/** One card's timeline as the page shows it: comments, activities and log messages in order of time. */
import { ENTITY_TYPE_IDS, type EntityName } from './crm-types.ts'
import type { PortalHandle } from './portal-handle.ts'

export interface TimelineEntry {
  readonly kind: 'comment' | 'activity' | 'log' | 'stage'
  readonly at: number
  readonly id: number
  readonly entry: unknown
}

export function timelineOf(portal: PortalHandle, name: EntityName, id: number): TimelineEntry[] {
  const typeId = ENTITY_TYPE_IDS[name]
  const { activities, logMessages, stageHistory } = portal.state
  const entries: TimelineEntry[] = [
    ...portal.crm
      .commentsOf(name, id)
      .map((entry) => ({ kind: 'comment' as const, at: entry.createdAt, id: entry.id, entry })),
    ...activities
      .filter((one) => one.ownerTypeId === typeId && one.ownerId === id)
      .map((entry) => ({ kind: 'activity' as const, at: entry.createdAt, id: entry.id, entry })),
    ...logMessages
      .filter((one) => one.entityTypeId === typeId && one.entityId === id)
      .map((entry) => ({ kind: 'log' as const, at: entry.createdAt, id: entry.id, entry })),
    ...stageHistory
      .filter((one) => one.entityTypeId === typeId && one.ownerId === id)
      .map((entry) => ({ kind: 'stage' as const, at: entry.createdAt, id: entry.id, entry })),
  ]
  return entries.sort((left, right) => left.at - right.at || left.id - right.id)
}
