import type { RuleGroup } from '@trunkline/contracts/rules/condition'
import {
  defaultSettings,
  type PassingSettings,
  SECTION_NAMES,
  SECTIONS,
} from '@trunkline/contracts/settings/index'
import { describe, expect, test } from 'vitest'
import { lint } from '../settings/lint.ts'
import type { SettingsWorld, WorldField } from '../settings/settings-world.ts'
import { decide } from './decide.ts'
import { effective } from './effective.ts'
import { CHANNEL_ID, someFacts, someSettings } from './facts.fixture.ts'
import { settingsProblems } from './settings-problems.ts'

const world: SettingsWorld = {
  channels: [{ id: CHANNEL_ID, title: 'Продажи', type: 'telegram' }],
  channelTypes: {},
  portalUsers: [
    { id: '7', name: 'Анна Иванова', active: true },
    { id: '8', name: 'Олег Петров', active: false },
  ],
  crmMode: 'simple',
  leadStages: null,
  pipelines: null,
  cardFields: null,
}
const chats = (change: Parameters<typeof someSettings>[0] = {}) => someSettings(change).chats
const codes = (problems: readonly { readonly pointer: string; readonly code: string }[]) =>
  problems.map(({ pointer, code }) => `${pointer} ${code}`)

describe('saving the Chats section', () => {
  test('is allowed when channels and an active responsible are chosen', () => {
    expect(settingsProblems('chats', chats(), world)).toEqual([])
    expect(settingsProblems('main', defaultSettings('main'), world)).toEqual([])
  })

  test('needs a time zone that there is', () => {
    const main = defaultSettings('main')
    expect(settingsProblems('main', { ...main, timeZone: 'Asia/Omsk' }, world)).toEqual([])
    expect(codes(settingsProblems('main', { ...main, timeZone: 'Mars/Base' }, world))).toEqual([
      '/timeZone time-zone-unknown',
    ])
  })

  test.each<[string, Parameters<typeof someSettings>[0], string[]]>([
    ['no channel', { channelIds: [] }, ['/channelIds channels-required']],
    ['no responsible', { defaultResponsibleId: '' }, ['/defaultResponsibleId responsible-required']],
    [
      'neither (AMB-11)',
      { channelIds: [], defaultResponsibleId: '' },
      ['/channelIds channels-required', '/defaultResponsibleId responsible-required'],
    ],
    ['neither, chats off', { enabled: false, channelIds: [], defaultResponsibleId: '' }, []],
    ['a deleted channel', { channelIds: [CHANNEL_ID, 'gone'] }, ['/channelIds/1 channel-unknown']],
    ['an unknown user', { defaultResponsibleId: '99' }, ['/defaultResponsibleId responsible-unknown']],
    ['a dismissed user', { defaultResponsibleId: '8' }, ['/defaultResponsibleId responsible-dismissed']],
  ])('with %s is refused where it should be', (_, change, expected) => {
    const problems = settingsProblems('chats', chats(change), world)
    expect(codes(problems)).toEqual(expected)
    for (const { message } of problems) {
      expect(message.ru).toMatch(/^[А-Я].*\.$/s)
      expect(message.en).toMatch(/^[A-Z].*\.$/s)
    }
  })

  test('does not refuse a responsible while the directory was never read', () => {
    expect(
      settingsProblems('chats', chats({ defaultResponsibleId: '99' }), { ...world, portalUsers: null }),
    ).toEqual([])
  })
})

const none = { leadStageId: '', pipelineId: '', dealStageId: '' }
const always = { combinator: 'and' as const, rules: [] }
const head = { title: 'Правило', active: true, when: always }
const field = (code: string, label: string, type: WorldField['type'], readOnly = false): WorldField => ({
  code,
  label,
  type,
  multiple: false,
  readOnly,
})
const portal: SettingsWorld = {
  ...world,
  crmMode: 'classic',
  leadStages: [{ id: 'NEW', name: 'Новый' }],
  pipelines: [
    { id: '0', name: 'Общая', stages: [{ id: 'NEW', name: 'Новая' }] },
    { id: '3', name: 'Опт', stages: [{ id: 'C3:NEW', name: 'Новая' }] },
  ],
  cardFields: {
    deal: [
      field('UF_TEXT', 'Заметка', 'text'),
      field('UF_DATE', 'Дата', 'date'),
      field('UF_LOCK', 'Код', 'text', true),
      field('UF_FILE', 'Файл', 'file'),
    ],
  },
}
const row = (id: string, source: string, target: string, entity: 'deal' | 'lead' = 'deal') => ({
  id,
  active: true,
  entity,
  source,
  target,
  policy: 'only-if-empty' as const,
})

type Change = Partial<PassingSettings>
const SAME_IN_BOTH: [string, Change, string[]][] = [
  ['nothing wrong', {}, []],
  [
    'neither channel nor responsible (AMB-11)',
    { channelIds: [], defaultResponsibleId: '' },
    ['/channelIds channels-required', '/defaultResponsibleId responsible-required'],
  ],
  [
    'an unknown parameter in a nested condition (UIS-30)',
    {
      transferRules: [
        { ...head, id: 'a', action: 'deny' },
        {
          ...head,
          id: 'b',
          action: 'allow',
          when: {
            combinator: 'and',
            rules: [{ combinator: 'or', rules: [{ field: 'gone', operator: '=', value: 'x' }] }],
          },
        },
      ],
    },
    ['/transferRules/1/when unknown-field'],
  ],
  [
    'an empty OR and an empty exception of OR (UIS-30)',
    {
      firstPlaceRules: [
        {
          ...head,
          id: 'a',
          when: { combinator: 'or', rules: [] },
          except: { combinator: 'or', rules: [] },
          place: none,
        },
      ],
    },
    ['/firstPlaceRules/0/when empty-or', '/firstPlaceRules/0/except empty-or'],
  ],
  [
    'exceptions without a condition, however many groups',
    {
      firstPlaceRules: [
        { ...head, id: 'a', when: always, except: always, place: none },
        {
          ...head,
          id: 'b',
          when: always,
          except: { combinator: 'and', rules: [always, { ...always, not: true }] },
          place: none,
        },
        { ...head, id: 'c', when: always, place: none },
      ],
    },
    ['/firstPlaceRules/0/except except-empty', '/firstPlaceRules/1/except except-empty'],
  ],
  [
    'one id twice in a list, and once in each of two lists',
    {
      transferRules: [
        { ...head, id: 'a', action: 'allow' },
        { ...head, id: 'a', action: 'allow' },
      ],
      responsibleRules: [{ ...head, id: 'a', userId: '7' }],
    },
    ['/transferRules/1/id id-twice'],
  ],
  [
    'rules of users that are not chosen, unknown and dismissed (CHAT-42)',
    {
      responsibleRules: [
        { ...head, id: 'a', userId: '' },
        { ...head, id: 'b', userId: '99' },
        { ...head, id: 'c', userId: '8' },
        { ...head, id: 'd', userId: '8', active: false },
      ],
      activityResponsibleId: '8',
    },
    [
      '/responsibleRules/0/userId responsible-required',
      '/responsibleRules/1/userId responsible-unknown',
      '/responsibleRules/2/userId responsible-dismissed',
      '/activityResponsibleId responsible-dismissed',
    ],
  ],
  [
    'stages and pipelines that the portal does not have (CHAT-54, CHAT-60)',
    {
      firstPlace: { leadStageId: 'GONE', pipelineId: '9', dealStageId: 'C9:NEW' },
      firstPlaceRules: [
        { ...head, id: 'a', place: { ...none, pipelineId: '3', dealStageId: 'NEW' } },
        { ...head, id: 'b', place: { ...none, pipelineId: '3', dealStageId: 'C3:NEW' } },
        { ...head, id: 'c', place: { ...none, dealStageId: 'GONE' } },
        { ...head, id: 'd', place: { ...none, dealStageId: 'C3:NEW' } },
        { ...head, id: 'e', place: { ...none, pipelineId: '9' }, active: false },
      ],
    },
    [
      '/firstPlace/leadStageId stage-unknown',
      '/firstPlace/pipelineId pipeline-unknown',
      '/firstPlaceRules/0/place/dealStageId stage-of-other-pipeline',
      '/firstPlaceRules/2/place/dealStageId stage-unknown',
    ],
  ],
  [
    'places of repeated contacts while these make no card (CHAT-55)',
    { repeatedPlace: { ...none, pipelineId: '9' } },
    [],
  ],
  [
    'places of repeated contacts once these make a card (CHAT-55)',
    { repeatedContactCreates: 'card', repeatedPlace: { ...none, pipelineId: '9' } },
    ['/repeatedPlace/pipelineId pipeline-unknown'],
  ],
  [
    'known clients only (AMB-34, CHAT-48)',
    { firstContactCreates: 'nothing', repeatedContactCreates: 'nothing' },
    [],
  ],
  [
    'broken templates (CHAT-69)',
    { titleTemplate: '{{ nom }}', activityTemplate: '{{ name' },
    ['/activityTemplate syntax', '/titleTemplate unknown-variable'],
  ],
  ['empty templates', { titleTemplate: ' ', activityTemplate: '' }, []],
  [
    'mappings that cannot work (CHAT-75)',
    {
      mapFields: true,
      fieldMappings: [
        row('a', 'contactName', 'UF_TEXT'),
        row('b', 'nothing', 'UF_DATE'),
        row('c', 'phone', 'UF_GONE'),
        row('d', 'phone', 'UF_LOCK'),
        row('e', 'phone', 'UF_FILE'),
        row('f', 'phone', 'UF_TEXT'),
        row('f', 'phone', 'UF_TEXT', 'lead'),
      ],
    },
    [
      '/fieldMappings/6/id id-twice',
      '/fieldMappings/1/source source-unknown',
      '/fieldMappings/2/target field-unknown',
      '/fieldMappings/3/target field-read-only',
      '/fieldMappings/4/target type-does-not-fit',
      '/fieldMappings/6/target field-unknown',
    ],
  ],
  [
    'broken mappings while the table is off (CHAT-74)',
    { mapFields: false, fieldMappings: [row('a', 'nothing', 'UF_GONE')] },
    [],
  ],
]

describe.each(['chats', 'requests'] as const)('saving %s (CHAT-66, UIS-29)', (section) => {
  test.each(SAME_IN_BOTH)('with %s is refused where it should be', (_, change, expected) => {
    const value = { ...someSettings()[section], ...change }
    const problems = settingsProblems(section, value as never, portal)
    expect(codes(problems)).toEqual(expected)
    for (const { message } of problems) {
      expect(message.ru).toMatch(/[а-я].*\.$/is)
      expect(message.en).toMatch(/[a-z].*\.$/is)
    }
  })

  test('refuses nothing of the portal while its directory was never read', () => {
    const value = {
      ...someSettings()[section],
      firstPlace: { leadStageId: 'X', pipelineId: '9', dealStageId: 'Y' },
      mapFields: true,
      fieldMappings: [row('a', 'phone', 'UF_GONE')],
      responsibleRules: [{ ...head, id: 'a', userId: '99' }],
    }
    const unread = { ...world, portalUsers: null }
    expect(settingsProblems(section, value as never, unread)).toEqual([])
  })

  test('its saved settings are flagged when what they point to went away since (AMB-21)', () => {
    const settings = someSettings()
    const value = {
      ...settings[section],
      cardKind: 'deal',
      firstPlace: { ...none, pipelineId: '9' },
      responsibleRules: [{ ...head, id: 'a', userId: '8' }],
    }
    expect(codes(lint({ ...settings, [section]: value }, portal))).toEqual([
      '/responsibleRules/0/userId user-dismissed',
      '/firstPlace/pipelineId pipeline-gone',
    ])
  })

  test('its switch-off is named by its own words (CHAT-18)', () => {
    const settings = someSettings()
    const [warning] = lint({ ...settings, [section]: { ...settings[section], active: false } }, portal)
    expect(warning?.message.ru).toContain(section === 'chats' ? 'чатов' : 'офлайн-заявок')
  })
})

test('a second line for a field may be saved, is called a fallback, and writes when the first has nothing to', () => {
  const settings = someSettings({
    mapFields: true,
    cardKind: 'deal',
    fieldMappings: [row('a', 'utm.source', 'UF_TEXT'), row('b', 'phone', 'UF_TEXT')],
  })
  expect(settingsProblems('chats', settings.chats, portal)).toEqual([])
  expect(lint(settings, portal).map(({ pointer, code, severity }) => [pointer, code, severity])).toEqual([
    ['/fieldMappings/1/target', 'mapping-target-twice', 'note'],
  ])
  const { UF_TEXT } = { UF_TEXT: { type: 'text' as const, multiple: false, readOnly: false } }
  const written = (utm: Record<string, string>) => {
    const facts = someFacts({ crm: { candidates: [] } })
    const decision = decide(
      {
        ...facts,
        portal: { ...facts.portal, fields: { deal: { UF_TEXT } } },
        conversation: { ...facts.conversation, utm },
      },
      settings,
    )
    if (decision.need) return undefined
    const deal = decision.plan.steps.find((step) => step.kind === 'create-deal')
    return deal?.fields.custom
  }
  expect(written({ source: 'yandex' })).toEqual({ UF_TEXT: 'yandex' })
  expect(written({})).toEqual({ UF_TEXT: someFacts().contact.phones[0] })
})

test('a form field is a parameter of requests, not of chats', () => {
  const when: RuleGroup = {
    combinator: 'and',
    rules: [{ field: 'form.city', operator: '=', value: 'Казань' }],
  }
  const change: Change = { transferRules: [{ ...head, id: 'a', action: 'allow', when }] }
  const { chats: ofChats, requests } = someSettings()
  expect(codes(settingsProblems('requests', { ...requests, ...change }, portal))).toEqual([])
  expect(codes(settingsProblems('chats', { ...ofChats, ...change }, portal))).toEqual([
    '/transferRules/0/when unknown-field',
  ])
})

test('the schema knows no activity alone on first contact and no timing of requests (AMB-13, AMB-24)', () => {
  for (const section of ['chats', 'requests'] as const) {
    const { schema } = SECTIONS[section]
    const { properties } = schema
    expect(JSON.parse(JSON.stringify(schema))).toMatchObject({ additionalProperties: false })
    expect(properties.firstContactCreates.anyOf.map((one) => one.const)).toEqual([
      'card',
      'card-and-activity',
      'nothing',
    ])
    expect(Object.hasOwn(properties, 'timing')).toBe(section === 'chats')
  }
})

describe('a warning is shown', () => {
  test('for a section on under Main off (UIS-15)', () => {
    const settings = someSettings({}, { active: false })
    expect(codes(lint(settings, world))).toEqual(['/active main-off', '/active main-off'])
  })

  test.each<[string, Parameters<typeof someSettings>[0], Partial<SettingsWorld>, string[]]>([
    ['never without cause', {}, {}, []],
    ['for functions on in a section that is off (CHAT-18)', { active: false }, {}, ['/active section-off']],
    [
      'for a responsible dismissed since',
      { defaultResponsibleId: '8' },
      {},
      ['/defaultResponsibleId user-dismissed'],
    ],
    [
      'for a responsible gone from the portal',
      { defaultResponsibleId: '9' },
      {},
      ['/defaultResponsibleId user-gone'],
    ],
    [
      'for a site chat without contact form (CHAT-79)',
      {},
      { channels: [{ id: CHANNEL_ID, title: 'Сайт', type: 'site-widget', contactForm: false }] },
      ['/channelIds/0 no-contact-form'],
    ],
    [
      'for closed cards that nothing is written into (CHAT-76)',
      { addToClosed: true, repeatedContactCreates: 'card' },
      {},
      ['/addToClosed closed-unused'],
    ],
    [
      'for unknown clients that never pass (AMB-34)',
      { firstContactCreates: 'nothing', passWithoutContactData: true },
      {},
      ['/passWithoutContactData unknown-never-pass'],
    ],
    [
      'for leads first in simple mode (AMB-22)',
      { commentPriority: 'lead' },
      {},
      ['/commentPriority leads-off'],
    ],
    ['not for leads first in classic mode', { commentPriority: 'lead' }, { crmMode: 'classic' }, []],
    [
      'not for a site chat with a form',
      {},
      { channels: [{ id: CHANNEL_ID, title: 'Сайт', type: 'site-widget', contactForm: true }] },
      [],
    ],
  ])('%s', (_, change, more, expected) => {
    const warnings = lint(someSettings(change), { ...world, ...more }).filter(
      ({ section }) => section === 'chats',
    )
    expect(codes(warnings)).toEqual(expected)
    for (const { message } of warnings) expect([message.ru, message.en].join('')).not.toMatch(/undefined/)
  })
})

describe('effective state (AMB-10)', () => {
  test.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
    [false, false, false],
  ])('Main %s and section %s is %s', (main, section, expected) => {
    const state = effective('chats', {
      main: { active: main },
      chats: { active: section },
      requests: { active: false },
    })
    expect(state.effective).toBe(expected)
    expect(state.why === null).toBe(expected)
  })

  test('names everything that stands in the way', () => {
    expect(
      effective('chats', { main: { active: false }, chats: { active: false }, requests: { active: false } })
        .why?.ru,
    ).toBe('Не действует: раздел выключен, интеграция выключена на главной вкладке.')
    expect(
      effective('main', { main: { active: false }, chats: { active: true }, requests: { active: false } }).why
        ?.en,
    ).toBe('Has no effect: the integration is off in the Main section.')
  })

  test('exists for every section', () => {
    for (const section of SECTION_NAMES) expect(effective(section, someSettings()).effective).toBe(true)
  })
})
