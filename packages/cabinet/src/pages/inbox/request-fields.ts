import { REQUEST_FIELDS } from '@trunkline/contracts/channel/inbound-event'
import type { OfflineRequest } from '@trunkline/contracts/http/conversations'

type Field = OfflineRequest['fields'][number]
export type KnownField = (typeof REQUEST_FIELDS)[number]

/** What a field is called: the site's own label, our word for what everybody knows, else its name. */
export function fieldLabel({ name, label }: Field, wordOf: (known: KnownField) => string): string {
  if (label !== '') return label
  const known = REQUEST_FIELDS.find((each) => each === name)
  return known === undefined ? name : wordOf(known)
}

/** Where a click on a field leads: a call or a letter. Null for anything that is not plainly one of them. */
export function fieldHref({ name, value }: Field): string | null {
  if (name === 'phone' && /^\+?[\d\s().-]{5,30}$/.test(value)) return `tel:${value.replace(/[^\d+]/g, '')}`
  if (name === 'email' && /^[^\s@<>"'?&]+@[^\s@<>"'?&]+\.[^\s@<>"'?&]+$/.test(value)) return `mailto:${value}`
  return null
}
