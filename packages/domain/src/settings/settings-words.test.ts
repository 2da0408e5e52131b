import { defaultSettings, SECTION_NAMES, SECTIONS } from '@trunkline/contracts/settings/index'
import type { FieldMapping, PlaceRule, ResponsibleRule } from '@trunkline/contracts/settings/rules'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ruleSentence } from './rule-sentence.ts'
import { and, anySettings, BOT, is, or, SITE, WORLD } from './settings.fixture.ts'
import { duration, RULE_LISTS, settingSentences } from './settings-words.ts'
import { NO_NAMES, namesOf } from './settings-world.ts'

const names = namesOf(WORLD)
const head = { id: 'r', title: 'Правило', active: true }

describe('settings in words', () => {
  test.each(SECTION_NAMES)('every setting of the section %s has a sentence', (section) => {
    const pointers = settingSentences(section, defaultSettings(section), names).map((one) => one.pointer)
    expect(pointers).toEqual(Object.keys(SECTIONS[section].schema.properties).map((key) => `/${key}`))
  })

  test('every choice of a setting reads differently', () => {
    for (const section of SECTION_NAMES) {
      for (const [key, schema] of Object.entries(SECTIONS[section].schema.properties)) {
        const annotated = schema as { type?: string; choices?: Record<string, unknown> }
        const values = annotated.type === 'boolean' ? [true, false] : Object.keys(annotated.choices ?? {})
        const said = values.map((value) => {
          const given = annotated.type === 'array' ? [value] : value
          const settings = { ...defaultSettings(section), [key]: given }
          return settingSentences(section, settings as never, names).find((one) => one.pointer === `/${key}`)
            ?.text
        })
        expect(new Set(said.map((one) => one?.ru)).size, key).toBe(values.length)
        expect(new Set(said.map((one) => one?.en)).size, key).toBe(values.length)
      }
    }
  })

  test('are whole sentences in both languages, whatever the settings', () => {
    fc.assert(
      fc.property(anySettings, fc.constantFrom(names, NO_NAMES), (settings, given) => {
        for (const section of SECTION_NAMES) {
          for (const { pointer, text } of settingSentences(section, settings[section] as never, given)) {
            expect(text.ru, pointer).toMatch(/^["«А-ЯЁA-Z].*[.»]$/s)
            expect(text.en, pointer).toMatch(/^["“A-ZА-ЯЁ].*[.”]$/s)
            expect(text.ru + text.en, pointer).not.toMatch(/undefined|null|\[object|NaN/)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  test('name channels and users, and say of an id that nobody knows its name', () => {
    const chats = { ...defaultSettings('chats'), channelIds: [SITE, 'gone'], defaultResponsibleId: '70' }
    const said = settingSentences('chats', chats, names)
    expect(said.find((one) => one.pointer === '/channelIds')?.text.ru).toBe(
      'Передаются чаты каналов: «Сайт», «gone» (название неизвестно).',
    )
    expect(said.find((one) => one.pointer === '/defaultResponsibleId')?.text.en).toBe(
      'The responsible is always user No. 70 (name unknown).',
    )
  })

  test('say a span of minutes as people do', () => {
    expect([5, 60, 125, 1440, 43_200].map((minutes) => duration(minutes).ru)).toEqual([
      '5 мин',
      '1 ч',
      '2 ч 5 мин',
      '1 дн.',
      '30 дн.',
    ])
  })
})

describe('a rule reads back as a sentence', () => {
  test('who gets the card', () => {
    const rule: ResponsibleRule = { ...head, when: and(is('site', '=', 'site-a.ru')), userId: '7' }
    expect(ruleSentence(rule, names)).toEqual({
      ru: 'Если Сайт — «site-a.ru», ответственный — Анна Ветрова.',
      en: 'If Site is “site-a.ru”, the responsible is Анна Ветрова.',
    })
    expect(ruleSentence({ ...rule, active: false }, names).ru).toMatch(/^Выключено: если Сайт/)
    expect(ruleSentence({ ...rule, when: and() }, names).en).toBe('Always: the responsible is Анна Ветрова.')
  })

  test('what passes', () => {
    const when = or(is('channelId', 'in', [BOT, 'gone']), is('channelType', '=', 'site-widget'))
    expect(ruleSentence({ ...head, when, action: 'deny' }, names)).toEqual({
      ru: 'Если Канал — одно из «Бот», «gone (название неизвестно)» или Тип канала — «Чат на сайте», не передавать.',
      en: 'If Channel is one of “Бот”, “gone (name unknown)” or Channel type is “Site chat”, do not pass.',
    })
  })

  test('where the card goes, with its exception', () => {
    const rule: PlaceRule = {
      ...head,
      when: and(is('utm.source', '=', 'ya')),
      except: and(is('phone', 'empty')),
      place: { leadStageId: 'IN_PROCESS', pipelineId: '5', dealStageId: 'C5:NEW' },
    }
    expect(ruleSentence(rule, names)).toEqual({
      ru: 'Если Метка utm_source — «ya», кроме случаев, когда Телефон — не указано, новый лид попадает на стадию «В работе», новая сделка — в воронку «Опт» на стадию «Заявка».',
      en: 'If utm_source label is “ya”, except when Phone is not given, a new lead goes to the stage “В работе”, a new deal into the pipeline “Опт” to the stage “Заявка”.',
    })
  })

  test('which field is written', () => {
    const mapping: FieldMapping = {
      id: 'm',
      active: true,
      entity: 'lead',
      source: 'phone',
      target: 'UF_CRM_1',
      policy: 'only-if-empty',
    }
    expect(ruleSentence(mapping, names).ru).toBe(
      '«Телефон»: пишется в поле «Доп. телефон» лида, если оно пустое.',
    )
    expect(ruleSentence({ ...mapping, source: 'gone', policy: 'overwrite' }, names).en).toBe(
      '“gone” (no such field) is written into the field “Доп. телефон” of the lead, even if it holds something.',
    )
  })

  test('every list of rules is read rule by rule', () => {
    for (const section of ['chats', 'requests'] as const) {
      const lists = Object.entries(SECTIONS[section].schema.properties).flatMap(([key, schema]) => {
        const items = (schema as { items?: { properties?: Record<string, unknown> } }).items
        return items?.properties && 'active' in items.properties ? [key] : []
      })
      expect(new Set(lists)).toEqual(RULE_LISTS)
    }
  })
})
