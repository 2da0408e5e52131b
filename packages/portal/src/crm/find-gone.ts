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

/** Cards, and timeline comments by id. */
export interface Gone {
  readonly cards: readonly EntityRef[]
  readonly commentIds: readonly string[]
}

/**
 * Asks which of these cards and comments were deleted in the portal. One that we merely may not see is not gone.
 * Throws HubError when the portal cannot be asked now: then nothing is known.
 */
export async function findGone(
  pump: Pump,
  asked: Gone,
  options: { readonly priority?: Priority; readonly signal?: AbortSignal } = {},
): Promise<Gone> {
  const { priority = 2, signal } = options
  const commands: PumpCommand[] = [
    ...asked.cards.map(({ type, id }, index) => ({
      name: `card${index}`,
      method: 'crm.item.get',
      params: { entityTypeId: ENTITY_TYPE_IDS[type], id: Number(id) },
    })),
    ...asked.commentIds.map((id, index) => ({
      name: `comment${index}`,
      method: 'crm.timeline.comment.get',
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
    cards: asked.cards.filter((_, index) => wasDeleted(rows.get(`card${index}`)!)),
    commentIds: asked.commentIds.filter((_, index) => wasDeleted(rows.get(`comment${index}`)!)),
  }
}

function wasDeleted(row: CommandAnswer): boolean {
  if (row.outcome === 'done') return false
  if (row.error.kind !== 'permanent') throw row.error
  return DELETED.has(refusalOf(row.error)?.code.trim().toLowerCase() ?? '')
}
