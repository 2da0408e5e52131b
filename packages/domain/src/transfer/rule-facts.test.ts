import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { Rule } from '@trunkline/contracts/rules/condition'
import type { PassingSectionName } from '@trunkline/contracts/settings/index'
import { describe, expect, test } from 'vitest'
import {
  CHOICE_WORDS,
  conditionFields,
  fieldNamed,
  mappingFields,
  OPERATORS_BY_TYPE,
} from '../rules/catalogue.ts'
import { evaluate, type FactValue } from '../rules/evaluate.ts'
import { FIELDS } from '../rules/fields.ts'
import { CHANNEL_ID, someFacts, someRequest } from './facts.fixture.ts'
import { ruleFacts } from './rule-facts.ts'

const talk = (change: Partial<TransferFacts['conversation']>): TransferFacts =>
  someFacts({ conversation: { ...someFacts().conversation, ...change } })
const person = (change: Partial<TransferFacts['contact']>): TransferFacts =>
  someFacts({ contact: { ...someFacts().contact, ...change } })
const form = (change: Parameters<typeof someRequest>[0] = {}): TransferFacts =>
  someFacts({ event: 'request', request: someRequest(change) })
const first = { at: '2026-01-01T00:00:00Z', pageUrl: 'https://a.example/x', referrer: 'https://ya.ru/' }
const utm = { source: 's', medium: 'm', campaign: 'c', content: 'o', term: 't' }

/** Every parameter: facts that have it, its value, a comparison that holds and one that does not. */
type Row = [TransferFacts, FactValue, Rule['operator'], Rule['value'], Rule['value']]
const ROWS: Readonly<Record<Exclude<keyof typeof FIELDS, 'form.*'>, Row>> = {
  event: [form(), 'request', '=', 'request', 'chat'],
  channelId: [someFacts(), CHANNEL_ID, 'in', [CHANNEL_ID], ['other']],
  channelTitle: [someFacts(), 'Отдел продаж', 'contains', 'продаж', 'опт'],
  channelType: [someFacts(), 'telegram', '=', 'telegram', 'whatsapp'],
  channelTypeTitle: [someFacts(), 'Telegram', '=', 'telegram', 'WhatsApp'],
  visitor: [person({ name: ' ', phones: ['+7916'] }), '+7916', '=', '+7916', 'Анна'],
  contactName: [someFacts(), 'Анна', '=', 'анна', 'Олег'],
  phone: [someFacts(), ['+79161234567'], 'beginsWith', '+7916', '+7495'],
  email: [person({ emails: ['anna@firm.example'] }), ['anna@firm.example'], 'contains', '@firm.', '@shop.'],
  messengerId: [someFacts(), ['telegram:42'], 'beginsWith', 'telegram', 'vk'],
  visitorType: [talk({ ordinal: 3 }), 'returned', '=', 'returned', 'new'],
  ordinal: [talk({ ordinal: 3 }), 3, '>', 2, 3],
  conversationNumber: [someFacts(), 128, '<', 129, 128],
  openingText: [someFacts(), 'Здравствуйте!', 'beginsWith', 'здрав', 'привет'],
  startedBy: [talk({ startedBy: 'operator' }), 'operator', '=', 'operator', 'contact'],
  operatorName: [talk({ operatorName: 'Ирина' }), 'Ирина', '=', 'ирина', 'Олег'],
  tags: [talk({ tags: ['опт', 'срочно'] }), ['опт', 'срочно'], 'contains', 'СРОЧ', 'розница'],
  isGroup: [talk({ isGroup: true }), true, '=', true, false],
  workingTime: [talk({ workingTime: false }), false, '=', false, true],
  startedAt: [someFacts(), '2026-03-01T10:00:00.000Z', 'notEmpty', null, null],
  operatorJoinedAt: [talk({ operatorJoinedAt: '2026-03-01' }), '2026-03-01', 'notEmpty', null, null],
  closedAt: [talk({ closedAt: '2026-03-01' }), '2026-03-01', 'notEmpty', null, null],
  conversationId: [someFacts(), someFacts().conversation.id, 'beginsWith', '018f', '019f'],
  site: [talk({ pageUrl: 'https://Shop.example/p?a=1' }), 'shop.example', '=', 'shop.example', 'a.example'],
  pageUrl: [
    talk({ pageUrl: 'https://a.example/price' }),
    'https://a.example/price',
    'contains',
    '/price',
    '/cart',
  ],
  pageTitle: [talk({ pageTitle: 'Цены' }), 'Цены', '=', 'цены', 'Корзина'],
  referrer: [talk({ referrer: 'https://ya.ru/' }), 'https://ya.ru/', 'contains', 'ya.ru', 'google'],
  'utm.source': [talk({ utm }), 's', '=', 's', 'x'],
  'utm.medium': [talk({ utm }), 'm', '=', 'm', 'x'],
  'utm.campaign': [talk({ utm }), 'c', '=', 'c', 'x'],
  'utm.content': [talk({ utm }), 'o', '=', 'o', 'x'],
  'utm.term': [talk({ utm }), 't', '=', 't', 'x'],
  'firstTouch.at': [talk({ firstTouch: first }), first.at, 'notEmpty', null, null],
  'firstTouch.site': [talk({ firstTouch: first }), 'a.example', '=', 'a.example', 'b.example'],
  'firstTouch.pageUrl': [talk({ firstTouch: first }), first.pageUrl, 'contains', '/x', '/y'],
  'firstTouch.referrer': [talk({ firstTouch: first }), first.referrer, 'contains', 'ya.ru', 'google'],
  'firstTouch.utm.source': [talk({ firstTouch: { utm } }), 's', '=', 's', 'x'],
  'firstTouch.utm.medium': [talk({ firstTouch: { utm } }), 'm', '=', 'm', 'x'],
  'firstTouch.utm.campaign': [talk({ firstTouch: { utm } }), 'c', '=', 'c', 'x'],
  'firstTouch.utm.content': [talk({ firstTouch: { utm } }), 'o', '=', 'o', 'x'],
  'firstTouch.utm.term': [talk({ firstTouch: { utm } }), 't', '=', 't', 'x'],
  'request.formName': [form(), 'Обратный звонок', 'contains', 'звонок', 'заказ'],
  'request.formType': [form(), 'site-form', '=', 'site-form', 'widget'],
  'request.personalDataConsent': [form(), true, '=', true, false],
  'request.mailingConsent': [form({ mailingConsent: true }), true, '=', true, false],
}

describe('each parameter of the catalogue (CHAT-58, requirements §1.8)', () => {
  test.each(Object.entries(ROWS))(
    '%s has its value and is compared',
    (name, [facts, value, operator, yes, no]) => {
      const values = ruleFacts(facts)
      expect(values[name]).toEqual(value)
      const holds = (wanted: Rule['value']) =>
        evaluate({ combinator: 'and', rules: [{ field: name, operator, value: wanted }] }, values, FIELDS)
      expect(holds(yes)).toEqual({ matches: true, warnings: [] })
      if (operator !== 'notEmpty') expect(holds(no)).toEqual({ matches: false, warnings: [] })
    },
  )

  test('there is no other, and each is named in both languages', () => {
    expect(Object.keys(ROWS).sort()).toEqual(
      Object.keys(FIELDS)
        .filter((name) => name !== 'form.*')
        .sort(),
    )
    for (const [name, { label }] of Object.entries(FIELDS)) {
      expect(label.ru, name).toMatch(/\S/)
      expect(label.en, name).toMatch(/^[\x20-\x7e]+$/)
    }
  })

  test('what is not known is empty, not false', () => {
    const values = ruleFacts(someFacts())
    for (const name of [
      'ordinal',
      'visitorType',
      'workingTime',
      'utm.source',
      'firstTouch.at',
      'request.formName',
    ]) {
      expect(values[name], name).toBeUndefined()
    }
    expect(ruleFacts(talk({ ordinal: 1 }))['visitorType']).toBe('new')
    expect(ruleFacts(talk({ pageUrl: 'nonsense' }))['site']).toBe('')
  })
})

describe('fields of a site’s own form', () => {
  const values = ruleFacts(
    form({
      fields: [
        { name: 'city', label: 'Город', value: 'Казань' },
        { name: 'topic', label: '', value: 'окна' },
        { name: 'topic', label: '', value: 'двери' },
        { name: '__proto__', label: '', value: 'x' },
      ],
    }),
  )
  const compare = (field: string, operator: Rule['operator'], value: string) =>
    evaluate({ combinator: 'and', rules: [{ field, operator, value }] }, values, conditionFields('requests'))

  test('are parameters by the name that the form gives them', () => {
    expect(compare('form.city', '=', 'казань')).toEqual({ matches: true, warnings: [] })
    expect(compare('form.topic', '=', 'двери')).toEqual({ matches: true, warnings: [] })
    expect(compare('form.other', '=', 'казань')).toEqual({ matches: false, warnings: [] })
    expect(compare('form.__proto__', '=', 'x')).toEqual({ matches: true, warnings: [] })
  })

  test('need a name', () => {
    for (const field of ['form.', 'form. ', 'form.*', 'form']) {
      expect(compare(field, '=', 'x').warnings, field).toEqual([{ code: 'unknown-field', field }])
    }
    expect(fieldNamed(mappingFields('requests'), 'form.city')?.label.ru).toBe('Поле формы «city»')
    expect(fieldNamed(mappingFields('chats'), 'form.city')).toBeUndefined()
  })
})

describe.each<PassingSectionName>(['chats', 'requests'])('the catalogue of %s', (section) => {
  test('offers in conditions only what can be compared, with words for its choices', () => {
    const compared = conditionFields(section)
    expect(Object.keys(compared)).toEqual(
      expect.arrayContaining(['channelId', 'site', 'utm.source', 'phone']),
    )
    for (const [name, field] of Object.entries(compared)) {
      expect(OPERATORS_BY_TYPE[field.type].length, name).toBeGreaterThan(1)
      expect(field.type, name).not.toBe('datetime')
      if (field.type === 'choice' && field.choices && Object.hasOwn(CHOICE_WORDS, field.choices)) {
        expect(Object.keys(CHOICE_WORDS[field.choices as keyof typeof CHOICE_WORDS]).length).toBeGreaterThan(
          1,
        )
      }
    }
  })

  test('has what only it can have', () => {
    expect(Object.hasOwn(conditionFields(section), 'operatorName')).toBe(section === 'chats')
    expect(Object.hasOwn(mappingFields(section), 'request.formName')).toBe(section === 'requests')
    expect(Object.hasOwn(mappingFields(section), 'channelId')).toBe(false)
    expect(Object.hasOwn(mappingFields(section), 'closedAt')).toBe(true)
  })
})
