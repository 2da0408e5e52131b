import type { EntityRef, EntityType } from '@trunkline/contracts/crm/entity'
import { idOf, isRecord, listOf, textOf } from '../client/answer.ts'
import type { Param } from '../client/reference.ts'
import type { Pump, PumpCommand } from '../pump/pump-contract.ts'
import { ENTITY_TYPE_IDS } from './entity-types.ts'
import type { WriteContext } from './ledger-step.ts'
import { readResult } from './read-result.ts'

const PAGE = 50
/** To-dos looked through in one card, newest first, before we say that ours is not there. */
const MAX_PAGES = 10
/** Provider of `crm.activity.todo.*` in `crm.activity.list`. Source: b24restdocs, crm-activity-todo-add.md. */
const TODO_PROVIDER = 'CRM_TODO'

export interface NewActivity {
  readonly ownerType: EntityType
  readonly ownerId: Param
  readonly subject: string
  /** Plain text under the subject; holds the marker it is found by. */
  readonly description: string
  readonly responsibleId: string
  /** ISO 8601 UTC. */
  readonly deadlineAt: string
}

/** A to-do («дело») bound to a card. Source: reference/bitrix24.md §4.6 (b). */
export function addActivityCommand(name: string, activity: NewActivity): PumpCommand {
  return {
    name,
    method: 'crm.activity.todo.add',
    params: {
      ownerTypeId: ENTITY_TYPE_IDS[activity.ownerType],
      ownerId: activity.ownerId,
      deadline: portalInstant(activity.deadlineAt),
      title: activity.subject,
      description: activity.description,
      responsibleId: Number(activity.responsibleId),
    },
  }
}

/**
 * Finds a to-do of ours whose answer was lost. The method takes no key of the caller's (no `ORIGIN_ID`, no
 * de-duplication), so it is known again by the marker in its description. Source: reference/bitrix24.md §4.6 (b).
 * @throws HubError when the portal cannot be asked.
 */
export async function findActivity(
  pump: Pump,
  card: EntityRef,
  marker: string,
  context: WriteContext,
): Promise<string | undefined> {
  const { priority = 2, signal } = context
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await pump.group(
      [
        {
          name: 'activities',
          method: 'crm.activity.list',
          params: {
            filter: {
              OWNER_TYPE_ID: ENTITY_TYPE_IDS[card.type],
              OWNER_ID: Number(card.id),
              PROVIDER_ID: TODO_PROVIDER,
            },
            select: ['ID', 'DESCRIPTION'],
            order: { ID: 'DESC' },
            start: page * PAGE,
          },
        },
      ],
      { priority, writes: false, ...(signal === undefined ? {} : { signal }) },
    )
    const rows = listOf(readResult(answer, 'activities'))
    for (const row of rows) {
      if (isRecord(row) && (textOf(row['DESCRIPTION']) ?? '').includes(marker)) return idOf(row['ID'])
    }
    if (rows.length < PAGE) return undefined
  }
  return undefined
}

/** ISO 8601 without fractions of a second, which older builds refuse. */
function portalInstant(at: string): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, '+00:00')
}
