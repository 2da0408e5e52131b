import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type EventReceiver, startEventReceiver } from './event-receiver.ts'
import { isMap, type PhpMap } from './php-values.ts'
import { startTestPortal, type TestPortal } from './test-portal.ts'

let receiver: EventReceiver
let stage: TestPortal
beforeEach(async () => {
  receiver = await startEventReceiver()
  stage = await startTestPortal({ portal: { kind: 'box' }, handlerUrl: `${receiver.url}/app` })
  await stage.portal.eventsSettled()
})
afterEach(async () => {
  await stage.sandbox.stop()
  await receiver.close()
})

function authOf(body: PhpMap | undefined): PhpMap {
  const block = body?.['auth']
  if (!isMap(block)) throw new Error('the event has no auth block')
  return block
}

async function bind(event: string, extra: PhpMap = {}): Promise<void> {
  await stage.ok('event.bind', { event, handler: `${receiver.url}/crm`, ...extra })
}

async function settled(): Promise<string[]> {
  await stage.portal.eventsSettled()
  return receiver.received.filter(({ path }) => path === '/crm').map(({ body }) => String(body['event']))
}

test('ONAPPINSTALL brings tokens with a refresh token; ONAPPUNINSTALL brings none, only the application token', async () => {
  const [install] = receiver.received
  expect(install).toMatchObject({
    path: '/app',
    contentType: 'application/x-www-form-urlencoded',
    body: { event: 'ONAPPINSTALL', data: { VERSION: '1', ACTIVE: 'Y', INSTALLED: 'Y', LANGUAGE_ID: 'ru' } },
  })
  const auth = authOf(install?.body)
  expect(auth).toMatchObject({
    member_id: stage.portal.memberId,
    client_endpoint: `${stage.portal.url}/rest/`,
    server_endpoint: `${stage.sandbox.authUrl}/rest/`,
    domain: stage.portal.domain,
  })
  expect(auth['refresh_token']).toBeTruthy()
  expect((await stage.call('profile', {}, { token: String(auth['access_token']) })).status).toBe(200)

  stage.portal.uninstallApp('local.test', { clean: true })
  await stage.portal.eventsSettled()
  expect(receiver.received.at(-1)?.body).toMatchObject({
    event: 'ONAPPUNINSTALL',
    data: { CLEAN: '1' },
    auth: { application_token: auth['application_token'] },
  })
  expect(receiver.received.at(-1)?.body['auth']).not.toHaveProperty('access_token')
})

describe('delivery', () => {
  test('each change of a card is told once, upper case, ids as strings, with tokens of who acted', async () => {
    for (const event of [
      'onCrmDealAdd',
      'ONCRMDEALUPDATE',
      'ONCRMDEALDELETE',
      'ONCRMTIMELINECOMMENTADD',
      'ONCRMACTIVITYADD',
    ])
      await bind(event)
    const id = await stage.ok('crm.deal.add', { fields: { TITLE: 'D' } })
    await stage.ok('crm.timeline.comment.add', {
      fields: { ENTITY_ID: id, ENTITY_TYPE: 'deal', COMMENT: 'hello' },
    })
    await stage.ok('crm.activity.todo.add', {
      ownerTypeId: 2,
      ownerId: id,
      deadline: '2026-11-21T10:00:00+03:00',
    })
    stage.portal.edit.update('deal', Number(id), { stageId: 'WON' }, 7)
    stage.portal.edit.remove('deal', Number(id))
    expect(await settled()).toEqual([
      'ONCRMDEALADD',
      'ONCRMTIMELINECOMMENTADD',
      'ONCRMACTIVITYADD',
      'ONCRMDEALUPDATE',
      'ONCRMDEALDELETE',
    ])
    const bodies = receiver.received.filter(({ path }) => path === '/crm').map(({ body }) => body)
    expect(bodies[0]).toMatchObject({ data: { FIELDS: { ID: String(id) } }, auth: { user_id: '1' } })
    expect(bodies[1]?.['data']).toEqual({ ID: '12001' })
    expect(bodies[3]).toMatchObject({ auth: { user_id: '7' } })
    const token = String(authOf(bodies[3])['access_token'])
    expect(await stage.call('profile', {}, { token })).toMatchObject({ body: { result: { ID: '7' } } })
  })

  test('what the portal does by itself carries no tokens', async () => {
    await bind('ONCRMDEALADD')
    stage.portal.state.crmMode = 'simple'
    await stage.ok('crm.lead.add', { fields: { TITLE: 'L' } })
    expect(await settled()).toEqual(['ONCRMDEALADD'])
    expect(receiver.received.at(-1)?.body['auth']).not.toHaveProperty('access_token')
    expect(receiver.received.at(-1)?.body['auth']).toHaveProperty('application_token')
  })

  test('one attempt: a failed handler loses the event and the journal says so', async () => {
    await bind('ONCRMLEADADD')
    receiver.status = 500
    await stage.ok('crm.lead.add', { fields: { TITLE: 'L' } })
    expect(await settled()).toEqual(['ONCRMLEADADD'])
    expect(stage.portal.journal.events.at(-1)).toMatchObject({ event: 'ONCRMLEADADD', status: 500 })
    expect(stage.portal.counts.eventsFailed).toBe(1)
  })

  test('events of an app that lost its portal are not sent', async () => {
    await bind('ONCRMLEADADD')
    stage.portal.setPaid('local.test', false)
    stage.portal.edit.create('lead', { title: 'L' })
    expect(await settled()).toEqual([])
  })

  test('a chain of calls made with event tokens ends after three', async () => {
    await bind('ONCRMLEADADD')
    await stage.ok('crm.lead.add', { fields: { TITLE: 'L0' } })
    for (let round = 0; round < 5; round++) {
      await stage.portal.eventsSettled()
      const { access_token: token } = authOf(receiver.received.at(-1)?.body)
      await stage.call('crm.lead.add', { fields: { TITLE: `L${round + 1}` } }, { token: String(token) })
    }
    expect(await settled()).toHaveLength(3)
  })
})

describe('binding', () => {
  test('a second binding is refused, unknown events too; unbind counts', async () => {
    await bind('ONCRMLEADADD')
    expect(
      await stage.call('event.bind', { event: 'OnCrmLeadAdd', handler: `${receiver.url}/crm` }),
    ).toMatchObject({
      status: 400,
      body: { error: 'ERROR_CORE', error_description: 'Unable to set event handler: Handler already binded' },
    })
    await bind('ONCRMLEADADD', { auth_type: 7 })
    expect(
      await stage.call('event.bind', { event: 'ONNOTHING', handler: `${receiver.url}/crm` }),
    ).toMatchObject({ status: 400, body: { error: 'ERROR_EVENT_NOT_FOUND' } })
    expect(await stage.ok('event.get')).toMatchObject([
      { event: 'ONCRMLEADADD', auth_type: '0' },
      { event: 'ONCRMLEADADD', auth_type: '7' },
    ])
    expect(await stage.ok('event.unbind', { event: 'ONCRMLEADADD', handler: `${receiver.url}/crm` })).toEqual(
      { count: 2 },
    )
    expect(await stage.ok('events', { SCOPE: 'crm' })).toContain('ONCRMDEALADD')
  })

  test('placements: bound once, listed, unbound by an administrator only', async () => {
    const params = { PLACEMENT: 'CRM_DEAL_DETAIL_TAB', HANDLER: `${receiver.url}/tab`, TITLE: 'Chat' }
    expect(await stage.ok('placement.bind', params)).toBe(true)
    expect(await stage.call('placement.bind', params)).toMatchObject({ status: 400 })
    expect(await stage.call('placement.bind', { ...params, PLACEMENT: 'NOWHERE' })).toMatchObject({
      body: { error: 'ERROR_PLACEMENT_NOT_FOUND' },
    })
    expect(await stage.ok('placement.get')).toMatchObject([
      { placement: 'CRM_DEAL_DETAIL_TAB', title: 'Chat', options: [] },
    ])
    const { access_token: token } = stage.app.grant(stage.portal, 7)
    expect(
      await stage.call('placement.unbind', { PLACEMENT: 'CRM_DEAL_DETAIL_TAB' }, { token }),
    ).toMatchObject({ status: 403, body: { error: 'ACCESS_DENIED' } })
    expect(await stage.ok('placement.unbind', { PLACEMENT: 'CRM_DEAL_DETAIL_TAB' })).toEqual({ count: 1 })
  })
})

describe('event faults', () => {
  test('duplicated, dropped and overtaken events', async () => {
    await bind('ONCRMLEADADD')
    await bind('ONCRMDEALADD')
    stage.portal.faults.add({ kind: 'event-duplicate', method: 'ONCRMLEADADD', count: 1 })
    stage.portal.edit.create('lead', { title: 'L' })
    expect(await settled()).toEqual(['ONCRMLEADADD', 'ONCRMLEADADD'])
    stage.portal.faults.add({ kind: 'event-drop', count: 1 })
    stage.portal.edit.create('lead', { title: 'L' })
    expect(await settled()).toHaveLength(2)
    expect(stage.portal.journal.events.at(-1)).toMatchObject({ status: 'dropped' })
    stage.portal.faults.add({ kind: 'event-reorder', method: 'ONCRMLEADADD', count: 1 })
    stage.portal.edit.create('lead', { title: 'L' })
    stage.portal.edit.create('deal', { title: 'D' })
    expect((await settled()).slice(2)).toEqual(['ONCRMDEALADD', 'ONCRMLEADADD'])
  })
})
