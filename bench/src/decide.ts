import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { Rule, RuleGroup } from '@trunkline/contracts/rules/condition'
import { defaultSettings, type IntegrationSettings } from '@trunkline/contracts/settings/index'
import { decide, decider } from '@trunkline/domain/transfer/decide'

export interface DecideFigures {
  /** Decisions a second on one core, each reading the settings anew as a transfer does. */
  readonly decidePerSecond: number
  /** The same for many events under one reading of the settings, as a dry-run does. */
  readonly decideManyPerSecond: number
}

const RULES = 50
const CONDITIONS = 10
const CHANNEL_ID = '018f0000-0000-7000-8000-000000000001'
const ROUND_MS = 1_000

/**
 * How many conversations one core decides a second under 50 rules of 10 conditions each. Every condition of every rule
 * is looked at: the ten of a rule are alternatives of which none holds, but for the last rules of each list.
 */
export function benchDecide(): DecideFigures {
  const settings = manyRules()
  const conversations = Array.from({ length: 200 }, (_, number) => conversation(number))
  checkWork(conversations[0]!, settings)
  const many = decider(settings)
  return {
    decidePerSecond: rate(conversations, (facts) => decide(facts, settings)),
    decideManyPerSecond: rate(conversations, many),
  }
}

/** The figure means nothing if rules were not looked at. */
function checkWork(facts: TransferFacts, settings: IntegrationSettings): void {
  const lines = decide(facts, settings).trace.filter((line) =>
    /^(filter|responsible|place)-rule$/.test(line.code),
  )
  if (lines.length !== RULES) throw new Error(`looked at ${lines.length} rules instead of ${RULES}`)
}

/**
 * Decisions in a second of processor time, the collector's threads counted in: what others do on the machine meanwhile
 * does not count. The best of three rounds after one to warm up.
 */
function rate(all: readonly TransferFacts[], decideOne: (facts: TransferFacts) => unknown): number {
  const rounds: number[] = []
  for (let round = 0; round < 4; round++) {
    let done = 0
    const from = process.cpuUsage()
    let spentMs = 0
    while (spentMs < ROUND_MS) {
      for (const facts of all) decideOne(facts)
      done += all.length
      const { user, system } = process.cpuUsage(from)
      spentMs = (user + system) / 1_000
    }
    rounds.push((done * 1_000) / spentMs)
  }
  return Math.max(...rounds.slice(1))
}

/** 20 rules of the transfer filter, 15 of responsibles, 15 of places. */
function manyRules(): IntegrationSettings {
  const rules = (list: string, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      id: `${list}${index}`,
      title: `Rule ${index}`,
      active: true,
      when: conditions(index, index === count - 1),
    }))
  return {
    main: { ...defaultSettings('main'), active: true },
    chats: {
      ...defaultSettings('chats'),
      active: true,
      enabled: true,
      channelIds: [CHANNEL_ID],
      defaultResponsibleId: '7',
      transferRules: rules('transfer', 20).map((rule) => ({ ...rule, action: 'allow' })),
      responsibleRules: rules('responsible', 15).map((rule) => ({ ...rule, userId: '7' })),
      firstPlaceRules: rules('place', 15).map((rule) => ({
        ...rule,
        place: { leadStageId: '', pipelineId: '3', dealStageId: 'C3:NEW' },
      })),
    },
    requests: defaultSettings('requests'),
    versions: { main: 1, chats: 1, requests: 0 },
  }
}

/** Ten comparisons as people make them, none of which holds unless asked. */
function conditions(seed: number, holds: boolean): RuleGroup {
  const texts: Rule[] = [
    { field: 'channelType', operator: 'in', value: [`type-${seed}`, 'avito', 'viber'] },
    { field: 'site', operator: '=', value: `shop-${seed}.example` },
    { field: 'pageUrl', operator: 'contains', value: `/landing-${seed}` },
    { field: 'utm.source', operator: '=', value: `Источник-${seed}` },
    { field: 'utm.campaign', operator: 'beginsWith', value: `осень-${seed}` },
    { field: 'openingText', operator: 'contains', value: `договор ${seed}` },
    { field: 'phone', operator: 'beginsWith', value: `+7${900 + seed}` },
    { field: 'email', operator: 'contains', value: `@firm-${seed}.example` },
    { field: 'ordinal', operator: '>', value: 1_000 + seed },
    holds
      ? { field: 'visitorType', operator: 'notEmpty', value: null }
      : { field: 'tags', operator: 'contains', value: `тег-${seed}` },
  ]
  return { combinator: 'or', rules: texts.slice(0, CONDITIONS) }
}

function conversation(number: number): TransferFacts {
  return {
    now: '2026-03-01T10:00:05.000Z',
    portal: {
      id: '018f0000-0000-7000-8000-0000000000aa',
      state: 'connected',
      crmMode: 'simple',
      activeUserIds: ['1', '7'],
      actingUserId: '1',
      stages: { lead: ['NEW'], deal: { '0': ['NEW'], '3': ['C3:NEW'] } },
    },
    conversation: {
      id: `018f0000-0000-7000-8000-${String(number).padStart(12, '0')}`,
      number,
      channelId: CHANNEL_ID,
      channelType: 'telegram',
      channelTypeTitle: 'Telegram',
      channelTitle: 'Отдел продаж',
      startedAt: '2026-03-01T10:00:00.000Z',
      openingText: `Здравствуйте! Сколько стоит доставка заказа ${number} в Казань и когда она будет?`,
      pageUrl: `https://shop.example/catalogue/item-${number}?utm_source=yandex`,
      utm: { source: 'yandex', medium: 'cpc', campaign: `весна-${number}` },
      ordinal: (number % 3) + 1,
      tags: ['опт', 'срочно'],
    },
    contact: {
      id: '018f0000-0000-7000-8000-0000000000cc',
      name: `Анна ${number}`,
      phones: [`+7999${String(number).padStart(7, '0')}`],
      emails: [`anna${number}@mail.example`],
      messengerIds: ['telegram:42'],
    },
    bound: { targets: [] },
    knownCards: [],
    crm: { candidates: [] },
  }
}
