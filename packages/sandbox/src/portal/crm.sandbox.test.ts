import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PhpMap } from './php-values.ts'
import { startTestPortal, type TestPortal } from './test-portal.ts'

let stage: TestPortal
beforeEach(async () => {
  stage = await startTestPortal({ portal: { kind: 'box' } })
})
afterEach(() => stage.sandbox.stop())

async function addItem(entityTypeId: number, fields: PhpMap): Promise<PhpMap> {
  const { item } = (await stage.ok('crm.item.add', { entityTypeId, fields })) as { item: PhpMap }
  return item
}

async function ids(entityTypeId: number, filter: PhpMap, extra: PhpMap = {}): Promise<unknown[]> {
  const { items } = (await stage.ok('crm.item.list', { entityTypeId, filter, select: ['id'], ...extra })) as {
    items: PhpMap[]
  }
  return items.map(({ id }) => id)
}

const phone = (value: string, valueType = 'WORK'): PhpMap => ({ typeId: 'PHONE', valueType, value })

describe('crm.item', () => {
  test('a lead gets the documented defaults and typed values; unknown fields are ignored', async () => {
    const lead = await addItem(1, {
      name: 'Вера',
      nonsense: 1,
      opportunity: '99.5',
      fm: [phone('+79000003001'), { valueType: 'WORK', value: 'no type' }],
    })
    expect(lead).toMatchObject({
      title: `Лид #${String(lead['id'])}`,
      stageId: 'NEW',
      stageSemanticId: 'P',
      assignedById: 1,
      opened: 'Y',
      opportunity: 99.5,
      hasPhone: 'Y',
      isReturnCustomer: 'N',
      entityTypeId: 1,
    })
    expect(lead).not.toHaveProperty('nonsense')
    expect(lead['fm']).toHaveLength(1)
    expect(typeof lead['id']).toBe('number')
  })

  test('a deal stands on the first stage of its pipeline and closes in seven days', async () => {
    const deal = await addItem(2, { categoryId: 1 })
    expect(deal).toMatchObject({ stageId: 'C1:NEW', closed: 'N', closedate: '2026-11-27T00:00:00+03:00' })
  })

  test('a stage of another pipeline, an unknown pipeline, contact or user is refused and nothing changes', async () => {
    const deal = await addItem(2, { title: 'A' })
    for (const fields of [
      { stageId: 'C1:NEW' },
      { categoryId: 77 },
      { contactIds: [999_999] },
      { assignedById: 4040 },
      { begindate: 'soon' },
    ]) {
      const reply = await stage.call('crm.item.update', {
        entityTypeId: 2,
        id: deal['id'],
        fields: { title: 'B', ...fields },
      })
      expect(reply).toMatchObject({ status: 400, body: { error: 'CRM_FIELD_ERROR_VALUE_NOT_VALID' } })
    }
    expect(stage.portal.crm.deals).toMatchObject([{ title: 'A', stageId: 'NEW', categoryId: 0 }])
  })

  test('moving to another pipeline without a stage starts it from its first stage; finals close the deal', async () => {
    const deal = await addItem(2, { title: 'A' })
    const update = (fields: PhpMap) =>
      stage.ok('crm.item.update', { entityTypeId: 2, id: deal['id'], fields })
    expect(await update({ categoryId: 1 })).toMatchObject({ item: { stageId: 'C1:NEW' } })
    expect(await update({ stageId: 'C1:WON' })).toMatchObject({ item: { stageSemanticId: 'S', closed: 'Y' } })
    const history = (await stage.ok('crm.stagehistory.list', {
      entityTypeId: 2,
      filter: { OWNER_ID: deal['id'] },
    })) as { items: PhpMap[] }
    expect(history.items.map(({ TYPE_ID, STAGE_ID }) => [TYPE_ID, STAGE_ID])).toEqual([
      [1, 'NEW'],
      [5, 'C1:NEW'],
      [3, 'C1:WON'],
    ])
  })

  test('contactIds replace the set and the first is primary; a deleted contact leaves the deal', async () => {
    const first = await addItem(3, { name: 'A' })
    const second = await addItem(3, { name: 'B' })
    const deal = await addItem(2, { contactIds: [first['id'] ?? 0, second['id'] ?? 0] })
    expect(deal).toMatchObject({ contactId: first['id'], contactIds: [first['id'], second['id']] })
    await stage.ok('crm.item.delete', { entityTypeId: 3, id: first['id'] })
    expect(await stage.ok('crm.item.get', { entityTypeId: 2, id: deal['id'] })).toMatchObject({
      item: { contactId: second['id'], contactIds: [second['id']] },
    })
    expect(await ids(2, { contactIds: second['id'] ?? 0 })).toEqual([deal['id']])
  })

  test('fm on update: a numeric key changes or removes, n0 adds, a row without typeId is dropped', async () => {
    const contact = await addItem(3, { name: 'A', fm: [phone('+79000003002'), phone('+79000003003')] })
    const [one, two] = contact['fm'] as PhpMap[]
    await stage.ok('crm.item.update', {
      entityTypeId: 3,
      id: contact['id'],
      fields: {
        fm: {
          [String(one?.['id'])]: { value: '+79000003004' },
          [String(two?.['id'])]: { value: '' },
          n0: { typeId: 'EMAIL', valueType: 'HOME', value: 'a@b.example' },
          n1: { value: 'x' },
        },
      },
    })
    const { item } = (await stage.ok('crm.item.get', { entityTypeId: 3, id: contact['id'] })) as {
      item: PhpMap
    }
    expect((item['fm'] as PhpMap[]).map(({ typeId, value }) => [typeId, value])).toEqual([
      ['PHONE', '+79000003004'],
      ['EMAIL', 'a@b.example'],
    ])
    expect(item).toMatchObject({ emailHome: 'a@b.example', phone: '+79000003004' })
  })

  test('fm and its aliases come in lists only when named', async () => {
    await addItem(3, { name: 'A', fm: [phone('+79000003005')] })
    const plain = (await stage.ok('crm.item.list', { entityTypeId: 3 })) as { items: PhpMap[] }
    expect(plain.items[0]).not.toHaveProperty('fm')
    const full = (await stage.ok('crm.item.list', { entityTypeId: 3, select: ['*', 'fm'] })) as {
      items: PhpMap[]
    }
    expect(full.items[0]).toMatchObject({ fm: [{ typeId: 'PHONE', value: '+79000003005' }], name: 'A' })
  })
})

describe('filters, order, pages', () => {
  test('every operator of the documentation', async () => {
    const a = (
      await addItem(2, { title: 'Alpha one', opportunity: 10, originId: 'o-1', originatorId: 'hub' })
    )['id']
    const b = (await addItem(2, { title: 'Beta two', opportunity: 20, stageId: 'WON' }))['id']
    const c = (await addItem(2, { title: 'alpha three', opportunity: 30, originId: 'o-3' }))['id']
    expect(await ids(2, { '=originId': 'o-1', originatorId: 'hub' })).toEqual([a])
    expect(await ids(2, { '%title': 'ALPHA' })).toEqual([a, c])
    expect(await ids(2, { '=%title': '%two' })).toEqual([b])
    expect(await ids(2, { '!%title': 'alpha' })).toEqual([b])
    expect(await ids(2, { '>opportunity': 10, '<=opportunity': 30 })).toEqual([b, c])
    expect(await ids(2, { '@id': [a ?? 0, c ?? 0] })).toEqual([a, c])
    expect(await ids(2, { '!@id': [a ?? 0, c ?? 0] })).toEqual([b])
    expect(await ids(2, { id: [b ?? 0] })).toEqual([b])
    expect(await ids(2, { '!stageSemanticId': 'P' })).toEqual([b])
    expect(await ids(2, { originId: '' })).toEqual([b])
    expect(await ids(2, { '>=createdTime': '2026-11-20T09:00:00Z' })).toEqual([a, b, c])
    expect(await ids(2, { '<createdTime': '2026-11-20T12:00:00' })).toEqual([])
    expect(
      await ids(2, { '0': { logic: 'OR', '0': { title: 'beta two' }, '1': { opportunity: 30 } } }),
    ).toEqual([b, c])
    expect(await ids(2, {}, { order: { opportunity: 'DESC' } })).toEqual([c, b, a])
  })

  test('leads are found by phone as typed, imol included', async () => {
    const lead = (
      await addItem(1, {
        fm: [phone('+7 900 000-30-06'), { typeId: 'IM', valueType: 'IMOL', value: 'imol|tg|1|2|3' }],
      })
    )['id']
    expect(await ids(1, { '=phone': '+7 900 000-30-06' })).toEqual([lead])
    expect(await ids(1, { '=phone': '+79000003006' })).toEqual([])
    expect(await ids(1, { '%phoneWork': '30-06' })).toEqual([lead])
    expect(await ids(1, { '=imol': 'imol|tg|1|2|3' })).toEqual([lead])
  })

  test('a bad name in filter, order or select is INVALID_ARG_VALUE for items and nothing for classic lists', async () => {
    for (const bad of [{ filter: { phone: '1' } }, { order: { colour: 'ASC' } }, { select: ['colour'] }]) {
      expect(await stage.call('crm.item.list', { entityTypeId: 2, ...bad })).toMatchObject({
        status: 400,
        body: { error: 'INVALID_ARG_VALUE' },
      })
    }
    expect((await stage.call('crm.deal.list', { filter: { COLOUR: 1 } })).status).toBe(200)
  })

  test('pages of fifty with total and next; start -1 switches counting off', async () => {
    for (let index = 0; index < 60; index++) stage.portal.edit.create('deal', { title: `d${index}` })
    const first = await stage.call('crm.item.list', { entityTypeId: 2 })
    expect(first.body).toMatchObject({ total: 60, next: 50 })
    expect((first.body['result'] as { items: unknown[] }).items).toHaveLength(50)
    const second = await stage.call('crm.item.list', { entityTypeId: 2, start: 50 })
    expect(second.body).not.toHaveProperty('next')
    expect((second.body['result'] as { items: unknown[] }).items).toHaveLength(10)
    const uncounted = await stage.call('crm.item.list', { entityTypeId: 2, start: -1 })
    expect(uncounted.body).not.toHaveProperty('total')
    expect(uncounted.body).not.toHaveProperty('next')
  })
})

describe('classic methods', () => {
  test('strings out, multifields under their keys, absent when there are none', async () => {
    const id = await stage.ok('crm.lead.add', {
      fields: {
        TITLE: 'L',
        STATUS_ID: 'IN_PROCESS',
        PHONE: [{ VALUE: '+79000003007', VALUE_TYPE: 'MOBILE' }],
        OPPORTUNITY: 5,
      },
    })
    expect(typeof id).toBe('number')
    const lead = (await stage.ok('crm.lead.get', { id })) as PhpMap
    expect(lead).toMatchObject({
      ID: String(id),
      STATUS_SEMANTIC_ID: 'P',
      OPPORTUNITY: '5.00',
      ASSIGNED_BY_ID: '1',
      PHONE: [{ VALUE: '+79000003007', VALUE_TYPE: 'MOBILE', TYPE_ID: 'PHONE' }],
    })
    expect(lead).not.toHaveProperty('EMAIL')
    const [row] = (await stage.ok('crm.lead.list', { select: ['ID', 'PHONE'] })) as PhpMap[]
    expect(Object.keys(row ?? {}).sort()).toEqual(['ID', 'PHONE'])
    expect(((await stage.ok('crm.lead.list', { select: ['*'] })) as PhpMap[])[0]).not.toHaveProperty('PHONE')
  })

  test('errors have an empty code and a text', async () => {
    expect(await stage.call('crm.contact.get', { id: 1 })).toMatchObject({
      status: 400,
      body: { error: '', error_description: 'Not found' },
    })
    expect(await stage.call('crm.contact.delete', {})).toMatchObject({
      status: 400,
      body: { error: '', error_description: 'ID is not defined or invalid' },
    })
    expect(await stage.call('crm.deal.add', { fields: { STAGE_ID: 'NOPE' } })).toMatchObject({
      status: 400,
      body: { error: 'ERROR_CORE' },
    })
  })

  test('a phone is changed by ID, removed by DELETE, and CATEGORY_ID of a deal stays', async () => {
    const id = await stage.ok('crm.contact.add', {
      fields: { NAME: 'A', PHONE: [{ VALUE: '1' }, { VALUE: '2' }] },
    })
    const { PHONE: phones } = (await stage.ok('crm.contact.get', { id })) as { PHONE: PhpMap[] }
    await stage.ok('crm.contact.update', {
      id,
      fields: {
        PHONE: [
          { ID: phones[0]?.['ID'] ?? 0, VALUE: '3' },
          { ID: phones[1]?.['ID'] ?? 0, DELETE: 'Y' },
        ],
      },
    })
    expect(stage.portal.crm.contacts[0]?.['fm']).toMatchObject([{ value: '3' }])
    const deal = await stage.ok('crm.deal.add', { fields: { TITLE: 'D' } })
    await stage.ok('crm.deal.update', { id: deal, fields: { CATEGORY_ID: 1 } })
    expect(stage.portal.crm.deals[0]).toMatchObject({ categoryId: 0, stageId: 'NEW' })
  })

  test('contacts of a deal by the binding methods', async () => {
    const a = stage.portal.edit.create('contact', { name: 'A' }).id
    const b = stage.portal.edit.create('contact', { name: 'B' }).id
    const id = await stage.ok('crm.deal.add', { fields: { TITLE: 'D', CONTACT_ID: a } })
    await stage.ok('crm.deal.contact.add', { id, fields: { CONTACT_ID: b, IS_PRIMARY: 'Y' } })
    expect(await stage.ok('crm.deal.contact.items.get', { id })).toMatchObject([
      { CONTACT_ID: b, IS_PRIMARY: 'Y' },
      { CONTACT_ID: a, IS_PRIMARY: 'N' },
    ])
    await stage.ok('crm.deal.contact.delete', { id, fields: { CONTACT_ID: b } })
    expect(stage.portal.crm.deals[0]).toMatchObject({ contactId: a, contactIds: [a] })
  })
})

describe('duplicates', () => {
  const find = (type: string, values: string[], extra: PhpMap = {}) =>
    stage.ok('crm.duplicate.findbycomm', { type, values, ...extra })

  test('phones meet by digits, 8 and +7 alike; only non-empty keys; nothing is []', async () => {
    const contact = stage.portal.edit.create('contact', { name: 'A', fm: [phone('8 (900) 000-30-08')] }).id
    const lead = stage.portal.edit.create('lead', { title: 'L', fm: [phone('+79000003008')] }).id
    expect(await find('PHONE', ['+7 900 000 30 08'])).toEqual({ LEAD: [lead], CONTACT: [contact] })
    expect(await find('PHONE', ['9000003008'], { entity_type: 'CONTACT' })).toEqual({ CONTACT: [contact] })
    expect(await find('PHONE', ['3008'])).toEqual([])
    expect(await find('EMAIL', ['a@b.example'])).toEqual([])
  })

  test('a changed phone is found by the new number only', async () => {
    const contact = stage.portal.edit.create('contact', { name: 'A', fm: [phone('+79000003009')] })
    const [row] = contact['fm'] as PhpMap[]
    stage.portal.edit.update('contact', contact.id, {
      fm: { [String(row?.['id'])]: { value: '+79000003010' } },
    })
    expect(await find('PHONE', ['+79000003009'])).toEqual([])
    expect(await find('PHONE', ['+79000003010'])).toEqual({ CONTACT: [contact.id] })
  })

  test('twenty hits of one type leave the other types out', async () => {
    for (let index = 0; index < 20; index++)
      stage.portal.edit.create('contact', { name: `c${index}`, fm: [phone('+79000003011')] })
    stage.portal.edit.create('lead', { title: 'L', fm: [phone('+79000003011')] })
    const found = (await find('PHONE', ['+79000003011'])) as PhpMap
    expect(Object.keys(found)).toEqual(['CONTACT'])
    expect(found['CONTACT']).toHaveLength(20)
  })

  test('wrong type and empty values are refused with the documented texts', async () => {
    expect((await stage.call('crm.duplicate.findbycomm', { type: 'IM', values: ['1'] })).body).toEqual({
      error: '',
      error_description: "Communication type 'IM' is not supported in current context",
    })
    expect(
      (await stage.call('crm.duplicate.findbycomm', { type: 'PHONE', values: [] })).body['error_description'],
    ).toBe('Communication values is not defined')
  })
})

describe('dictionaries and user fields', () => {
  test('statuses with semantics, pipelines with C1 stages, mode', async () => {
    const rows = (await stage.ok('crm.status.list', { filter: { ENTITY_ID: 'DEAL_STAGE_1' } })) as PhpMap[]
    expect(rows.map(({ STATUS_ID, SEMANTICS }) => [STATUS_ID, SEMANTICS])).toEqual([
      ['C1:NEW', null],
      ['C1:UC_DIAG01', null],
      ['C1:UC_WORK02', null],
      ['C1:WON', 'S'],
      ['C1:LOSE', 'F'],
    ])
    expect(await stage.ok('crm.category.list', { entityTypeId: 2 })).toMatchObject({
      categories: [
        { id: 0, isDefault: 'Y' },
        { id: 1, isDefault: 'N' },
      ],
    })
    expect(await stage.call('crm.category.list', { entityTypeId: 1 })).toMatchObject({
      status: 400,
      body: { error: 'ENTITY_TYPE_NOT_SUPPORTED' },
    })
    expect(await stage.ok('crm.settings.mode.get')).toBe(1)
    await stage.ok('crm.status.add', {
      fields: { ENTITY_ID: 'DEAL_STAGE_1', STATUS_ID: 'EXTRA', NAME: 'Extra' },
    })
    expect(
      await stage.call('crm.status.add', {
        fields: { ENTITY_ID: 'DEAL_STAGE_1', STATUS_ID: 'EXTRA', NAME: 'Extra' },
      }),
    ).toMatchObject({ body: { error: 'ERROR_CORE' } })
    expect((await addItem(2, { categoryId: 1, stageId: 'C1:EXTRA' }))['stageId']).toBe('C1:EXTRA')
  })

  test('a required user field is enforced, and is read and filtered in both spellings', async () => {
    await stage.ok('crm.deal.userfield.add', {
      fields: { FIELD_NAME: 'HUB_CITY', USER_TYPE_ID: 'string', MANDATORY: 'Y', LABEL: 'Город' },
    })
    await stage.ok('crm.deal.userfield.add', {
      fields: { FIELD_NAME: 'HUB_KIND', USER_TYPE_ID: 'enumeration', LIST: [{ VALUE: 'A' }, { VALUE: 'B' }] },
    })
    expect(await stage.call('crm.item.add', { entityTypeId: 2, fields: { title: 'x' } })).toMatchObject({
      status: 400,
      body: { error: 'CRM_FIELD_ERROR_VALUE_NOT_VALID', error_description: 'The field "Город" is required' },
    })
    expect(await stage.call('crm.deal.add', { fields: { TITLE: 'x' } })).toMatchObject({
      status: 400,
      body: { error: 'ERROR_CORE' },
    })
    const fields = (await stage.ok('crm.item.fields', { entityTypeId: 2 })) as {
      fields: Record<string, PhpMap>
    }
    expect(fields.fields['ufCrmHubCity']).toMatchObject({ isRequired: true, title: 'Город', type: 'string' })
    const [item] = (fields.fields['ufCrmHubKind']?.['items'] ?? []) as { ID: string }[]
    const deal = await addItem(2, { ufCrmHubCity: 'Казань', ufCrmHubKind: Number(item?.ID) })
    expect(await ids(2, { '=ufCrmHubCity': 'казань', ufCrmHubKind: item?.ID ?? '' })).toEqual([deal['id']])
    expect(await stage.ok('crm.deal.get', { id: deal['id'] })).toMatchObject({
      UF_CRM_HUB_CITY: 'Казань',
      UF_CRM_HUB_KIND: item?.ID,
    })
    expect(
      await stage.call('crm.item.update', { entityTypeId: 2, id: deal['id'], fields: { ufCrmHubCity: '' } }),
    ).toMatchObject({ status: 400 })
  })
})

test('simple mode turns a new lead into a contact and a deal right after the call', async () => {
  stage.portal.state.crmMode = 'simple'
  expect(await stage.ok('crm.settings.mode.get')).toBe(2)
  const lead = await addItem(1, {
    title: 'Заявка',
    name: 'Вера',
    originId: 'conv-1',
    assignedById: 7,
    fm: [phone('+79000003012')],
  })
  expect(lead['stageId']).toBe('NEW')
  const [contact] = stage.portal.crm.contacts
  expect(stage.portal.crm.leads).toMatchObject([{ stageId: 'CONVERTED', stageSemanticId: 'S' }])
  expect(contact).toMatchObject({ name: 'Вера', phone: '+79000003012', assignedById: 7 })
  expect(stage.portal.crm.deals).toMatchObject([
    { leadId: lead['id'], title: 'Заявка', contactIds: [contact?.id], originId: 'conv-1', assignedById: 7 },
  ])
})
