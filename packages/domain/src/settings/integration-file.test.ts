import { isIntegrationFile } from '@trunkline/contracts/settings/integration-file'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { filePlan, fromFile, toFile } from './integration-file.ts'
import { deny, map, stage, to } from './rules.fixture.ts'
import { and, anySettings, BOT, is, SITE, saneSettings, WORLD } from './settings.fixture.ts'
import type { SettingsWorld } from './settings-world.ts'

/** The same company on another server: every id is another one, the names are the same. */
const ELSEWHERE: SettingsWorld = {
  ...WORLD,
  channels: WORLD.channels.map((channel, index) => ({ ...channel, id: `channel-${index}` })),
  portalUsers: (WORLD.portalUsers ?? []).map((user) => ({ ...user, id: String(Number(user.id) + 100) })),
  leadStages: [
    { id: '1', name: 'Новый' },
    { id: '2', name: 'В работе' },
  ],
  pipelines: [
    { id: '50', name: 'Опт', stages: [{ id: 'C50:NEW', name: 'Заявка' }] },
    { id: '0', name: 'Общая', stages: [{ id: 'NEW', name: 'Первичный контакт' }] },
  ],
  cardFields: {
    lead: [{ code: 'UF_CRM_9', label: 'доп. телефон', readOnly: false, type: 'text', multiple: false }],
  },
}
const given = saneSettings({
  channelIds: [SITE, BOT],
  defaultResponsibleId: '9',
  transferRules: [deny(and(is('channelId', 'in', [BOT, SITE]), is('phone', 'empty')))],
  responsibleRules: [to('7', and(is('channelId', '=', BOT)), 'Бот')],
  firstPlace: { leadStageId: 'IN_PROCESS', pipelineId: '', dealStageId: '' },
  firstPlaceRules: [stage({ pipelineId: '5', dealStageId: 'C5:NEW' }, and(), and(is('site', '=', 'a')))],
  mapFields: true,
  fieldMappings: [map()],
})
const file = (settings = given, world = WORLD) => structuredClone(toFile(settings, world))

describe('an integration as a file', () => {
  test('comes back without difference and fits its schema, whatever the settings', () => {
    fc.assert(
      fc.property(
        anySettings,
        fc.constantFrom(WORLD, { ...WORLD, portalUsers: null, pipelines: null }),
        (settings, world) => {
          const doc = file(settings, world)
          expect(isIntegrationFile(doc)).toBe(true)
          const back = fromFile(doc, world, saneSettings()).settings
          expect(back).toEqual(settings)
          expect(filePlan(settings, back, world)).toEqual([])
        },
      ),
      { numRuns: 200 },
    )
  })

  test('has names beside ids where people read', () => {
    const { chats } = file().sections
    expect(chats?.['channels']).toEqual([
      { title: 'Сайт', type: 'site-widget', id: SITE },
      { title: 'Бот', type: 'telegram', id: BOT },
    ])
    expect(chats?.['defaultResponsible']).toEqual({ name: 'Павел Ильин', id: '9' })
    expect(chats?.['firstPlaceRules']).toMatchObject([
      {
        place: {
          leadStage: {},
          pipeline: { name: 'Опт', id: '5' },
          dealStage: { name: 'Заявка', id: 'C5:NEW' },
        },
      },
    ])
    expect(chats?.['responsibleRules']).toMatchObject([
      {
        when: { rules: [{ value: { title: 'Бот', type: 'telegram', id: BOT } }] },
        responsible: { email: 'anna@example.com' },
      },
    ])
    expect(chats?.['fieldMappings']).toMatchObject([{ target: { label: 'Доп. телефон', code: 'UF_CRM_1' } }])
  })

  test('finds its things by name in another installation', () => {
    const { settings, problems } = fromFile(file(), ELSEWHERE, saneSettings())
    expect(problems).toEqual([])
    expect(settings.chats.channelIds).toEqual(['channel-0', 'channel-1'])
    expect(settings.chats.defaultResponsibleId).toBe('109')
    expect(settings.chats.responsibleRules[0]).toMatchObject({
      userId: '107',
      when: { rules: [{ field: 'channelId', value: 'channel-1' }] },
    })
    expect(settings.chats.transferRules[0]?.when.rules[0]).toMatchObject({
      value: ['channel-1', 'channel-0'],
    })
    expect(settings.chats.firstPlace.leadStageId).toBe('2')
    expect(settings.chats.firstPlaceRules[0]?.place).toEqual({
      leadStageId: '',
      pipelineId: '50',
      dealStageId: 'C50:NEW',
    })
    expect(settings.chats.fieldMappings[0]?.target).toBe('UF_CRM_9')
  })

  test('says where it means something that is not here, or that is somebody else here', () => {
    const world: SettingsWorld = {
      ...ELSEWHERE,
      channels: [...ELSEWHERE.channels.slice(0, 1), { id: 'x', title: 'Сайт', type: 'site-widget' }],
      portalUsers: [{ id: '9', name: 'Кто-то другой', active: true }],
    }
    const { problems } = fromFile(file(), world, saneSettings())
    expect(problems.map(({ section, pointer, code }) => `${section} ${pointer} ${code}`)).toEqual([
      'chats /sections/chats/channels/0 ambiguous',
      'chats /sections/chats/channels/1 unknown',
      'chats /sections/chats/transferRules/0/when/rules/0/value/0 unknown',
      'chats /sections/chats/transferRules/0/when/rules/0/value/1 ambiguous',
      'chats /sections/chats/defaultResponsible other-name',
      'chats /sections/chats/responsibleRules/0/when/rules/0/value unknown',
      'chats /sections/chats/responsibleRules/0/responsible unknown',
      'requests /sections/requests/channels/0 ambiguous',
      'requests /sections/requests/defaultResponsible unknown',
    ])
    expect(problems[4]?.message.ru).toBe(
      'Сотрудник «Павел Ильин»: здесь под номером 9 «Кто-то другой»; исправьте название или id.',
    )
    for (const { message } of problems) expect(message.en).toMatch(/^(Channel|User) “.+”: .+\.$/)
  })

  test('may hold one section only, and rules written by hand without ids', () => {
    const doc = file()
    const rules = doc.sections.chats?.['transferRules'] as { id?: string }[]
    delete rules[0]?.id
    rules.push({ ...rules[0] }, { ...rules[0], id: 'file-1' })
    const one = { ...doc, sections: { chats: doc.sections.chats ?? {} } }
    expect(isIntegrationFile(one)).toBe(true)
    const present = saneSettings({}, { enabled: false }, { active: false })
    const { settings } = fromFile(one, WORLD, present)
    expect(settings.main).toEqual(present.main)
    expect(settings.requests).toEqual(present.requests)
    expect(settings.chats.transferRules.map((rule) => rule.id)).toEqual(['file-2', 'file-3', 'file-1'])
  })

  test('plans in words what applying it would change', () => {
    const next = saneSettings({ ...given.chats, defaultResponsibleId: '7' })
    const [chats, ...others] = filePlan(given, fromFile(file(next), WORLD, given).settings, WORLD)
    expect(others).toEqual([])
    expect(chats?.changes.map((change) => change.sentence.en)).toEqual([
      'Default responsible: was “If no rule fits, the responsible is Павел Ильин”, is now “If no rule fits, the responsible is Анна Ветрова”.',
    ])
  })
})
