import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readReply, startTestPortal, type TestPortal } from './test-portal.ts'

let stage: TestPortal
beforeAll(async () => {
  stage = await startTestPortal({ portal: { kind: 'cloud', plan: 'enterprise' } })
})
afterAll(() => stage.sandbox.stop())

describe('transport', () => {
  test('form with PHP brackets, query and JSON reach the method alike; the body wins over the query', async () => {
    const form = await readReply(
      await fetch(
        `${stage.portal.url}/rest//crm.deal.add.json?bx24_request_id=1&fields[TITLE]=query&auth=${stage.token}`,
        {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'fields[TITLE]=Form+deal&fields[OPPORTUNITY]=10',
        },
      ),
    )
    expect(form.status).toBe(200)
    const byGet = await readReply(
      await fetch(
        `${stage.portal.url}/rest/CRM.Deal.GET?id=${String(form.body['result'])}&access_token=${stage.token}`,
      ),
    )
    expect(byGet.body['result']).toMatchObject({
      TITLE: 'Form deal',
      OPPORTUNITY: '10.00',
      ID: String(form.body['result']),
    })
  })

  test('invalid JSON means empty parameters', async () => {
    const reply = await readReply(
      await fetch(`${stage.portal.url}/rest/crm.item.get?auth=${stage.token}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"entityTypeId":2,',
      }),
    )
    expect(reply).toMatchObject({ status: 400, body: { error: '100' } })
  })

  test('an answer carries time with operating in the cloud', async () => {
    const { body } = await stage.call('server.time')
    expect(body).toMatchObject({
      result: '2026-11-20T12:00:00+03:00',
      time: { duration: 0.01, operating: 0.01, date_start: '2026-11-20T12:00:00+03:00' },
    })
  })

  test('an error body is exactly error and error_description', async () => {
    const { status, body } = await stage.call('crm.item.get', { entityTypeId: 2, id: 1 })
    expect(status).toBe(400)
    expect(body).toEqual({ error: 'NOT_FOUND', error_description: 'Element not found' })
  })

  test("checks run in the portal's order: method, token, scope", async () => {
    expect(await stage.call('no.such.method', {}, { token: 'bad' })).toMatchObject({
      status: 404,
      body: { error: 'ERROR_METHOD_NOT_FOUND' },
    })
    expect(await stage.call('crm.deal.list', {}, { token: 'bad' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_token' },
    })
    expect(await stage.call('crm.deal.list', {}, { token: null })).toMatchObject({
      status: 401,
      body: { error: 'NO_AUTH_FOUND' },
    })
    const narrow = stage.sandbox.registerApp({
      clientId: 'narrow',
      clientSecret: 's',
      redirectUri: '',
      scope: ['user_brief'],
      title: 'N',
    })
    const { access_token: token } = narrow.grant(stage.portal)
    expect(await stage.call('crm.deal.list', {}, { token })).toMatchObject({
      status: 403,
      body: { error: 'insufficient_scope' },
    })
    const { body } = await stage.call('user.current', {}, { token })
    expect(body['result']).not.toHaveProperty('EMAIL')
  })

  test('an incoming webhook calls by its address and is refused where an application is needed', async () => {
    const { url } = stage.portal.addHook({ scope: ['crm'] })
    expect(await readReply(await fetch(`${url}crm.deal.list`))).toMatchObject({ status: 200 })
    expect(await readReply(await fetch(`${url}event.get`))).toMatchObject({
      status: 403,
      body: { error: 'WRONG_AUTH_TYPE' },
    })
    expect(await readReply(await fetch(url.replace(/\w+\/$/, 'wrong/crm.deal.list')))).toMatchObject({
      status: 401,
      body: { error: 'NO_AUTH_FOUND' },
    })
  })

  test('an unknown parameter is refused by name; telemetry is not', async () => {
    expect(await stage.call('server.time', { color: 'red', bx24_sdk_ver: '2' })).toMatchObject({
      status: 400,
      body: { error: 'ERROR_ARGUMENT', argument: 'color' },
    })
  })

  test("a dismissed user's token stops working", async () => {
    const pair = stage.app.grant(stage.portal, 9)
    stage.portal.edit.dismiss(9)
    expect(await stage.call('profile', {}, { token: pair.access_token })).toMatchObject({
      status: 401,
      body: { error: 'authorization_error' },
    })
  })

  test('the journal holds the hit with its command and without the token', async () => {
    stage.portal.journal.clear()
    await stage.call('crm.item.list', { entityTypeId: 2, filter: { '=originId': 'x' } })
    const [hit] = stage.portal.journal.hits
    expect(hit).toMatchObject({
      method: 'crm.item.list',
      clientId: 'local.test',
      userId: 1,
      status: 200,
      refused: false,
      commands: [
        {
          key: null,
          method: 'crm.item.list',
          params: { entityTypeId: 2, filter: { '=originId': 'x' } },
          result: { items: [] },
        },
      ],
    })
    expect(JSON.stringify(stage.portal.journal.hits)).not.toContain(stage.token)
    expect(stage.portal.counts).toMatchObject({ hits: 1, commands: 1, byMethod: { 'crm.item.list': 1 } })
  })
})

test('a box has neither limits nor operating counters', async () => {
  const box = await startTestPortal({ portal: { kind: 'box' } })
  for (let hit = 0; hit < 70; hit++) expect((await box.call('server.time')).status).toBe(200)
  expect((await box.call('server.time')).body['time']).not.toHaveProperty('operating')
  await box.sandbox.stop()
})
