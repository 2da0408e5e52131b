import { describe, expect, test } from 'vitest'
import { type Finding, lint, lintFields } from './lint.ts'
import { RULE_DEFECTS } from './rule-defects.fixture.ts'
import { deny, map, type Planted, site, stage, to } from './rules.fixture.ts'
import { SETTING_DEFECTS } from './setting-defects.fixture.ts'
import { and, SITE, saneSettings, WORLD } from './settings.fixture.ts'

const shown = (findings: readonly Finding[]) =>
  findings.map(({ severity, section, pointer, code }) => `${severity} ${section}${pointer} ${code}`)

const found = ({ chats, requests, main = true, world }: Planted) =>
  lint(saneSettings(chats, requests, { active: main }), { ...WORLD, ...world })

describe('the linter', () => {
  test('is tried on at least sixty planted defects', () => {
    expect(RULE_DEFECTS.length + SETTING_DEFECTS.length).toBeGreaterThanOrEqual(60)
  })

  test.each([...RULE_DEFECTS, ...SETTING_DEFECTS])('finds %s, and nothing else', (_, planted, expected) => {
    const findings = found(planted)
    expect(shown(findings)).toEqual(expected)
    for (const { message, advice, link, section } of findings) {
      for (const words of [message, advice]) {
        expect(words.ru).toMatch(/^[А-Я].*\.$/s)
        expect(words.en).toMatch(/^[A-Z].*\.$/s)
        expect(words.ru + words.en).not.toMatch(/undefined|null|\[object/)
      }
      expect(link.page === 'channel' ? SITE : section).toBe(
        link.page === 'channel' ? link.params.channelId : link.params.section,
      )
    }
  })

  test('says the same of the fields of a section by themselves, without what takes comparing rules', () => {
    const chats = {
      defaultResponsibleId: '8',
      notifyResponsible: true,
      firstContactCreates: 'nothing',
    } as const
    const rules = [to('7', and(site('a'), site('b')), 'Никогда'), to('77', and(site('a')), 'Нет такого')]
    const settings = saneSettings({ ...chats, responsibleRules: rules })
    const whole = lint(settings, WORLD)
    const ofFields = lintFields('chats', settings, WORLD)
    expect(ofFields).toEqual(whole.filter(({ code }) => code !== 'rule-dead'))
    expect(ofFields.map(({ severity }) => severity)).toEqual(['error', 'warning', 'note'])
    expect(whole).toHaveLength(ofFields.length + 1)
    expect(lintFields('requests', settings, WORLD)).toEqual([])
  })

  test('says of a shadowed rule by which, and names no more than it takes', () => {
    const rules = [
      to('7', and(site('c')), 'В'),
      to('7', and(site('a')), 'А'),
      to('7', and(site('b')), 'Б'),
      to('9', and(site('a', 'b')), 'Обе'),
    ]
    expect(found({ chats: { responsibleRules: rules } }).map((one) => one.message.ru)).toEqual([
      'До правила «Обе» очередь не дойдёт: всё, что под него подходит, раньше забирают правила «А», «Б».',
    ])
  })

  test('says nothing of a channel that another integration passes', () => {
    const channels = WORLD.channels.map((channel) => ({ ...channel, elsewhere: channel.id !== SITE }))
    expect(found({ chats: { channelIds: [SITE] }, world: { channels } })).toEqual([])
  })

  test('puts the worst first', () => {
    const chats = { activityTemplate: 'x', transferRules: [deny(and())], defaultResponsibleId: '8' }
    expect(found({ chats }).map((one) => one.severity)).toEqual(['error', 'error', 'note'])
  })

  test('says nothing of rules that are switched off, nor of conditions beyond the limits', () => {
    const off = { ...to('8', and(site('a'), site('b'))), active: false }
    let deep = and(site('a'))
    for (let level = 0; level < 30; level++) deep = and(deep)
    expect(found({ chats: { responsibleRules: [off, to('7', deep)] } })).toEqual([])
  })

  test('knows nobody dismissed and nothing deleted while the directory was never read', () => {
    const world = { portalUsers: null, leadStages: null, pipelines: null, cardFields: null, crmMode: null }
    const place = { leadStageId: 'ANY', pipelineId: '9', dealStageId: 'C9:NEW' }
    const chats = {
      defaultResponsibleId: '99',
      responsibleRules: [to('98', and(site('a')))],
      firstPlace: place,
      firstPlaceRules: [stage(place, and(site('a')))],
      mapFields: true,
      fieldMappings: [map({ target: 'UF_ANY' })],
    }
    expect(found({ chats, world })).toEqual([])
  })
})
