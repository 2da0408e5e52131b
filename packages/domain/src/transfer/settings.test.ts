import { SECTION_NAMES } from '@trunkline/contracts/settings/index'
import { describe, expect, test } from 'vitest'
import { effective } from './effective.ts'
import { CHANNEL_ID, someSettings } from './facts.fixture.ts'
import type { FieldProblem, SettingsContext } from './settings-context.ts'
import { settingsProblems } from './settings-problems.ts'
import { settingsWarnings } from './settings-warnings.ts'

const context: SettingsContext = {
  channels: [{ id: CHANNEL_ID, title: 'Продажи' }],
  portalUsers: [
    { id: '7', name: 'Анна Иванова', active: true },
    { id: '8', name: 'Олег Петров', active: false },
  ],
  crmMode: 'simple',
  main: { active: true },
}
const chats = (change: Parameters<typeof someSettings>[0] = {}) => someSettings(change).chats
const codes = (problems: readonly FieldProblem[]) => problems.map(({ pointer, code }) => `${pointer} ${code}`)

describe('saving the Chats section', () => {
  test('is allowed when channels and an active responsible are chosen', () => {
    expect(settingsProblems('chats', chats(), context)).toEqual([])
    expect(settingsProblems('main', { active: true }, context)).toEqual([])
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
    const problems = settingsProblems('chats', chats(change), context)
    expect(codes(problems)).toEqual(expected)
    for (const { message } of problems) {
      expect(message.ru).toMatch(/^[А-Я].*\.$/s)
      expect(message.en).toMatch(/^[A-Z].*\.$/s)
    }
  })

  test('does not refuse a responsible while the directory was never read', () => {
    expect(
      settingsProblems('chats', chats({ defaultResponsibleId: '99' }), { ...context, portalUsers: null }),
    ).toEqual([])
  })
})

describe('a warning is shown', () => {
  test.each<[string, Parameters<typeof someSettings>[0], Partial<SettingsContext>, string[]]>([
    ['never without cause', {}, {}, []],
    ['for functions on in a section that is off (CHAT-18)', { active: false }, {}, ['/active section-off']],
    ['for a section on under Main off (UIS-15)', {}, { main: { active: false } }, ['/active main-off']],
    [
      'for a responsible dismissed since',
      { defaultResponsibleId: '8' },
      {},
      ['/defaultResponsibleId responsible-dismissed'],
    ],
    [
      'for a responsible gone from the portal',
      { defaultResponsibleId: '9' },
      {},
      ['/defaultResponsibleId responsible-dismissed'],
    ],
    [
      'for a site chat without contact form (CHAT-79)',
      {},
      { channels: [{ id: CHANNEL_ID, title: 'Сайт', contactForm: false }] },
      ['/channelIds/0 no-contact-form'],
    ],
    [
      'not for a site chat with a form',
      {},
      { channels: [{ id: CHANNEL_ID, title: 'Сайт', contactForm: true }] },
      [],
    ],
  ])('%s', (_, change, more, expected) => {
    const warnings = settingsWarnings('chats', chats(change), { ...context, ...more })
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
