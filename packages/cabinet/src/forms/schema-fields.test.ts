import { ChatsSettings, MainSettings, RequestsSettings } from '@trunkline/contracts/settings/index'
import { describe, expect, it } from 'vitest'
import {
  defaultValue,
  disabledWhy,
  emptyRequired,
  isRequired,
  schemaFields,
  valueToSend,
} from './schema-fields.ts'

const fields = schemaFields(ChatsSettings)
const field = (name: string) => fields.find((entry) => entry.name === name)!

describe('fields of a settings schema', () => {
  it('every setting of every section is drawn, has a label and a hint in both languages', () => {
    for (const schema of [MainSettings, ChatsSettings, RequestsSettings]) {
      const drawn = schemaFields(schema)
      expect(drawn.map((entry) => entry.name)).toEqual(Object.keys(schema.properties))
      for (const entry of drawn) {
        for (const text of [entry.label, entry.hint]) {
          expect(text?.ru, entry.name).toMatch(/\p{Script=Cyrillic}/u)
          expect(text?.en, entry.name).toMatch(/[a-z]/i)
        }
      }
    }
  })

  it('the control follows the annotation, then the type', () => {
    expect(Object.fromEntries(fields.map((entry) => [entry.name, entry.control]))).toMatchObject({
      active: 'switch',
      channelIds: 'multi-picker',
      defaultResponsibleId: 'picker',
      timing: 'choice',
      transferRules: 'transfer-rules',
      firstPlace: 'place',
      titleTemplate: 'template',
      fieldMappings: 'field-mappings',
      utmLabels: 'choices',
    })
    expect(field('timing').choices.map((choice) => choice.value)).toEqual(['start', 'operator', 'end'])
  })

  it('a field required while chats are on is marked only then', () => {
    expect(isRequired(field('channelIds'), { enabled: true })).toBe(true)
    expect(isRequired(field('channelIds'), { enabled: false })).toBe(false)
  })

  it('an empty required field stops the save, a filled or a locked one does not', () => {
    const value = { ...defaultValue(ChatsSettings, 'en'), enabled: true }
    expect(emptyRequired(fields, value)).toEqual(['/channelIds', '/defaultResponsibleId'])
    expect(emptyRequired(fields, { ...value, channelIds: ['x'], defaultResponsibleId: '1' })).toEqual([])
    expect(emptyRequired(fields, { ...value, enabled: false })).toEqual([])
  })

  it('a dependent setting is locked with its reason in the other state only', () => {
    const dependent = field('messengerIdIsContactData')
    expect(disabledWhy(dependent, { passWithoutContactData: true })?.en).toBe('All chats are passed now')
    expect(disabledWhy(dependent, { passWithoutContactData: false })).toBeNull()
  })

  it('a new form starts with the defaults, and changing it leaves the schema alone', () => {
    const value = defaultValue(ChatsSettings, 'en')
    expect(value).toMatchObject({ active: false, channelIds: [], timing: 'start' })
    ;(value.channelIds as string[]).push('x')
    expect(defaultValue(ChatsSettings, 'en').channelIds).toEqual([])
  })

  it('words for customers are offered in the language of whoever fills the form in', () => {
    const offered = { ru: 'Здравствуйте!', en: 'Hello!' }
    const schema = { properties: { greeting: { type: 'string', default: 'Здравствуйте!', offered } } }
    expect(defaultValue(schema, 'en')).toEqual({ greeting: 'Hello!' })
    expect(defaultValue(schema, 'ru')).toEqual({ greeting: 'Здравствуйте!' })
  })

  it('a secret that is kept may stay empty and is then not sent; an entered one is', () => {
    const schema = {
      required: ['token'],
      properties: {
        token: { type: 'string', minLength: 1, secret: true },
        title: { type: 'string', maxLength: 50 },
      },
    }
    const own = schemaFields(schema)
    expect(own[0]?.control).toBe('secret')
    expect(emptyRequired(own, { token: '' })).toEqual(['/token'])
    expect(emptyRequired(own, { token: '' }, { token: true })).toEqual([])
    expect(valueToSend(own, { token: '', title: 'a' })).toEqual({ title: 'a' })
    expect(valueToSend(own, { token: 'new', title: 'a' })).toEqual({ token: 'new', title: 'a' })
  })

  it('a text whose pattern refuses nothing at all is required, one that allows it is not', () => {
    const own = schemaFields({
      required: ['token', 'link'],
      properties: {
        token: { type: 'string', pattern: '^[0-9]+:x$' },
        link: { type: 'string', pattern: '^(https://\\S+)?$' },
      },
    })
    expect(own.map((entry) => entry.required)).toEqual([true, false])
  })

  it('a pointer escapes what a JSON pointer must', () => {
    expect(schemaFields({ properties: { 'a/b~c': { type: 'boolean' } } })[0]?.pointer).toBe('/a~1b~0c')
  })
})
