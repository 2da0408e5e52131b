import { randomBytes, randomUUID } from 'node:crypto'
import { startClientApiEmulator } from '@trunkline/channels/client-api/emulator'
import type { ChannelId, ConversationId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { channelKeyHash } from '../../flows/channels/channel-keys.ts'
import { answerOnce } from '../../flows/own-doors/answer-once.ts'
import { announceClosed } from '../../flows/talk-view.ts'
import { insertChannelKey } from '../../store/channel-keys.ts'
import { type TestDoors, testDoors } from '../widget/test-doors.ts'
import { clientApiRoutes } from './client-api-routes.ts'

let doors: TestDoors
let channelId: ChannelId
let key: string
let keyId: string

beforeAll(async () => {
  doors = await testDoors(clientApiRoutes)
})
afterAll(async () => {
  await doors?.[Symbol.asyncDispose]()
})
beforeEach(async () => {
  ;({ id: channelId } = await doors.addChannel('client-api', {}))
  ;({ key, id: keyId } = await addKey(channelId))
})

async function addKey(channel: ChannelId): Promise<{ key: string; id: string }> {
  const made = `tlk_${randomBytes(32).toString('base64url')}`
  const id = randomUUID()
  await doors.database.inWorkspace(doors.workspaceId, (tx) =>
    insertChannelKey(tx, {
      id,
      channelId: channel,
      title: 'Ключ',
      prefix: made.slice(0, 10),
      hash: channelKeyHash(made),
    }),
  )
  return { key: made, id }
}

interface AskOptions {
  key?: string
  idempotencyKey?: string
  headers?: Record<string, string>
}

async function ask(method: string, path: string, body?: unknown, options: AskOptions = {}) {
  const answer = await fetch(`${doors.url}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${options.key ?? key}`,
      ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
      ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text }
}

const message = (
  text: string,
  more: { id?: string; conversation?: string; attachment_ids?: string[] } = {},
) => ({
  contact: { external_id: 'user-17', name: 'Анна', phone: '+79120000017' },
  conversation: { external_id: more.conversation ?? 'order-1' },
  message: { external_id: more.id ?? randomUUID(), text, attachment_ids: more.attachment_ids ?? [] },
})
const texts = () =>
  doors.query<{ text: string; direction: string }>(
    `select m.text, m.direction from messages m join conversations c on c.id = m.conversation_id
      where c.channel_id = $1 order by c.number, m.sequence`,
    [channelId],
  )
const accepted = async () =>
  (
    await doors.query<{ n: number }>('select count(*)::int as n from inbound_events where channel_id = $1', [
      channelId,
    ])
  )[0]!.n

describe('the key', () => {
  test.each([
    ['none', ''],
    ['a made up one', 'tlk_abcdefghijklmnop'],
  ])('%s opens nothing, in the words of RFC 9457', async (_, wrong) => {
    const answer = await ask('POST', 'messages', message('x'), { key: wrong })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.body).toMatchObject({ status: 401, code: 'auth/bad-key', instance: '/api/v1/messages' })
  })

  test('revoked opens nothing at once; of another channel shows nothing of this one', async () => {
    await ask('POST', 'messages', message('Моё'))
    await doors.process()
    const other = await doors.addChannel('client-api', {})
    const theirs = await addKey(other.id)
    expect((await ask('GET', 'conversations/order-1/messages', undefined, { key: theirs.key })).status).toBe(
      404,
    )
    expect((await ask('GET', 'conversations/order-1/messages')).status).toBe(200)
    await doors.query('update channel_keys set revoked_at = now() where id = $1', [keyId])
    expect((await ask('GET', 'conversations/order-1/messages')).status).toBe(401)
  })

  test('may call a hundred times at once; with its allowance spent it is told to wait', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask('GET', 'channel')))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    const spent = await doors.query(
      `update rate_limits set full_at = now() + interval '5 seconds' where key = $1 returning 1`,
      [`api:${keyId}`],
    )
    expect(spent).toHaveLength(1)
    const refused = await ask('GET', 'channel')
    expect(refused).toMatchObject({ status: 429, body: { code: 'request/too-many' } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('messages', () => {
  test('tags and the group are what rules compare: tags add up, and each message is of who wrote it', async () => {
    const said = (text: string, author_name: string, tags: string[]) => {
      const { message: own, ...rest } = message(text)
      return ask('POST', 'messages', {
        ...rest,
        conversation: { external_id: 'room-1', is_group: true, tags },
        message: { ...own, author_name },
      })
    }
    expect((await said('Раз', 'Анна', ['опт'])).status).toBe(202)
    expect((await said('Два', 'Олег', ['Опт', 'срочно'])).status).toBe(202)
    expect((await said('Три', 'Олег', ['x'.repeat(41)])).status).toBe(422)
    await doors.process()
    expect(
      await doors.query(
        `select c.tags, c.state -> 'isGroup' as "isGroup", array_agg(m.author_name order by m.sequence) as authors
          from conversations c join messages m on m.conversation_id = c.id
          where c.channel_id = $1 group by c.tags, c.state`,
        [channelId],
      ),
    ).toEqual([{ tags: ['опт', 'срочно'], isGroup: true, authors: ['Анна', 'Олег'] }])
  })

  test('the first one begins a conversation with a contact who is known by what the application says', async () => {
    const answer = await ask('POST', 'messages', {
      ...message('Где заказ?'),
      context: { page_url: 'app://orders', utm: { source: 'push' } },
    })
    expect(answer).toMatchObject({
      status: 202,
      body: { duplicate: false, id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    })
    await doors.process()
    const rows = await doors.query(
      `select c.talk, k.name, i.value as phone, i.vouched, c.context ->> 'pageUrl' as page from conversations c
        join contacts k on k.id = c.contact_id join contact_identities i on i.contact_id = k.id and i.kind = 'phone'
        where c.channel_id = $1`,
      [channelId],
    )
    expect(rows).toEqual([
      { talk: 'order-1', name: 'Анна', phone: '+79120000017', vouched: true, page: 'app://orders' },
    ])
  })

  test('sent again is the same message, told by the same id', async () => {
    const same = message('Один раз', { id: 'm-1' })
    const first = await ask('POST', 'messages', same)
    const second = await ask('POST', 'messages', same)
    expect(second.body).toEqual({ id: first.body.id, duplicate: true })
    await doors.process()
    expect(await texts()).toEqual([{ text: 'Один раз', direction: 'inbound' }])
  })

  test('is changed and removed by the application’s own id, even before it was worked on', async () => {
    await ask('POST', 'messages', message('Было', { id: 'm-1' }))
    await ask('POST', 'messages', message('Лишнее', { id: 'm-2' }))
    const contact = { external_id: 'user-17' }
    expect((await ask('PATCH', 'messages/m-1', { contact, text: 'Стало' })).status).toBe(202)
    expect((await ask('DELETE', 'messages/m-2')).status).toBe(202)
    await doors.process()
    const page = await ask('GET', 'conversations/order-1/messages')
    expect(page.body.data.map((each: { text: string }) => each.text)).toEqual(['Стало', ''])
    expect((await ask('PATCH', 'messages/none', { contact, text: 'x' })).status).toBe(404)
    expect((await ask('DELETE', 'messages/none')).status).toBe(404)
  })

  test('without text and file, or with wrong fields, is refused field by field and stored nowhere', async () => {
    const empty = await ask('POST', 'messages', message('  '))
    expect(empty).toMatchObject({ status: 422, body: { errors: [{ pointer: '/message/text' }] } })
    const wrong = await ask('POST', 'messages', { contact: { external_id: '' }, message: {} })
    expect(wrong.status).toBe(422)
    expect(wrong.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/contact/external_id',
      '/message/external_id',
    ])
    expect(await accepted()).toBe(0)
  })

  test('unknown fields are ignored, so that either side may add some', async () => {
    const answer = await ask('POST', 'messages', { ...message('Да'), something: { new: true } })
    expect(answer.status).toBe(202)
  })
})

describe('Idempotency-Key', () => {
  test('gives the first answer again and does nothing twice', async () => {
    const contact = { external_id: 'user-17' }
    await ask('POST', 'messages', message('Раз', { id: 'm-1' }))
    const edit = () => ask('PATCH', 'messages/m-1', { contact, text: 'Два' }, { idempotencyKey: 'k-1' })
    const first = await edit()
    const second = await edit()
    expect(second.body).toEqual(first.body)
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect(await accepted()).toBe(2)
  })

  test('with another request is refused', async () => {
    await ask('POST', 'messages', message('Раз', { id: 'm-1' }), { idempotencyKey: 'k-1' })
    const other = await ask('POST', 'messages', message('Два', { id: 'm-2' }), { idempotencyKey: 'k-1' })
    expect(other).toMatchObject({ status: 422, body: { code: 'request/idempotency-mismatch' } })
    expect(await accepted()).toBe(1)
  })

  test('of a request under way is answered 409; the key of one that died is free after a minute', async () => {
    const same = message('Раз', { id: 'm-1' })
    const first = await ask('POST', 'messages', same, { idempotencyKey: 'k-1' })
    await doors.query(`update api_replies set status = null, reply = null where channel_id = $1`, [channelId])
    const meanwhile = await ask('POST', 'messages', same, { idempotencyKey: 'k-1' })
    expect(meanwhile).toMatchObject({ status: 409, body: { code: 'request/in-progress' } })
    expect(meanwhile.headers.get('retry-after')).toBe('2')
    await doors.query(
      `update api_replies set created_at = now() - interval '2 minutes' where channel_id = $1`,
      [channelId],
    )
    const after = await ask('POST', 'messages', same, { idempotencyKey: 'k-1' })
    expect(after).toMatchObject({ status: 202, body: { id: first.body.id, duplicate: true } })
  })

  test('of a request that was refused may be used again', async () => {
    const refused = await ask('DELETE', 'messages/m-1', undefined, { idempotencyKey: 'k-1' })
    expect(refused.status).toBe(404)
    await ask('POST', 'messages', message('Раз', { id: 'm-1' }))
    expect((await ask('DELETE', 'messages/m-1', undefined, { idempotencyKey: 'k-1' })).status).toBe(202)
  })

  test('of a request that was done stays taken, though its answer could not be kept', async () => {
    const { database, workspaceId } = doors
    const call = { workspaceId, channelId, key: 'k-1', request: 'DELETE messages/m-1' }
    let done = 0
    const work = async () => {
      done++
      return { status: 202, reply: { size: 1n } as unknown as Json }
    }
    await expect(answerOnce(database, call, work)).rejects.toThrow(TypeError)
    await expect(answerOnce(database, call, work)).rejects.toMatchObject({ code: 'request/in-progress' })
    expect(done).toBe(1)
  })

  test('of twenty requests at once lets one through', async () => {
    const same = message('Раз', { id: 'm-1' })
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ask('POST', 'messages', same, { idempotencyKey: 'k-1' })),
    )
    expect(new Set(answers.map(({ status }) => status))).toSatisfy((all: Set<number>) =>
      [...all].every((status) => status === 202 || status === 409),
    )
    expect(answers.filter(({ body }) => body.duplicate === false && body.id).length).toBeGreaterThanOrEqual(1)
    expect(await accepted()).toBe(1)
  })
})

describe('conversations', () => {
  test('are read page by page, with the operator’s answers', async () => {
    for (let i = 1; i <= 3; i++) await ask('POST', 'messages', message(`Вопрос ${i}`))
    await doors.process()
    await doors.answer(channelId, 'order-1', 'Ответ')
    await doors.process()
    const first = await ask('GET', 'conversations/order-1/messages?limit=2')
    expect(first.body.next_cursor).toBe('2')
    const second = await ask('GET', `conversations/order-1/messages?limit=10&after=${first.body.next_cursor}`)
    expect(second.body).toMatchObject({
      next_cursor: null,
      data: [
        { sequence: 3, direction: 'inbound', text: 'Вопрос 3' },
        {
          sequence: 4,
          direction: 'outbound',
          text: 'Ответ',
          author_name: 'Ольга',
          delivery: 'sent',
          external_id: null,
        },
      ],
    })
    expect((await ask('GET', 'conversations/order-1/messages?limit=1000')).status).toBe(422)
    expect((await ask('GET', 'conversations/none/messages')).status).toBe(404)
  })

  test('marks of the application reach the operator’s message', async () => {
    await ask('POST', 'messages', message('Вопрос'))
    await doors.process()
    const id = await doors.answer(channelId, 'order-1', 'Ответ')
    await doors.process()
    expect((await ask('POST', `messages/${id}/status`, { status: 'read' })).status).toBe(202)
    expect((await ask('POST', `messages/${randomUUID()}/status`, { status: 'read' })).status).toBe(404)
    await doors.process()
    const page = await ask('GET', 'conversations/order-1/messages?after=1')
    expect(page.body.data[0].delivery).toBe('read')
  })

  test('the customer closes; what comes after begins the next, under one line of numbers', async () => {
    await ask('POST', 'messages', message('Раз'))
    expect((await ask('POST', 'conversations/none/close')).status).toBe(404)
    await doors.process()
    expect((await ask('POST', 'conversations/order-1/close')).status).toBe(202)
    await doors.process()
    const [row] = await doors.query(
      'select status, close_reason as reason from conversations where channel_id = $1',
      [channelId],
    )
    expect(row).toEqual({ status: 'closed', reason: 'by-contact' })
    await ask('POST', 'messages', message('Два'))
    await doors.process()
    const page = await ask('GET', 'conversations/order-1/messages')
    expect(
      page.body.data.map((each: { sequence: number; text: string }) => [each.sequence, each.text]),
    ).toEqual([
      [1, 'Раз'],
      [2, 'Два'],
    ])
  })

  test('typing is told to the cabinet and kept nowhere', async () => {
    await ask('POST', 'messages', message('Раз'))
    await doors.process()
    const before = await accepted()
    expect((await ask('POST', 'conversations/order-1/typing')).status).toBe(204)
    expect(await accepted()).toBe(before)
    const told = await doors.query(
      `select 1 from realtime_events where payload ->> 'kind' = 'typing'
        and payload ->> 'conversationId' = (select id::text from conversations where channel_id = $1)`,
      [channelId],
    )
    expect(told).toHaveLength(1)
  })

  test('what the company knows of its user comes to the contact', async () => {
    await ask('POST', 'messages', { ...message('Раз'), contact: { external_id: 'user-18' } })
    await doors.process()
    const answer = await ask('PUT', 'contacts/user-18', { name: 'Пётр', email: 'petr@example.com' })
    expect(answer.status).toBe(202)
    await doors.process()
    const rows = await doors.query(
      `select k.name, i.value as email from conversations c join contacts k on k.id = c.contact_id
        join contact_identities i on i.contact_id = k.id and i.kind = 'email' where c.channel_id = $1`,
      [channelId],
    )
    expect(rows).toEqual([{ name: 'Пётр', email: 'petr@example.com' }])
  })

  test('told apart from any conversation it wakes those of the contact that wait for it (UIS-23)', async () => {
    const anonymous = { ...message('Раз', { conversation: 'order-9' }), contact: { external_id: 'user-19' } }
    await ask('POST', 'messages', anonymous)
    await doors.process()
    const waiting = () =>
      doors.query(
        `select l.lane from mailbox l join conversations c on right(l.key, 36) = c.contact_id::text
          where l.lane = 'transfer' and c.channel_id = $1`,
        [channelId],
      )
    // As the transfer leaves it when it finds neither phone nor e-mail.
    await doors.query(`update transfers set state = 'held', reason = 'no-contact-data'`)
    await doors.query(`delete from mailbox where lane = 'transfer'`)
    expect(await waiting()).toEqual([])
    await ask('PUT', 'contacts/user-19', { phone: '+79120000019' })
    await doors.process()
    expect(await waiting()).toEqual([{ lane: 'transfer' }])
  })
})

describe('attachments', () => {
  const upload = (bytes: string, name = 'счёт.txt', options: AskOptions = {}) => {
    const form = new FormData()
    form.append('file', new Blob([bytes], { type: 'text/plain' }), name)
    return ask('POST', 'attachments', form, options)
  }

  test('are uploaded, sent with a message, and read back by this channel alone', async () => {
    const { status, body } = await upload('Итого: 100 ₽')
    expect(status).toBe(201)
    expect(body).toMatchObject({ name: 'счёт.txt', mime: 'text/plain' })
    const sent = message('Вот счёт', { attachment_ids: [body.id] })
    expect((await ask('POST', 'messages', sent)).status).toBe(202)
    // Sent again the same, whether the first answer came or not.
    expect((await ask('POST', 'messages', sent)).body.duplicate).toBe(true)
    await doors.process()
    expect((await ask('POST', 'messages', sent)).body.duplicate).toBe(true)
    const page = await ask('GET', 'conversations/order-1/messages')
    expect(page.body.data[0].attachments).toMatchObject([
      { id: body.id, url: `/api/v1/attachments/${body.id}` },
    ])
    const got = await ask('GET', `attachments/${body.id}`)
    expect(got.body).toBe('Итого: 100 ₽')
    expect(got.headers.get('content-disposition')).toMatch(/^attachment/)

    const other = await doors.addChannel('client-api', {})
    const theirs = await addKey(other.id)
    expect((await ask('GET', `attachments/${body.id}`, undefined, theirs)).status).toBe(404)
    const stolen = await ask('POST', 'messages', message('Чужой', { attachment_ids: [body.id] }), theirs)
    expect(stolen).toMatchObject({ status: 422, body: { errors: [{ pointer: '/message/attachment_ids' }] } })
  })

  test('empty ones and programs are refused', async () => {
    expect((await upload('')).status).toBe(422)
    expect((await upload(`\x7fELF${'\0'.repeat(100)}`)).status).toBe(415)
  })
})

describe('the log', () => {
  test('tells answers and closings once in a page, goes on from its cursor, and never tells the customer’s own', async () => {
    await ask('POST', 'messages', message('Вопрос'))
    await doors.process()
    const { body: begin } = await ask('GET', 'events')
    expect(begin.data).toEqual([])
    const id = await doors.answer(channelId, 'order-1', 'Ответ')
    await doors.process()
    await doors.database.inWorkspace(doors.workspaceId, (tx) => announceClosed(tx, channelId, 'order-1'))
    // Shown when every transaction that began before has ended, those of other databases of this server too.
    const read = async () => (await ask('GET', `events?cursor=${begin.next_cursor}`)).body
    await expect.poll(async () => (await read()).data.length, { timeout: 10_000 }).toBe(2)
    const page = await read()
    expect(page).toMatchObject({
      more: false,
      data: [
        {
          type: 'message.created',
          data: { id, conversation: 'order-1', sequence: 2, text: 'Ответ', author_name: 'Ольга' },
        },
        { type: 'conversation.closed', data: { conversation: 'order-1' } },
      ],
    })
    expect((await ask('GET', `events?cursor=${page.next_cursor}`)).body.data).toEqual([])
    const { body: all } = await ask('GET', 'events')
    expect(all.data.length).toBeGreaterThanOrEqual(2)
  })

  test('tells nothing of another channel', async () => {
    await ask('POST', 'messages', message('Вопрос'))
    await doors.process()
    await doors.answer(channelId, 'order-1', 'Ответ')
    const other = await doors.addChannel('client-api', {})
    const theirs = await addKey(other.id)
    expect((await ask('GET', 'events', undefined, theirs)).body.data).toEqual([])
  })

  test('finds its place by the time when its events are no longer kept, and loses nothing', async () => {
    await ask('POST', 'messages', message('Вопрос'))
    await doors.process()
    await doors.answer(channelId, 'order-1', 'Раз')
    await expect.poll(async () => (await ask('GET', 'events')).body.data.length, { timeout: 10_000 }).toBe(1)
    const { body: begin } = await ask('GET', 'events')
    const later = []
    for (const text of ['Два', 'Три', 'Четыре']) later.push(await doors.answer(channelId, 'order-1', text))
    await doors.query('delete from realtime_events')
    const seen = new Set<string>()
    let cursor = begin.next_cursor as string
    for (let i = 0; i < 5; i++) {
      const { body } = await ask('GET', `events?limit=2&cursor=${cursor}`)
      for (const event of body.data) seen.add(event.data.id)
      cursor = body.next_cursor
      if (!body.more) break
    }
    for (const id of later) expect(seen).toContain(id)
    expect((await ask('GET', 'events?cursor=nonsense')).status).toBe(422)
  })
})

describe('webhooks out', () => {
  test('are signed, keep their order over faults, repeat under one id, and arrive once', async () => {
    const application = await startClientApiEmulator()
    try {
      const channel = await doors.addChannel('client-api', application.settings)
      const mine = await addKey(channel.id)
      await ask('POST', 'messages', message('Вопрос'), mine)
      await doors.process()
      const [row] = await doors.query<{ id: ConversationId }>(
        'select id from conversations where channel_id = $1',
        [channel.id],
      )
      const answers = ['Раз', 'Два', 'Три', 'Четыре']
      application.faults.next({ kind: 'server-error', status: 503 }, { only: 'message.created' })
      application.faults.next({ kind: 'cut-after' }, { only: 'message.created' })
      application.faults.next({ kind: 'rate-limit', retryAfterSeconds: 30 }, { only: 'message.created' })
      for (const text of answers) await doors.answer(channel.id, 'order-1', text)
      for (let round = 0; round < 10 && application.sent.length < answers.length; round++) {
        // What the network asked to wait for is over.
        await doors.query('update channels set paused_until = null where id = $1', [channel.id])
        await doors.query(`update mailbox set next_at = now() where lease_by is null and key = $1`, [row!.id])
        await doors.process()
      }
      expect(application.sent.map(({ text }) => text)).toEqual(answers)
      expect(application.refusedSignatures()).toBe(0)
      const page = await ask('GET', 'conversations/order-1/messages?after=1', undefined, mine)
      expect(page.body.data.map((each: { delivery: string }) => each.delivery)).toEqual(
        answers.map(() => 'sent'),
      )
    } finally {
      await application.stop()
    }
  })
})

test('the channel tells its state and what it can do', async () => {
  const { body } = await ask('GET', 'channel')
  expect(body).toMatchObject({
    title: 'Канал',
    state: 'connected',
    capabilities: { text: { maxChars: 4000 } },
  })
})

describe('an offline request', () => {
  const request = (more: Record<string, unknown> = {}) => ({
    external_id: 'form-17',
    form_name: 'Обратный звонок',
    fields: [
      { name: 'name', value: 'Анна' },
      { name: 'phone', value: '8 912 000-00-18' },
      { name: 'city', label: 'Город', value: 'Казань' },
    ],
    consent: { personal_data: true, mailing: true, version: '2026-03' },
    context: { page_url: 'https://shop.example/', utm: { source: 'ya' } },
    ...more,
  })
  const stored = () =>
    doors.query<Record<string, unknown>>(
      `select c.kind, c.talk, c.context, q.* from conversations c join offline_requests q on q.conversation_id = c.id
        where c.channel_id = $1 order by c.started_at`,
      [channelId],
    )

  test('is a conversation of its own beside the messages of the same user', async () => {
    await ask('POST', 'messages', message('Здравствуйте'))
    const contact = { external_id: 'user-17' }
    expect(await ask('POST', 'requests', request({ contact }))).toMatchObject({
      status: 202,
      body: { duplicate: false },
    })
    await doors.process()
    expect(await stored()).toMatchObject([
      {
        kind: 'request',
        talk: 'request:form-17',
        form_name: 'Обратный звонок',
        form_type: 'site-form',
        technical: false,
        personal_data_consent: true,
        mailing_consent: true,
        consent_version: '2026-03',
        fields: [
          { name: 'name', label: '', value: 'Анна' },
          { name: 'phone', label: '', value: '8 912 000-00-18' },
          { name: 'city', label: 'Город', value: 'Казань' },
        ],
        context: { pageUrl: 'https://shop.example/', utm: { source: 'ya' } },
      },
    ])
    const people = await doors.query('select distinct contact_id from conversations where channel_id = $1', [
      channelId,
    ])
    expect(people).toHaveLength(1)
  })

  test('with the same external_id again is the same request; a technical one says so', async () => {
    expect((await ask('POST', 'requests', request())).body).toMatchObject({ duplicate: false })
    expect((await ask('POST', 'requests', request())).body).toMatchObject({ duplicate: true })
    await ask('POST', 'requests', request({ external_id: 'form-18', technical: true }))
    await doors.process()
    expect((await stored()).map(({ technical }) => technical)).toEqual([false, true])
  })

  test('with nothing in it is refused and stored nowhere', async () => {
    expect((await ask('POST', 'requests', request({ fields: [] }))).status).toBe(422)
    expect((await ask('POST', 'requests', request({ fields: [{ name: 'name', value: ' ' }] }))).status).toBe(
      422,
    )
    expect(await accepted()).toBe(0)
  })
})
