import { defaultSettings } from '@trunkline/contracts/settings/index'
import { expect, it } from 'vitest'
import { sectionShape } from './section-shape.ts'

/** What is said of a section with one setting changed, by pointer. */
function said(section: 'chats' | 'requests', change: Record<string, unknown>) {
  const shape = sectionShape(section, { ...defaultSettings(section), ...change }, '/value')
  return 'problems' in shape
    ? Object.fromEntries(shape.problems.map((one) => [one.pointer, 'text' in one ? one.text : one]))
    : {}
}

it.each(['chats', 'requests'] as const)(
  'an activity alone on first contact is refused with the reason (CHAT-43, AMB-13; %s)',
  (section) => {
    expect(said(section, { firstContactCreates: 'activity' })).toEqual({
      '/value/firstContactCreates': {
        ru: expect.stringContaining('у незнакомого клиента её ещё нет'),
        en: expect.stringContaining('an unknown client has none yet'),
      },
    })
    expect(said(section, { repeatedContactCreates: 'activity' })).toEqual({})
  },
)

it('a timing of requests is refused with the reason (UIS-27, AMB-24)', () => {
  expect(said('requests', { timing: 'end' })).toEqual({
    '/value/timing': {
      ru: expect.stringContaining('нет диалога'),
      en: expect.stringContaining('no dialogue'),
    },
  })
  expect(said('chats', { timing: 'end' })).toEqual({})
})

it('what nobody thought of is refused in plain words, whatever it is called', () => {
  expect(said('requests', { toString: 1, firstContactCreates: 'constructor' })).toEqual({
    '/value/toString': { ru: 'Лишнее поле', en: 'Unknown field' },
    '/value/firstContactCreates': { ru: 'Выберите одно из значений', en: 'Choose one of the values' },
  })
})
