import type { PassingSectionName } from '@trunkline/contracts/settings/index'
import type { FieldMapping } from '@trunkline/contracts/settings/rules'
import { fieldNamed, mappingFields, type RuleField } from '../rules/catalogue.ts'
import { canFit } from '../transfer/field-value.ts'
import type { SettingsWorld, WorldField } from './settings-world.ts'

/**
 * What is wrong with the things that settings point to, found once for both who ask: what refuses a save and what
 * advises. Lists of the portal that were never read have no faults. Stages and pipelines are in places.ts.
 */

/** Why a user cannot be responsible; undefined when they can. `name`: of one who was dismissed. Pure. */
export function userFault(
  id: string,
  { portalUsers }: Pick<SettingsWorld, 'portalUsers'>,
):
  | { readonly fault: 'missing' | 'gone' }
  | { readonly fault: 'dismissed'; readonly name: string }
  | undefined {
  if (id === '') return { fault: 'missing' }
  if (portalUsers === null) return undefined
  const user = portalUsers.find((one) => one.id === id)
  if (user === undefined) return { fault: 'gone' }
  return user.active ? undefined : { fault: 'dismissed', name: user.name }
}

/** Why a line of the field mapping cannot write, at its source or its target. */
export type MappingFault =
  | { readonly at: 'source'; readonly fault: 'unknown' }
  | { readonly at: 'target'; readonly fault: 'gone' }
  | { readonly at: 'target'; readonly fault: 'read-only'; readonly field: WorldField }
  | {
      readonly at: 'target'
      readonly fault: 'misfit'
      readonly field: WorldField
      readonly source: RuleField
    }

/** The faults of one line: a source that the section has, a field that exists, may be written and takes it (CHAT-75). Pure. */
export function mappingFaults(
  section: PassingSectionName,
  { entity, source, target }: FieldMapping,
  { cardFields }: Pick<SettingsWorld, 'cardFields'>,
): MappingFault[] {
  const known = fieldNamed(mappingFields(section), source)
  const ofSource: MappingFault[] = known === undefined ? [{ at: 'source', fault: 'unknown' }] : []
  if (cardFields === null) return ofSource
  const field = cardFields[entity]?.find((one) => one.code === target)
  if (field === undefined) return [...ofSource, { at: 'target', fault: 'gone' }]
  if (field.readOnly) return [...ofSource, { at: 'target', fault: 'read-only', field }]
  return known === undefined || canFit(known, field.type)
    ? ofSource
    : [{ at: 'target', fault: 'misfit', field, source: known }]
}

/**
 * The line that writes into the field of a line before it does: the later one is its fallback, for when the earlier has
 * nothing to write. Undefined when the line is the first. Pure.
 * @returns the index of that line.
 */
export function writesBefore(mappings: readonly FieldMapping[], index: number): number | undefined {
  const mapping = mappings[index]
  const first = mappings.findIndex(
    (other) => other.active && other.entity === mapping?.entity && other.target === mapping.target,
  )
  return first === -1 || first >= index ? undefined : first
}
