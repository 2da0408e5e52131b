import type { Candidate } from '@trunkline/contracts/crm/entity'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import {
  type ChatsSettings,
  defaultSettings,
  type IntegrationSettings,
  type MainSettings,
  type RequestsSettings,
} from '@trunkline/contracts/settings/index'

/** Examples of facts and settings for the tests of `transfer/`; generators are in random.fixture.ts. */

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
  main: Partial<MainSettings> = {},
  requests: Partial<RequestsSettings> = {},
): IntegrationSettings {
  return {
    main: { ...defaultSettings('main'), active: true, ...main },
    chats: {
      ...defaultSettings('chats'),
      active: true,
      enabled: true,
      channelIds: [CHANNEL_ID],
      defaultResponsibleId: '7',
      ...chats,
    },
    requests: {
      ...defaultSettings('requests'),
      active: true,
      enabled: true,
      channelIds: [CHANNEL_ID],
      defaultResponsibleId: '7',
      ...requests,
    },
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
