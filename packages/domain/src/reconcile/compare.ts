import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { Finding, NamedCard, NamedConversation } from '@trunkline/contracts/crm/reconciliation'
import type { ContactId, ConversationId, StepId } from '@trunkline/contracts/ids'
import { markedPart } from '../transfer/marker.ts'

/** What we wrote for one contact, told by our own tables: only what should be in the portal now. */
export interface WrittenContact {
  readonly contactId: ContactId
  readonly conversations: readonly WrittenConversation[]
}

export interface WrittenConversation extends NamedConversation {
  /** Cards it is tied to and that are not known to be deleted. */
  readonly cards: readonly WrittenCard[]
  readonly comments: readonly {
    readonly stepId: StepId
    readonly card: EntityRef
    readonly part: number
    readonly commentId: string
  }[]
  readonly activities: readonly {
    readonly stepId: StepId
    readonly card: EntityRef
    readonly activityId: string
  }[]
}

export interface WrittenCard extends EntityRef {
  readonly title: string | null
  /** `target` gets the transcript; `contact` is the client's card. */
  readonly role: 'target' | 'contact'
  /** Made by this conversation, and for what; `found` cards were there before. */
  readonly origin: 'found' | 'first' | 'repeated'
}

/** What the portal has of it, as it was read. What is in none of these sets is not known and not judged. */
export interface PortalSight {
  /** By `type:id`. */
  readonly cards: ReadonlyMap<string, SeenCard>
  readonly goneCards: ReadonlySet<string>
  /** Comments of the cards whose timeline could be read, by `type:id` of the card. */
  readonly comments: ReadonlyMap<string, readonly SeenComment[]>
  readonly goneComments: ReadonlySet<string>
  readonly goneActivities: ReadonlySet<string>
}

export interface SeenCard {
  readonly title: string
  /** False in a final stage; contacts and companies are always open. */
  readonly open: boolean
  /** ISO 8601 with offset; empty when the portal did not say. */
  readonly createdAt: string
}

export interface SeenComment {
  readonly id: string
  readonly text: string
  readonly authorId: string
}

/** How a card is named in the maps of a sight. */
export function cardName(card: EntityRef): string {
  return `${card.type}:${card.id}`
}

/**
 * Compares what we wrote for a contact with what the portal has.
 *
 * Pure; the order of what is given does not matter. A card that is gone takes its comments and to-dos with it: one
 * finding, not many. A second open card is a double only when it was made as if for a new client: one that the settings
 * ask for on a repeated contact is not. A comment counts as our double only when the author of ours wrote it, so that an
 * employee who quotes our link is left alone.
 */
export function compareContact(written: WrittenContact, sight: PortalSight): Finding[] {
  const named = (card: EntityRef): NamedCard => ({
    type: card.type,
    id: card.id,
    title: sight.cards.get(cardName(card))?.title ?? knownTitle(written, card),
  })
  return [
    ...goneCards(written, sight, named),
    ...written.conversations.flatMap((conversation) => [
      ...goneEntries(written.contactId, conversation, sight, named),
      ...doubledComments(written.contactId, conversation, sight, named),
    ]),
    ...doubledCards(written, sight, named),
  ]
}

/** What tells one finding from another, however often it is found. */
export function findingKey(finding: Finding): string {
  switch (finding.kind) {
    case 'card-gone':
    case 'card-stray':
      return `${finding.kind}:${cardName(finding.card)}`
    case 'comment-gone':
      return `comment-gone:${finding.commentId}`
    case 'activity-gone':
      return `activity-gone:${finding.activityId}`
    case 'comment-doubled':
      return `comment-doubled:${finding.conversation.id}:${cardName(finding.card)}:${finding.extra.join(',')}`
    case 'cards-doubled':
      return `cards-doubled:${cardName(finding.kept)}:${cardName(finding.extra)}`
  }
}

type Named = (card: EntityRef) => NamedCard

function goneCards(written: WrittenContact, sight: PortalSight, named: Named): Finding[] {
  const found = new Map<string, { card: EntityRef; conversations: NamedConversation[] }>()
  for (const conversation of written.conversations) {
    for (const card of conversation.cards) {
      const name = cardName(card)
      if (!sight.goneCards.has(name)) continue
      const one = found.get(name) ?? { card, conversations: [] }
      one.conversations.push(nameOf(conversation))
      found.set(name, one)
    }
  }
  return inOrder(found).map(({ card, conversations }) => ({
    kind: 'card-gone',
    contactId: written.contactId,
    card: named(card),
    conversations: conversations.sort(byNumber),
  }))
}

function goneEntries(
  contactId: ContactId,
  conversation: WrittenConversation,
  sight: PortalSight,
  named: Named,
): Finding[] {
  const stands = ({ card }: { readonly card: EntityRef }) => sight.cards.has(cardName(card))
  const of = { contactId, conversation: nameOf(conversation) }
  return [
    ...conversation.comments
      .filter((one) => stands(one) && sight.goneComments.has(one.commentId))
      .map(({ card, ...rest }): Finding => ({ kind: 'comment-gone', ...of, card: named(card), ...rest })),
    ...conversation.activities
      .filter((one) => stands(one) && sight.goneActivities.has(one.activityId))
      .map(({ card, ...rest }): Finding => ({ kind: 'activity-gone', ...of, card: named(card), ...rest })),
  ]
}

function doubledComments(
  contactId: ContactId,
  conversation: WrittenConversation,
  sight: PortalSight,
  named: Named,
): Finding[] {
  const cards = new Map(conversation.comments.map(({ card }) => [cardName(card), card]))
  return inOrder(cards).flatMap((card): Finding[] => {
    const seen = sight.comments.get(cardName(card)) ?? []
    const ours = new Set(
      conversation.comments
        .filter((one) => cardName(one.card) === cardName(card))
        .map(({ commentId }) => commentId),
    )
    const authors = new Set(seen.filter(({ id }) => ours.has(id)).map(({ authorId }) => authorId))
    const extra = seen
      .filter(
        ({ id, text, authorId }) =>
          !ours.has(id) && authors.has(authorId) && markedPart(text, `/${conversation.id}`) !== undefined,
      )
      .map(({ id }) => id)
      .sort(byValue)
    if (extra.length === 0) return []
    return [
      { kind: 'comment-doubled', contactId, conversation: nameOf(conversation), card: named(card), extra },
    ]
  })
}

function doubledCards(written: WrittenContact, sight: PortalSight, named: Named): Finding[] {
  const made = new Map<string, { card: WrittenCard; createdAt: string }>()
  for (const { cards } of written.conversations) {
    for (const card of cards) {
      const seen = sight.cards.get(cardName(card))
      if (card.origin === 'found' || card.role !== 'target' || seen?.open !== true) continue
      if (made.get(cardName(card))?.card.origin === 'first') continue
      made.set(cardName(card), { card, createdAt: seen.createdAt })
    }
  }
  const [kept, ...others] = [...made.values()].sort(
    (a, b) => instantOf(a.createdAt) - instantOf(b.createdAt) || byValue(a.card.id, b.card.id),
  )
  if (kept === undefined) return []
  return others
    .filter(({ card }) => card.origin === 'first')
    .map(({ card }) => ({
      kind: 'cards-doubled',
      contactId: written.contactId,
      kept: named(kept.card),
      extra: named(card),
      conversations: written.conversations
        .filter(({ cards }) => cards.some((one) => one.role === 'target' && cardName(one) === cardName(card)))
        .map(nameOf)
        .sort(byNumber),
    }))
}

/** One card in the portal that carries our mark. `originId` is the id of the step that made it. */
export interface MarkedCard extends EntityRef {
  readonly title: string
  readonly originId: string
}

/** What the step ledger knows of an `originId`. */
export type LedgerWord =
  /** The step is on its way, or its answer was lost and is still looked for. */
  | { readonly state: 'open' }
  | {
      readonly state: 'done'
      readonly remoteId: string
      /** Whose step it was, and the cards that this conversation is in, each as `type:id`. */
      readonly conversation: NamedConversation
      readonly tied: readonly string[]
    }

/**
 * Cards with our mark that no step made: the second one of a step, or one of a ledger that is not ours any more (a
 * database restored from an old copy). A step that is still open is not judged.
 */
export function strayCards(
  marked: readonly MarkedCard[],
  ledger: ReadonlyMap<string, LedgerWord>,
): Finding[] {
  return marked.flatMap(({ originId, ...card }): Finding[] => {
    const word = ledger.get(originId.toLowerCase())
    if (word?.state === 'open' || word?.remoteId === card.id) return []
    // A person moved the conversation there: it is ours now.
    if (word?.tied.includes(cardName(card))) return []
    const named = { type: card.type, id: card.id, title: card.title }
    return [
      {
        kind: 'card-stray',
        card: named,
        ...(word === undefined
          ? {}
          : { known: { type: card.type, id: word.remoteId }, conversation: nameOf(word.conversation) }),
      },
    ]
  })
}

function knownTitle(written: WrittenContact, card: EntityRef): string {
  for (const { cards } of written.conversations) {
    const title = cards.find((one) => cardName(one) === cardName(card) && one.title !== null)?.title
    if (title != null) return title
  }
  return ''
}

function nameOf({ id, number }: NamedConversation): { readonly id: ConversationId; readonly number: number } {
  return { id, number }
}

function inOrder<T>(byName: ReadonlyMap<string, T>): T[] {
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
}

function byNumber(a: NamedConversation, b: NamedConversation): number {
  return a.number - b.number
}

/** Numbers of the portal as texts, in the order of their values. */
function byValue(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

function instantOf(at: string): number {
  const ms = Date.parse(at)
  return Number.isNaN(ms) ? Number.POSITIVE_INFINITY : ms
}
