import type { OutboundMessage } from '@trunkline/contracts/channel/outbound-message'
import { HubError } from '@trunkline/contracts/errors'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startEmulatorServer } from '../kit/emulator-server.ts'
import { type HookSink, startHookSink } from '../kit/hook-sink.ts'
import type { TelegramContext } from './client.ts'
import { startTelegramEmulator, type TelegramEmulator, type TelegramPerson } from './emulator.ts'
import { telegram } from './index.ts'
import type { TelegramSettings } from './settings.ts'

const hookSecret = 'a-secret-that-the-core-made-for-this-bot-01'
let emulator: TelegramEmulator
let sink: HookSink
let person: TelegramPerson

beforeEach(async () => {
  emulator = await startTelegramEmulator({ firstRetryMs: 5, maxRetryMs: 20 })
  sink = await startHookSink(telegram, emulator.settings, hookSecret)
  person = emulator.person({ name: 'Анна Петрова' })
})
afterEach(async () => {
  await emulator.stop()
  await sink.stop()
})

function context(change: Partial<TelegramContext> = {}): TelegramContext {
  return {
    settings: emulator.settings as TelegramSettings,
    secrets: { hookSecret },
    hookUrl: sink.url,
    fetch,
    signal: new AbortController().signal,
    openFile: async (id) => {
      const bytes = new TextEncoder().encode(`bytes of ${id}`)
      const stream = new Blob([bytes]).stream()
      return { stream, sizeBytes: bytes.byteLength, mime: 'image/png', name: `${id}.png` }
    },
    ...change,
  }
}
function message(change: Partial<OutboundMessage> = {}): OutboundMessage {
  return {
    id: crypto.randomUUID(),
    talk: person.talk,
    sequence: 1,
    text: 'Добрый день!',
    attachments: [],
    createdAt: '2026-11-20T10:00:00.000Z',
    ...change,
  }
}
const image = (id: string) => ({
  id,
  kind: 'image' as const,
  name: `${id}.png`,
  mime: 'image/png',
  sizeBytes: 10,
})

/** Calls the pretend API as another system would. */
function raw(
  method: string,
  body: object,
  token = (emulator.settings as TelegramSettings).botToken,
): Promise<Response> {
  return fetch(`${emulator.url}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

describe('connecting', () => {
  test('names the account without touching it, then points its updates at us', async () => {
    expect(await telegram.identify?.(context())).toEqual({
      externalId: String(emulator.bot.id),
      title: 'Demo bot',
      url: `https://t.me/${emulator.bot.username}`,
    })
    expect(await telegram.check(context())).toMatchObject({ state: 'needs-attention', action: 'connect' })
    expect(await telegram.connect(context())).toEqual({ state: 'connected' })
    expect(await telegram.check(context())).toEqual({ state: 'connected' })
    const info = (await (await raw('getWebhookInfo', {})).json()) as { result: { allowed_updates: string[] } }
    expect(info.result.allowed_updates).toEqual(['message', 'edited_message', 'my_chat_member'])
  })

  test('what people wrote before the bot was attached arrives afterwards, in order', async () => {
    person.start('promo_7')
    person.write('есть кто?')
    await telegram.connect(context())
    await emulator.delivery.settled()
    expect(sink.events).toMatchObject([
      { kind: 'message-received', text: '/start', context: { extra: { start: 'promo_7' } } },
      { kind: 'message-received', text: 'есть кто?' },
    ])
  })

  test('a bot taken by another system is noticed, and its webhook is left alone', async () => {
    await telegram.connect(context())
    await raw('setWebhook', { url: 'http://127.0.0.1:9/other' })
    expect(await telegram.check(context())).toMatchObject({ state: 'needs-attention', action: 'connect' })
    await telegram.disconnect(context())
    const info = (await (await raw('getWebhookInfo', {})).json()) as { result: { url: string } }
    expect(info.result.url).toBe('http://127.0.0.1:9/other')
  })

  test('a webhook that somebody removed is noticed, and our own is removed when we leave', async () => {
    await telegram.connect(context())
    await telegram.disconnect(context())
    expect(await telegram.check(context())).toMatchObject({
      state: 'needs-attention',
      reason: { en: expect.stringContaining('no longer attached') },
    })
  })

  test('a revoked token asks for a new one', async () => {
    const before = context()
    await telegram.connect(before)
    emulator.revokeToken()
    for (const result of [await telegram.connect(before), await telegram.check(before)]) {
      expect(result).toMatchObject({ state: 'needs-attention', action: 'edit' })
    }
    expect(await telegram.send(message(), before)).toMatchObject({ status: 'rejected', errorClass: 'auth' })
  })

  test('deliveries that fail show as unstable, and not any more once they pass', async () => {
    await telegram.connect(context({ hookUrl: 'http://127.0.0.1:9/nobody' }))
    person.write('слышно?')
    await expect.poll(() => emulator.delivery.lastProblem()).toBeDefined()
    expect(await telegram.check(context({ hookUrl: 'http://127.0.0.1:9/nobody' }))).toMatchObject({
      state: 'unstable',
      reason: { en: expect.stringContaining('1 waiting') },
    })
    await telegram.connect(context())
    await emulator.delivery.settled()
    expect(await telegram.check(context())).toEqual({ state: 'connected' })
  })

  test('an unreachable API is unstable, a server that is not Telegram needs attention', async () => {
    const other = await startEmulatorServer(() => ({ status: 404, body: '<html>nginx</html>' }))
    const elsewhere = (apiRoot: string) =>
      context({ settings: { ...(emulator.settings as TelegramSettings), apiRoot } })
    expect(await telegram.connect(elsewhere(other.url))).toMatchObject({
      state: 'needs-attention',
      action: 'edit',
    })
    expect(await telegram.send(message(), elsewhere(other.url))).toMatchObject({
      code: 'telegram/not-telegram',
      errorClass: 'auth',
    })
    await other.stop()
    expect(await telegram.check(elsewhere(other.url))).toMatchObject({ state: 'unstable', action: 'check' })
    await expect(telegram.disconnect(elsewhere(other.url))).rejects.toMatchObject({
      code: 'telegram/unreachable',
      kind: 'retryable',
    })
  })

  test('a server without a public address says so before it asks Telegram', async () => {
    expect(await telegram.connect(context({ hookUrl: '' }))).toMatchObject({ state: 'needs-attention' })
  })

  test('the public API refuses a plain address in words that a person sees', async () => {
    const cloud = await startTelegramEmulator({ isCloud: true })
    const settings = cloud.settings as TelegramSettings
    const result = await telegram.connect(context({ settings, hookUrl: 'http://shop.example/hooks/1' }))
    expect(result.reason?.en).toContain('An HTTPS URL must be provided')
    expect(
      await telegram.connect(context({ settings, hookUrl: 'https://shop.example:8444/x' })),
    ).toMatchObject({
      state: 'needs-attention',
    })
    await cloud.stop()
  })
})

describe('sending', () => {
  beforeEach(async () => {
    await telegram.connect(context())
    person.write('hello')
    await emulator.delivery.settled()
  })

  test('a person who never wrote cannot be written to', async () => {
    const stranger = emulator.person()
    expect(await telegram.send(message({ talk: stranger.talk }), context())).toMatchObject({
      errorClass: 'recipient-unreachable',
      code: 'telegram/chat-not-found',
    })
  })

  test('several files keep their order, the words go with the first', async () => {
    const outcome = await telegram.send(
      message({ text: 'три', attachments: [image('a'), image('b'), image('c')] }),
      context(),
    )
    expect(outcome).toMatchObject({ status: 'sent', externalIds: { length: 3 } })
    expect(emulator.sent.map(({ text, files }) => [text, files[0]?.name])).toEqual([
      ['три', 'a.png'],
      ['', 'b.png'],
      ['', 'c.png'],
    ])
  })

  test('a long message waits out a short pause between its parts and arrives once', async () => {
    const text = 'слово '.repeat(2000)
    emulator.faults.next({ kind: 'slow', delayMs: 0 })
    emulator.faults.next({ kind: 'rate-limit', retryAfterSeconds: 1 })
    const outcome = await telegram.send(message({ text }), context())
    expect(outcome).toMatchObject({ status: 'sent', externalIds: { length: 3 } })
    expect(emulator.sent.map((sent) => sent.text).join(' ')).toBe(text.trim())
  })

  test('a message that stopped half-way is never offered for a repeat', async () => {
    for (const fault of [
      { kind: 'rate-limit', retryAfterSeconds: 60 },
      { kind: 'cut-before' },
      { kind: 'cut-after' },
    ] as const) {
      emulator.faults.next({ kind: 'slow', delayMs: 0 })
      emulator.faults.next(fault)
      expect(await telegram.send(message({ text: 'слово '.repeat(1000) }), context())).toEqual({
        status: 'uncertain',
        code: 'telegram/partly-sent',
      })
      emulator.faults.clear()
    }
  })

  test('a picture that Telegram cannot show goes as a file', async () => {
    const bad = { ...image('broken'), mime: 'image/png' }
    emulator.faults.next({ kind: 'slow', delayMs: 0 })
    const html: typeof fetch = async (input, init) => {
      if (!String(input).endsWith('/sendPhoto')) return fetch(input, init)
      const refusal = { ok: false, error_code: 400, description: 'Bad Request: PHOTO_INVALID_DIMENSIONS' }
      return Response.json(refusal, { status: 400 })
    }
    expect(await telegram.send(message({ attachments: [bad] }), context({ fetch: html }))).toMatchObject({
      status: 'sent',
    })
    expect(emulator.sent.at(-1)?.files[0]?.name).toBe('broken.png')
  })

  test('a quote of a message that is gone does not stop the answer', async () => {
    const gone = `${person.talk}:999999`
    expect(await telegram.send(message({ replyToExternalId: gone }), context())).toMatchObject({
      status: 'sent',
    })
    expect(emulator.sent.at(-1)?.replyTo).toBeUndefined()
  })

  test('a file that our own store cannot open is tried again later', async () => {
    const openFile = () => Promise.reject(new Error('disk'))
    expect(await telegram.send(message({ attachments: [image('a')] }), context({ openFile }))).toMatchObject({
      status: 'retry',
      code: 'telegram/file-unavailable',
    })
  })

  test('a gateway that broke may have passed the message on, one that is closed has not', async () => {
    emulator.faults.next({ kind: 'server-error', status: 502 })
    expect(await telegram.send(message(), context())).toMatchObject({ status: 'uncertain' })
    emulator.faults.next({ kind: 'server-error', status: 503 })
    expect(await telegram.send(message(), context())).toMatchObject({ status: 'retry' })
  })

  test('the token is in no outcome and in no error, even when a proxy echoes it', async () => {
    const { botToken } = emulator.settings as TelegramSettings
    const echo = await startEmulatorServer((request) => ({
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ok: false, error_code: 400, description: `cannot serve ${request.path}` }),
    }))
    const via = (apiRoot: string) => context({ settings: { botToken, apiRoot } })
    const told: unknown[] = [
      await telegram.send(message(), via(echo.url)),
      await telegram.connect(via(echo.url)),
    ]
    told.push(await telegram.send(message(), via('http://exa mple')))
    for (const root of [echo.url, 'http://127.0.0.1:9', 'http://exa mple']) {
      const error = await telegram.fetchMedia({ fileId: 'x' }, via(root)).catch((thrown) => thrown)
      expect(error).toBeInstanceOf(HubError)
      told.push(String(error), error.stack, error.detail, String(error.cause))
    }
    await echo.stop()
    expect(JSON.stringify(told)).not.toContain(botToken.split(':')[1])
    expect(JSON.stringify(told)).toContain('cannot serve')
  })
})

describe('files of people', () => {
  beforeEach(async () => {
    await telegram.connect(context())
  })

  async function referenceOf(sizeBytes: number) {
    person.sendFile?.({
      kind: 'file',
      name: 'a.bin',
      mime: 'application/octet-stream',
      bytes: new Uint8Array(sizeBytes),
    })
    await emulator.delivery.settled()
    const event = sink.events.at(-1)
    const source = event?.kind === 'message-received' ? event.attachments[0]?.source : undefined
    return source && 'reference' in source ? source.reference : null
  }

  test('one over 20 MB is too large for good', async () => {
    const reference = await referenceOf(20 * 1024 * 1024 + 1)
    await expect(telegram.fetchMedia(reference, context())).rejects.toMatchObject({
      code: 'telegram/file-too-large',
      kind: 'permanent',
    })
  })

  test('a file that is gone is lost for good, a broken network may be tried again', async () => {
    await expect(telegram.fetchMedia({ fileId: 'gone' }, context())).rejects.toMatchObject({
      code: 'telegram/file-lost',
      kind: 'permanent',
    })
    await expect(telegram.fetchMedia('nonsense', context())).rejects.toMatchObject({ kind: 'permanent' })
    const reference = await referenceOf(3)
    emulator.faults.next({ kind: 'cut-before' }, { only: 'file' })
    await expect(telegram.fetchMedia(reference, context())).rejects.toMatchObject({ kind: 'retryable' })
    emulator.faults.next({ kind: 'rate-limit', retryAfterSeconds: 3 })
    await expect(telegram.fetchMedia(reference, context())).rejects.toMatchObject({
      kind: 'rate-limit',
      retryAfterMs: 3000,
    })
  })

  test('a path that would lead out of the bot is not followed', async () => {
    const sly = await startEmulatorServer(() => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ok: true, result: { file_path: '../../other/secret' } }),
    }))
    const { botToken } = emulator.settings as TelegramSettings
    const via = context({ settings: { botToken, apiRoot: sly.url } })
    await expect(telegram.fetchMedia({ fileId: 'x' }, via)).rejects.toMatchObject({
      code: 'telegram/file-lost',
    })
    await sly.stop()
  })
})

describe('the pretend server is as strict as the real one', () => {
  test.each<[string, object, number, string]>([
    ['sendNothing', {}, 404, 'Not Found'],
    ['sendMessage', { text: 'x' }, 400, 'chat_id is empty'],
    ['sendMessage', { chat_id: 1, text: 'x' }, 400, 'chat not found'],
    ['sendMessage', { chat_id: 1, text: 'x', txet: 1 }, 400, 'unknown parameter'],
    ['setWebhook', { url: 'nowhere' }, 400, 'bad webhook'],
    ['setWebhook', { url: 'http://x/', secret_token: 'a b' }, 400, 'unallowed'],
    ['getFile', { file_id: 'x' }, 400, 'wrong file_id'],
  ])('%s %j is refused with %d', async (method, body, status, words) => {
    const response = await raw(method, body)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({
      ok: false,
      error_code: status,
      description: expect.stringContaining(words),
    })
  })

  test('a wrong token is 401', async () => {
    expect((await raw('getMe', {}, '1:wrong')).status).toBe(401)
  })

  test('a chat that is not answered 2xx holds back itself and nobody else', async () => {
    const seen: string[] = []
    let failures = 3
    const blocked = person.talk
    const picky = await startEmulatorServer((request) => {
      const chatId = String(JSON.parse(request.body.toString()).message.chat.id)
      seen.push(`${chatId}:${JSON.parse(request.body.toString()).message.text}`)
      return { status: chatId === blocked && failures-- > 0 ? 500 : 200 }
    })
    await telegram.connect(context({ hookUrl: `${picky.url}/` }))
    const other = emulator.person()
    person.write('first')
    person.write('second')
    other.write('mine')
    await emulator.delivery.settled()
    await picky.stop()
    expect(seen.filter((line) => line.startsWith(other.talk))).toEqual([`${other.talk}:mine`])
    expect(seen.filter((line) => line.startsWith(blocked))).toEqual([
      ...Array.from({ length: 4 }, () => `${blocked}:first`),
      `${blocked}:second`,
    ])
  })
})
