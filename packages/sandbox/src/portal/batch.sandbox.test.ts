import { afterAll, beforeAll, expect, test } from 'vitest'
import { splitCommand } from './batch.ts'
import { command, startTestPortal, type TestPortal } from './test-portal.ts'

let stage: TestPortal
beforeAll(async () => {
  stage = await startTestPortal({ portal: { plan: 'enterprise' } })
})
afterAll(() => stage.sandbox.stop())

test('a later command uses what an earlier one made', async () => {
  const { result, result_error: errors } = await stage.batch({
    c: command('crm.item.add', {
      entityTypeId: 3,
      fields: { name: 'Ада', fm: [{ typeId: 'PHONE', valueType: 'WORK', value: '+79000002001' }] },
    }),
    d: command('crm.item.add', {
      entityTypeId: 2,
      fields: { title: 'Чат $result[c][item][id] сайт', contactIds: ['$result[c][item][id]'] },
    }),
    f: command('crm.item.list', {
      entityTypeId: 2,
      filter: { contactId: '$result[c][item][id]' },
      select: ['id'],
    }),
  })
  const [deal] = stage.portal.crm.deals
  const [contact] = stage.portal.crm.contacts
  expect(errors).toEqual([])
  expect(deal).toMatchObject({
    title: `Чат ${contact?.id} сайт`,
    contactId: contact?.id,
    contactIds: [contact?.id],
  })
  expect(result['f']).toEqual({ items: [{ id: deal?.id }] })
})

test('nobody found: the reference becomes an empty array, so the deal has no contact and the text says Array', async () => {
  const { result_error: errors } = await stage.batch({
    ph: command('crm.duplicate.findbycomm', { type: 'PHONE', values: ['+79999999999'] }),
    d: command('crm.item.add', {
      entityTypeId: 2,
      fields: { title: 'x', contactId: '$result[ph][CONTACT][0]' },
    }),
    t: command('crm.item.add', { entityTypeId: 2, fields: { title: '$result[nothing]' } }),
  })
  // An empty array is 0 for PHP, so the deal simply has no contact.
  expect(errors).toEqual([])
  expect(stage.portal.crm.deals.slice(-2)).toMatchObject([{ contactId: 0 }, { title: 'Array' }])
})

test('HTTP 200 even when every command failed; a key is in result or in result_error', async () => {
  const reply = await stage.call('batch', {
    cmd: { a: 'crm.deal.get?id=1', b: 'no.method', c: 'batch?cmd[0]=profile' },
  })
  expect(reply.status).toBe(200)
  expect(reply.body['result']).toMatchObject({
    result: [],
    result_error: {
      a: { error: '', error_description: 'Not found' },
      b: { error: 'ERROR_METHOD_NOT_FOUND' },
      c: { error: 'ERROR_BATCH_METHOD_NOT_ALLOWED' },
    },
  })
})

test('halt stops at the first failure and later commands are nowhere', async () => {
  const outcome = await stage.batch({ a: 'profile', b: 'crm.deal.get?id=1', c: 'profile' }, 1)
  expect(outcome.result).toHaveProperty('a')
  expect(Object.keys(outcome.result_error)).toEqual(['b'])
  expect(outcome.result).not.toHaveProperty('c')
})

test('only fifty commands run, each extra key is told so', async () => {
  const outcome = await stage.batch(
    Object.fromEntries(Array.from({ length: 52 }, (_, index) => [`k${index}`, 'server.time'])),
  )
  expect(Object.keys(outcome.result)).toHaveLength(50)
  expect(outcome.result_error).toMatchObject({
    k50: { error: 'ERROR_BATCH_LENGTH_EXCEEDED' },
    k51: { error: 'ERROR_BATCH_LENGTH_EXCEEDED' },
  })
})

test('a list of commands comes back as a list, totals and next by key', async () => {
  const outcome = await stage.batch(['profile', 'crm.deal.list?start=0'])
  expect(Array.isArray(outcome.result)).toBe(true)
  expect(outcome.result_total).toEqual({ '1': stage.portal.crm.deals.length })
  expect(outcome.result_next).toEqual([])
})

test('a batch is one hit in the bucket and its commands count to their own methods', async () => {
  stage.portal.limits.reset()
  await stage.batch({ a: 'server.time', b: 'server.time', c: 'profile' })
  expect(stage.portal.limits.level()).toBe(1)
  expect(stage.portal.limits.operating('local.test', 'server.time')).toBeCloseTo(0.02)
  expect(stage.portal.limits.operating('local.test', 'profile')).toBeCloseTo(0.01)
})

test('a command is split as a URL: what follows # is lost', () => {
  expect(splitCommand('crm.deal.add?fields[TITLE]=№1#2&fields[ORIGIN_ID]=9')).toEqual({
    method: 'crm.deal.add',
    params: { fields: { TITLE: '№1' } },
  })
})

test('a batch that would run over a minute is cut off by the gateway and what ran has run', async () => {
  stage.portal.settings.costSeconds['crm.item.add'] = 25
  const before = stage.portal.crm.deals.length
  const add = command('crm.item.add', { entityTypeId: 2, fields: { title: 'slow' } })
  const reply = await stage.call('batch', { cmd: [add, add, add, add] })
  expect(reply.status).toBe(504)
  expect(reply.text).toContain('<html>')
  expect(stage.portal.crm.deals.length - before).toBe(3)
  delete stage.portal.settings.costSeconds['crm.item.add']
})
