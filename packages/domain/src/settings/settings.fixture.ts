import { OPERATORS, type Rule, type RuleGroup } from '@trunkline/contracts/rules/condition'
import {
  type ChatsSettings,
  defaultSettings,
  type IntegrationSettings,
  type RequestsSettings,
} from '@trunkline/contracts/settings/index'
import type { TransferRule } from '@trunkline/contracts/settings/rules'
import fc from 'fast-check'
import { CHOICE_WORDS, conditionFields, fieldNamed, type RuleCatalogue } from '../rules/catalogue.ts'
import type { RuleFacts } from '../rules/evaluate.ts'
import type { SettingsWorld } from './settings-world.ts'

/** Examples and generators for the tests of `settings/`. */

export const SITE = '018f0000-0000-7000-8000-000000000001'
export const BOT = '018f0000-0000-7000-8000-000000000002'
export const MAIL = '018f0000-0000-7000-8000-000000000003'

/** A site chat with a contact form, a Telegram bot and a client API; Anna works, Oleg was dismissed; two pipelines. */
export const WORLD: SettingsWorld = {
  channels: [
    { id: SITE, title: 'Сайт', type: 'site-widget', contactForm: true },
    { id: BOT, title: 'Бот', type: 'telegram' },
    { id: MAIL, title: 'Приложение', type: 'client-api' },
  ],
  channelTypes: {
    'site-widget': { ru: 'Чат на сайте', en: 'Site chat' },
    telegram: { ru: 'Telegram', en: 'Telegram' },
    'client-api': { ru: 'Клиентское приложение', en: 'Client application' },
  },
  portalUsers: [
    { id: '7', name: 'Анна Ветрова', active: true, email: 'anna@example.com' },
    { id: '8', name: 'Олег Петров', active: false, email: 'oleg@example.com' },
    { id: '9', name: 'Павел Ильин', active: true },
  ],
  crmMode: 'classic',
  leadStages: [
    { id: 'NEW', name: 'Новый' },
    { id: 'IN_PROCESS', name: 'В работе' },
  ],
  pipelines: [
    { id: '0', name: 'Общая', stages: [{ id: 'NEW', name: 'Первичный контакт' }] },
    {
      id: '5',
      name: 'Опт',
      stages: [
        { id: 'C5:NEW', name: 'Заявка' },
        { id: 'C5:WON', name: 'Успех' },
      ],
    },
  ],
  cardFields: {
    lead: [{ code: 'UF_CRM_1', label: 'Доп. телефон', readOnly: false, type: 'text', multiple: false }],
    deal: [
      { code: 'UF_CRM_2', label: 'Страница', readOnly: false, type: 'link', multiple: false },
      { code: 'UF_CRM_3', label: 'Наценка', readOnly: true, type: 'number', multiple: false },
    ],
    contact: [],
    company: [],
  },
}

export const and = (...rules: (Rule | RuleGroup)[]): RuleGroup => ({ combinator: 'and', rules })
export const or = (...rules: (Rule | RuleGroup)[]): RuleGroup => ({ combinator: 'or', rules })
export const not = (group: RuleGroup): RuleGroup => ({ ...group, not: true })
export const is = (field: string, operator: Rule['operator'], value: Rule['value'] = null): Rule => ({
  field,
  operator,
  value,
})

type Settings = Omit<IntegrationSettings, 'versions'>

/** A working integration: chats of the site and the bot, requests of the site, Anna responsible, the application nowhere. */
export function saneSettings(
  chats: Partial<ChatsSettings> = {},
  requests: Partial<RequestsSettings> = {},
  main: Partial<IntegrationSettings['main']> = {},
): Settings {
  const on = { active: true, enabled: true, defaultResponsibleId: '7' }
  return {
    main: { ...defaultSettings('main'), active: true, ...main },
    chats: { ...defaultSettings('chats'), ...on, channelIds: [SITE, BOT, MAIL], ...chats },
    requests: { ...defaultSettings('requests'), ...on, channelIds: [SITE], ...requests },
  }
}

const words = fc.constantFrom('', 'а', 'аб', 'Аб', 'абв', 'x')

/** A value that the field of this name may have in facts; also fits conditions. */
export function factValue(name: string, catalogue: RuleCatalogue, world: SettingsWorld) {
  const field = fieldNamed(catalogue, name)
  if (field?.choices === 'channels') return fc.constantFrom(...world.channels.map((one) => one.id))
  if (field?.choices === 'channel-types') return fc.constantFrom(...world.channels.map((one) => one.type))
  if (field?.choices === 'portal-users') {
    return fc.constantFrom('', ...(world.portalUsers ?? []).map((one) => one.id))
  }
  switch (field?.type) {
    case 'number':
      return fc.integer({ min: -2, max: 3 })
    case 'boolean':
      return fc.boolean()
    case 'choice':
      return field.choices === undefined
        ? words
        : fc.constantFrom('', ...Object.keys(CHOICE_WORDS[field.choices]))
    default:
      return words
  }
}

/** Comparisons over few fields and few values, so that rules meet each other often. */
export function anyRule(fields: readonly string[], catalogue: RuleCatalogue): fc.Arbitrary<Rule> {
  return fc.constantFrom(...fields).chain((field) => {
    const one = factValue(field, catalogue, WORLD) as fc.Arbitrary<string | number | boolean>
    return fc.constantFrom(...OPERATORS).chain((operator) =>
      fc.record({
        field: fc.constant(field),
        operator: fc.constant(operator),
        value:
          operator === 'in' || operator === 'notIn'
            ? fc.array(one.map(String), { maxLength: 3 })
            : fc.oneof({ weight: 9, arbitrary: one }, words),
      }),
    )
  })
}

export function anyGroup(fields: readonly string[], catalogue: RuleCatalogue): fc.Arbitrary<RuleGroup> {
  return fc.letrec<{ group: RuleGroup; node: Rule | RuleGroup }>((tie) => ({
    node: fc.oneof({ maxDepth: 3, depthSize: 'small' }, anyRule(fields, catalogue), tie('group')),
    group: fc.record(
      {
        combinator: fc.constantFrom('and' as const, 'or' as const),
        not: fc.boolean(),
        rules: fc.array(tie('node'), { maxLength: 3 }),
      },
      { requiredKeys: ['combinator', 'rules'] },
    ),
  })).group
}

/** Facts for conditions, of a conversation over one of the world's channels. */
export const anyRuleFacts: fc.Arbitrary<RuleFacts> = fc.constantFrom(...WORLD.channels).chain((channel) => {
  const catalogue = conditionFields('chats')
  const fields = Object.entries(catalogue).map(([name, field]) => {
    const value = factValue(name, catalogue, WORLD) as fc.Arbitrary<string | number | boolean>
    const arbitrary =
      field.type === 'list'
        ? fc.array(value.map(String), { maxLength: 2 })
        : fc.option(value, { nil: undefined })
    return [name, arbitrary] as const
  })
  return fc
    .record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<RuleFacts[string]>>)
    .map((facts) => ({ ...facts, channelId: channel.id, channelType: channel.type }))
})

const ids = (...known: readonly string[]) => fc.constantFrom('', ...known, 'gone')
const anyPlace = fc.record({
  leadStageId: ids('NEW', 'IN_PROCESS'),
  pipelineId: fc.constantFrom('', '0', '5', '77'),
  dealStageId: ids('NEW', 'C5:NEW', 'C5:WON'),
})
const userId = fc.constantFrom('', '7', '8', '9', '77')
const title = fc.constantFrom('Опт', 'Сайт', 'Реклама', 'Ночь')

type Head = Pick<TransferRule, 'id' | 'title' | 'active' | 'when'>

function anyList<T extends object>(rest: fc.Arbitrary<T>): fc.Arbitrary<(Head & T)[]> {
  const fields = ['site', 'channelId', 'channelType', 'phone', 'gone']
  const rule = fc.record({
    active: fc.boolean(),
    title,
    when: anyGroup(fields, conditionFields('chats')),
    rest,
  })
  return fc.array(rule, { maxLength: 4 }).chain((rules) =>
    fc
      .shuffledSubarray(['a', 'b', 'c', 'd', 'e', 'f'], {
        minLength: rules.length,
        maxLength: rules.length,
      })
      .map((given) => rules.map((one, index) => ({ ...without(one), id: given[index] ?? '' }))),
  )
}

function without<T extends object>({ rest, ...head }: Omit<Head, 'id'> & { rest: T }): Omit<Head, 'id'> & T {
  return { ...head, ...rest }
}

const passing = {
  active: fc.boolean(),
  enabled: fc.boolean(),
  channelIds: fc.subarray([SITE, BOT, MAIL, '018f0000-0000-7000-8000-00000000000f']),
  passWithoutContactData: fc.boolean(),
  transferRules: anyList(fc.record({ action: fc.constantFrom('allow' as const, 'deny' as const) })),
  defaultResponsibleId: userId,
  responsibleRules: anyList(fc.record({ userId })),
  firstContactCreates: fc.constantFrom('card' as const, 'card-and-activity' as const, 'nothing' as const),
  firstPlace: anyPlace,
  firstPlaceRules: anyList(fc.record({ place: anyPlace })),
  repeatedContactCreates: fc.constantFrom('nothing' as const, 'activity' as const, 'card' as const),
  repeatedPlace: anyPlace,
  commentPriority: fc.constantFrom('deal' as const, 'lead' as const, 'both' as const),
  activityDeadlineMin: fc.integer({ min: 5, max: 43_200 }),
  activityResponsibleId: userId,
  activityTemplate: fc.constantFrom('', 'Перезвонить {{ visitor }}'),
  utmLabels: fc.subarray(['source', 'medium', 'term'] as ('source' | 'medium' | 'term')[]),
  mapFields: fc.boolean(),
  fieldMappings: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }).chain((given) =>
    fc.tuple(
      ...given.map((id) =>
        fc.record({
          id: fc.constant(id),
          active: fc.boolean(),
          entity: fc.constantFrom('lead' as const, 'deal' as const),
          source: fc.constantFrom('phone', 'site', 'gone'),
          target: fc.constantFrom('UF_CRM_1', 'UF_CRM_2', 'UF_GONE'),
          policy: fc.constantFrom('only-if-empty' as const, 'overwrite' as const),
        }),
      ),
    ),
  ),
}

/** Settings of any kind that the schema allows, good and bad, over the example world. */
export const anySettings: fc.Arbitrary<Settings> = fc
  .record({
    main: fc.boolean(),
    chats: fc.record({
      ...passing,
      timing: fc.constantFrom('start' as const, 'operator' as const, 'end' as const),
    }),
    requests: fc.record(passing),
  })
  .map(({ main, chats, requests }) => ({
    main: { ...defaultSettings('main'), active: main },
    chats: { ...defaultSettings('chats'), ...chats },
    requests: { ...defaultSettings('requests'), ...requests },
  }))
