import type { Candidate } from '@trunkline/contracts/crm/entity'
import {
  PORTAL_STATES,
  type PortalFieldFacts,
  type PortalState,
  type TransferFacts,
} from '@trunkline/contracts/crm/facts'
import type { Rule, RuleGroup } from '@trunkline/contracts/rules/condition'
import {
  type ChatsSettings,
  defaultSettings,
  type IntegrationSettings,
  type PassingSettings,
} from '@trunkline/contracts/settings/index'
import type {
  FieldMapping,
  Place,
  PlaceRule,
  ResponsibleRule,
  TransferRule,
} from '@trunkline/contracts/settings/rules'
import fc from 'fast-check'
import { CHANNEL_ID, someFacts, someRequest } from './facts.fixture.ts'

/** Generators of facts and settings for the property tests of `transfer/`. */

const day = fc.integer({ min: 1, max: 28 }).map((n) => `2026-02-${String(n).padStart(2, '0')}T12:00:00+03:00`)
const often = <const T>(usual: T, ...rare: T[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, fc.constantFrom(usual, ...rare))
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const oneOf = <const T>(...values: T[]) => fc.constantFrom(...values)

export const anyCandidate: fc.Arbitrary<Candidate> = fc
  .record({
    type: oneOf('lead', 'deal', 'contact', 'company'),
    id: fc.integer({ min: 1, max: 12 }).map(String),
    createdAt: day,
    closedAt: maybe(day),
    closed: fc.boolean(),
    by: oneOf('binding', 'phone', 'email'),
    responsibleId: oneOf(undefined, '7', '99'),
    via: maybe(
      fc.record({
        type: oneOf('contact', 'company'),
        id: fc.integer({ min: 1, max: 12 }).map(String),
      }),
    ),
  })
  .map(({ closed, closedAt, via, by, responsibleId, ...rest }) => {
    const final = closed && (rest.type === 'lead' || rest.type === 'deal')
    const through = via && rest.type !== 'contact' && via.id !== rest.id
    return {
      ...rest,
      title: `${rest.type} ${rest.id}`,
      closed: final,
      ...(responsibleId === undefined ? {} : { responsibleId }),
      ...(final && closedAt ? { closedAt } : {}),
      ...(through && via ? { by: via.type, via } : { by }),
    } as Candidate
  })

const anyRule: fc.Arbitrary<Rule> = oneOf<Rule>(
  { field: 'channelType', operator: '=', value: 'telegram' },
  { field: 'channelType', operator: '=', value: 'whatsapp' },
  { field: 'openingText', operator: 'contains', value: 'ЗДРАВ' },
  { field: 'phone', operator: 'beginsWith', value: '+7916' },
  { field: 'email', operator: 'empty', value: null },
  { field: 'ordinal', operator: '>', value: 1 },
  { field: 'gone', operator: '=', value: 'x' },
)
const anyConditions: fc.Arbitrary<RuleGroup> = fc
  .record({ combinator: oneOf('and', 'or'), not: fc.boolean(), rules: fc.array(anyRule, { maxLength: 3 }) })
  .map((group) => group as RuleGroup)

const head = {
  id: fc.integer({ min: 1, max: 99 }).map(String),
  title: oneOf('Опт', 'Сайт', 'Вечер'),
  active: often(true, false),
  when: anyConditions,
}
const anyPlace: fc.Arbitrary<Place> = fc.record({
  leadStageId: oneOf('', 'NEW', 'IN_WORK', 'GONE'),
  pipelineId: oneOf('', '0', '3', '9'),
  dealStageId: oneOf('', 'NEW', 'C3:NEW', 'C9:GONE'),
})
const anyTransferRule: fc.Arbitrary<TransferRule> = fc.record({ ...head, action: oneOf('allow', 'deny') })
const anyResponsibleRule: fc.Arbitrary<ResponsibleRule> = fc.record({
  ...head,
  userId: oneOf('', '1', '7', '99'),
})
const anyPlaceRule: fc.Arbitrary<PlaceRule> = fc.record(
  { ...head, except: anyConditions, place: anyPlace },
  { requiredKeys: ['id', 'title', 'active', 'when', 'place'] },
)
const anyMapping: fc.Arbitrary<FieldMapping> = fc.record({
  id: head.id,
  active: head.active,
  entity: oneOf('lead', 'deal', 'contact', 'company'),
  source: oneOf('contactName', 'utm.source', 'phone', 'form.city', 'startedAt', 'nothing'),
  target: oneOf('UF_TEXT', 'UF_DATE', 'UF_LOCKED', 'UF_GONE'),
  policy: oneOf('only-if-empty', 'overwrite'),
})
const list = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { maxLength: 3 })

/** Everything that both sections have. */
const passing = {
  active: often(true, false),
  enabled: often(true, false),
  channelIds: often<string[]>([CHANNEL_ID], []),
  passWithoutContactData: fc.boolean(),
  transferRules: fc.oneof(fc.constant<TransferRule[]>([]), list(anyTransferRule)),
  defaultResponsibleId: often('7', '', '99'),
  responsibleRules: list(anyResponsibleRule),
  notifyResponsible: fc.boolean(),
  cardKind: oneOf('by-crm-mode', 'deal'),
  firstContactCreates: oneOf('card', 'card-and-activity', 'nothing'),
  firstPlace: anyPlace,
  firstPlaceRules: list(anyPlaceRule),
  repeatedContactCreates: oneOf('nothing', 'nothing', 'activity', 'card', 'card-and-activity'),
  repeatedPlace: anyPlace,
  repeatedPlaceRules: list(anyPlaceRule),
  commentPriority: oneOf('deal', 'lead', 'both'),
  addToClosed: fc.boolean(),
  activityTemplate: oneOf('', 'Ответить: {{ visitor }}', '{{ broken'),
  activityDeadlineMin: oneOf(5, 60),
  activityResponsibleId: often('', '7', '99'),
  copyToPerson: fc.boolean(),
  utmLabels: oneOf<PassingSettings['utmLabels']>(
    [],
    ['source'],
    ['source', 'medium', 'campaign', 'content', 'term'],
  ),
  utmTouch: oneOf('last', 'first'),
  titleTemplate: oneOf('', '{{ form.city }} {{ name }} {{ communication_id }}', '{{ broken'),
  mapFields: fc.boolean(),
  fieldMappings: list(anyMapping),
} satisfies { [K in keyof PassingSettings]?: fc.Arbitrary<PassingSettings[K]> }

const chatsOnly = {
  timing: often<ChatsSettings['timing']>('start', 'operator', 'end'),
  messengerIdIsContactData: fc.boolean(),
  ignoreOperatorStarted: fc.boolean(),
  ignoreGroups: fc.boolean(),
} satisfies { [K in keyof ChatsSettings]?: fc.Arbitrary<ChatsSettings[K]> }

export const anySettings: fc.Arbitrary<IntegrationSettings> = fc
  .record({
    main: fc.record({ active: often(true, false) }),
    chats: fc.record({ ...passing, ...chatsOnly }),
    requests: fc.record(passing),
  })
  .map(({ main, chats, requests }) => ({
    main: { ...defaultSettings('main'), ...main },
    chats: { ...defaultSettings('chats'), ...chats },
    requests: { ...defaultSettings('requests'), ...requests },
    versions: { main: 1, chats: 1, requests: 1 },
  }))

/** Settings with every switch on and nothing filtered, so that most runs reach the choice of a target. */
export const openSettings: fc.Arbitrary<IntegrationSettings> = anySettings.map((settings) => {
  const open = {
    active: true,
    enabled: true,
    channelIds: [CHANNEL_ID],
    passWithoutContactData: true,
    transferRules: [],
  }
  return {
    ...settings,
    main: { ...settings.main, active: true },
    chats: {
      ...settings.chats,
      ...open,
      timing: 'start' as const,
      ignoreOperatorStarted: false,
      ignoreGroups: false,
    },
    requests: { ...settings.requests, ...open },
  }
})

const text: PortalFieldFacts = { type: 'text', multiple: false, readOnly: false }
const FIELDS: Record<string, PortalFieldFacts> = {
  UF_TEXT: text,
  UF_DATE: { type: 'date', multiple: false, readOnly: false },
  UF_LOCKED: { ...text, readOnly: true },
}

export const anyFacts: fc.Arbitrary<TransferFacts> = fc
  .record({
    state: often<PortalState>('connected', ...PORTAL_STATES),
    crmMode: oneOf('classic', 'simple'),
    activeUserIds: fc.constantFrom([], ['1'], ['1', '7']),
    actingUserId: oneOf('1', '1', ''),
    stages: oneOf(undefined, {
      lead: ['NEW', 'IN_WORK'],
      deal: { '0': ['NEW'], '3': ['C3:NEW'] } as Record<string, string[]>,
    }),
    fields: oneOf(undefined, { lead: FIELDS, deal: FIELDS, contact: FIELDS }),
    event: oneOf(undefined, 'chat', 'request'),
    technical: often(false, true),
    startedBy: oneOf(undefined, 'contact', 'operator'),
    contactWrote: oneOf(undefined, true, false),
    operatorJoined: fc.boolean(),
    ordinal: oneOf(undefined, 1, 4),
    isGroup: often(undefined, true, false),
    timeZone: oneOf(undefined, 'Asia/Vladivostok', 'America/New_York', 'Mars/Base'),
    closed: fc.boolean(),
    name: maybe(fc.constantFrom('Анна', ' ')),
    phones: fc.constantFrom([], ['+79161234567'], ['+79161234567', '+79161234568']),
    emails: fc.constantFrom([], ['anna@example.com']),
    messengerIds: fc.constantFrom([], ['telegram:42']),
    targets: often<TransferFacts['bound']['targets']>(
      [],
      [{ type: 'deal', id: '5' }],
      [
        { type: 'deal', id: '5' },
        { type: 'lead', id: '6' },
      ],
      [{ type: 'contact', id: '6' }],
    ),
    crmContact: maybe(fc.constant({ type: 'contact' as const, id: '3' })),
    gone: fc.constantFrom(undefined, [{ type: 'deal' as const, id: '8' }]),
    knownCards: fc.constantFrom([], [{ type: 'deal' as const, id: '5' }]),
    candidates: maybe(fc.array(anyCandidate, { maxLength: 8 })),
    pageUrl: maybe(fc.constantFrom('https://shop.example/price', 'nonsense')),
    utm: maybe(fc.constant({ source: 'yandex', term: 'окна' })),
    firstTouch: oneOf(undefined, {}, { utm: { source: 'vk', medium: '' } }),
    locale: oneOf('ru', 'en', undefined),
  })
  .map((given): TransferFacts => {
    const base = someFacts()
    return {
      now: base.now,
      ...(given.locale ? { locale: given.locale } : {}),
      ...(given.timeZone ? { timeZone: given.timeZone } : {}),
      ...(given.event ? { event: given.event } : {}),
      ...(given.event === 'request' ? { request: someRequest({ technical: given.technical }) } : {}),
      portal: {
        ...base.portal,
        state: given.state,
        crmMode: given.crmMode,
        activeUserIds: given.activeUserIds,
        actingUserId: given.actingUserId,
        ...(given.stages ? { stages: given.stages } : {}),
        ...(given.fields ? { fields: given.fields } : {}),
      },
      conversation: {
        ...base.conversation,
        ...(given.closed ? { closedAt: '2026-03-01T11:00:00.000Z' } : {}),
        ...(given.pageUrl ? { pageUrl: given.pageUrl } : {}),
        ...(given.utm ? { utm: given.utm } : {}),
        ...(given.firstTouch ? { firstTouch: given.firstTouch } : {}),
        ...(given.startedBy ? { startedBy: given.startedBy } : {}),
        ...(given.contactWrote === undefined ? {} : { contactWrote: given.contactWrote }),
        ...(given.operatorJoined ? { operatorJoinedAt: '2026-03-01T10:30:00.000Z' } : {}),
        ...(given.ordinal ? { ordinal: given.ordinal } : {}),
        ...(given.isGroup === undefined ? {} : { isGroup: given.isGroup }),
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
