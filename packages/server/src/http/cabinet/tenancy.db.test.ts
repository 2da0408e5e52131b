import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Channel, ChannelKey } from '@trunkline/contracts/http/channels'
import type {
  Attachment,
  Conversation,
  ConversationRow,
  Message,
} from '@trunkline/contracts/http/conversations'
import type { JournalRow } from '@trunkline/contracts/http/journal'
import type { Me } from '@trunkline/contracts/http/people'
import { startSandbox } from '@trunkline/sandbox'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CabinetClient } from '../../testing/cabinet-client.ts'
import { type CabinetWorld, cabinetWorld } from '../../testing/cabinet-world.ts'

let world: CabinetWorld
let foreigner: CabinetClient
beforeAll(async () => {
  world = await cabinetWorld()
  foreigner = await world.foreigner()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const MARK = 'Секретная-Ромашка'

it('another company of the same server sees, changes and hears nothing of ours', async () => {
  await using sandbox = Object.assign(await startSandbox({ seed: 'empty' }), {
    [Symbol.asyncDispose]: () => sandbox.stop(),
  })
  const { owner } = world
  await owner.call('PATCH', '/api/me', { name: MARK })
  const channel = await owner.call<Channel>('POST', '/api/channels', {
    type: 'client-api',
    title: MARK,
    settings: {},
  })
  const key = await owner.call<ChannelKey>('POST', `/api/channels/${channel.id}/keys`, { title: MARK })
  const site = await owner.call<Channel>('POST', '/api/channels', {
    type: 'site-widget',
    title: MARK,
    settings: { allowedOrigins: ['https://site.example'] },
  })
  const { portal } = await owner.call<{ portal: { id: string } }>('POST', '/api/portals', {
    name: MARK,
    domain: sandbox.url,
    clientId: 'app.tenancy',
    clientSecret: 'secret',
  })
  const stream = await listen(foreigner)
  await world.visitorShares(site.publicKey, 'v', {
    name: MARK,
    phone: '+79001234567',
    email: 'mark@mail.example',
  })
  await world.visitorWrites(site.publicKey, 'v', MARK)
  const [row] = (await owner.call<{ data: ConversationRow[] }>('GET', '/api/conversations')).data
  const conversation = await owner.call<Conversation>('GET', `/api/conversations/${row!.id}`)
  const [message] = (await owner.call<{ data: Message[] }>('GET', `/api/conversations/${row!.id}/messages`))
    .data
  const [event] = (await owner.call<{ data: JournalRow[] }>('GET', '/api/journal')).data
  const { userId } = await owner.call<Me>('GET', '/api/me')
  const form = new FormData()
  form.append('file', new Blob([MARK], { type: 'text/plain' }), `${MARK}.txt`)
  const file = (await owner.ask('POST', '/api/attachments', { body: form })).body as Attachment
  await owner.call('POST', `/api/conversations/${row!.id}/messages`, {
    clientId: randomUUID(),
    text: MARK,
    attachmentIds: [file.id],
  })

  // What is theirs: lists without a trace of us.
  const lists = [
    '/api/me',
    '/api/home',
    '/api/members',
    '/api/audit',
    '/api/channels',
    '/api/portals',
    '/api/integration',
    '/api/settings/main',
    '/api/settings/chats',
    '/api/conversations?status=all',
    `/api/conversations?status=all&search=${encodeURIComponent(MARK)}`,
    '/api/conversations?status=all&search=1',
    '/api/conversations/counts',
    '/api/journal',
    `/api/journal?channelId=${site.id}`,
  ]
  for (const path of lists) {
    const answer = await foreigner.ask('GET', path)
    expect(answer.status, path).toBe(200)
    const text = JSON.stringify(answer.body)
    for (const ours of [MARK, channel.id, site.id, portal.id, row!.id, userId, '79001234567', site.publicKey])
      expect(text, `${path} tells ${ours}`).not.toContain(ours)
  }

  // What is ours by its id: not there, for every way of asking.
  const message2 = { clientId: randomUUID(), text: 'чужое', attachmentIds: [] }
  const attempts: [string, string, unknown?][] = [
    ['GET', `/api/channels/${channel.id}`],
    ['PATCH', `/api/channels/${channel.id}`, { title: 'чужое' }],
    ['DELETE', `/api/channels/${channel.id}`],
    ['POST', `/api/channels/${channel.id}/connect`, {}],
    ['POST', `/api/channels/${channel.id}/disconnect`, {}],
    ['POST', `/api/channels/${channel.id}/check`, {}],
    ['GET', `/api/channels/${channel.id}/keys`],
    ['POST', `/api/channels/${channel.id}/keys`, { title: 'чужое' }],
    ['DELETE', `/api/channels/${channel.id}/keys/${key.id}`],
    ['GET', `/api/portals/${portal.id}`],
    ['PATCH', `/api/portals/${portal.id}`, { name: 'чужое' }],
    ['DELETE', `/api/portals/${portal.id}`],
    ['POST', `/api/portals/${portal.id}/authorise`, {}],
    ['POST', `/api/portals/${portal.id}/check`, {}],
    ['POST', `/api/portals/${portal.id}/refresh`, {}],
    ['POST', `/api/portals/${portal.id}/sync`, {}],
    ['GET', `/api/portals/${portal.id}/directory`],
    ['GET', `/api/conversations/${row!.id}`],
    ['GET', `/api/conversations/${row!.id}/messages`],
    ['POST', `/api/conversations/${row!.id}/messages`, message2],
    ['POST', `/api/conversations/${row!.id}/messages/${message!.id}/retry`, {}],
    ['POST', `/api/conversations/${row!.id}/assign`, { userId: null }],
    ['POST', `/api/conversations/${row!.id}/close`, { reason: 'spam' }],
    ['POST', `/api/conversations/${row!.id}/read`, { upTo: 1 }],
    ['POST', `/api/conversations/${row!.id}/typing`, {}],
    ['PATCH', `/api/conversations/${row!.id}/tags`, { add: ['чужое'] }],
    ['GET', `/api/conversations/${row!.id}/why`],
    ['POST', `/api/conversations/${row!.id}/transfer/retry`, {}],
    ['PATCH', `/api/contacts/${row!.contact.id}`, { name: 'чужое' }],
    ['GET', `/api/journal/${event!.eventId}`],
    ['POST', `/api/journal/${event!.eventId}/retry`, {}],
    ['GET', `/api/attachments/${file.id}`],
    ['PATCH', `/api/members/${userId}`, { role: 'operator' }],
    ['DELETE', `/api/members/${userId}`],
  ]
  for (const [method, path, body] of attempts) {
    const answer = await foreigner.ask(method, path, body === undefined ? {} : { body })
    expect([answer.status, (answer.body as { code: string }).code], `${method} ${path}`).toEqual([
      404,
      'request/not-found',
    ])
  }
  expect((await foreigner.ask('PUT', '/api/integration', { body: { portalId: portal.id } })).status).toBe(422)

  // Nothing of ours has moved, and their stream was silent all the while.
  expect(await owner.call('GET', `/api/conversations/${row!.id}`)).toMatchObject({
    status: 'open',
    contact: { name: MARK },
    contactCard: conversation.contactCard,
  })
  expect((await owner.call<{ data: Channel[] }>('GET', '/api/channels')).data).toHaveLength(2)
  expect(stream.text()).not.toMatch(/^data:/m)
  await stream.close()
})

it('a stream that is open ends soon after its person lost access', async () => {
  await using quick = await cabinetWorld({ recheckMs: 100 })
  const colleague = await quick.colleague('operator')
  const open = async (client: CabinetClient) => {
    const response = await fetch(`${quick.app.url}/api/events`, { headers: { cookie: client.cookie() } })
    expect(response.status).toBe(200)
    return {
      ended: response.text().then(
        () => 'ended' as const,
        () => 'ended' as const,
      ),
    }
  }
  const { ended: theirs } = await open(colleague)
  const { ended: owners } = await open(quick.owner)
  await sleep(400)
  expect(await Promise.race([theirs, sleep(0).then(() => 'open')])).toBe('open')
  await quick.owner.call('DELETE', `/api/members/${colleague.userId}`)
  expect(await Promise.race([theirs, sleep(3_000).then(() => 'open')])).toBe('ended')
  expect(await Promise.race([owners, sleep(300).then(() => 'open')])).toBe('open')
})

async function listen(client: CabinetClient) {
  const stop = new AbortController()
  const response = await fetch(`${world.app.url}/api/events`, {
    headers: { cookie: client.cookie() },
    signal: stop.signal,
  })
  expect(response.status).toBe(200)
  let text = ''
  const reading = (async () => {
    for await (const chunk of response.body!) text += Buffer.from(chunk).toString('utf8')
  })().catch(() => undefined)
  return {
    text: () => text,
    close: () => {
      stop.abort()
      return reading
    },
  }
}
