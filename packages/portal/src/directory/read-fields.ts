import type { EntityType } from '@trunkline/contracts/crm/entity'
import type { PortalFieldFacts } from '@trunkline/contracts/crm/facts'
import { isRecord, isYes, listOf, recordOf, textOf } from '../client/answer.ts'
import { ENTITY_TYPE_IDS } from '../crm/entity-types.ts'
import type { PumpCommand } from '../pump/pump-contract.ts'
import type { PortalField } from './directory.ts'

/** The portal's types → ours. What is not here cannot be filled by a mapping. Source: reference/bitrix24.md §4.2, §4.5. */
const TYPES: Readonly<Record<string, PortalFieldFacts['type']>> = {
  string: 'text',
  text: 'text',
  address: 'text',
  integer: 'number',
  double: 'number',
  date: 'date',
  datetime: 'datetime',
  boolean: 'boolean',
  char: 'boolean',
  enumeration: 'list',
  crm_status: 'list',
  url: 'link',
  file: 'file',
}

/**
 * Fields that look like text or a list and are none: the stage and the pipeline are settings of their own, the rest is
 * how the portal or we tie cards together.
 */
const NOT_FOR_VALUES = new Set([
  'id',
  'stageId',
  'categoryId',
  'stageSemanticId',
  'originatorId',
  'originId',
  'originVersion',
  'webformId',
  'isRecurring',
])

/** Asks for the fields of one kind of card, user fields under the names they were made with. */
export function fieldsCommand(entity: EntityType): PumpCommand {
  return {
    name: `fields${entity}`,
    method: 'crm.item.fields',
    params: { entityTypeId: ENTITY_TYPE_IDS[entity], useOriginalUfNames: 'Y' },
  }
}

/**
 * The answer to `fieldsCommand` in our words, in the portal's order.
 * @param statuses rows of `crm.status.list`: the values of fields that choose from a dictionary.
 */
export function portalFields(
  entity: EntityType,
  answer: unknown,
  statuses: readonly Readonly<Record<string, unknown>>[],
): readonly PortalField[] {
  return Object.entries(recordOf(recordOf(answer)['fields'])).flatMap(([code, described]): PortalField[] => {
    if (!isRecord(described)) return []
    const type = typeOf(code, textOf(described['type']) ?? '')
    return [
      {
        entity,
        code,
        label: textOf(described['title']) ?? textOf(described['formLabel']) ?? code,
        type,
        multiple: isYes(described['isMultiple']),
        readOnly: isYes(described['isReadOnly']) || isYes(described['isImmutable']),
        mandatory: isYes(described['isRequired']),
        ...(type === 'list' ? { items: itemsOf(described, statuses) } : {}),
      },
    ]
  })
}

function typeOf(code: string, type: string): PortalFieldFacts['type'] {
  return NOT_FOR_VALUES.has(code) ? 'other' : (TYPES[type] ?? 'other')
}

/** Values of an own list (`items`) or of a dictionary (`statusType`). */
function itemsOf(
  described: Readonly<Record<string, unknown>>,
  statuses: readonly Readonly<Record<string, unknown>>[],
): NonNullable<PortalFieldFacts['items']> {
  const dictionary = textOf(described['statusType']) ?? textOf(recordOf(described['settings'])['ENTITY_TYPE'])
  if (dictionary !== undefined) {
    return statuses
      .filter((row) => row['ENTITY_ID'] === dictionary)
      .flatMap((row) => item(row['STATUS_ID'], row['NAME']))
  }
  return listOf(described['items'])
    .map(recordOf)
    .flatMap((row) => item(row['ID'], row['VALUE']))
}

function item(id: unknown, label: unknown): { id: string; label: string }[] {
  const known = textOf(id)
  return known === undefined ? [] : [{ id: known, label: textOf(label) ?? known }]
}
