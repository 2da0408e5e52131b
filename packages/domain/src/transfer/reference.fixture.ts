import type { Candidate, EntityType } from '@trunkline/contracts/crm/entity'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { RuleGroup } from '@trunkline/contracts/rules/condition'
import type { IntegrationSettings, PassingSettings } from '@trunkline/contracts/settings/index'
import type { Place, PlaceRule } from '@trunkline/contracts/settings/rules'
import type { FieldType } from '../rules/catalogue.ts'
import { plainlyHolds } from '../rules/plain.fixture.ts'

/** What is decided, in short words; writes in any order. */
export type Said =
  | { readonly asks: true }
  | {
      readonly outcome: string
      readonly reason?: string
      readonly class?: string
      readonly writes: readonly string[]
    }

const stop = (outcome: string, reason: string): Said => ({ outcome, reason, writes: [] })
const TYPES: Readonly<Record<string, FieldType>> = {
  channelType: 'choice',
  openingText: 'text',
  phone: 'list',
  email: 'list',
  ordinal: 'number',
}

const on = <R extends { active: boolean }>(rules: readonly R[]) => rules.filter((rule) => rule.active)

/** Whether conditions hold for an event. */
function fitting({ conversation, contact }: TransferFacts): (group: RuleGroup) => boolean {
  const values = {
    channelType: conversation.channelType,
    openingText: conversation.openingText,
    phone: contact.phones,
    email: contact.emails,
    ordinal: conversation.ordinal,
  }
  return (group) => plainlyHolds(group, values, (field) => TYPES[field])
}

/**
 * What §1.6 of the requirements says, read aloud: a second procedure to hold `decide` against. Shares no code with it.
 * Knows only the parameters of the generated rules.
 */
export function saidByTheRequirements(facts: TransferFacts, all: IntegrationSettings): Said {
  const isRequest = facts.event === 'request'
  const settings: PassingSettings = isRequest ? all.requests : all.chats
  const talk = facts.conversation
  const fits = fitting(facts)
  const written = facts.bound.targets.length > 0

  // g1 … g5
  if (facts.portal.state !== 'connected') return stop('held', 'reauthorise')
  if (!all.main.active) return stop('not_passed', 'main-off')
  if (!settings.active) return stop('not_passed', 'section-off')
  if (!settings.enabled) return stop('not_passed', isRequest ? 'requests-off' : 'chats-off')
  if (!settings.channelIds.includes(talk.channelId) && !written)
    return stop('not_passed', 'channel-not-selected')
  if (isRequest && facts.request?.technical) return stop('not_passed', 'technical-request')
  if (
    !isRequest &&
    all.chats.ignoreOperatorStarted &&
    talk.startedBy === 'operator' &&
    talk.contactWrote === false
  )
    if (!written) return stop('not_passed', 'operator-started')
  // a chat of several people, unless it is passed by setting (requirements §1.8)
  if (!isRequest && all.chats.ignoreGroups && talk.isGroup && !written)
    return stop('not_passed', 'group-chat')
  // g6: Deny beats Allow; no rules pass all
  const filter = on(settings.transferRules)
  const allows = filter.filter((rule) => rule.action === 'allow')
  if (filter.some((rule) => rule.action === 'deny' && fits(rule.when)))
    return stop('not_passed', 'denied-by-filter')
  if (allows.length > 0 && !allows.some((rule) => fits(rule.when)))
    return stop('not_passed', 'denied-by-filter')
  // g7
  const { phones, emails, messengerIds } = facts.contact
  const messenger = !isRequest && all.chats.messengerIdIsContactData && messengerIds.length > 0
  if (!written && !settings.passWithoutContactData && !messenger && phones.length + emails.length === 0)
    return stop('held', 'no-contact-data')
  // g8: only chats have a beginning and an end
  if (!isRequest && !written && talk.closedAt === undefined) {
    if (all.chats.timing === 'end') return stop('held', 'waiting-for-end')
    if (all.chats.timing === 'operator' && talk.operatorJoinedAt === undefined)
      return stop('held', 'waiting-for-operator')
  }

  const goesOn = facts.bound.targets.map((card) => `comment ${card.type}:${card.id}`)
  const persons = facts.bound.targets.every((card) => card.type === 'contact' || card.type === 'company')
  if (written && !(facts.gone !== undefined && persons)) return { outcome: 'passed', writes: goesOn }
  const chosen = chosenAnew(facts, all)
  if (!written || 'asks' in chosen) return chosen
  const { reason: _none, ...rest } = chosen
  return { ...rest, outcome: 'passed', writes: [...new Set([...chosen.writes, ...goesOn])] }
}

/** IDENTITY to NOTIFY, for what is in no card yet or whose card was deleted. */
function chosenAnew(facts: TransferFacts, all: IntegrationSettings): Said {
  const settings: PassingSettings = facts.event === 'request' ? all.requests : all.chats
  const fits = fitting(facts)
  const { phones, emails } = facts.contact
  const own = facts.bound.crmContact
  if (phones.length + emails.length + facts.knownCards.length > 0 || own)
    if (facts.crm === undefined) return { asks: true }

  // CLASS (AMB-14)
  const cards = ownCards(facts).filter((card) => !(own && card.type === own.type && card.id === own.id))
  const repeated = cards.length > 0
  const { portal } = facts
  const works = (id: string | undefined): id is string =>
    id !== undefined && id !== '' && (portal.activeUserIds.length === 0 || portal.activeUserIds.includes(id))
  const owner = [
    ...on(settings.responsibleRules).flatMap((rule) => (fits(rule.when) ? [rule.userId] : [])),
    settings.defaultResponsibleId,
  ].find(works)
  const responsible = owner ?? (portal.actingUserId === '' ? undefined : portal.actingUserId)
  const newest = (type: EntityType) => fresh(cards.filter((card) => card.type === type && !card.closed))
  const person = [newest('contact'), newest('company')].filter((card) => card !== undefined)
  const activity = (target: string, ownerOfCard: string | undefined): string[] => {
    const by = [settings.activityResponsibleId, ownerOfCard].find(works) ?? responsible
    return by === undefined ? [] : [`activity ${target} by ${by}`]
  }

  // TARGET, unless a repeated contact makes a card of its own
  const creates = repeated ? settings.repeatedContactCreates : settings.firstContactCreates
  if (repeated && (creates === 'nothing' || creates === 'activity')) {
    const targets = chosenTargets(cards, settings)
    if (targets.length > 0) {
      const copies = settings.copyToPerson ? person : []
      const [first] = targets
      return {
        outcome: 'passed',
        class: 'repeated',
        writes: [
          ...new Set([...targets, ...copies].map((card) => `comment ${card.type}:${card.id}`)),
          ...targets.flatMap((card) => fields(card.type, `${card.type}:${card.id}`, facts, settings)),
          ...(creates === 'activity' ? activity(`${first!.type}:${first!.id}`, first!.responsibleId) : []),
        ],
      }
    }
  }

  // CREATE; nothing to write into → as a first contact
  const asFirst = !repeated || creates === 'nothing' || creates === 'activity'
  const makes = asFirst ? settings.firstContactCreates : creates
  const group = repeated ? 'repeated' : 'first'
  if (makes === 'nothing') return { ...stop('not_passed', 'unknown-client'), class: group }
  if (responsible === undefined) return { ...stop('held', 'no-responsible'), class: group }
  const card = portal.crmMode === 'simple' || settings.cardKind === 'deal' ? 'deal' : 'lead'
  const place = asFirst
    ? placed(card, on(settings.firstPlaceRules), settings.firstPlace, facts, fits)
    : placed(card, on(settings.repeatedPlaceRules), settings.repeatedPlace, facts, fits)
  const found = newest('contact')
  const tied = own ? `contact:${own.id}` : found ? `contact:${found.id}` : card === 'deal' ? 'new' : 'none'
  // The company that was found belongs to the card as well; none is ever made.
  const company = newest('company')
  const whose = company ? `${tied} and company:${company.id}` : tied
  return {
    outcome: 'passed',
    class: group,
    writes: [
      ...(tied === 'new' ? [`contact for ${responsible}`] : []),
      `${card} for ${responsible} of ${whose} at ${place}`,
      'comment new',
      ...(tied === 'new' ? fields('contact', 'new', facts, settings) : []),
      ...fields(card, 'new', facts, settings),
      ...(!own && found ? fields('contact', tied, facts, settings) : []),
      ...(makes === 'card-and-activity' ? activity('new', responsible) : []),
      ...(settings.notifyResponsible ? [`notify ${responsible}`] : []),
      ...(settings.copyToPerson ? person.map((one) => `comment ${one.type}:${one.id}`) : []),
    ],
  }
}

/** IDENTITY: binding > phone > e-mail; people known by a weaker key than the surest, and what is theirs, are others. */
function ownCards(facts: TransferFacts): Candidate[] {
  const cards = facts.crm?.candidates ?? []
  const ways = ['binding', 'phone', 'email']
  const own = facts.bound.crmContact
  const sure = (card: Candidate, links: number): number => {
    if (own && own.type === card.type && own.id === card.id) return 0
    const direct = ways.indexOf(card.by)
    if (direct >= 0) return direct
    const through = cards.find((one) => one.type === card.via?.type && one.id === card.via.id)
    return through && links > 0 ? sure(through, links - 1) : -1
  }
  const isPerson = (card: Candidate) => card.type === 'contact' || card.type === 'company'
  const people = cards.filter(isPerson).map((card) => sure(card, 2))
  const best = Math.min(...people.filter((one) => one >= 0))
  return cards.filter((card) => !((isPerson(card) || card.via) && sure(card, 2) > best))
}

/** Latest created, then the higher number (AMB-16). */
function fresh(cards: readonly Candidate[]): Candidate | undefined {
  return [...cards].sort(
    (a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || Number(b.id) - Number(a.id),
  )[0]
}

/** By priority among the active, else the last closed if allowed, else contact, company (CHAT-47…53, 76…78). */
function chosenTargets(cards: readonly Candidate[], settings: PassingSettings): Candidate[] {
  const open = (type: EntityType) => fresh(cards.filter((card) => card.type === type && !card.closed))
  const [deal, lead] = [open('deal'), open('lead')]
  if (settings.commentPriority === 'both' && (deal || lead))
    return [deal, lead].filter((card) => card !== undefined)
  const order = settings.commentPriority === 'lead' ? [lead, deal] : [deal, lead]
  const closed = cards
    .filter((card) => card.closed)
    .map((card) => ({
      card,
      at: Date.parse(card.closedAt ?? card.createdAt),
      from: Date.parse(card.createdAt),
    }))
    .sort(
      (a, b) =>
        b.at - a.at ||
        b.from - a.from ||
        Number(b.card.id) - Number(a.card.id) ||
        (a.card.type < b.card.type ? -1 : 1),
    )[0]?.card
  const places = [...order, settings.addToClosed ? closed : undefined, open('contact'), open('company')]
  const place = places.find((card) => card !== undefined)
  return place ? [place] : []
}

/** First rule that fits, has no exception and points to what exists; else the default; else the portal's own. */
function placed(
  card: 'lead' | 'deal',
  rules: readonly PlaceRule[],
  byDefault: Place,
  facts: TransferFacts,
  fits: (group: RuleGroup) => boolean,
): string {
  const known = facts.portal.stages
  const read = (place: Place): string | undefined => {
    if (card === 'lead')
      return place.leadStageId === '' || !known || known.lead.includes(place.leadStageId)
        ? `/${place.leadStageId}`
        : undefined
    const { pipelineId, dealStageId } = place
    if (!known || (pipelineId === '' && dealStageId === '')) return `${pipelineId}/${dealStageId}`
    for (const [pipeline, stages] of Object.entries(known.deal).sort(([a], [b]) => (a < b ? -1 : 1)))
      if (pipelineId === '' || pipelineId === pipeline)
        if (dealStageId === '' || stages.includes(dealStageId)) return `${pipeline}/${dealStageId}`
    return undefined
  }
  for (const rule of rules) {
    const applies = fits(rule.when) && !(rule.except && fits(rule.except))
    const place = applies ? read(rule.place) : undefined
    if (place !== undefined) return place
  }
  return read(byDefault) ?? '/'
}

/** Mapped fields that are written, by code: of those generated only a text and a date can be. */
function fields(type: EntityType, target: string, facts: TransferFacts, settings: PassingSettings): string[] {
  const known = facts.portal.fields?.[type]
  if (!settings.mapFields || !known) return []
  const value: Readonly<Record<string, string | undefined>> = {
    contactName: facts.contact.name,
    'utm.source': facts.conversation.utm?.['source'],
    phone: facts.contact.phones.join(', '),
    'form.city': facts.event === 'request' ? facts.request?.fields[0]?.value : undefined,
    startedAt: facts.conversation.startedAt,
  }
  const out = new Map<string, string>()
  for (const row of settings.fieldMappings) {
    if (!row.active || row.entity !== type || out.has(row.target)) continue
    const given = value[row.source] ?? ''
    if (given === '' || !(row.target === 'UF_TEXT' || row.target === 'UF_DATE')) continue
    if (row.target === 'UF_TEXT') out.set(row.target, given)
    else if (row.source === 'startedAt') out.set(row.target, given.slice(0, 10))
  }
  return [...out].map(([code, one]) => `field ${target} ${type} ${code}=${one}`)
}
