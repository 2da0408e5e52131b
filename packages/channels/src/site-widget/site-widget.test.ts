import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { siteWidget } from './index.ts'
import { SiteWidgetSettings } from './settings.ts'

const hook = (body: unknown) => ({
  method: 'POST',
  path: '/widget',
  query: {},
  headers: {},
  body: new TextEncoder().encode(JSON.stringify(body)),
  remoteAddress: '127.0.0.1',
})
const message = (visitor: string, clientId: string) => ({
  op: 'message',
  visitor,
  at: '2026-11-20T09:15:02.113Z',
  files: [],
  body: { clientId, text: 'hi', context: { pageUrl: 'https://shop.example/' } },
})

describe('event keys', () => {
  test('a first message repeated by a visitor without a token is the same event', () => {
    const [first] = siteWidget.split(hook(message('visitor-1', 'c1')))
    const [again] = siteWidget.split(hook(message('visitor-2', 'c1')))
    expect(again?.eventKey).toBe(first?.eventKey)
  })

  test('a message and a form with the same client id are two events', () => {
    const contact = {
      op: 'contact',
      visitor: 'v',
      at: '2026-11-20T09:15:02.113Z',
      consentTextVersion: '1',
      body: { clientId: 'c1', consent: false, context: { pageUrl: '' } },
    }
    expect(siteWidget.split(hook(contact))[0]?.eventKey).not.toBe(
      siteWidget.split(hook(message('v', 'c1')))[0]?.eventKey,
    )
  })
})

describe('parse', () => {
  test('what a visitor types into the form is never vouched for, and the consent is kept as given', () => {
    const [event] = siteWidget.parse({
      op: 'contact',
      visitor: 'v',
      at: '2026-11-20T09:15:02.113Z',
      consentTextVersion: 'policy-7',
      body: { clientId: 'c1', email: 'a@b.example', consent: false, context: { pageUrl: '' } },
    })
    expect(event).toMatchObject({
      kind: 'contact-shared',
      contact: { externalId: 'v', email: 'a@b.example', vouched: false },
      consent: { personalData: false, mailing: false, textVersion: 'policy-7' },
    })
  })

  test('the time is the clock of the server, not of the visitor', () => {
    const sent = message('v', 'c1')
    const [event] = siteWidget.parse({ ...sent, body: { ...sent.body, sentAt: '1999-01-01T00:00:00Z' } })
    expect(event?.occurredAt).toBe('2026-11-20T09:15:02.113Z')
  })

  test('a message of nothing is unsupported, a file without words is a message', () => {
    const empty = message('v', 'c1')
    empty.body.text = '  '
    expect(siteWidget.parse(empty)[0]?.kind).toBe('unsupported')
    const file = { id: 'f', name: 'a.heic', mime: 'image/heic', sizeBytes: 3 }
    expect(siteWidget.parse({ ...empty, files: [file] })[0]).toMatchObject({
      kind: 'message-received',
      attachments: [{ kind: 'image', source: { attachmentId: 'f' } }],
    })
  })
})

describe('settings', () => {
  test.each([
    ['https://shop.example', true],
    ['https://*.shop.example', true],
    ['http://localhost', true],
    ['http://127.0.0.1:3000', true],
    ['http://shop.example', false],
    ['https://*', false],
    ['*', false],
    ['https://shop.example/path', false],
  ])('the settings accept %s: %s', (origin, valid) => {
    const settings = {
      ...(Value.Default(SiteWidgetSettings, {}) as object),
      title: 'Chat',
      greeting: '',
      colour: '#000000',
      position: 'left',
      locale: 'ru',
      allowedOrigins: [origin],
      formName: 'off',
      formPhone: 'required',
      formEmail: 'off',
      consentText: 'ok',
      consentUrl: '',
    }
    expect(Value.Check(SiteWidgetSettings, settings)).toBe(valid)
    expect(Value.Check(SiteWidgetSettings, { ...settings, allowedOrigins: [] })).toBe(false)
  })
})
