import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import type { FieldAnnotations } from './field.ts'
import { defaultSettings, SECTION_NAMES, SECTIONS } from './index.ts'
import { fileKey, IntegrationFile, isIntegrationFile } from './integration-file.ts'

const PLACE = { leadStage: {}, pipeline: { name: 'Опт' }, dealStage: { id: 'C5:NEW', name: 'Заявка' } }

/** The defaults of a section as a person would write them. */
function written(section: 'chats' | 'requests') {
  const { channelIds, defaultResponsibleId, activityResponsibleId, ...rest } = defaultSettings(section)
  expect([channelIds, defaultResponsibleId, activityResponsibleId]).toEqual([[], '', ''])
  return {
    ...rest,
    channels: [{ title: 'Сайт' }],
    defaultResponsible: { email: 'anna@example.com' },
    activityResponsible: {},
    firstPlace: PLACE,
    repeatedPlace: PLACE,
    responsibleRules: [
      {
        title: 'Ночь',
        active: true,
        when: {
          combinator: 'and',
          rules: [{ field: 'channelId', operator: 'in', value: [{ title: 'Сайт' }] }],
        },
        responsible: { name: 'Анна' },
      },
    ],
  }
}

const whole = () => ({
  trunkline: 'integration',
  version: 1,
  sections: { main: { active: true }, chats: written('chats'), requests: written('requests') },
})
type Whole = ReturnType<typeof whole>

describe('an integration file', () => {
  test('may be written by hand, whole or one section of it', () => {
    expect([...Value.Errors(IntegrationFile, whole())]).toEqual([])
    expect(isIntegrationFile({ ...whole(), sections: { main: { active: true } } })).toBe(true)
  })

  test('holds every setting of every section; only one that came later may be left out', () => {
    for (const section of SECTION_NAMES) {
      for (const key of Object.keys(SECTIONS[section].schema.properties)) {
        const doc = whole()
        delete (doc.sections[section] as Record<string, unknown>)[fileKey(key)]
        const { laterAdded } = SECTIONS[section].schema.properties[key as never] as FieldAnnotations
        expect(isIntegrationFile(doc), key).toBe(laterAdded === true)
      }
    }
  })

  test.each<[string, (doc: Whole) => void, string]>([
    ['another version', (doc) => Object.assign(doc, { version: 2 }), '/version'],
    ['another document', (doc) => Object.assign(doc, { trunkline: 'channel' }), '/trunkline'],
    ['an unknown section', (doc) => Object.assign(doc.sections, { sms: {} }), '/sections'],
    ['an unknown setting', (doc) => Object.assign(doc.sections.chats, { colour: 'red' }), '/sections/chats'],
    [
      'an id where a thing belongs',
      (doc) => Object.assign(doc.sections.chats, { channelIds: [] }),
      '/sections/chats',
    ],
    [
      'a wrong value',
      (doc) => Object.assign(doc.sections.chats, { enabled: 'yes' }),
      '/sections/chats/enabled',
    ],
    [
      'a user as a bare word',
      (doc) => Object.assign(doc.sections.chats, { defaultResponsible: 'Анна' }),
      '/sections/chats/defaultResponsible',
    ],
    [
      'a misspelt name',
      (doc) => Object.assign(doc.sections.requests.firstPlace, { pipeline: { nmae: 'Опт' } }),
      '/sections/requests/firstPlace/pipeline',
    ],
    [
      'a rule without conditions',
      (doc) => delete (doc.sections.chats.responsibleRules[0] as { when?: unknown }).when,
      '/sections/chats/responsibleRules/0',
    ],
  ])('is refused at its place with %s', (_, spoil, pointer) => {
    const doc = structuredClone(whole())
    spoil(doc)
    expect([...Value.Errors(IntegrationFile, doc)].map((error) => error.instancePath)).toContain(pointer)
  })
})
