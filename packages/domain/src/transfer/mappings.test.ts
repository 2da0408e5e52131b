import type { PortalFieldFacts, TransferFacts } from '@trunkline/contracts/crm/facts'
import type { ChatsSettings } from '@trunkline/contracts/settings/index'
import type { FieldMapping } from '@trunkline/contracts/settings/rules'
import { describe, expect, test } from 'vitest'
import { card, someFacts, someRequest, someSettings } from './facts.fixture.ts'
import { decided, keys, stepsOf } from './told.fixture.ts'
import { MAPPING_RESULTS } from './trace.ts'

const text: PortalFieldFacts = { type: 'text', multiple: false, readOnly: false }
const fields = {
  UF_NAME: text,
  UF_PHONES: { ...text, multiple: true },
  UF_DAY: { ...text, type: 'date' },
  UF_LOCK: { ...text, readOnly: true },
} satisfies Record<string, PortalFieldFacts>
const row = (
  source: string,
  target: string,
  entity: FieldMapping['entity'] = 'deal',
  change: Partial<FieldMapping> = {},
): FieldMapping => ({
  id: `${entity}${source}${target}`,
  active: true,
  entity,
  source,
  target,
  policy: 'only-if-empty',
  ...change,
})

function mapped(
  fieldMappings: FieldMapping[],
  facts: Partial<TransferFacts> = {},
  chats: Partial<ChatsSettings> = {},
) {
  const portal = { ...someFacts().portal, fields: { deal: fields, contact: fields, lead: fields } }
  return decided(
    someFacts({ portal, crm: { candidates: [] }, ...facts }),
    someSettings({ mapFields: true, fieldMappings, ...chats }),
  )
}

describe('additional fields of a new card (CHAT-74, CHAT-75, UIS-08, UIS-31)', () => {
  test('go into the card and its new contact, each into its own', () => {
    const decision = mapped([
      row('contactName', 'UF_NAME'),
      row('startedAt', 'UF_DAY', 'deal', { policy: 'overwrite' }),
      row('phone', 'UF_PHONES', 'contact'),
      row('contactName', 'UF_NAME', 'lead'),
    ])
    expect(stepsOf(decision, 'create-deal')[0]?.fields.custom).toEqual({
      UF_NAME: 'Анна',
      UF_DAY: '2026-03-01',
    })
    expect(stepsOf(decision, 'create-contact')[0]?.fields.custom).toEqual({ UF_PHONES: ['+79161234567'] })
    expect(keys(decision)).not.toContain('fill-fields')
  })

  test('are not written while the table is off', () => {
    const decision = mapped([row('contactName', 'UF_NAME')], {}, { mapFields: false })
    expect(stepsOf(decision, 'create-deal')[0]?.fields.custom).toBeUndefined()
    expect(decision.trace.some((line) => line.code === 'mapping')).toBe(false)
  })

  test('that cannot be written never block the card, and each says why', () => {
    const decision = mapped([
      row('contactName', 'UF_NAME'),
      row('openingText', 'UF_NAME'),
      row('operatorName', 'UF_PHONES'),
      row('contactName', 'UF_DAY'),
      row('contactName', 'UF_GONE'),
      row('contactName', 'UF_LOCK'),
      row('nothing', 'UF_DAY'),
      row('contactName', 'UF_NAME', 'deal', { active: false }),
    ])
    expect(decision.outcome).toBe('passed')
    expect(stepsOf(decision, 'create-deal')[0]?.fields.custom).toEqual({ UF_NAME: 'Анна' })
    const said = decision.trace.filter((line) => line.code === 'mapping')
    expect(said.map(({ verdict, values }) => `${verdict} ${values.why}`)).toEqual([
      'chose written',
      'note target-taken',
      'skip empty',
      'note does-not-fit',
      'note field-gone',
      'note read-only',
      'note unknown-source',
    ])
    const unread = mapped([row('contactName', 'UF_NAME')], { portal: someFacts().portal })
    expect(stepsOf(unread, 'create-deal')[0]?.fields.custom).toBeUndefined()
    const all = [...said, ...unread.trace.filter((line) => line.code === 'mapping')]
    expect(new Set(all.map((line) => line.values.why))).toEqual(new Set(MAPPING_RESULTS))
  })

  test('take what was filled in on a site’s own form', () => {
    const settings = someSettings({}, undefined, {
      mapFields: true,
      fieldMappings: [row('form.city', 'UF_NAME'), row('request.personalDataConsent', 'UF_PHONES')],
    })
    const facts = someFacts({
      event: 'request',
      request: someRequest(),
      crm: { candidates: [] },
      portal: { ...someFacts().portal, fields: { deal: fields } },
    })
    expect(stepsOf(decided(facts, settings), 'create-deal')[0]?.fields.custom).toEqual({
      UF_NAME: 'Казань',
      UF_PHONES: ['да'],
    })
  })
})

describe('additional fields of a card that was found (CHAT-75)', () => {
  const deal = card('deal', '5', '2026-01-01T00:00:00Z')
  const contact = card('contact', '6', '2026-01-01T00:00:00Z')
  const table = [
    row('contactName', 'UF_NAME'),
    row('startedAt', 'UF_DAY', 'deal', { policy: 'overwrite' }),
    row('phone', 'UF_PHONES', 'contact'),
  ]

  test('are one step for each card, with the policy of each line', () => {
    const decision = mapped(table, { crm: { candidates: [deal, contact] } })
    expect(keys(decision)).toEqual(['comment:deal:5', 'fields:deal:5'])
    expect(stepsOf(decision, 'fill-fields')[0]?.fields).toEqual([
      { code: 'UF_NAME', value: 'Анна', policy: 'only-if-empty' },
      { code: 'UF_DAY', value: '2026-03-01', policy: 'overwrite' },
    ])
  })

  test('of the contact that a new card is tied to are filled in too', () => {
    const decision = mapped(table, { crm: { candidates: [contact] } }, { repeatedContactCreates: 'card' })
    expect(keys(decision)).toEqual(['create-deal', 'comment:step:create-deal', 'fields:contact:6'])
  })

  test('make no step when there is nothing to write', () => {
    const decision = mapped([row('operatorName', 'UF_NAME')], { crm: { candidates: [deal] } })
    expect(keys(decision)).toEqual(['comment:deal:5'])
  })

  test('are left alone while a conversation goes on', () => {
    const bound = { targets: [{ type: 'deal' as const, id: '5' }] }
    expect(keys(mapped(table, { bound }))).toEqual(['comment:deal:5'])
  })
})
