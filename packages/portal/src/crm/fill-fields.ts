import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { FieldFill } from '@trunkline/contracts/crm/plan'
import type { HubError } from '@trunkline/contracts/errors'
import type { Json } from '@trunkline/contracts/json'
import { isRecord, listOf } from '../client/answer.ts'
import type { Param } from '../client/reference.ts'
import type { Pump, PumpCommand } from '../pump/pump-contract.ts'
import { ENTITY_TYPE_IDS } from './entity-types.ts'
import type { WriteContext } from './ledger-step.ts'

/** What a card has now, or why it cannot be read. */
export type CardNow =
  | { readonly outcome: 'read'; readonly values: Readonly<Record<string, unknown>> }
  | { readonly outcome: 'failed'; readonly error: HubError }

/** Reads cards whole, in the order given. @throws HubError when the portal cannot be asked or told to wait. */
export async function readCards(
  pump: Pump,
  cards: readonly EntityRef[],
  context: WriteContext,
): Promise<readonly CardNow[]> {
  if (cards.length === 0) return []
  const { priority = 2, signal } = context
  const answer = await pump.group(
    cards.map((card, index) => ({
      name: `card${index}`,
      method: 'crm.item.get',
      params: {
        entityTypeId: ENTITY_TYPE_IDS[card.type],
        id: Number(card.id),
        useOriginalUfNames: 'Y',
      },
    })),
    { priority, writes: false, ...(signal === undefined ? {} : { signal }) },
  )
  return cards.map((_, index): CardNow => {
    const row = answer[`card${index}`]!
    if (row.outcome === 'done') {
      const item = isRecord(row.result) ? row.result['item'] : undefined
      return { outcome: 'read', values: isRecord(item) ? item : {} }
    }
    if (row.error.kind !== 'permanent') throw row.error
    return { outcome: 'failed', error: row.error }
  })
}

/**
 * What of a mapping has to be written into a card that has these values (CHAT-75): what the card has already is kept
 * unless the policy is to overwrite, and nothing is written that is there as it should be. So a repeat writes nothing.
 */
export function fieldsToWrite(
  fills: readonly FieldFill[],
  now: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Param>> {
  const fields: Record<string, Param> = {}
  for (const { code, value, policy } of fills) {
    const present = now[code]
    if (policy === 'only-if-empty' && !isEmpty(code, present)) continue
    if (isSame(present, value)) continue
    fields[code] = fieldParam(value)
  }
  return fields
}

/** Writes fields into a card; safe to repeat. Source: reference/bitrix24.md §4.2. */
export function fillCommand(
  name: string,
  card: EntityRef,
  fields: Readonly<Record<string, Param>>,
): PumpCommand {
  return {
    name,
    method: 'crm.item.update',
    params: {
      entityTypeId: ENTITY_TYPE_IDS[card.type],
      id: Number(card.id),
      fields,
      useOriginalUfNames: 'Y',
    },
  }
}

/** A value of a plan as a parameter: a switch is `Y` or `N`. Source: reference/bitrix24.md §2.7. */
export function fieldParam(value: Json): Param {
  if (typeof value === 'boolean') return value ? 'Y' : 'N'
  if (Array.isArray(value)) return value.map(fieldParam)
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fieldParam(inner)]))
  return value
}

/**
 * Nothing is in the field yet. A number 0 in a field of the portal's own is its way of saying so; a user field that
 * holds 0, or a switch that is off, was set by somebody.
 */
function isEmpty(code: string, value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true
  if (Array.isArray(value)) return value.length === 0
  return value === 0 && !/^uf/i.test(code)
}

/** The same in the portal's spelling: numbers may come back as text, lists as maps. */
function isSame(present: unknown, wanted: Json): boolean {
  if (Array.isArray(wanted)) {
    const rows = listOf(present)
    return rows.length === wanted.length && wanted.every((one, index) => isSame(rows[index], one))
  }
  if (typeof wanted === 'boolean') return present === wanted || present === (wanted ? 'Y' : 'N')
  if (present === null || present === undefined || typeof present === 'object') return false
  return String(present) === String(wanted)
}
