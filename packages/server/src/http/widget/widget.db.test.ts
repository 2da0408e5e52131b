import { randomUUID } from 'node:crypto'
import type { MessageId } from '@trunkline/contracts/ids'
import type {
  WidgetAccepted,
  WidgetChatMessage,
  WidgetEvent,
  WidgetFile,
  WidgetWelcome,
} from '@trunkline/contracts/widget/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { clearOrphans } from '../../flows/own-doors/take-upload.ts'
import { announceClosed, announceRead, announceTyping } from '../../flows/talk-view.ts'
import { newId } from '../../ids.ts'
import { insertAttachment } from '../../store/attachments.ts'
import { type TestDoors, testDoors } from './test-doors.ts'
import { widgetRoutes } from './widget-routes.ts'

const SITE = 'https://shop.example'
const FORM = { formName: 'optional', formPhone: 'required', formEmail: 'off' }
const context = { pageUrl: `${SITE}/cart`, utm: { source: 'yandex' }, timeZone: 'Asia/Yekaterinburg' }
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let doors: TestDoors
let key: string
let channelId: string

beforeAll(async () => {
  doors = await testDoors((app, context) =>
    widgetRoutes(app, context, { messagesPerMinute: 20, filesPerMinute: 5, newTalksPerHour: 5 }),
  )
})
afterAll(async () => {
  await doors?.[Symbol.asyncDispose]()
})
beforeEach(async () => {
  const channel = await doors.addChannel('site-widget', {
    allowedOrigins: [SITE, 'https://*.shop.example'],
    ...FORM,
  })
  key = channel.publicKey
  channelId = channel.id
})

interface CallOptions {
  token?: string | undefined
  origin?: string | null
  /** Where the call comes from; left out: this machine, which is not counted. */
  from?: string
  key?: string
}

async function call(path: string, body?: unknown, options: CallOptions = {}): Promise<Response> {
  const { origin = SITE, token, from } = options
  return fetch(`${doors.url}/widget/v1/${options.key ?? key}/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'accept-language': 'ru',
      ...(origin === null ? {} : { origin }),
      ...(token === undefined ? {} : { authorization: `Visitor ${token}` }),
      ...(from === undefined ? {} : { 'x-forwarded-for': from }),
      ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
  })
}

async function ok<T>(response: Promise<Response>): Promise<T> {
  const answer = await response
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

const message = (text: string, more: { clientId?: string; fileIds?: string[] } = {}) => ({
  clientId: more.clientId ?? randomUUID(),
  text,
  fileIds: more.fileIds ?? [],
  context,
  sentAt: new Date().toISOString(),
})
const say = (text: string, token?: string) => ok<WidgetAccepted>(call('messages', message(text), { token }))
const hello = (token?: string) =>
  ok<WidgetWelcome>(call('hello', { locale: 'ru', ...(token ? { token } : {}) }))
const messagesOf = async (token: string, after = 0) =>
  (await ok<{ messages: WidgetChatMessage[] }>(call(`messages?after=${after}`, undefined, { token })))
    .messages

async function onlyTalk(): Promise<string> {
  const rows = await doors.query<{ talk: string }>(
    'select distinct talk from conversations where channel_id = $1',
    [channelId],
  )
  expect(rows).toHaveLength(1)
  return rows[0]!.talk
}
const stored = async () =>
  (
    await doors.query<{ n: number }>('select count(*)::int as n from inbound_events where channel_id = $1', [
      channelId,
    ])
  )[0]!.n

/** Opens the stream and gathers its events; `next` waits for how many there must be. */
async function stream(token: string, after = '') {
  const { ticket } = await ok<{ ticket: string }>(call('ticket', {}, { token }))
  const ending = new AbortController()
  const response = await fetch(
    `${doors.url}/widget/v1/${key}/stream?ticket=${encodeURIComponent(ticket)}&after=${after}`,
    {
      headers: { origin: SITE },
      signal: ending.signal,
    },
  )
  const events: { id: string; event: WidgetEvent }[] = []
  let wake: () => void = () => undefined
  const reading = (async () => {
    let text = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const frames = text.split('\n\n')
      text = frames.pop()!
      for (const frame of frames) {
        const data = /^data: (.*)$/m.exec(frame)?.[1]
        if (data && !frame.includes('event: ping'))
          events.push({ id: /^id: (.*)$/m.exec(frame)?.[1] ?? '', event: JSON.parse(data) as WidgetEvent })
      }
      wake()
    }
  })().catch(() => undefined)
  return {
    ticket,
    response,
    events,
    async until(fits: (event: WidgetEvent) => boolean): Promise<WidgetEvent> {
      const limit = Date.now() + 10_000
      for (;;) {
        const found = events.find(({ event }) => fits(event))
        if (found) return found.event
        if (Date.now() > limit) throw new Error(`not told; only ${JSON.stringify(events)}`)
        await new Promise<void>((resolve) => {
          wake = resolve
          setTimeout(resolve, 200)
        })
      }
    },
    async end() {
      ending.abort()
      await reading
    },
  }
}

describe('who may carry the widget', () => {
  test.each([
    'https://evil.example',
    'null',
    'http://shop.example',
    'https://shop.example.evil.example',
    null,
  ])('a page of %s is refused, in words, and stores nothing', async (origin) => {
    const answer = await call('messages', message('Привет'), { origin })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({
      code: 'widget/wrong-origin',
      detail: expect.stringContaining('Адреса сайтов'),
    })
    expect(await stored()).toBe(0)
  })

  test('a page of a listed subdomain is let in and may read the answer, without cookies', async () => {
    const origin = 'https://new.shop.example'
    const asked = await fetch(`${doors.url}/widget/v1/${key}/messages`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    })
    expect(asked.status).toBe(204)
    expect(asked.headers.get('access-control-allow-headers')).toContain('authorization')
    const answer = await call('hello', { locale: 'ru' }, { origin })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.headers.get('vary')).toContain('Origin')
  })

  test('the key of a channel of another type opens no widget', async () => {
    const other = await doors.addChannel('client-api', {})
    const answer = await call('hello', { locale: 'ru' }, { key: other.publicKey })
    expect(answer.status).toBe(404)
  })
})

describe('a visitor', () => {
  test('who only looks leaves no trace and gets no token', async () => {
    const welcome = await hello()
    expect(welcome).toMatchObject({
      title: 'Онлайн-чат',
      colour: '#1f6feb',
      contactForm: { name: 'optional', phone: 'required', email: 'off' },
      maxTextChars: 4000,
      knownVisitor: false,
      messages: [],
    })
    expect(welcome).not.toHaveProperty('token')
    expect(await stored()).toBe(0)
  })

  test('writes, is answered, and the answer comes by the stream with the name of the operator', async () => {
    const { token } = await say('Сколько стоит доставка?')
    await doors.process()
    const live = await stream(token!, (await hello(token)).cursor)
    await doors.answer(channelId, await onlyTalk(), 'Бесплатно')
    await doors.process()
    const told = await live.until((event) => event.kind === 'message' && event.message.from === 'operator')
    expect(told).toMatchObject({
      message: { text: 'Бесплатно', authorName: 'Ольга', sequence: 2, edited: false, removed: false },
    })
    await live.end()
    const welcome = await hello(token)
    expect(welcome.knownVisitor).toBe(true)
    expect(welcome.messages.map(({ from, text, status }) => [from, text, status])).toEqual([
      ['visitor', 'Сколько стоит доставка?', 'read'],
      ['operator', 'Бесплатно', undefined],
    ])
    const [row] = await doors.query<{ context: unknown }>(
      'select context from conversations where channel_id = $1',
      [channelId],
    )
    expect(row!.context).toMatchObject({ pageUrl: context.pageUrl, utm: { source: 'yandex' } })
  })

  test('who sends the first message twice, before any token came, has one talk, one message, one and the same token', async () => {
    const first = message('Алло')
    const answers = await Promise.all([
      ok<WidgetAccepted>(call('messages', first)),
      ok<WidgetAccepted>(call('messages', first)),
    ])
    expect(answers.map(({ duplicate }) => duplicate).sort()).toEqual([false, true])
    await doors.process()
    const seen = await Promise.all(answers.map(({ token }) => messagesOf(token!)))
    expect(seen[0]!.map(({ text, clientId }) => [text, clientId])).toEqual([['Алло', first.clientId]])
    expect(seen[1]!.map(({ id }) => id)).toEqual(seen[0]!.map(({ id }) => id))
    await onlyTalk()
  })

  test.each([
    ['made up', () => 'eyJjaGFubmVsSWQiOiJ4In0.AAAA'],
    [
      'of another channel',
      async () => {
        const other = await doors.addChannel('site-widget', { allowedOrigins: [SITE], ...FORM })
        return (await ok<WidgetAccepted>(call('messages', message('Там'), { key: other.publicKey }))).token!
      },
    ],
    [
      'changed',
      async () => {
        const { token } = await say('Тут')
        const [body, signature] = token!.split('.')
        const read = JSON.parse(Buffer.from(body!, 'base64url').toString()) as Record<string, unknown>
        return `${Buffer.from(JSON.stringify({ ...read, talk: randomUUID() })).toString('base64url')}.${signature}`
      },
    ],
  ])('whose token is %s is refused everywhere', async (_, make) => {
    const token = await make()
    const before = await stored()
    const answers = await Promise.all([
      call('messages', message('Чужой'), { token }),
      call('messages?after=0', undefined, { token }),
      call('hello', { locale: 'ru', token }),
      call('ticket', {}, { token }),
      call('marks', { kind: 'read', upTo: 1 }, { token }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401])
    expect(await stored()).toBe(before)
  })

  test('sees no other talk of the same person, though they became one contact', async () => {
    const phone = '+7 912 345-67-89'
    const mine = await ok<WidgetAccepted>(
      call('contact', { clientId: randomUUID(), name: 'Анна', phone, consent: true, context }),
    )
    await ok(call('messages', message('Моё'), { token: mine.token }))
    const theirs = await ok<WidgetAccepted>(
      call('contact', { clientId: randomUUID(), name: 'Анна', phone, consent: true, context }),
    )
    await ok(call('messages', message('Чужое'), { token: theirs.token }))
    await doors.process()
    expect((await messagesOf(mine.token!)).map(({ text }) => text)).toEqual(['Моё'])
    expect((await messagesOf(theirs.token!)).map(({ text }) => text)).toEqual(['Чужое'])
  })

  test('who goes on after the conversation was closed keeps one line of numbers over both', async () => {
    const { token } = await say('Первый разговор')
    await doors.process()
    const talk = await onlyTalk()
    await doors.query(
      `update conversations set status = 'closed', closed_at = now(),
        state = state || '{"status":"closed","closeReason":"resolved"}'::jsonb || jsonb_build_object('closedAt', to_char(now() - interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
        where channel_id = $1`,
      [channelId],
    )
    await say('Второй разговор', token)
    await doors.process()
    await doors.answer(channelId, talk, 'Слушаю')
    const messages = await messagesOf(token!)
    expect(messages.map(({ sequence, text }) => [sequence, text])).toEqual([
      [1, 'Первый разговор'],
      [2, 'Второй разговор'],
      [3, 'Слушаю'],
    ])
    expect((await messagesOf(token!, 2)).map(({ text }) => text)).toEqual(['Слушаю'])
    const live = await stream(token!, (await hello(token)).cursor)
    const [conversation] = await doors.query<{ id: never }>(
      'select id from conversations where channel_id = $1 order by number desc limit 1',
      [channelId],
    )
    await doors.database.inWorkspace(doors.workspaceId, (tx) => announceRead(tx, conversation!.id, 1))
    expect(await live.until((event) => event.kind === 'read')).toEqual({ kind: 'read', upTo: 2 })
    await live.end()
  })
})

describe('what is written', () => {
  test('loses its control characters and is refused when it is empty or too long', async () => {
    await say('a\u0000\u0007b\u202ec\r\nd\ttab')
    await doors.process()
    const rows = await doors.query<{ text: string }>(
      'select m.text from messages m join conversations c on c.id = m.conversation_id where c.channel_id = $1',
      [channelId],
    )
    expect(rows).toEqual([{ text: 'abc\nd\ttab' }])
    for (const [text, code] of [
      ['  \n ', 'empty'],
      ['x'.repeat(4001), 'too-long'],
    ]) {
      const answer = await call('messages', message(text!))
      expect(answer.status).toBe(422)
      expect(await answer.json()).toMatchObject({ errors: [{ pointer: '/text', code }] })
    }
    expect(await stored()).toBe(1)
  })

  test('a form filled by a machine is taken for done and stored nowhere', async () => {
    const answer = await ok<WidgetAccepted>(
      call('contact', {
        clientId: randomUUID(),
        name: 'SEO',
        phone: '+79120000000',
        consent: true,
        website: 'https://spam.example',
        context,
      }),
    )
    expect(answer).toEqual({ duplicate: false })
    expect(await stored()).toBe(0)
  })

  test('a form says which fields are wrong, and none is taken without consent', async () => {
    const answer = await call('contact', { clientId: randomUUID(), phone: '12', consent: false, context })
    expect(answer.status).toBe(422)
    const problem = (await answer.json()) as { errors: { pointer: string }[] }
    expect(problem.errors.map(({ pointer }) => pointer).sort()).toEqual(['/consent', '/phone'])
    expect(await stored()).toBe(0)
  })

  test('a form before the first word gives the contact its name and phone, and the wording agreed to is kept', async () => {
    const { contactForm } = await hello()
    const { token } = await ok<WidgetAccepted>(
      call('contact', {
        clientId: randomUUID(),
        name: ' Ольга\u0000 ',
        phone: '8 (912) 111-22-33',
        consent: true,
        consentVersion: contactForm!.consentVersion,
        context,
      }),
    )
    await ok(call('messages', message('Здравствуйте'), { token }))
    await doors.process()
    const rows = await doors.query<{ name: string; phone: string; consent: unknown }>(
      `select k.name, i.value as phone, c.context -> 'consent' as consent from conversations c
        join contacts k on k.id = c.contact_id join contact_identities i on i.contact_id = k.id and i.kind = 'phone'
        where c.channel_id = $1`,
      [channelId],
    )
    expect(rows).toEqual([
      {
        name: 'Ольга',
        phone: '+79121112233',
        consent: { personalData: true, mailing: false, textVersion: contactForm!.consentVersion },
      },
    ])
  })
})

describe('limits', () => {
  test('one visitor writes no more than 20 messages a minute, and is told when to come back', async () => {
    const { token } = await say('1')
    for (let i = 2; i <= 20; i++) await say(String(i), token)
    const answer = await call('messages', message('21'), { token })
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await stored()).toBe(20)
  })

  test('one address begins no more than 5 talks an hour, but may repeat what began one', async () => {
    const from = '203.0.113.7'
    const first = message('Первое')
    await ok(call('messages', first, { from }))
    for (let i = 0; i < 4; i++) await ok(call('messages', message('ещё'), { from }))
    expect((await call('messages', message('шестое'), { from })).status).toBe(429)
    expect(await ok(call('messages', first, { from }))).toMatchObject({ duplicate: true })
    expect((await call('messages', message('из другого места'), { from: '203.0.113.8' })).status).toBe(200)
  })
})

describe('files', () => {
  const upload = (
    token: string | undefined,
    bytes: Uint8Array,
    name: string,
    type: string,
    path = 'files',
  ) => {
    const form = new FormData()
    form.append('file', new Blob([Buffer.from(bytes)], { type }), name)
    return call(path, form, { token })
  }

  test('a file can be the first thing a visitor sends; it comes back to them alone, as a download', async () => {
    const file = await ok<WidgetFile>(upload(undefined, PNG, 'Чек №1.png', 'application/x-msdownload'))
    expect(file).toMatchObject({ name: 'Чек №1.png', mime: 'image/png', sizeBytes: PNG.byteLength })
    await ok(call('messages', message('', { fileIds: [file.id] }), { token: file.token }))
    await doors.process()
    const [seen] = await messagesOf(file.token!)
    expect(seen!.files).toMatchObject([{ id: file.id, name: 'Чек №1.png', image: true }])
    expect(seen!.files[0]!.url).not.toContain(file.token!)

    const answer = await fetch(`${doors.url}${seen!.files[0]!.url}`)
    expect(Buffer.from(await answer.arrayBuffer()).equals(PNG)).toBe(true)
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; .*filename\*=UTF-8''%D0%A7/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-security-policy')).toContain('sandbox')

    const stranger = await say('Я другой')
    expect((await call(`files/${file.id}`, undefined, { token: stranger.token })).status).toBe(404)
    expect((await call(`files/${file.id}`)).status).toBe(401)
    const theirs = await call('messages', message('Украду', { fileIds: [file.id] }), {
      token: stranger.token,
    })
    expect(theirs.status).toBe(422)
  })

  test('a file of the company reaches the visitor it was sent to and no other', async () => {
    const { token } = await say('Пришлите счёт')
    await doors.process()
    const id = newId<never>()
    await doors.context.files.put(
      doors.workspaceId,
      id,
      (await import('node:stream')).Readable.from([PNG]),
      1000,
    )
    await doors.database.inWorkspace(doors.workspaceId, (tx) =>
      insertAttachment(tx, {
        id,
        channelId: null,
        kind: 'image',
        name: 'счёт.png',
        mime: 'image/png',
        sizeBytes: PNG.byteLength,
        state: 'ready',
        reference: null,
        uploadedBy: 'user:u1',
      }),
    )
    expect((await call(`files/${id}`, undefined, { token })).status).toBe(404)
    await doors.answer(channelId, await onlyTalk(), 'Вот', [id])
    const { token: other } = await say('Другой')
    expect((await call(`files/${id}`, undefined, { token })).status).toBe(200)
    expect((await call(`files/${id}`, undefined, { token: other })).status).toBe(404)
  })

  test('a file whose message never came is gone after two days, one that was sent stays', async () => {
    const lost = await ok<WidgetFile>(upload(undefined, PNG, 'lost.png', 'image/png'))
    const sent = await ok<WidgetFile>(upload(lost.token, PNG, 'sent.png', 'image/png'))
    await ok(call('messages', message('', { fileIds: [sent.id] }), { token: lost.token }))
    await doors.process()
    await clearOrphans(doors.context, doors.workspaceId)
    expect((await call(`files/${lost.id}`, undefined, { token: lost.token })).status).toBe(200)
    await doors.query(`update attachments set created_at = now() - interval '3 days' where channel_id = $1`, [
      channelId,
    ])
    await clearOrphans(doors.context, doors.workspaceId)
    expect((await call(`files/${lost.id}`, undefined, { token: lost.token })).status).toBe(404)
    expect((await call(`files/${sent.id}`, undefined, { token: lost.token })).status).toBe(200)
    await expect(doors.context.files.open(doors.workspaceId, lost.id)).rejects.toThrow('request/not-found')
  })

  test('a program is refused whatever it is called, and so is what is too large; neither stays on the disk', async () => {
    const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)])
    expect((await upload(undefined, program, 'photo.png', 'image/png')).status).toBe(415)
    const large = await upload(undefined, Buffer.alloc(25 * 1024 * 1024 + 1), 'large.bin', 'application/zip')
    expect(large.status).toBe(413)
    const rows = await doors.query('select 1 from attachments where channel_id = $1', [channelId])
    expect(rows).toEqual([])
  })
})

describe('the stream', () => {
  test('opens once by a ticket, and never without', async () => {
    const { token } = await say('Привет')
    const live = await stream(token!)
    expect(live.response.headers.get('content-type')).toContain('text/event-stream')
    const again = await fetch(
      `${doors.url}/widget/v1/${key}/stream?ticket=${encodeURIComponent(live.ticket)}`,
    )
    expect(again.status).toBe(401)
    expect((await fetch(`${doors.url}/widget/v1/${key}/stream?ticket=none`)).status).toBe(401)
    await live.end()
  })

  test('goes on after a break without losing or repeating a place', async () => {
    const { token } = await say('Раз')
    await doors.process()
    const talk = await onlyTalk()
    const live = await stream(token!, (await hello(token)).cursor)
    await doors.answer(channelId, talk, 'Два')
    await live.until((event) => event.kind === 'message' && event.message.text === 'Два')
    const place = live.events.at(-1)!.id
    await live.end()
    await doors.answer(channelId, talk, 'Три')
    await doors.answer(channelId, talk, 'Четыре')
    const resumed = await stream(token!, place)
    await resumed.until((event) => event.kind === 'message' && event.message.text === 'Четыре')
    const texts = resumed.events.flatMap(({ event }) =>
      event.kind === 'message' ? [event.message.text] : [],
    )
    expect(texts).toEqual(['Три', 'Четыре'])
    await resumed.end()
  })

  test('begins with the newest messages when the place is no longer kept', async () => {
    const { token } = await say('Раз')
    await doors.process()
    const live = await stream(token!, '1-1')
    await live.until((event) => event.kind === 'message' && event.message.text === 'Раз')
    await live.end()
  })

  test('tells typing and closing, of this talk alone; two tabs with two streams hear the same', async () => {
    const { token } = await say('Раз')
    const { token: other } = await say('Другой')
    await doors.process()
    const [row] = await doors.query<{ talk: string }>(
      `select c.talk from conversations c join messages m on m.conversation_id = c.id
        where c.channel_id = $1 and m.text = 'Раз'`,
      [channelId],
    )
    const { cursor } = await hello(token)
    // The place may lie before what was in the welcome: then the message comes again.
    const signs = (events: readonly { event: WidgetEvent }[]) =>
      events.map(({ event }) => event.kind).filter((kind) => kind !== 'message')
    const tabs = [await stream(token!, cursor), await stream(token!, cursor)]
    const stranger = await stream(other!, cursor)
    await doors.database.inWorkspace(doors.workspaceId, async (tx) => {
      await announceTyping(tx, channelId as never, row!.talk)
      await announceClosed(tx, channelId as never, row!.talk)
    })
    for (const tab of tabs) {
      await tab.until((event) => event.kind === 'closed')
      expect(signs(tab.events)).toEqual(['typing', 'closed'])
    }
    expect(signs(stranger.events)).toEqual([])
    await Promise.all([...tabs, stranger].map((each) => each.end()))
  })
})

describe('signs between the two sides', () => {
  test('a mark "read" reaches the operator’s messages up to that place', async () => {
    const { token } = await say('Вопрос')
    await doors.process()
    const talk = await onlyTalk()
    const ids: MessageId[] = [
      await doors.answer(channelId, talk, 'Раз'),
      await doors.answer(channelId, talk, 'Два'),
    ]
    await doors.process()
    expect((await call('marks', { kind: 'read', upTo: 2 }, { token })).status).toBe(204)
    await doors.process()
    const rows = await doors.query<{ id: string; delivery: string }>(
      'select id, delivery from messages where id = any($1::uuid[]) order by sequence',
      [ids],
    )
    expect(rows.map(({ delivery }) => delivery)).toEqual(['read', 'sent'])
  })

  test('the visitor’s typing reaches the cabinet and leaves nothing in the journal', async () => {
    const { token } = await say('Вопрос')
    await doors.process()
    const before = await stored()
    expect((await call('typing', {}, { token })).status).toBe(204)
    expect((await call('typing', {}, { token })).status).toBe(204)
    expect(await stored()).toBe(before)
    const told = await doors.query(
      `select 1 from realtime_events where topic = 'cabinet' and payload ->> 'kind' = 'typing'
        and payload ->> 'conversationId' = (select id::text from conversations where channel_id = $1)`,
      [channelId],
    )
    expect(told).toHaveLength(1)
  })
})
