import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTestPortal, type TestPortal } from './test-portal.ts'

let stage: TestPortal
beforeEach(async () => {
  stage = await startTestPortal({ seed: 'demo', portal: { language: 'en' } })
})
afterEach(() => stage.sandbox.stop())

test('the whole state is read in one go', async () => {
  const { status, body } = await stage.control('GET', 'state')
  expect(status).toBe(200)
  expect(body['portal']).toMatchObject({ url: stage.portal.url, language: 'en', crmMode: 'classic' })
  expect(body['deals']).toHaveLength(3)
  expect(body['leads']).toHaveLength(2)
  expect(body['categories']).toMatchObject([{ id: 0 }, { id: 1 }])
})

test('a person moves a stage, edits a field, deletes a deal and dismisses an employee', async () => {
  const [deal] = stage.portal.crm.deals
  const moved = await stage.control('PATCH', `entities/deals/${deal?.id}`, {
    fields: { stageId: 'EXECUTING', title: 'New title' },
    userId: 7,
  })
  expect(moved.body['item']).toMatchObject({ stageId: 'EXECUTING', title: 'New title', updatedBy: 7 })
  const card = await stage.control('GET', `entities/deals/${deal?.id}`)
  expect(card.body['timeline']).toMatchObject([{ kind: 'stage' }, { kind: 'stage' }])
  expect(
    await stage.control('PATCH', `entities/deals/${deal?.id}`, { fields: { stageId: 'C1:NEW' } }),
  ).toMatchObject({ status: 400 })
  expect((await stage.control('DELETE', `entities/deals/${deal?.id}`)).status).toBe(200)
  expect(stage.portal.crm.record('deal', deal?.id ?? 0)).toBeUndefined()
  expect((await stage.control('POST', 'employees/7/dismiss', {})).body['employee']).toMatchObject({
    isActive: false,
  })
  expect((await stage.control('GET', 'entities/deals/1')).status).toBe(404)
})

test('an administrator adds and deletes stages and fields; a stage with cards on it stays', async () => {
  const added = await stage.control('POST', 'stages', { pipeline: 1, id: 'UC_NEW', name: 'Fresh' })
  expect(added.body['stage']).toMatchObject({ statusId: 'C1:UC_NEW', entityId: 'DEAL_STAGE_1' })
  const renamed = await stage.control('PATCH', 'stages/C1:UC_NEW', { name: 'Fresher' })
  expect(renamed.body['stage']).toMatchObject({ name: 'Fresher' })
  const deal = stage.portal.edit.create('deal', { title: 'Repair', categoryId: 1, stageId: 'C1:UC_NEW' })
  expect(await stage.control('DELETE', 'stages/C1:UC_NEW')).toMatchObject({ status: 400 })
  stage.portal.edit.update('deal', deal.id, { stageId: 'C1:NEW' })
  expect(await stage.control('DELETE', 'stages/C1:UC_NEW')).toMatchObject({ status: 200 })
  const refused = await stage.call('crm.item.add', {
    entityTypeId: 2,
    fields: { categoryId: 1, stageId: 'C1:UC_NEW' },
  })
  expect(refused).toMatchObject({ status: 400, body: { error: 'CRM_FIELD_ERROR_VALUE_NOT_VALID' } })

  const draft = { fieldName: 'UF_CRM_SIZE', userTypeId: 'enumeration', label: 'Size', list: ['S', 'L'] }
  expect((await stage.control('POST', 'fields/deals', draft)).body['field']).toMatchObject({
    fieldName: 'UF_CRM_SIZE',
    list: [{ value: 'S' }, { value: 'L' }],
  })
  stage.portal.edit.update('deal', deal.id, { ufCrmSize: stage.portal.state.userFields.at(-1)!.list[1]!.id })
  expect(await stage.control('DELETE', 'fields/deals/UF_CRM_SIZE')).toMatchObject({ status: 200 })
  expect(stage.portal.crm.record('deal', deal.id)).not.toHaveProperty('ufCrmSize')
  // What a deleted field is given is ignored in silence, as by the real portal.
  const { status } = await stage.call('crm.item.update', {
    entityTypeId: 2,
    id: deal.id,
    fields: { UF_CRM_SIZE: 'L' },
    useOriginalUfNames: 'Y',
  })
  expect(status).toBe(200)
})

test('faults, clock and settings are set over HTTP', async () => {
  const added = await stage.control('POST', 'faults', { kind: 'rate-limit', count: 1, method: 'profile' })
  expect(added.body['fault']).toMatchObject({ kind: 'rate-limit', strikes: 0 })
  expect((await stage.call('profile')).status).toBe(503)
  expect((await stage.control('GET', 'faults')).body['faults']).toMatchObject([{ strikes: 1 }])
  expect((await stage.control('POST', 'faults', { kind: 'nonsense' })).status).toBe(400)
  await stage.control('DELETE', 'faults')
  expect(stage.portal.faults.list).toEqual([])

  await stage.control('POST', 'clock', { advanceMs: 3_600_000 })
  expect(await stage.call('profile')).toMatchObject({ status: 401, body: { error: 'expired_token' } })
  expect(
    (await stage.control('PATCH', 'settings', { crmMode: 'simple', strict: false, realLatency: 0 })).body,
  ).toMatchObject({ crmMode: 'simple', strict: false })
})

describe('journal', () => {
  test('read from a mark on, cleared, and never fed by the control API', async () => {
    await stage.ok('profile')
    const first = await stage.control('GET', 'journal')
    expect(first.body['hits']).toMatchObject([{ method: 'profile' }])
    const [{ seq } = { seq: 0 }] = first.body['hits'] as { seq: number }[]
    await stage.ok('scope')
    expect((await stage.control('GET', `journal?after=${seq}`)).body['hits']).toMatchObject([
      { method: 'scope' },
    ])
    await stage.control('DELETE', 'journal')
    expect((await stage.control('GET', 'journal')).body).toMatchObject({ hits: [], counts: { hits: 0 } })
  })
})

test('applications are revoked, unpaid and uninstalled; hooks made; the portal moved', async () => {
  await stage.control('POST', 'apps/local.test/payment', { isPaid: false })
  expect((await stage.call('profile')).body['error']).toBe('PAYMENT_REQUIRED')
  await stage.control('POST', 'apps/local.test/payment', { isPaid: true })
  await stage.control('POST', 'apps/local.test/revoke', {})
  expect((await stage.call('profile')).body['error']).toBe('invalid_token')
  await stage.control('POST', 'apps/local.test/uninstall', {})
  expect((await stage.control('GET', 'apps')).body['apps']).toEqual([])
  const { url } = (await stage.control('POST', 'hooks', { scope: ['crm'] })).body
  expect((await fetch(`${String(url)}crm.deal.list`)).status).toBe(200)
  const former = stage.portal.url
  const moved = await stage.control('POST', 'domain', {})
  expect(moved.body['url']).toBe(stage.portal.url)
  expect(stage.portal.url).not.toBe(former)
})

test('reset brings the seed back and keeps the application', async () => {
  stage.portal.edit.remove('deal', stage.portal.crm.deals[0]?.id ?? 0)
  stage.portal.faults.add({ kind: 'slow', ms: 1 })
  await stage.control('POST', 'reset', {})
  expect(stage.portal.crm.deals).toHaveLength(3)
  expect(stage.portal.faults.list).toEqual([])
  expect((await stage.call('profile')).status).toBe(200)
})

test('a foreign web page cannot write: only JSON is taken', async () => {
  const reply = await fetch(`${stage.portal.url}/sandbox/api/reset`, { method: 'POST', body: 'seed=empty' })
  expect(reply.status).toBe(415)
  const bare = await fetch(`${stage.portal.url}/sandbox/api/apps/local.test/revoke`, { method: 'POST' })
  expect(bare.status).toBe(415)
})

test('the revision grows with writes and not with reads', async () => {
  const before = stage.portal.revision
  await stage.ok('crm.deal.list')
  expect(stage.portal.revision).toBe(before)
  await stage.ok('crm.deal.add', { fields: { TITLE: 'x' } })
  expect(stage.portal.revision).toBeGreaterThan(before)
})
