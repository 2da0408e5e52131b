import type { OutboundMessage } from '@trunkline/contracts/channel/outbound-message'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type EmulatorRequest, startEmulatorServer } from '../kit/emulator-server.ts'
import type { ClientApiContext } from './client.ts'
import { type ClientApiEmulator, startClientApiEmulator } from './emulator.ts'
import { clientApi } from './index.ts'
import type { ClientApiSettings } from './settings.ts'

let application: ClientApiEmulator

beforeEach(async () => {
  application = await startClientApiEmulator()
})
afterEach(() => application.stop())

function context(
  change: Partial<ClientApiSettings> = {},
  more: Partial<ClientApiContext> = {},
): ClientApiContext {
  return {
    settings: { ...(application.settings as ClientApiSettings), ...change },
    secrets: { hookSecret: 'unused' },
    hookUrl: '',
    fetch,
    signal: new AbortController().signal,
    openFile: () => Promise.reject(new Error('bytes never travel in a webhook')),
    ...more,
  }
}
function message(change: Partial<OutboundMessage> = {}): OutboundMessage {
  return {
    id: crypto.randomUUID(),
    talk: 'order-1204',
    sequence: 3,
    text: 'Заказ в пути',
    attachments: [],
    createdAt: '2026-11-20T10:00:00.000Z',
    ...change,
  }
}

describe('webhooks out', () => {
  test('a message with its files, author and place in the conversation', async () => {
    const seen: EmulatorRequest[] = []
    const spy = await startEmulatorServer((request) => {
      seen.push(request)
      return { status: 200 }
    })
    const file = { id: 'f1', kind: 'file' as const, name: 'чек.pdf', mime: 'application/pdf', sizeBytes: 9 }
    const sent = message({ attachments: [file], authorName: 'Мария', replyToExternalId: 'm-1' })
    expect(await clientApi.send(sent, context({ webhookUrl: spy.url }))).toEqual({
      status: 'sent',
      externalIds: [sent.id],
    })
    await spy.stop()
    expect(seen[0]?.headers['webhook-id']).toBe(sent.id)
    expect(JSON.parse(seen[0]!.body.toString())).toEqual({
      type: 'message.created',
      timestamp: '2026-11-20T10:00:00.000Z',
      data: {
        id: sent.id,
        conversation: 'order-1204',
        sequence: 3,
        text: 'Заказ в пути',
        author_name: 'Мария',
        reply_to: 'm-1',
        attachments: [{ id: 'f1', name: 'чек.pdf', mime: 'application/pdf', size_bytes: 9 }],
        created_at: '2026-11-20T10:00:00.000Z',
      },
    })
  })

  test('a receiver with another secret turns it away and is told to be mended', async () => {
    const other = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
    expect(await clientApi.send(message(), context({ signingSecret: other }))).toMatchObject({
      status: 'retry',
      scope: 'account',
      code: 'client-api/endpoint-wrong',
    })
    expect(application.refusedSignatures()).toBe(1)
    expect(application.sent).toEqual([])
  })

  test('a message whose answer was lost is repeated and arrives once', async () => {
    application.faults.next({ kind: 'cut-after' })
    const sent = message()
    expect(await clientApi.send(sent, context())).toMatchObject({
      status: 'retry',
      code: 'client-api/no-answer',
    })
    expect(await clientApi.send(sent, context())).toMatchObject({ status: 'sent' })
    expect(application.sent.map(({ id }) => id)).toEqual([sent.id])
  })

  test('a redirect is never followed, so a message goes nowhere but to the address given', async () => {
    application.answerWith(302)
    expect(await clientApi.send(message(), context())).toMatchObject({ code: 'client-api/redirected' })
    expect(application.sent).toEqual([])
  })

  test('410 stops the channel', async () => {
    application.answerWith(410)
    expect(await clientApi.send(message(), context())).toMatchObject({
      status: 'rejected',
      errorClass: 'auth',
    })
    expect(await clientApi.check(context())).toMatchObject({ state: 'needs-attention', action: 'edit' })
  })

  test('an application without an address fetches its messages, and nothing is called', async () => {
    const none = () => Promise.reject(new Error('must not be called'))
    const silent = context({ webhookUrl: '', signingSecret: '' }, { fetch: none })
    const sent = message()
    expect(await clientApi.send(sent, silent)).toEqual({ status: 'sent', externalIds: [sent.id] })
    expect(await clientApi.connect(silent)).toEqual({ state: 'connected' })
    await clientApi.typing(sent.talk, silent)
  })

  test('nothing leaves unsigned', async () => {
    const { webhookUrl } = context().settings
    const neverSaved = { ...context(), settings: { webhookUrl } as ClientApiSettings }
    for (const unsigned of [context({ signingSecret: '' }), neverSaved]) {
      expect(await clientApi.send(message(), unsigned)).toMatchObject({ code: 'client-api/secret-missing' })
      expect(await clientApi.check(unsigned)).toMatchObject({ state: 'needs-attention' })
    }
    expect(application.refusedSignatures()).toBe(0)
  })
})

describe('checking the address', () => {
  test('a receiver that answers 2xx is connected, and the check is no message', async () => {
    expect(await clientApi.connect(context())).toEqual({ state: 'connected' })
    expect(application.sent).toEqual([])
  })

  test('one that fails is unstable, one that is something else needs attention', async () => {
    application.answerWith(503)
    expect(await clientApi.check(context())).toMatchObject({ state: 'unstable', action: 'check' })
    application.answerWith(404)
    expect(await clientApi.check(context())).toMatchObject({ state: 'needs-attention', action: 'edit' })
    const closed = context({ webhookUrl: `${application.url}/webhooks` })
    await application.stop()
    expect(await clientApi.check(closed)).toMatchObject({ state: 'unstable' })
  })
})

test('the sample application checks signatures as the standard says, with code that is not ours', async () => {
  const post = (headers: Record<string, string>) =>
    fetch(`${application.url}/webhooks`, { method: 'POST', body: '{}', headers })
  expect((await post({})).status).toBe(401)
  const old = { 'webhook-id': 'x', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' }
  expect((await post(old)).status).toBe(401)
  expect(application.refusedSignatures()).toBe(2)
})
