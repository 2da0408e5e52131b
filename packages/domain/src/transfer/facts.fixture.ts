import type { Candidate } from '@trunkline/contracts/crm/entity'
import { PORTAL_STATES, type TransferFacts } from '@trunkline/contracts/crm/facts'
import {
  type ChatsSettings,
  defaultSettings,
  type IntegrationSettings,
  type RequestsSettings,
} from '@trunkline/contracts/settings/index'
import fc from 'fast-check'

/** Examples and generators of facts and settings for the tests of `transfer/`. */

export const CHANNEL_ID = '018f0000-0000-7000-8000-000000000001'

/** A connected portal in simple mode, a Telegram conversation of Anna with a phone, nothing bound, nothing asked. */
export function someFacts(change: Partial<TransferFacts> = {}): TransferFacts {
  return {
    now: '2026-03-01T10:00:05.000Z',
    portal: {
      id: '018f0000-0000-7000-8000-0000000000aa',
      state: 'connected',
      crmMode: 'simple',
      activeUserIds: ['1', '7'],
      actingUserId: '1',
    },
    conversation: {
      id: '018f0000-0000-7000-8000-0000000000bb',
      number: 128,
      channelId: CHANNEL_ID,
      channelType: 'telegram',
      channelTypeTitle: 'Telegram',
      channelTitle: 'Отдел продаж',
      startedAt: '2026-03-01T10:00:00.000Z',
      openingText: 'Здравствуйте!',
    },
    contact: {
      id: '018f0000-0000-7000-8000-0000000000cc',
      name: 'Анна',
      phones: ['+79161234567'],
      emails: [],
      messengerIds: ['telegram:42'],
    },
    bound: { targets: [] },
    knownCards: [],
    ...change,
  }
}

/** What a site's own form left. */
export function someRequest(
  change: Partial<NonNullable<TransferFacts['request']>> = {},
): NonNullable<TransferFacts['request']> {
  return {
    formName: 'Обратный звонок',
    formType: 'site-form',
    technical: false,
    personalDataConsent: true,
    mailingConsent: false,
    fields: [{ name: 'city', label: 'Город', value: 'Казань' }],
    ...change,
  }
}

/** All switches on, the example channel selected, user 7 responsible; the rest as the schema's defaults. */
export function someSettings(
  chats: Partial<ChatsSettings> = {},
  main: { active: boolean } = { active: true },
): IntegrationSettings {
  return {
    main,
    chats: {
      ...defaultSettings('chats'),
      active: true,
      enabled: true,
      channelIds: [CHANNEL_ID],
      defaultResponsibleId: '7',
      ...chats,
    },
    requests: { ...defaultSettings('requests'), active: true },
    versions: { main: 1, chats: 1, requests: 0 },
  }
}

/** A card found by phone; `closedAt` makes it closed. */
export function card(
  type: Candidate['type'],
  id: string,
  createdAt: string,
  rest: Partial<Candidate> = {},
): Candidate {
  return {
    type,
    id,
    title: `${type} ${id}`,
    createdAt,
    closed: rest.closedAt !== undefined,
    by: type === 'deal' ? 'contact' : 'phone',
    ...rest,
  }
}

const day = fc.integer({ min: 1, max: 28 }).map((n) => `2026-02-${String(n).padStart(2, '0')}T12:00:00+03:00`)

export const anyCandidate: fc.Arbitrary<Candidate> = fc
  .record({
    type: fc.constantFrom('lead' as const, 'deal' as const, 'contact' as const, 'company' as const),
    id: fc.integer({ min: 1, max: 12 }).map(String),
    createdAt: day,
    closedAt: fc.option(day, { nil: undefined }),
    closed: fc.boolean(),
    by: fc.constantFrom('binding' as const, 'phone' as const, 'email' as const),
    via: fc.option(
      fc.record({
        type: fc.constantFrom('contact' as const, 'company' as const),
        id: fc.integer({ min: 1, max: 12 }).map(String),
      }),
      { nil: undefined },
    ),
  })
  .map(({ closed, closedAt, via, by, ...rest }) => {
    const final = closed && (rest.type === 'lead' || rest.type === 'deal')
    const through = via && rest.type !== 'contact' && via.id !== rest.id
    return {
      ...rest,
      title: `${rest.type} ${rest.id}`,
      closed: final,
      ...(final && closedAt ? { closedAt } : {}),
      ...(through && via ? { by: via.type, via } : { by }),
    } as Candidate
  })

/** The same values for requests: what both sections have. */
export function requestsLike(chats: ChatsSettings): RequestsSettings {
  const { messengerIdIsContactData: _1, ignoreOperatorStarted: _2, timing: _3, ...both } = chats
  return both
}

export const anySettings: fc.Arbitrary<IntegrationSettings> = fc
  .record({
    main: fc.record({ active: fc.boolean() }),
    chats: fc.record<Partial<ChatsSettings>>({
      active: fc.boolean(),
      enabled: fc.boolean(),
      channelIds: fc.constantFrom([], [CHANNEL_ID]),
      defaultResponsibleId: fc.constantFrom('', '7', '99'),
      cardKind: fc.constantFrom('by-crm-mode', 'deal'),
      commentPriority: fc.constantFrom('deal', 'lead', 'both'),
      addToClosed: fc.boolean(),
      timing: fc.constantFrom('start', 'operator', 'end'),
      ignoreOperatorStarted: fc.boolean(),
      passWithoutContactData: fc.boolean(),
      messengerIdIsContactData: fc.boolean(),
      notifyResponsible: fc.boolean(),
    }),
  })
  .map(({ main, chats }) => ({
    main,
    chats: { ...defaultSettings('chats'), ...chats },
    requests: requestsLike({ ...defaultSettings('chats'), ...chats }),
    versions: { main: 1, chats: 1, requests: 0 },
  }))

/** Settings with every switch on, so that most runs reach the choice of a target. */
export const openSettings: fc.Arbitrary<IntegrationSettings> = anySettings.map((settings) => {
  const chats: ChatsSettings = {
    ...settings.chats,
    active: true,
    enabled: true,
    channelIds: [CHANNEL_ID],
    timing: 'start',
    ignoreOperatorStarted: false,
    passWithoutContactData: true,
  }
  return { ...settings, main: { active: true }, chats, requests: requestsLike(chats) }
})

export const anyFacts: fc.Arbitrary<TransferFacts> = fc
  .record({
    state: fc.oneof(
      { weight: 4, arbitrary: fc.constant('connected' as const) },
      fc.constantFrom(...PORTAL_STATES),
    ),
    crmMode: fc.constantFrom('classic' as const, 'simple' as const),
    activeUserIds: fc.constantFrom([], ['1'], ['1', '7']),
    actingUserId: fc.constantFrom('1', '1', ''),
    closed: fc.boolean(),
    event: fc.constantFrom(undefined, undefined, 'chat' as const, 'request' as const),
    technical: fc.constantFrom(false, false, true),
    startedBy: fc.constantFrom(undefined, 'contact' as const, 'operator' as const),
    contactWrote: fc.constantFrom(undefined, true, false),
    operatorJoined: fc.boolean(),
    name: fc.option(fc.constantFrom('Анна', ' '), { nil: undefined }),
    phones: fc.constantFrom([], ['+79161234567'], ['+79161234567', '+79161234568']),
    emails: fc.constantFrom([], ['anna@example.com']),
    messengerIds: fc.constantFrom([], ['telegram:42']),
    targets: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      fc.constantFrom(
        [{ type: 'deal' as const, id: '5' }],
        [
          { type: 'deal' as const, id: '5' },
          { type: 'lead' as const, id: '6' },
        ],
      ),
    ),
    crmContact: fc.option(fc.constant({ type: 'contact' as const, id: '3' }), { nil: undefined }),
    gone: fc.constantFrom(undefined, [{ type: 'deal' as const, id: '8' }]),
    knownCards: fc.constantFrom([], [{ type: 'deal' as const, id: '5' }]),
    candidates: fc.option(fc.array(anyCandidate, { maxLength: 8 }), { nil: undefined }),
    pageUrl: fc.option(fc.constantFrom('https://shop.example/price', 'nonsense'), { nil: undefined }),
    utm: fc.option(fc.constant({ source: 'yandex' }), { nil: undefined }),
    locale: fc.constantFrom('ru' as const, 'en' as const, undefined),
  })
  .map((given) => {
    const base = someFacts()
    return {
      now: base.now,
      ...(given.locale ? { locale: given.locale } : {}),
      ...(given.event ? { event: given.event } : {}),
      ...(given.event === 'request' ? { request: someRequest({ technical: given.technical }) } : {}),
      portal: {
        ...base.portal,
        state: given.state,
        crmMode: given.crmMode,
        activeUserIds: given.activeUserIds,
        actingUserId: given.actingUserId,
      },
      conversation: {
        ...base.conversation,
        ...(given.closed ? { closedAt: '2026-03-01T11:00:00.000Z' } : {}),
        ...(given.pageUrl ? { pageUrl: given.pageUrl } : {}),
        ...(given.utm ? { utm: given.utm } : {}),
        ...(given.startedBy ? { startedBy: given.startedBy } : {}),
        ...(given.contactWrote === undefined ? {} : { contactWrote: given.contactWrote }),
        ...(given.operatorJoined ? { operatorJoinedAt: '2026-03-01T10:30:00.000Z' } : {}),
      },
      contact: {
        id: base.contact.id,
        ...(given.name ? { name: given.name } : {}),
        phones: given.phones,
        emails: given.emails,
        messengerIds: given.messengerIds,
      },
      bound: { targets: given.targets, ...(given.crmContact ? { crmContact: given.crmContact } : {}) },
      ...(given.gone ? { gone: given.gone } : {}),
      knownCards: given.knownCards,
      ...(given.candidates ? { crm: { candidates: given.candidates } } : {}),
    }
  })
