import type { EntityRef } from '@trunkline/contracts/crm/entity'
import { HubError } from '@trunkline/contracts/errors'
import { idOf, listOf } from '../client/answer.ts'
import type { Param } from '../client/reference.ts'
import type { WireItem } from '../client/wire.ts'
import type { CommandAnswer, Pump, PumpCommand } from '../pump/pump-contract.ts'
import { ENTITY_TYPE_IDS } from './entity-types.ts'
import type { WriteContext } from './ledger-step.ts'
import { itemOf } from './read-result.ts'

/** A card that we made, the client it was meant for, and what the portal said it made. */
export interface ClientCheck {
  readonly card: EntityRef
  readonly client: EntityRef
  readonly seen: WireItem | undefined
}

/**
 * Compares cards with the clients they were meant for and puts right what differs.
 *
 * A card may come out without its contact, or with somebody else's, when the contact of the same batch was refused.
 * Asks nothing when the portal's answers already show the right client. A card or a client that was deleted
 * meanwhile stays as it is. Throws HubError when the portal cannot be asked.
 */
export async function mendClients(
  pump: Pump,
  checks: readonly ClientCheck[],
  context: WriteContext,
): Promise<void> {
  const unsure: ClientCheck[] = []
  const wrong: ClientCheck[] = []
  for (const check of checks) {
    const right = hasClient(check.seen, check.client)
    if (right === undefined) unsure.push(check)
    else if (!right) wrong.push(check)
  }
  if (unsure.length > 0) {
    const answers = await ask(pump, unsure, context, (check) => ({
      method: 'crm.item.get',
      params: address(check.card),
    }))
    unsure.forEach((check, index) => {
      const seen = itemOf(answers[index])
      if (seen !== undefined && hasClient(seen, check.client) !== true) wrong.push({ ...check, seen })
    })
  }
  if (wrong.length === 0) return
  await ask(pump, wrong, context, (check) => ({
    method: 'crm.item.update',
    params: { ...address(check.card), fields: mendedFields(check) },
  }))
}

/** Takes away a comment that was written after a card which was not made. */
export async function dropStrayComment(pump: Pump, commentId: string, context: WriteContext): Promise<void> {
  await ask(pump, [commentId], context, (id) => ({
    method: 'crm.timeline.comment.delete',
    params: { id: Number(id) },
  }))
}

/** Whether a card is tied to a client; `undefined` when what we saw of it does not say. */
function hasClient(seen: WireItem | undefined, client: EntityRef): boolean | undefined {
  if (seen === undefined) return undefined
  if (client.type === 'company')
    return seen.companyId === undefined ? undefined : idOf(seen.companyId) === client.id
  if (seen.contactIds === undefined) return undefined
  return listOf(seen.contactIds).some((id) => idOf(id) === client.id)
}

/** `contactIds` replaces the whole set: those that are there stay. Source: reference/bitrix24.md §4.10. */
function mendedFields({ client, seen }: ClientCheck): { readonly [key: string]: Param } {
  if (client.type === 'company') return { companyId: Number(client.id) }
  const others = listOf(seen?.contactIds).flatMap((id) => idOf(id) ?? [])
  return { contactIds: [...new Set([client.id, ...others])].map(Number) }
}

function address(card: EntityRef): { readonly [key: string]: Param } {
  return { entityTypeId: ENTITY_TYPE_IDS[card.type], id: Number(card.id) }
}

/** Results in the order of `items`; a refusal for good gives `undefined`. All of it may be repeated. */
async function ask<T>(
  pump: Pump,
  items: readonly T[],
  context: WriteContext,
  commandOf: (item: T) => Omit<PumpCommand, 'name'>,
): Promise<readonly unknown[]> {
  const { priority = 2, signal } = context
  const answer = await pump.group(
    items.map((item, index) => ({ ...commandOf(item), name: `m${index}` })),
    { priority, writes: false, ...(signal === undefined ? {} : { signal }) },
  )
  return items.map((_, index) => resultOf(answer[`m${index}`]!))
}

function resultOf(row: CommandAnswer): unknown {
  if (row.outcome === 'done') return row.result
  if (row.error instanceof HubError && row.error.kind === 'permanent') return undefined
  throw row.error
}
