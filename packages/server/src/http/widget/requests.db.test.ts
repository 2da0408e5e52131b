import { randomUUID } from 'node:crypto'
import type { WidgetAccepted, WidgetWelcome } from '@trunkline/contracts/widget/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestDoors, testDoors } from './test-doors.ts'
import { widgetRoutes } from './widget-routes.ts'

const SITE = 'https://shop.example'
const BROWSER = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8'

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
beforeEach(async () => open({}))

async function open(settings: Record<string, unknown>): Promise<void> {
  const channel = await doors.addChannel('site-widget', { allowedOrigins: [SITE], ...settings })
  key = channel.publicKey
  channelId = channel.id
}

interface PostOptions {
  origin?: string | null
  referer?: string
  accept?: string
  from?: string
}

/** A plain HTML form as a browser sends it. */
function post(body: URLSearchParams | FormData | object, options: PostOptions = {}): Promise<Response> {
  const { origin = SITE, referer = `${SITE}/order?utm_source=ya`, accept = BROWSER, from } = options
  const isForm = body instanceof URLSearchParams || body instanceof FormData
  return fetch(`${doors.url}/widget/v1/${key}/requests`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      accept,
      'accept-language': 'ru',
      ...(origin === null ? {} : { origin }),
      ...(referer === '' ? {} : { referer }),
      ...(from === undefined ? {} : { 'x-forwarded-for': from }),
      ...(isForm ? {} : { 'content-type': 'application/json' }),
    },
    body: isForm ? body : JSON.stringify(body),
  })
}
const filled = (more: Record<string, string> = {}) =>
  new URLSearchParams({
    name: 'Анна',
    phone: '+7 900 000-00-01',
    message: 'Нужен букет',
    consent: 'on',
    ...more,
  })

interface Stored {
  kind: string
  talk: string
  form_type: string
  form_name: string
  fields: { name: string; label: string; value: string }[]
  technical: boolean
  personal_data_consent: boolean
  mailing_consent: boolean
  status: string
  context: Record<string, unknown>
  text: string
}
async function requests(): Promise<Stored[]> {
  await doors.process()
  return doors.query<Stored>(
    `select c.kind, c.talk, c.context, q.*, (select text from messages m where m.conversation_id = c.id) as text
     from conversations c join offline_requests q on q.conversation_id = c.id
     where c.channel_id = $1 order by c.started_at`,
    [channelId],
  )
}
const accepted = async () =>
  (
    await doors.query<{ n: number }>('select count(*)::int as n from inbound_events where channel_id = $1', [
      channelId,
    ])
  )[0]!.n

describe("a site's own form", () => {
  test('becomes a request with its fields, consents, page and labels', async () => {
    const answer = await post(
      filled({ form_name: 'Букет на заказ', size: '51 роза', 'label:size': 'Размер', mailing: '1' }),
    )
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('Заявка отправлена')
    // Durable before it is answered.
    expect(await accepted()).toBe(1)
    expect(await requests()).toMatchObject([
      {
        kind: 'request',
        form_type: 'site-form',
        form_name: 'Букет на заказ',
        fields: [
          { name: 'name', label: '', value: 'Анна' },
          { name: 'phone', label: '', value: '+7 900 000-00-01' },
          { name: 'message', label: '', value: 'Нужен букет' },
          { name: 'size', label: 'Размер', value: '51 роза' },
        ],
        technical: false,
        personal_data_consent: true,
        mailing_consent: true,
        status: 'not_processed',
        context: { pageUrl: `${SITE}/order?utm_source=ya`, utm: { source: 'ya' } },
        text: expect.stringContaining('Размер: 51 роза'),
      },
    ])
  })

  test('multipart and JSON say the same; the name of a file is kept, the file is not', async () => {
    const form = new FormData()
    form.append('name', 'Борис')
    form.append('scan', new Blob(['x'.repeat(1000)]), 'скан.png')
    form.append('empty', new Blob([]), '')
    expect((await post(form)).status).toBe(200)
    const json = await post({ name: 'Вера', tags: ['a', 'b'] }, { accept: '*/*' })
    expect(await json.json()).toEqual({ accepted: true, duplicate: false })
    const stored = await requests()
    expect(stored.map(({ fields }) => fields.map(({ name, value }) => [name, value]))).toEqual([
      [
        ['name', 'Борис'],
        ['scan', 'скан.png'],
      ],
      [
        ['name', 'Вера'],
        ['tags', 'a, b'],
      ],
    ])
    expect(stored.every(({ personal_data_consent }) => !personal_data_consent)).toBe(true)
  })

  test('leads back to a page of the same site and nowhere else', async () => {
    const there = await post(filled({ redirect: '/thanks' }))
    expect(there.status).toBe(303)
    expect(there.headers.get('location')).toBe(`${SITE}/thanks`)
    const elsewhere = await post(filled({ redirect: 'https://evil.example/', name: 'Другая' }))
    expect(elsewhere.status).toBe(200)
    expect(elsewhere.headers.get('location')).toBeNull()
  })

  test('sent twice within a minute it is one request, and a minute later another', async () => {
    expect(await (await post(filled(), { accept: '*/*' })).json()).toMatchObject({ duplicate: false })
    expect(await (await post(filled(), { accept: '*/*' })).json()).toMatchObject({ duplicate: true })
    expect(await requests()).toHaveLength(1)
    const { context } = doors
    const real = context.now
    Object.assign(context, { now: () => new Date(Date.now() + 125_000) })
    try {
      expect(await (await post(filled(), { accept: '*/*' })).json()).toMatchObject({ duplicate: false })
    } finally {
      Object.assign(context, { now: real })
    }
    expect(await requests()).toHaveLength(2)
  })

  test('two at the same moment are one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => (await post(filled(), { accept: '*/*' })).json()),
    )
    expect(answers.filter((one) => !(one as { duplicate: boolean }).duplicate)).toHaveLength(1)
    expect(await requests()).toHaveLength(1)
  })

  test('an id that the site wrote into its page for good does not swallow other requests', async () => {
    await post(filled({ client_id: 'always' }))
    await post(filled({ client_id: 'always' }))
    await post(filled({ client_id: 'always', name: 'Борис' }))
    expect(await requests()).toHaveLength(2)
  })

  test.each([
    ['https://evil.example', ''],
    ['null', ''],
    [null, 'https://evil.example/form'],
    [null, ''],
  ])('a page of %s (referer %s) is refused and stores nothing', async (origin, referer) => {
    const answer = await post(filled(), { origin, referer })
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('Заявка не отправлена')
    expect(await accepted()).toBe(0)
  })

  test('a page that hides its origin is known by its address', async () => {
    expect((await post(filled(), { origin: 'null', referer: `${SITE}/order` })).status).toBe(200)
    expect(await requests()).toHaveLength(1)
  })

  test('what only a machine fills is thanked for and stored nowhere', async () => {
    expect((await post(filled({ leave_empty: 'http://spam' }))).status).toBe(200)
    expect(await accepted()).toBe(0)
  })

  test('a form with nothing in it is refused in words', async () => {
    const answer = await post(new URLSearchParams({ consent: 'on', name: ' ' }))
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('ничего не заполнено')
    const json = await post({}, { accept: '*/*' })
    expect(await json.json()).toMatchObject({ code: 'request/invalid' })
  })

  test('one address may send so many and no more; a repetition of one that was taken still goes through', async () => {
    const from = '203.0.113.7'
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      expect((await post(filled({ name }), { from })).status).toBe(200)
    const refused = await post(filled({ name: 'f' }), { from })
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await post(filled({ name: 'a' }), { from })).status).toBe(200)
    expect(await requests()).toHaveLength(5)
  })

  test('is technical when it says so, or when the whole channel is for trying', async () => {
    await post(filled({ technical: '1' }))
    await post(filled())
    expect((await requests()).map(({ technical }) => technical)).toEqual([true, false])
    await open({ technicalRequests: true })
    await post(filled())
    expect((await requests()).map(({ technical }) => technical)).toEqual([true])
  })
})

describe('the request form of the widget', () => {
  const hello = async () => {
    const answer = await fetch(`${doors.url}/widget/v1/${key}/hello`, {
      method: 'POST',
      headers: { origin: SITE, 'content-type': 'application/json' },
      body: JSON.stringify({ locale: 'ru' }),
    })
    return (await answer.json()) as WidgetWelcome
  }
  const leave = (body: object, token?: string) =>
    fetch(`${doors.url}/widget/v1/${key}/offline`, {
      method: 'POST',
      headers: {
        origin: SITE,
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Visitor ${token}` }),
      },
      body: JSON.stringify({
        clientId: randomUUID(),
        phone: '+7 900 000-00-02',
        message: 'Перезвоните',
        consent: true,
        mailing: false,
        context: { pageUrl: `${SITE}/` },
        ...body,
      }),
    })
  async function online(at: 'now' | 'long ago'): Promise<void> {
    await doors.query(`delete from members`)
    await doors.query(
      `insert into members (workspace_id, user_id, role, last_seen_at)
       values ($1, 'u1', 'operator', now() - $2 * interval '1 minute')`,
      [doors.workspaceId, at === 'now' ? 0 : 60],
    )
  }

  test.each([
    ['off', 'now', undefined],
    ['off', 'long ago', undefined],
    ['offline', 'now', undefined],
    ['offline', 'long ago', { first: true, chat: false }],
    ['choice', 'now', { first: false, chat: true }],
    ['choice', 'long ago', { first: false, chat: true }],
  ] as const)('set to %s, with people at work %s, is offered as %o', async (offlineForm, at, form) => {
    await open({ offlineForm })
    await online(at)
    const welcome = await hello()
    if (form === undefined) expect(welcome.requestForm).toBeUndefined()
    else expect(welcome.requestForm).toMatchObject({ ...form, phone: 'required' })
  })

  test('becomes a request of the visitor beside their chat, each in a conversation of its own', async () => {
    await open({ offlineForm: 'choice', mailingText: 'Присылайте новости' })
    const { consentVersion } = (await hello()).requestForm!
    const first = (await (await leave({ mailing: true, consentVersion })).json()) as WidgetAccepted
    expect(first.token).toBeTruthy()
    const said = await fetch(`${doors.url}/widget/v1/${key}/messages`, {
      method: 'POST',
      headers: { origin: SITE, 'content-type': 'application/json', authorization: `Visitor ${first.token}` },
      body: JSON.stringify({
        clientId: randomUUID(),
        text: 'Вы здесь?',
        fileIds: [],
        context: { pageUrl: SITE },
        sentAt: new Date().toISOString(),
      }),
    })
    expect(said.status).toBe(200)
    await leave({ message: 'И ещё' }, first.token)
    const stored = await requests()
    expect(stored).toMatchObject([
      { form_type: 'widget', mailing_consent: true, consent_version: consentVersion },
      { form_type: 'widget', mailing_consent: false },
    ])
    const all = await doors.query<{ kind: string; contact_id: string }>(
      'select kind, contact_id from conversations where channel_id = $1 order by kind',
      [channelId],
    )
    expect(all.map(({ kind }) => kind)).toEqual(['chat', 'request', 'request'])
    expect(new Set(all.map(({ contact_id }) => contact_id)).size).toBe(1)
    // What the widget shows of the talk is the chat alone.
    const seen = await fetch(`${doors.url}/widget/v1/${key}/messages?after=0`, {
      headers: { origin: SITE, authorization: `Visitor ${first.token}` },
    })
    expect(
      ((await seen.json()) as { messages: { text: string }[] }).messages.map(({ text }) => text),
    ).toEqual(['Вы здесь?'])
  })

  test('the same clientId again is the same request', async () => {
    await open({ offlineForm: 'choice' })
    const clientId = randomUUID()
    expect(await (await leave({ clientId })).json()).toMatchObject({ duplicate: false })
    expect(await (await leave({ clientId, message: 'иначе' })).json()).toMatchObject({ duplicate: true })
    expect(await requests()).toHaveLength(1)
  })

  test('tells field by field what is wrong, and stores nothing', async () => {
    await open({ offlineForm: 'choice', offlineMessage: 'required' })
    const answer = await leave({ phone: '12', message: ' ', email: 'x', consent: false })
    expect(answer.status).toBe(422)
    const { errors } = (await answer.json()) as { errors: { pointer: string }[] }
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/phone', '/email', '/message', '/consent'])
    expect(await accepted()).toBe(0)
  })

  test('a mailing nobody was asked about is never agreed to, and a form that is off takes nothing', async () => {
    await open({ offlineForm: 'choice' })
    await leave({ mailing: true })
    expect(await requests()).toMatchObject([{ mailing_consent: false }])
    await open({ offlineForm: 'off' })
    expect((await leave({})).status).toBe(404)
  })
})
