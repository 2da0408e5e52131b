import type { Candidate, EntityType } from '@trunkline/contracts/crm/entity'

const TYPE_ORDER: readonly EntityType[] = ['deal', 'lead', 'contact', 'company']

/** Compares two portal numbers as numbers of any length. */
export function compareIds(a: string, b: string): number {
  const left = a.replace(/^0+(?=.)/, '')
  const right = b.replace(/^0+(?=.)/, '')
  if (left.length !== right.length) return left.length - right.length
  return left < right ? -1 : left > right ? 1 : 0
}

/** Milliseconds of a portal's date; an unreadable one is older than all. */
function ms(date: string | undefined): number {
  const parsed = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isNaN(parsed) ? Number.NEGATIVE_INFINITY : parsed
}

function descending(a: number, b: number): number {
  return a === b ? 0 : a > b ? -1 : 1
}

/** Freshest first: latest creation, then the higher number (AMB-16). Never by modification: our own comments change it. */
export function byFreshness(a: Candidate, b: Candidate): number {
  return (
    descending(ms(a.createdAt), ms(b.createdAt)) ||
    compareIds(b.id, a.id) ||
    TYPE_ORDER.indexOf(a.type) - TYPE_ORDER.indexOf(b.type)
  )
}

/** Closed last first: by close date, and by creation where the portal gave none (CHAT-78). */
export function byClosing(a: Candidate, b: Candidate): number {
  return descending(ms(a.closedAt ?? a.createdAt), ms(b.closedAt ?? b.createdAt)) || byFreshness(a, b)
}

/** The order candidates are listed in: deals, leads, contacts, companies; open before closed; freshest first. */
export function forReading(a: Candidate, b: Candidate): number {
  return (
    TYPE_ORDER.indexOf(a.type) - TYPE_ORDER.indexOf(b.type) ||
    Number(a.closed) - Number(b.closed) ||
    byFreshness(a, b)
  )
}
