import { describe, expect, test } from 'vitest'
import { decide } from '../transfer/decide.ts'
import { someFacts, someSettings } from '../transfer/facts.fixture.ts'
import { ruleInTrace } from './rule-in-trace.ts'
import { deny, stage, to } from './rules.fixture.ts'
import { and, is, or, WORLD } from './settings.fixture.ts'
import { namesOf } from './settings-world.ts'

const names = namesOf(WORLD)
const facts = someFacts({
  conversation: { ...someFacts().conversation, pageUrl: 'https://b.ru/x', utm: { source: 'a и b' } },
  crm: { candidates: [] },
})
const settings = someSettings({
  transferRules: [deny(and(is('channelType', '=', 'site-widget')), 'Сайт')],
  responsibleRules: [
    to('8', and(is('site', '=', 'a.ru')), 'А'),
    to('7', or(is('email', 'notEmpty'), is('utm.source', 'contains', 'b'), is('weather', '=', 'rain')), 'Б'),
    to('7', and(), 'Все'),
  ],
  firstPlaceRules: [
    {
      ...stage({ leadStageId: 'NEW' }, and(is('phone', 'beginsWith', '+7916')), and(is('ordinal', '>', 1))),
      title: 'Мобильный',
    },
  ],
})

describe('a rule in a trace', () => {
  const decision = decide(facts, settings)
  const told = decision.trace.flatMap((line) => {
    const words = ruleInTrace(line, { passing: settings.chats, facts, names })
    return words ? [[`${line.code} ${line.verdict}`, words.ru]] : []
  })

  test('is told as in the settings, with what the conversation had', () => {
    expect(told).toEqual([
      [
        'filter-rule skip',
        'Если Тип канала — «Чат на сайте», не передавать. В обращении: Тип канала — «Telegram».',
      ],
      [
        'responsible-rule skip',
        'Если Сайт — «a.ru», ответственный — Олег Петров. В обращении: Сайт — «b.ru».',
      ],
      [
        'responsible-rule chose',
        'Если Почта — указано или Метка utm_source содержит «b» или «weather» (нет такого параметра) — «rain», ответственный — Анна Ветрова. В обращении: Почта — не указано; Метка utm_source — «a и b».',
      ],
      [
        'place-rule chose',
        'Если Телефон начинается с «+7916», кроме случаев, когда Какое по счёту обращение клиента больше 1, новый лид попадает на стадию «Новый», новая сделка — на первую стадию. В обращении: Телефон — «+79161234567»; Какое по счёту обращение клиента — не указано.',
      ],
    ])
  })

  test('that these settings do not have is not told, nor a line about something else', () => {
    const ground = { passing: someSettings().chats, facts, names }
    expect(decision.trace.flatMap((line) => ruleInTrace(line, ground) ?? [])).toEqual([])
  })

  test('never grows with what a customer wrote', () => {
    const wordy = { ...facts, conversation: { ...facts.conversation, openingText: 'слово '.repeat(500) } }
    const passing = {
      ...settings.chats,
      responsibleRules: [to('7', and(is('openingText', 'contains', 'цена')), 'Цена')],
    }
    const line = { code: 'responsible-rule', verdict: 'skip' as const, values: { rule: 'Цена' } }
    const words = ruleInTrace(line, { passing, facts: wordy, names })
    expect(words?.en).toMatch(/In this contact: Text of the first message is “.{100}…”\.$/)
  })
})
