import type { Channel } from '@trunkline/contracts/http/channels'
import { Conversation, type ConversationRow, type InboxCounts } from '@trunkline/contracts/http/conversations'
import type { AuditEntry } from '@trunkline/contracts/http/people'
import type { SettingsDocument } from '@trunkline/contracts/http/settings'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CabinetWorld, cabinetWorld } from '../../testing/cabinet-world.ts'

let world: CabinetWorld
let channel: Channel
beforeAll(async () => {
  world = await cabinetWorld()
  channel = await world.owner.call<Channel>('POST', '/api/channels', {
    type: 'site-widget',
    title: 'Сайт',
    settings: { allowedOrigins: ['https://site.example'] },
  })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const list = async (query: string) =>
  (await world.owner.call<{ data: ConversationRow[] }>('GET', `/api/conversations?${query}`)).data

/** A form on the site is sent; its conversation. */
async function leave(fields: Record<string, string>): Promise<Conversation> {
  const answer = await fetch(`${world.app.url}/widget/v1/${channel.publicKey}/requests`, {
    method: 'POST',
    headers: { origin: 'https://site.example', 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  })
  expect(answer.status).toBe(200)
  await world.app.processAll()
  const [row] = await world.query<{ id: string }>(
    'select conversation_id as id from offline_requests order by conversation_id desc limit 1',
  )
  return world.owner.call<Conversation>('GET', `/api/conversations/${row!.id}`)
}
const patch = (id: string, body: object) =>
  world.owner.call<Conversation>('PATCH', `/api/conversations/${id}/request`, body)

describe('a request in the inbox', () => {
  it('stands beside chats, is found by its filter, counted, and has what the form held', async () => {
    await world.visitorWrites(channel.publicKey, 'v1', 'Здравствуйте')
    const request = await leave({ name: 'Анна', phone: '8 912 345-67-89', city: 'Казань', mailing: '1' })
    expect(Value.Errors(Conversation, request)).toEqual([])
    expect(request).toMatchObject({
      kind: 'request',
      requestStatus: 'not_processed',
      contact: { name: 'Анна' },
      contactCard: { phones: ['+79123456789'], identities: [{ kind: 'phone' }] },
      can: { write: false, writeReason: expect.stringMatching(/заявка|request/) },
      request: {
        formType: 'site-form',
        status: 'not_processed',
        personalDataConsent: false,
        mailingConsent: true,
        comment: '',
        fields: [
          { name: 'name', value: 'Анна' },
          { name: 'phone', value: '8 912 345-67-89' },
          { name: 'city', value: 'Казань' },
        ],
      },
    })
    expect((await list('kind=any')).map(({ kind }) => kind).sort()).toEqual(['chat', 'request'])
    expect(await list('kind=request')).toHaveLength(1)
    expect((await list('kind=chat')).map(({ requestStatus }) => requestStatus)).toEqual([null])
    expect((await list('search=Казань')).map(({ id }) => id)).toEqual([request.id])
    const counts = await world.owner.call<InboxCounts>('GET', '/api/conversations/counts')
    expect(counts).toMatchObject({ open: 2, requests: 1, unanswered: 2 })
  })

  it('is worked on: in work it waits no longer, processed it is closed, and back it waits again', async () => {
    const { id } = await leave({ name: 'Борис', phone: '8 912 345-67-80' })
    expect(await patch(id, { status: 'processing' })).toMatchObject({
      requestStatus: 'processing',
      status: 'open',
      unansweredSince: null,
      request: { statusBy: 'Ольга Хозяйкина' },
    })
    expect(await patch(id, { status: 'processed', comment: 'Перезвонила' })).toMatchObject({
      status: 'closed',
      closeReason: 'resolved',
      request: { status: 'processed', comment: 'Перезвонила', commentBy: 'Ольга Хозяйкина' },
    })
    const back = await patch(id, { status: 'not_processed' })
    expect(back).toMatchObject({ status: 'open', closedAt: null, request: { comment: 'Перезвонила' } })
    expect(back.unansweredSince).not.toBeNull()
    const { data } = await world.owner.call<{ data: AuditEntry[] }>('GET', '/api/audit')
    const mine = data.filter(({ subject }) => subject === `#${back.number}`)
    expect(mine.map(({ action }) => action).sort()).toEqual([
      'request-commented',
      'request-moved',
      'request-moved',
      'request-moved',
    ])
    // What was noted is for colleagues and the request; the audit says that it was, not what.
    expect(JSON.stringify(mine)).not.toContain('Перезвонила')
  })

  it('closed as resolved is processed; closed as spam keeps its status', async () => {
    const first = await leave({ name: 'Вера', phone: '8 912 345-67-81' })
    const close = (id: string, reason: string) =>
      world.owner.call<Conversation>('POST', `/api/conversations/${id}/close`, { reason })
    expect(await close(first.id, 'resolved')).toMatchObject({
      status: 'closed',
      requestStatus: 'processed',
    })
    const second = await leave({ name: 'Спамер', message: 'Купите' })
    expect(await close(second.id, 'spam')).toMatchObject({
      status: 'closed',
      requestStatus: 'not_processed',
    })
  })

  it('is answered by nobody, and a chat has no status', async () => {
    const request = await leave({ name: 'Галина', phone: '8 912 345-67-82' })
    await expect(
      world.owner.call('POST', `/api/conversations/${request.id}/messages`, {
        clientId: crypto.randomUUID(),
        text: 'Здравствуйте',
        attachmentIds: [],
      }),
    ).rejects.toThrow('channel/cannot')
    const [chat] = await list('kind=chat')
    await expect(patch(chat!.id, { status: 'processed' })).rejects.toThrow('request/not-found')
  })

  it('of another company is not there', async () => {
    const request = await leave({ name: 'Дарья', phone: '8 912 345-67-83' })
    const stranger = await world.foreigner()
    await expect(
      stranger.call('PATCH', `/api/conversations/${request.id}/request`, { status: 'processed' }),
    ).rejects.toThrow('request/not-found')
  })
})

it('a channel tells apart whether its chats and its requests are passed', async () => {
  const choose = async (section: 'chats' | 'requests', channelIds: string[]) => {
    const { value, version } = await world.owner.call<SettingsDocument>('GET', `/api/settings/${section}`)
    await world.owner.call('PUT', `/api/settings/${section}`, { value: { ...value, channelIds }, version })
    return (await world.owner.call<Channel>('GET', `/api/channels/${channel.id}`)).passed
  }
  expect((await world.owner.call<Channel>('GET', `/api/channels/${channel.id}`)).passed).toEqual([])
  expect(await choose('requests', [channel.id])).toEqual(['requests'])
  expect(await choose('chats', [channel.id])).toEqual(['chats', 'requests'])
  const [listed] = (await world.owner.call<{ data: Channel[] }>('GET', '/api/channels')).data
  expect(listed?.passed).toEqual(['chats', 'requests'])
  expect(await choose('requests', [])).toEqual(['chats'])
})
