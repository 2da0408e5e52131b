import type { EntityRef } from '@trunkline/contracts/crm/entity'
import { refusalOf } from '../client/errors.ts'
import type { CommandAnswer, Priority, Pump, PumpCommand } from '../pump/pump-contract.ts'
import { ENTITY_TYPE_IDS } from './entity-types.ts'

/** Commands of one group. */
const MAX_COMMANDS = 50

/**
 * How `crm.item.get` and `crm.timeline.comment.get` refuse what was deleted. By code alone: on the word of an empty code
 * or of a description a card that stands would be made twice. Source: reference/bitrix24.md §4.2 and §4.7.
 */
const DELETED = new Set(['not_found', 'owner_not_found'])

/** `crm.activity.get` has an empty code for everything; these words are for one that is not there. Source: reference/bitrix24.md §4.6. */
const NO_ACTIVITY = /^activity is not found/i

/** Cards, and timeline comments and activities by id. */
export interface Gone {
  readonly cards: readonly EntityRef[]
  readonly commentIds: readonly string[]
  readonly activityIds: readonly string[]
}

/**
 * Asks which of these were deleted in the portal. One that we merely may not see is not gone.
 * Throws HubError when the portal cannot be asked now: then nothing is known.
 */
export async function findGone(
  pump: Pump,
  asked: Partial<Gone>,
  options: { readonly priority?: Priority; readonly signal?: AbortSignal } = {},
): Promise<Gone> {
  const { priority = 2, signal } = options
  const { cards = [], commentIds = [], activityIds = [] } = asked
  const commands: PumpCommand[] = [
    ...cards.map(({ type, id }, index) => ({
      name: `card${index}`,
      method: 'crm.item.get',
      params: { entityTypeId: ENTITY_TYPE_IDS[type], id: Number(id) },
    })),
    ...commentIds.map((id, index) => ({
      name: `comment${index}`,
      method: 'crm.timeline.comment.get',
      params: { id: Number(id) },
    })),
    ...activityIds.map((id, index) => ({
      name: `activity${index}`,
      method: 'crm.activity.get',
      params: { id: Number(id) },
    })),
  ]
  const rows = new Map<string, CommandAnswer>()
  for (let from = 0; from < commands.length; from += MAX_COMMANDS) {
    const answer = await pump.group(commands.slice(from, from + MAX_COMMANDS), {
      priority,
      writes: false,
      ...(signal === undefined ? {} : { signal }),
    })
    for (const [name, row] of Object.entries(answer)) rows.set(name, row)
  }
  return {
    cards: cards.filter((_, index) => wasDeleted(rows.get(`card${index}`)!)),
    commentIds: commentIds.filter((_, index) => wasDeleted(rows.get(`comment${index}`)!)),
    activityIds: activityIds.filter((_, index) => wasDeleted(rows.get(`activity${index}`)!, NO_ACTIVITY)),
  }
}

function wasDeleted(row: CommandAnswer, words?: RegExp): boolean {
  if (row.outcome === 'done') return false
  if (row.error.kind !== 'permanent') throw row.error
  const refusal = refusalOf(row.error)
  if (refusal === undefined) return false
  return DELETED.has(refusal.code.trim().toLowerCase()) || (words?.test(refusal.description) ?? false)
}
