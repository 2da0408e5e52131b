import { randomUUID } from 'node:crypto'
import type { Channel } from '@trunkline/contracts/http/channels'
import type {
  Attachment,
  Conversation,
  ConversationRow,
  Message,
} from '@trunkline/contracts/http/conversations'
import { Attachment as AttachmentSchema } from '@trunkline/contracts/http/conversations'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CabinetWorld, cabinetWorld } from '../../testing/cabinet-world.ts'

let world: CabinetWorld
let channel: Channel
beforeAll(async () => {
  world = await cabinetWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})
beforeEach(async () => {
  channel = await world.owner.call<Channel>('POST', '/api/channels', {
    type: 'site-widget',
    title: `Сайт ${randomUUID().slice(0, 8)}`,
    settings: { allowedOrigins: ['https://site.example'] },
  })
})

const list = (query: string) =>
  world.owner.call<{ data: ConversationRow[]; nextCursor: string | null }>(
    'GET',
    `/api/conversations?${query}`,
  )

async function talk(visitor: string, text: string): Promise<ConversationRow> {
  await world.visitorWrites(channel.publicKey, visitor, text)
  const found = (await list('limit=200')).data.filter((row) => row.channel.id === channel.id)
  return found.sort((a, b) => b.number - a.number)[0]!
}

const answer = (id: string, text: string, attachmentIds: string[] = []) =>
  world.owner.call<Message>('POST', `/api/conversations/${id}/messages`, {
    clientId: randomUUID(),
    text,
    attachmentIds,
  })

describe('the list', () => {
  it('shows who waits first, the longest waiting on top, page by page, each once', async () => {
    const ids: string[] = []
    for (let n = 0; n < 7; n++) ids.push((await talk(`list-${n}`, `Вопрос ${n}`)).id)
    // Two of them are answered, in this order.
    await answer(ids[1]!, 'Отвечаю первой')
    await answer(ids[4]!, 'Отвечаю второй')
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(
        `limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      )
      seen.push(...page.data.map((row) => row.id))
      cursor = page.nextCursor
    }
    const waiting = [0, 2, 3, 5, 6].map((n) => ids[n])
    expect(seen.filter((id) => ids.includes(id))).toEqual([...waiting, ids[4], ids[1]])
    expect(new Set(seen).size).toBe(seen.length)
    expect((await world.owner.ask('GET', '/api/conversations?cursor=nonsense')).status).toBe(400)
  })

  it('finds by name, phone as people write it, e-mail, number and words of a message', async () => {
    await world.visitorShares(channel.publicKey, 'search', {
      name: 'Зинаида Ёлкина',
      phone: '89031112233',
      email: 'zina@mail.example',
    })
    const row = await talk('search', 'Интересуют кухонные гарнитуры из дуба, зелёные и бежевые в черный')
    const queries = [
      'ёлкина',
      'елкина',
      'ЕЛКИНА',
      '8 903 111-22-33',
      '+7 903 111',
      'ZINA@mail',
      `#${row.number}`,
      'кухонный гарнитур',
      'зелёные',
      'зеленые',
      'чёрный',
    ]
    for (const query of queries) {
      const found = await list(`search=${encodeURIComponent(query)}`)
      expect(
        found.data.map((one) => one.id),
        query,
      ).toContain(row.id)
    }
    expect((await list(`search=${encodeURIComponent('100%_нет')}`)).data).toEqual([])
  })

  it('counts what waits, what is mine and what is nobody’s', async () => {
    const before = await world.owner.call<Record<string, number>>('GET', '/api/conversations/counts')
    const row = await talk('counts', 'Считайте меня')
    const { userId } = await world.owner.call<{ userId: string }>('GET', '/api/me')
    await world.owner.call('POST', `/api/conversations/${row.id}/assign`, { userId })
    const after = await world.owner.call<Record<string, number>>('GET', '/api/conversations/counts')
    expect(after).toEqual({
      open: before['open']! + 1,
      mine: before['mine']! + 1,
      unassigned: before['unassigned'],
      unanswered: before['unanswered']! + 1,
      requests: before['requests'],
    })
    expect((await list('assignee=me')).data.map((one) => one.id)).toContain(row.id)
    expect((await list('assignee=none')).data.map((one) => one.id)).not.toContain(row.id)
  })
})

describe('one conversation', () => {
  it('is given to a colleague, never to a stranger', async () => {
    const row = await talk('assign', 'Кому я?')
    const colleague = await world.colleague('operator')
    const given = await world.owner.call<Conversation>('POST', `/api/conversations/${row.id}/assign`, {
      userId: colleague.userId,
    })
    expect(given.assignee).toEqual({ userId: colleague.userId, name: 'Коллега operator' })
    const refused = await world.owner.ask('POST', `/api/conversations/${row.id}/assign`, {
      body: { userId: 'nobody' },
    })
    expect([refused.status, refused.body]).toMatchObject([422, { errors: [{ pointer: '/userId' }] }])
    // A colleague who leaves takes no conversation along.
    await world.owner.call('DELETE', `/api/members/${colleague.userId}`)
    expect((await world.owner.call<Conversation>('GET', `/api/conversations/${row.id}`)).assignee).toBeNull()
  })

  it('is tagged: spelt as first written, offered to all afterwards, at most twenty', async () => {
    const row = await talk('tags', 'Здравствуйте')
    const change = (patch: Record<string, string[]>) =>
      world.owner.call<Conversation>('PATCH', `/api/conversations/${row.id}/tags`, patch)
    expect((await change({ add: ['срочно', ' Опт  и розница'] })).tags).toEqual(['Опт и розница', 'срочно'])
    expect((await change({ add: ['СРОЧНО'], remove: ['опт и розница'] })).tags).toEqual(['срочно'])
    const many = Array.from({ length: 20 }, (_, n) => `t${n}`)
    expect((await change({ add: many })).tags).toHaveLength(20)
    const { data } = await world.owner.call<{ data: string[] }>('GET', '/api/tags')
    expect(data).toEqual(expect.arrayContaining(['срочно', 't0']))
    expect(data).not.toContain('t19')
    const refused = await world.owner.ask('PATCH', `/api/conversations/${row.id}/tags`, {
      body: { add: [{}] },
    })
    expect(refused.status).toBe(422)
  })

  it('is read by each employee for themselves, and never unread again', async () => {
    const row = await talk('read', 'Раз')
    await world.visitorWrites(channel.publicKey, 'read', 'Два')
    const colleague = await world.colleague('operator')
    await world.owner.call('POST', `/api/conversations/${row.id}/read`, { upTo: 2 })
    await world.owner.call('POST', `/api/conversations/${row.id}/read`, { upTo: 1 })
    expect((await world.owner.call<Conversation>('GET', `/api/conversations/${row.id}`)).unread).toBe(0)
    expect((await colleague.call<Conversation>('GET', `/api/conversations/${row.id}`)).unread).toBe(2)
  })

  it('takes no message once it is closed, and says why in the reader’s language', async () => {
    const row = await talk('close', 'Спасибо, всё')
    const closed = await world.owner.call<Conversation>('POST', `/api/conversations/${row.id}/close`, {
      reason: 'resolved',
      note: 'Довольна',
    })
    expect(closed).toMatchObject({
      status: 'closed',
      closeReason: 'resolved',
      can: { write: false, writeReason: 'The conversation is closed' },
    })
    expect(closed.closedBy).not.toBeNull()
    const refused = await world.owner.ask('POST', `/api/conversations/${row.id}/messages`, {
      body: { clientId: randomUUID(), text: 'Ещё минутку', attachmentIds: [] },
    })
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([422, 'channel/cannot'])
    // Closing twice changes nothing; the visitor's next word begins another conversation.
    await world.owner.call('POST', `/api/conversations/${row.id}/close`, { reason: 'spam' })
    expect((await world.owner.call<Conversation>('GET', `/api/conversations/${row.id}`)).closeReason).toBe(
      'resolved',
    )
    const next = await talk('close', 'А ещё вопрос')
    expect(next.id).not.toBe(row.id)
    const card = (await world.owner.call<Conversation>('GET', `/api/conversations/${next.id}`)).contactCard
    expect(card.otherConversations.map((other) => other.id)).toEqual([row.id])
  })

  it('shows messages newest last, earlier ones on request', async () => {
    const row = await talk('pages', 'Сообщение 1')
    for (let n = 2; n <= 5; n++) await world.visitorWrites(channel.publicKey, 'pages', `Сообщение ${n}`)
    const path = `/api/conversations/${row.id}/messages`
    const latest = await world.owner.call<{ data: Message[]; hasEarlier: boolean }>('GET', `${path}?limit=2`)
    expect([latest.data.map((message) => message.text), latest.hasEarlier]).toEqual([
      ['Сообщение 4', 'Сообщение 5'],
      true,
    ])
    const earlier = await world.owner.call<typeof latest>(
      'GET',
      `${path}?limit=3&before=${latest.data[0]!.sequence}`,
    )
    expect([earlier.data.map((message) => message.sequence), earlier.hasEarlier]).toEqual([[1, 2, 3], false])
  })

  it('a message answers another one of the same conversation', async () => {
    const row = await talk('reply', 'Какой цвет?')
    const [question] = (
      await world.owner.call<{ data: Message[] }>('GET', `/api/conversations/${row.id}/messages`)
    ).data
    const reply = await world.owner.call<Message>('POST', `/api/conversations/${row.id}/messages`, {
      clientId: randomUUID(),
      text: 'Белый',
      attachmentIds: [],
      replyToId: question!.id,
    })
    expect(reply).toMatchObject({
      replyToId: question!.id,
      author: { name: 'Ольга Хозяйкина' },
      delivery: 'queued',
    })
  })
})

describe('a contact', () => {
  it('shows what was agreed to, when and in which words, in later conversations too', async () => {
    const consentText = 'Согласен, прежние слова'
    const settings = (words: string) =>
      world.owner.call('PATCH', `/api/channels/${channel.id}`, { settings: { consentText: words } })
    await settings(consentText)
    await settings('Новые слова')
    const known = await world.query<{ words: string }>('select personal_data as words from consent_texts')
    expect(known.map(({ words }) => words)).toContain(consentText)

    await world.visitorShares(channel.publicKey, 'agreed', { phone: '+79120000055' })
    const { id } = await talk('agreed', 'Здравствуйте')
    const read = () => world.owner.call<Conversation>('GET', `/api/conversations/${id}`)
    expect((await read()).consent).toMatchObject({ personalData: true, mailing: false, policyUrl: null })
    expect((await read()).consent?.at).toMatch(/Z$/)
    await world.owner.call('POST', `/api/conversations/${id}/close`, { reason: 'resolved' })
    const later = await talk('agreed', 'Ещё вопрос')
    expect(later.id).not.toBe(id)
    const second = await world.owner.call<Conversation>('GET', `/api/conversations/${later.id}`)
    expect(second.consent).toEqual((await read()).consent)
    expect(
      (await world.owner.call<Conversation>('GET', `/api/conversations/${(await talk('none', 'x')).id}`))
        .consent,
    ).toBeNull()
  })

  it('is corrected: phone and e-mail are understood as people write them, wrong ones refused at their fields', async () => {
    const row = await talk('contact', 'Перезвоните')
    const path = `/api/contacts/${row.contact.id}`
    const refused = await world.owner.ask('PATCH', path, { body: { phone: 'завтра', email: 'at home' } })
    expect([refused.status, (refused.body as { errors: { pointer: string }[] }).errors[0]!.pointer]).toEqual([
      422,
      '/phone',
    ])
    await world.owner.call('PATCH', path, {
      name: 'Игорь',
      phone: '8 (921) 000-11-22',
      email: 'Igor@Mail.Example',
    })
    const { contactCard } = await world.owner.call<Conversation>('GET', `/api/conversations/${row.id}`)
    expect(contactCard).toMatchObject({
      name: 'Игорь',
      phones: ['+79210001122'],
      emails: ['igor@mail.example'],
    })
    await world.owner.call('PATCH', path, { phone: '+7 921 000-11-33', email: '' })
    expect(
      (await world.owner.call<Conversation>('GET', `/api/conversations/${row.id}`)).contactCard,
    ).toMatchObject({
      phones: ['+79210001133'],
      emails: [],
    })
  })

  it('is never given the phone of somebody else', async () => {
    await world.visitorShares(channel.publicKey, 'first', { phone: '+79007770001' })
    await talk('first', 'Я первый')
    const row = await talk('second', 'Я второй')
    const refused = await world.owner.ask('PATCH', `/api/contacts/${row.contact.id}`, {
      body: { phone: '+79007770001' },
    })
    expect(refused.body).toMatchObject({
      code: 'request/invalid',
      errors: [{ pointer: '/phone', code: 'taken' }],
    })
  })
})

describe('files', () => {
  // The smallest PNG there is: one transparent pixel.
  const PNG = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  )
  const upload = (content: Uint8Array<ArrayBuffer>, name: string, type: string) => {
    const body = new FormData()
    body.append('file', new Blob([content], { type }), name)
    return world.owner.ask('POST', '/api/attachments', { body })
  }

  it('a picture is uploaded, sent once, and shown inline; a second message cannot have it', async () => {
    const up = await upload(PNG, 'дверь "белая".png', 'text/html')
    expect(up.status).toBe(201)
    const file = up.body as Attachment
    expect([...Value.Errors(AttachmentSchema, file)]).toEqual([])
    expect(file).toMatchObject({
      mime: 'image/png',
      kind: 'image',
      image: true,
      sizeBytes: PNG.length,
      name: 'дверь _белая_.png',
    })
    const row = await talk('files', 'Пришлите фото')
    expect((await answer(row.id, 'Вот', [file.id])).attachments.map((one) => one.id)).toEqual([file.id])
    await expect(answer(row.id, 'И ещё раз', [file.id])).rejects.toThrow('422')

    const saved = await world.owner.ask('GET', file.url)
    expect(saved.headers.get('content-disposition')).toMatch(
      /^attachment; filename="_+ __+_\.png"; filename\*=UTF-8''%D0%B4/,
    )
    expect(saved.headers.get('x-content-type-options')).toBe('nosniff')
    expect(saved.headers.get('content-security-policy')).toContain('sandbox')
    expect((await world.owner.ask('GET', `${file.url}?inline=1`)).headers.get('content-disposition')).toMatch(
      /^inline/,
    )
  })

  it('a page that pretends to be a picture is only ever saved', async () => {
    const up = await upload(
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
      'a.svg',
      'image/svg+xml',
    )
    const file = up.body as Attachment
    expect(file.image).toBe(false)
    const shown = await world.owner.ask('GET', `${file.url}?inline=1`)
    expect(shown.headers.get('content-disposition')).toMatch(/^attachment/)
  })

  it('programs, empty files, forms without a file and files too large are refused, and leave nothing behind', async () => {
    const count = () => world.query<{ count: number }>('select count(*)::int as count from attachments')
    const before = await count()
    const elf = Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]), Buffer.alloc(64)])
    expect((await upload(elf, 'run', 'application/octet-stream')).status).toBe(415)
    expect((await upload(Buffer.alloc(0), 'empty.txt', 'text/plain')).status).toBe(422)
    expect(
      (await upload(Buffer.alloc(50 * 1024 * 1024 + 1), 'big.bin', 'application/octet-stream')).status,
    ).toBe(413)
    expect((await world.owner.ask('POST', '/api/attachments', { body: new FormData() })).status).toBe(400)
    expect((await world.owner.ask('POST', '/api/attachments', { body: { file: 'text' } })).status).toBe(400)
    expect(await count()).toEqual(before)
  })

  it('an upload that is not sent yet is seen by nobody but whoever made it', async () => {
    const { id } = (await upload(PNG, 'mine.png', 'image/png')).body as Attachment
    const colleague = await world.colleague('operator')
    expect((await colleague.ask('GET', `/api/attachments/${id}`)).status).toBe(404)
    expect((await world.stranger().ask('GET', `/api/attachments/${id}`)).status).toBe(401)
  })
})

describe('the stream', () => {
  it('tells what happens with a place to go on from, and replays what a break missed', async () => {
    const row = await talk('stream', 'Начало')
    const first = await listen()
    await world.visitorWrites(channel.publicKey, 'stream', 'Дальше')
    const seen = await first.until((event) => isMessageOf(event.data, row.id))
    first.close()
    await answer(row.id, 'Пока никто не слушал')
    const second = await listen(seen.id)
    const missed = await second.until((event) => isMessageOf(event.data, row.id))
    second.close()
    expect(missed.id).not.toBe(seen.id)
    expect(first.headers.get('x-accel-buffering')).toBe('no')
    // Ids only: what people wrote is asked for by those who may read it.
    expect(first.text() + second.text()).not.toContain('Дальше')
    expect(first.text() + second.text()).not.toContain('talk:')
  })

  async function listen(after?: string) {
    const stop = new AbortController()
    const response = await fetch(
      `${world.app.url}/api/events${after === undefined ? '' : `?after=${after}`}`,
      {
        headers: { cookie: world.owner.cookie() },
        signal: stop.signal,
      },
    )
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    let text = ''
    const reading = (async () => {
      for await (const chunk of response.body!) text += Buffer.from(chunk).toString('utf8')
    })().catch(() => undefined)
    return {
      headers: response.headers,
      text: () => text,
      close: () => {
        stop.abort()
        return reading
      },
      async until(wanted: (event: { id: string; data: string }) => boolean) {
        return expect
          .poll(() => eventsOf(text).find(wanted), { timeout: 5_000, interval: 20 })
          .toBeDefined()
          .then(() => eventsOf(text).find(wanted)!)
      },
    }
  }

  function isMessageOf(data: string, conversationId: string): boolean {
    const event = JSON.parse(data) as Record<string, unknown>
    return event['kind'] === 'message' && event['conversationId'] === conversationId
  }

  function eventsOf(text: string): { id: string; data: string }[] {
    return text.split('\n\n').flatMap((frame) => {
      const id = /^id: (.*)$/m.exec(frame)?.[1]
      const data = /^data: (.*)$/m.exec(frame)?.[1]
      return id === undefined || data === undefined ? [] : [{ id, data }]
    })
  }
})
