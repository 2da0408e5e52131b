import type { CardFields } from '@trunkline/contracts/crm/plan'
import type { Param } from '../client/reference.ts'

const UTM = ['source', 'medium', 'campaign', 'content', 'term'] as const

/**
 * Our words for the fields of a card → `fields` of `crm.item.add` that every card takes.
 * Source: reference/bitrix24.md §4.2.
 */
export function commonFields(fields: CardFields): Record<string, Param> {
  return {
    ...(fields.responsibleId === undefined ? {} : { assignedById: Number(fields.responsibleId) }),
    ...utmFields(fields.utm),
  }
}

/** `fm`: phones and e-mails of a lead, contact or company that is being made. Source: reference/bitrix24.md §2.8. */
export function multifields(fields: CardFields): Record<string, Param> {
  const rows = [
    ...(fields.phones ?? []).map((value) => ({ typeId: 'PHONE', valueType: 'WORK', value })),
    ...(fields.emails ?? []).map((value) => ({ typeId: 'EMAIL', valueType: 'WORK', value })),
  ]
  return rows.length === 0 ? {} : { fm: rows }
}

/** `{ source: 'ad' }`, also spelt `utm_source` or `utmSource` → `{ utmSource: 'ad' }`. Unknown tags are left out. */
function utmFields(utm: CardFields['utm']): Record<string, Param> {
  const fields: Record<string, Param> = {}
  for (const [name, value] of Object.entries(utm ?? {})) {
    const tag = name.toLowerCase().replace(/^utm_?/, '')
    const known = UTM.find((one) => one === tag)
    if (known !== undefined && value !== '') fields[`utm${known[0]!.toUpperCase()}${known.slice(1)}`] = value
  }
  return fields
}

/** "Anna Maria Petrova" → first name and the rest; the portal wants a name, so an empty one gives an empty map. */
export function nameFields(name: string | undefined): Record<string, Param> {
  const words = (name ?? '').trim().split(/\s+/)
  if (words[0] === '' || words[0] === undefined) return {}
  const [first, ...rest] = words
  return { name: first, ...(rest.length === 0 ? {} : { lastName: rest.join(' ') }) }
}
