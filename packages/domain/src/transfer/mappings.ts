import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { EntityRef, EntityType } from '@trunkline/contracts/crm/entity'
import type { CardFields, FieldFill, PlanStep } from '@trunkline/contracts/crm/plan'
import type { FieldMapping } from '@trunkline/contracts/settings/rules'
import { fieldNamed, mappingFields } from '../rules/catalogue.ts'
import { fieldValue } from './field-value.ts'
import type { DecisionInput } from './input.ts'
import { fieldsKey } from './step-keys.ts'
import { line, type MappingResult } from './trace.ts'

/** The mapped fields of a card that is made now: it has nothing yet, so no policy matters. */
export function customFields(
  entity: EntityType,
  input: DecisionInput,
  trace: TraceLine[],
): Pick<CardFields, 'custom'> {
  const fills = fillsFor(entity, input, trace)
  return fills.length === 0
    ? {}
    : { custom: Object.fromEntries(fills.map(({ code, value }) => [code, value])) }
}

/** The step that writes mapped fields into a card that was found; none when there is nothing to write. */
export function fillSteps(target: EntityRef, input: DecisionInput, trace: TraceLine[]): PlanStep[] {
  const fields = fillsFor(target.type, input, trace)
  const ref: EntityRef = { type: target.type, id: target.id }
  return fields.length === 0 ? [] : [{ kind: 'fill-fields', key: fieldsKey(ref), target: ref, fields }]
}

/**
 * What the mappings write into a card of this kind (CHAT-74, CHAT-75, UIS-31). A field that vanished, is read only or
 * cannot take the value is left out with a line in the trace; the card is made all the same.
 */
function fillsFor(entity: EntityType, input: DecisionInput, trace: TraceLine[]): FieldFill[] {
  const { passing } = input
  if (!passing.mapFields) return []
  const fills = new Map<string, FieldFill>()
  for (const mapping of passing.fieldMappings) {
    if (!mapping.active || mapping.entity !== entity) continue
    const result = fills.has(mapping.target) ? 'target-taken' : mapped(mapping, input)
    const why: MappingResult = typeof result === 'string' ? result : 'written'
    const verdict = why === 'written' ? 'chose' : why === 'empty' ? 'skip' : 'note'
    trace.push(line('mapping', verdict, { entity, source: mapping.source, target: mapping.target, why }))
    if (typeof result !== 'string') fills.set(mapping.target, result)
  }
  return [...fills.values()]
}

function mapped(
  mapping: FieldMapping,
  { facts, section, values }: DecisionInput,
): FieldFill | Exclude<MappingResult, 'written' | 'target-taken'> {
  const source = fieldNamed(mappingFields(section), mapping.source)
  if (source === undefined) return 'unknown-source'
  const known = facts.portal.fields
  if (known === undefined) return 'never-read'
  const ofEntity = known[mapping.entity] ?? {}
  const field = Object.hasOwn(ofEntity, mapping.target) ? ofEntity[mapping.target] : undefined
  if (field === undefined) return 'field-gone'
  if (field.readOnly) return 'read-only'
  const value = Object.hasOwn(values, mapping.source) ? values[mapping.source] : undefined
  const converted = fieldValue(value, source, field, facts.timeZone)
  return converted.ok
    ? { code: mapping.target, value: converted.value, policy: mapping.policy }
    : converted.why
}
