import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { clientApiErrors, outcomeOfStatus } from './errors.ts'
import { clientApi } from './index.ts'
import { ClientApiSettings } from './settings.ts'
import type { ClientApiHook } from './wire.ts'

const at = '2026-11-20T09:15:02.113Z'
const contact = { external_id: 'user-77', name: 'Ольга' }
const entryOf = (hook: ClientApiHook) =>
  clientApi.split({
    method: 'POST',
    path: '/api',
    query: {},
    headers: {},
    body: new TextEncoder().encode(JSON.stringify(hook)),
    remoteAddress: '127.0.0.1',
  })[0]!
const eventOf = (hook: ClientApiHook) => clientApi.parse(entryOf(hook).part)[0]!
const message = (change: object = {}, more: object = {}): ClientApiHook => ({
  op: 'message',
  at,
  files: [],
  body: { contact, message: { external_id: 'm-1', text: 'привет', ...change }, ...more },
})

describe('events', () => {
  test('the conversation of the client is the talk, the contact where it keeps none', () => {
    expect(entryOf(message()).laneKey).toBe('user-77')
    expect(entryOf(message({}, { conversation: { external_id: 'order-1' } })).laneKey).toBe('order-1')
  })

  test('a message under the same external id is the same event, whatever its words', () => {
    expect(entryOf(message({ text: 'иначе' })).eventKey).toBe(entryOf(message()).eventKey)
  })

  test('an edit back to the old text is an edit of its own, its repeat is not', () => {
    const edit = (key: string): ClientApiHook => ({
      op: 'edit',
      at,
      key,
      external_id: 'm-1',
      body: { contact, text: 'привет' },
    })
    expect(entryOf(edit('k1')).eventKey).not.toBe(entryOf(edit('k2')).eventKey)
    expect(entryOf(edit('k1')).eventKey).toBe(entryOf(edit('k1')).eventKey)
  })

  test('no two different operations share a key', () => {
    const hooks: ClientApiHook[] = [
      message(),
      { op: 'edit', at, key: 'm-1', external_id: 'm-1', body: { contact, text: 'x' } },
      { op: 'remove', at, talk: 'user-77', external_id: 'm-1' },
      { op: 'contact', at, key: 'm-1', external_id: 'user-77', body: {} },
      { op: 'close', at, key: 'm-1', talk: 'user-77' },
      { op: 'typing', at, talk: 'm-1' },
      { op: 'status', at, talk: 'user-77', message_id: 'm-1', body: { status: 'read' } },
      { op: 'status', at, talk: 'user-77', message_id: 'm-1', body: { status: 'delivered' } },
    ]
    expect(new Set(hooks.map((hook) => entryOf(hook).eventKey)).size).toBe(hooks.length)
  })

  test('an application may tell what was written earlier, but nothing from the future', () => {
    const earlier = '2026-11-20T08:00:00.000Z'
    expect(eventOf(message({ created_at: earlier })).occurredAt).toBe(earlier)
    expect(eventOf(message({ created_at: '2036-01-01T00:00:00Z' })).occurredAt).toBe(at)
    expect(eventOf(message({ created_at: 'yesterday' })).occurredAt).toBe(at)
  })

  test('what the company says of its user is vouched for', () => {
    const shared: ClientApiHook = {
      op: 'contact',
      at,
      key: 'k',
      external_id: 'user-77',
      body: { phone: '+7912' },
    }
    expect(eventOf(shared)).toMatchObject({
      kind: 'contact-shared',
      contact: { externalId: 'user-77', phone: '+7912', vouched: true },
    })
  })

  test('what was typed into a form is no word of the company, whatever stands beside it', () => {
    const request = (contact?: { external_id: string; phone?: string }): ClientApiHook => ({
      op: 'request',
      at,
      body: {
        external_id: 'form-1',
        fields: [
          { name: 'phone', value: '8 912 000-00-00' },
          { name: 'email', value: 'a@x.com' },
        ],
        ...(contact === undefined ? {} : { contact }),
      },
    })
    expect(eventOf(request({ external_id: 'user-77', phone: '+7912' }))).toMatchObject({
      contact: { externalId: 'user-77', phone: '+7912', email: 'a@x.com', vouched: true, typed: ['email'] },
    })
    expect(eventOf(request())).toMatchObject({
      contact: { phone: '8 912 000-00-00', email: 'a@x.com', vouched: false },
    })
  })

  test('a message of nothing is unsupported', () => {
    expect(eventOf(message({ text: ' ' })).kind).toBe('unsupported')
  })

  test('where the customer was and what they use go along', () => {
    const context = { page_url: 'https://shop.example/', app_version: '4.2', utm: { source: 'push' } }
    expect(eventOf(message({}, { context }))).toMatchObject({
      context: { pageUrl: 'https://shop.example/', extra: { appVersion: '4.2' }, utm: { source: 'push' } },
    })
  })
})

describe('answers of the application', () => {
  test.each([
    [410, { status: 'rejected', errorClass: 'auth', code: 'client-api/endpoint-gone' }],
    [422, { status: 'rejected', errorClass: 'content-refused', code: 'client-api/refused' }],
    [302, { status: 'retry', scope: 'account', code: 'client-api/redirected' }],
    [404, { status: 'retry', scope: 'account', code: 'client-api/endpoint-wrong' }],
    [401, { status: 'retry', scope: 'account', code: 'client-api/endpoint-wrong' }],
    [429, { status: 'retry', scope: 'account', code: 'client-api/slow-down' }],
    [500, { status: 'retry', scope: 'talk', code: 'client-api/server-error' }],
    [503, { status: 'retry', scope: 'account', code: 'client-api/server-error' }],
  ])('%d', (status, outcome) => {
    expect(outcomeOfStatus(status, undefined)).toMatchObject(outcome)
  })

  test('a wish to wait is kept, and every status has a code of the table', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.nat(3_600_000), (status, waitMs) => {
        const outcome = outcomeOfStatus(status, waitMs)
        if (outcome.status === 'retry') expect(outcome.afterMs).toBe(waitMs)
        expect('code' in outcome && Object.keys(clientApiErrors)).toContain('code' in outcome && outcome.code)
      }),
    )
  })
})

test.each([
  ['', '', true],
  ['https://app.example/hooks', `whsec_${Buffer.alloc(32, 7).toString('base64')}`, true],
  ['https://app.example/hooks', `whsec_${Buffer.alloc(64, 7).toString('base64')}`, true],
  ['ftp://app.example', '', false],
  ['', 'secret', false],
  ['', 'whsec_c2hvcnQ=', false],
])('settings %j with secret %j are valid: %s', (webhookUrl, signingSecret, valid) => {
  expect(Value.Check(ClientApiSettings, { webhookUrl, signingSecret })).toBe(valid)
})
