import type { Candidate, EntityRef } from '@trunkline/contracts/crm/entity'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import { forReading } from './order.ts'
import { refText } from './trace.ts'

/** How surely a card is this client's: the smaller, the surer (requirements §1.6, IDENTITY). */
const STRENGTH = { binding: 0, phone: 1, email: 2 } as const
export type IdentityKind = keyof typeof STRENGTH
const KINDS: readonly IdentityKind[] = ['binding', 'phone', 'email']

export interface Identity {
  /** The surest way the client was recognised; undefined when nothing was found. */
  readonly by?: IdentityKind
  /** Cards of this client, each once, in reading order. */
  readonly cards: readonly Candidate[]
  /** Cards of somebody else who shares a weaker key, such as an office e-mail. */
  readonly others: readonly Candidate[]
}

/**
 * Whose cards the portal found: binding > phone > e-mail.
 *
 * Contacts and companies found by a weaker key than the surest one are other people's, and so are the leads and
 * deals found through them. A card that came by several ways counts by the surest. The order of the answer
 * does not matter.
 */
export function identify(candidates: readonly Candidate[], facts: TransferFacts): Identity {
  const ownContact = facts.bound.crmContact
  const cards = distinct(candidates)
  const byRef = new Map(cards.map((card) => [refText(card), card]))

  /** Undefined: found through a card that is not in the answer; taken as the client's own. */
  function strength(card: Candidate, hops = 2): number | undefined {
    if (ownContact && same(card, ownContact)) return STRENGTH.binding
    if (card.by !== 'contact' && card.by !== 'company') return STRENGTH[card.by]
    const via = card.via && byRef.get(refText(card.via))
    return via && hops > 0 ? strength(via, hops - 1) : undefined
  }

  const people = cards.filter((card) => card.type === 'contact' || card.type === 'company')
  const surest = lowest(people.map((card) => strength(card)))
  const isOther = (card: Candidate): boolean => {
    if (surest === undefined) return false
    const own = strength(card)
    const personal = card.type === 'contact' || card.type === 'company' || card.via !== undefined
    return personal && own !== undefined && own > surest
  }
  const mine = cards.filter((card) => !isOther(card))
  const by = lowest(mine.map((card) => strength(card)))
  return {
    ...(by === undefined ? {} : { by: KINDS[by]! }),
    cards: mine,
    others: cards.filter(isOther),
  }
}

export function same(a: EntityRef, b: EntityRef): boolean {
  return a.type === b.type && a.id === b.id
}

function lowest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

/** Each card once, by its surest way; ties are settled by content so that order does not matter. */
function distinct(candidates: readonly Candidate[]): Candidate[] {
  const rank = (card: Candidate) => ['binding', 'phone', 'email', 'contact', 'company'].indexOf(card.by)
  const chosen = new Map<string, Candidate>()
  for (const card of candidates) {
    const before = chosen.get(refText(card))
    if (
      !before ||
      rank(card) < rank(before) ||
      (rank(card) === rank(before) && content(card) < content(before))
    ) {
      chosen.set(refText(card), card)
    }
  }
  return [...chosen.values()].sort(forReading)
}

function content(card: Candidate): string {
  const via = card.via ? refText(card.via) : ''
  return [via, card.createdAt, card.closedAt ?? '', card.closed, card.title, card.responsibleId ?? ''].join(
    '\n',
  )
}
