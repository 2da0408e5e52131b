export type IdentityKind = 'channel' | 'phone' | 'email'

/** A stored identity of a contact. Phones are E.164, e-mails lower case, `channel` values are made by `channelIdentity`. */
export interface IdentityRow {
  readonly contactId: string
  readonly kind: IdentityKind
  readonly value: string
  /** The network proved it; else the person claimed it. */
  readonly vouched: boolean
}

/** Who an event came from, with phone and e-mail already normalised. */
export interface Person {
  /** `channelIdentity(channelId, externalId)`. */
  readonly channel: string
  readonly phone: string | null
  readonly email: string | null
  /** Which of the two the network proved. */
  readonly vouched: readonly ('phone' | 'email')[]
}

export interface MatchInput {
  readonly person: Person
  /** Rows that have the person's channel identity, phone or e-mail, and all rows of the contacts found so. */
  readonly rows: readonly IdentityRow[]
}

/** Why contacts were joined or kept apart; stored, so that a person can judge and undo it. */
export interface Evidence {
  readonly kind: 'phone' | 'email'
  readonly value: string
  readonly vouched: boolean
  /** The contact that had this phone or e-mail before. */
  readonly otherContactId: string
  readonly verdict: 'joined' | 'kept-apart'
  /** `phones-differ`: an e-mail alone does not join two contacts that have phones. */
  readonly why: 'no-own-value' | 'has-own-value' | 'phones-differ'
}

export interface Match {
  /** The contact the event belongs to; null = make a new one. */
  readonly contactId: string | null
  /** Identities to store for that contact. */
  readonly addIdentities: readonly Omit<IdentityRow, 'contactId'>[]
  /** Identities that the network has now proved: to be marked vouched. */
  readonly vouchFor: readonly { readonly kind: 'phone' | 'email'; readonly value: string }[]
  /** Contacts whose conversations and identities move into `contactId`; usually none. */
  readonly mergeFrom: readonly string[]
  readonly evidence: readonly Evidence[]
}

/** The value of a channel identity: the same person in two channels has two. */
export function channelIdentity(channelId: string, externalId: string): string {
  return `${channelId}:${externalId}`
}

/**
 * Which contact an event belongs to.
 *
 * The same channel identity is the same contact. A phone or e-mail that another contact has joins the two when
 * the known one has none of that kind; else they are kept apart with evidence. Phone decides before e-mail, and an
 * e-mail never joins two contacts that both have phones: an office address is shared, a phone seldom is. The contact
 * that had the phone stays, else the one that had the e-mail.
 * Pure; the order of the rows does not matter.
 */
export function matchContact({ person, rows }: MatchInput): Match {
  const ownerOf = (kind: IdentityKind, value: string | null): string | null =>
    rows
      .filter((row) => row.kind === kind && row.value === value)
      .map((row) => row.contactId)
      .sort()[0] ?? null
  const has = (contactId: string | null, kind: IdentityKind) =>
    rows.some((row) => row.contactId === contactId && row.kind === kind)

  const current = ownerOf('channel', person.channel)
  let contactId = current
  const mergeFrom: string[] = []
  const evidence: Evidence[] = []
  const keptApart = new Set<string>()

  for (const kind of ['phone', 'email'] as const) {
    const value = person[kind]
    const owner = value === null ? null : ownerOf(kind, value)
    if (value === null || owner === null || owner === contactId) continue
    const own = has(contactId, kind)
    const phonesDiffer = kind === 'email' && has(contactId, 'phone') && has(owner, 'phone')
    const joins = !own && !phonesDiffer
    evidence.push({
      kind,
      value,
      vouched: person.vouched.includes(kind),
      otherContactId: owner,
      verdict: joins ? 'joined' : 'kept-apart',
      why: joins ? 'no-own-value' : own ? 'has-own-value' : 'phones-differ',
    })
    if (!joins) keptApart.add(kind)
    else if (kind === 'email' && has(contactId, 'phone')) mergeFrom.push(owner)
    else {
      if (contactId !== null) mergeFrom.push(contactId)
      contactId = owner
    }
  }

  const mine = new Set([contactId, ...mergeFrom])
  const stored = (kind: IdentityKind, value: string) =>
    rows.find((row) => row.kind === kind && row.value === value && mine.has(row.contactId))
  const addIdentities: Omit<IdentityRow, 'contactId'>[] = []
  const vouchFor: { kind: 'phone' | 'email'; value: string }[] = []
  if (!stored('channel', person.channel)) {
    addIdentities.push({ kind: 'channel', value: person.channel, vouched: true })
  }
  for (const kind of ['phone', 'email'] as const) {
    const value = person[kind]
    if (value === null || keptApart.has(kind)) continue
    const row = stored(kind, value)
    const vouched = person.vouched.includes(kind)
    if (!row) addIdentities.push({ kind, value, vouched })
    else if (vouched && !row.vouched) vouchFor.push({ kind, value })
  }
  return { contactId, addIdentities, vouchFor, mergeFrom, evidence }
}
