import { randomUUID } from 'node:crypto'
import type { WidgetAccepted } from '@trunkline/contracts/widget/protocol'
import { describe, expect, test } from 'vitest'
import { keepWordings } from '../../flows/own-doors/consent-wording.ts'
import { announceRead } from '../../flows/talk-view.ts'
import { context, FORM, ok, SITE, testSite } from './test-site.ts'

const site = testSite()
const { call, message, say, hello, messagesOf, onlyTalk, stored, stream } = site

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
    const asked = await fetch(`${site.doors.url}/widget/v1/${site.key}/messages`, {
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
    const other = await site.doors.addChannel('client-api', {})
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
    await site.doors.process()
    const live = await stream(token!, (await hello(token)).cursor)
    await site.doors.answer(site.channelId, await onlyTalk(), 'Бесплатно')
    await site.doors.process()
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
    const [row] = await site.doors.query<{ context: unknown }>(
      'select context from conversations where channel_id = $1',
      [site.channelId],
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
    await site.doors.process()
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
        const other = await site.doors.addChannel('site-widget', { allowedOrigins: [SITE], ...FORM })
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
    await site.doors.process()
    expect((await messagesOf(mine.token!)).map(({ text }) => text)).toEqual(['Моё'])
    expect((await messagesOf(theirs.token!)).map(({ text }) => text)).toEqual(['Чужое'])
  })

  test('who goes on after the conversation was closed keeps one line of numbers over both', async () => {
    const { token } = await say('Первый разговор')
    await site.doors.process()
    const talk = await onlyTalk()
    await site.doors.query(
      `update conversations set status = 'closed', closed_at = now(),
        state = state || '{"status":"closed","closeReason":"resolved"}'::jsonb || jsonb_build_object('closedAt', to_char(now() - interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
        where channel_id = $1`,
      [site.channelId],
    )
    await say('Второй разговор', token)
    await site.doors.process()
    await site.doors.answer(site.channelId, talk, 'Слушаю')
    const messages = await messagesOf(token!)
    expect(messages.map(({ sequence, text }) => [sequence, text])).toEqual([
      [1, 'Первый разговор'],
      [2, 'Второй разговор'],
      [3, 'Слушаю'],
    ])
    expect((await messagesOf(token!, 2)).map(({ text }) => text)).toEqual(['Слушаю'])
    const live = await stream(token!, (await hello(token)).cursor)
    const [conversation] = await site.doors.query<{ id: never }>(
      'select id from conversations where channel_id = $1 order by number desc limit 1',
      [site.channelId],
    )
    await site.doors.database.inWorkspace(site.doors.workspaceId, (tx) =>
      announceRead(tx, conversation!.id, 1),
    )
    expect(await live.until((event) => event.kind === 'read')).toEqual({ kind: 'read', upTo: 2 })
    await live.end()
  })
})

describe('what is written', () => {
  test('loses its control characters and is refused when it is empty or too long', async () => {
    await say('a\u0000\u0007b\u202ec\r\nd\ttab')
    await site.doors.process()
    const rows = await site.doors.query<{ text: string }>(
      'select m.text from messages m join conversations c on c.id = m.conversation_id where c.channel_id = $1',
      [site.channelId],
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
    await site.doors.process()
    const rows = await site.doors.query<{ name: string; phone: string; consent: unknown }>(
      `select k.name, i.value as phone, c.context -> 'consent' as consent from conversations c
        join contacts k on k.id = c.contact_id join contact_identities i on i.contact_id = k.id and i.kind = 'phone'
        where c.channel_id = $1`,
      [site.channelId],
    )
    expect(rows).toEqual([
      {
        name: 'Ольга',
        phone: '+79121112233',
        consent: {
          personalData: true,
          mailing: false,
          textVersion: contactForm!.consentVersion,
          texts: { personalData: contactForm!.consentText },
          at: expect.stringMatching(/^2.*Z$/),
        },
      },
    ])
  })

  test('a form that was opened before its wording was changed is kept with the wording it showed', async () => {
    const { contactForm } = await hello()
    const { database, workspaceId, query } = site.doors
    await database.inWorkspace(workspaceId, (tx) =>
      keepWordings(tx, { consentText: contactForm!.consentText, consentUrl: '', mailingText: '' }),
    )
    await query(`update channels set settings = settings || '{"consentText": "Новые слова"}' where id = $1`, [
      site.channelId,
    ])
    const phone = '8 (912) 111-22-33'
    const filled = { clientId: randomUUID(), phone, consent: true, context }
    const { consentVersion } = contactForm!
    const { token } = await ok<WidgetAccepted>(call('contact', { ...filled, consentVersion }))
    await ok(call('messages', message('Здравствуйте'), { token }))
    await site.doors.process()
    expect(
      await query(
        `select context -> 'consent' -> 'texts' ->> 'personalData' as words from conversations where channel_id = $1`,
        [site.channelId],
      ),
    ).toEqual([{ words: contactForm!.consentText }])
  })

  test('how long ago the visitor came is counted back from our clock; nonsense of theirs is left out', async () => {
    for (const [text, sinceEntranceS] of [
      ['час', 3600],
      ['сто лет', 100 * 366 * 86_400],
    ] as const)
      await ok(call('messages', { ...message(text), context: { ...context, sinceEntranceS } }))
    await site.doors.process()
    const seen = await site.doors.query<{ text: string; since: number | null }>(
      `select m.text, round(extract(epoch from c.started_at - (c.context ->> 'entranceAt')::timestamptz))::int as since
        from conversations c join messages m on m.conversation_id = c.id where c.channel_id = $1 order by m.text`,
      [site.channelId],
    )
    expect(seen).toEqual([
      { text: 'сто лет', since: null },
      { text: 'час', since: 3600 },
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
