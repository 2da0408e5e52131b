import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Finding } from '@trunkline/contracts/crm/reconciliation'
import type { Channel, ChannelKey } from '@trunkline/contracts/http/channels'
import type {
  Attachment,
  Conversation,
  ConversationRow,
  Message,
} from '@trunkline/contracts/http/conversations'
import type { JournalRow } from '@trunkline/contracts/http/journal'
import type { Me } from '@trunkline/contracts/http/people'
import type { Integration, SettingsDocument } from '@trunkline/contracts/http/settings'
import type { ContactId, ConversationId } from '@trunkline/contracts/ids'
import { startSandbox } from '@trunkline/sandbox'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CabinetClient } from '../../testing/cabinet-client.ts'
import { type CabinetRoute, cabinetRouteTable } from '../../testing/cabinet-route-table.ts'
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

/** Method and pattern of a route, what its parameters are in their order, and a body that it takes. */
type Attempt = readonly [name: string, ids: readonly string[], body?: unknown]

/** Parameters that name something of one company; a section has the same name everywhere. */
const OTHERS = /:(?!section\b)\w+/

/** A stream, which is listened to instead, and what a cookie of the frame stands for. */
const ABOUT_ONE_SESSION = ['/api/events', '/api/frame-link']

/** What a stranger must be tried on at this route: its path, where that names something, and its integration. */
const triedAt = ({ name, url, query }: CabinetRoute): string[] => [
  ...(OTHERS.test(url) ? [name] : []),
  ...(query.includes('integration') ? [`${name}?integration`] : []),
]

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
  const { portal: theirs } = await foreigner.call<{ portal: { id: string } }>('POST', '/api/portals', {
    name: 'Чужой портал',
    domain: sandbox.url,
    clientId: 'app.theirs',
    clientSecret: 'secret',
  })
  const stream = await listen(foreigner)
  await world.visitorShares(site.publicKey, 'v', {
    name: MARK,
    phone: '+79001234567',
    email: 'mark@mail.example',
  })
  await world.visitorWrites(site.publicKey, 'v', MARK)
  await fetch(`${world.app.url}/widget/v1/${site.publicKey}/requests`, {
    method: 'POST',
    headers: { origin: 'https://site.example', 'content-type': 'application/json' },
    body: JSON.stringify({ name: MARK, phone: '+79001234568' }),
  })
  await world.app.processAll()
  const talks = (await owner.call<{ data: ConversationRow[] }>('GET', '/api/conversations')).data
  const row = talks.find(({ kind }) => kind === 'chat')
  const request = talks.find(({ kind }) => kind === 'request')
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

  const [integration] = (await owner.call<{ data: Integration[] }>('GET', '/api/integrations')).data
  const { value, version } = await owner.call<SettingsDocument>('GET', '/api/settings/chats')
  await owner.call('PUT', '/api/settings/chats', { value, version, reason: MARK })
  const [findingId, portalUserId] = [randomUUID(), '77']
  const finding: Finding = {
    kind: 'card-gone',
    contactId: row!.contact.id as ContactId,
    card: { type: 'deal', id: '1', title: MARK },
    conversations: [{ id: row!.id as ConversationId, number: 1 }],
  }
  await world.query(
    `insert into reconciliation_findings (workspace_id, id, integration_id, portal_id, key, kind, finding, found_by)
     values (current_setting('app.workspace')::uuid, $1, $2, $3, 'k', 'card-gone', $4, $1)`,
    [findingId, integration!.id, portal.id, finding],
  )
  await world.query(
    `insert into portal_members (workspace_id, portal_id, portal_user_id, user_id, portal_user_name, source)
     values (current_setting('app.workspace')::uuid, $1, $2, $3, $4, 'proved')`,
    [portal.id, portalUserId, userId, MARK],
  )
  const routes = await cabinetRouteTable(world.app.context)

  // What is ours by its id, in the path or behind the question mark: not there, for every way of asking.
  const [c, k, p, i, m] = [channel.id, key.id, portal.id, row!.id, message!.id]
  const attempts: Attempt[] = [
    ['GET /api/channels/:id', [c]],
    ['PATCH /api/channels/:id', [c], { title: 'чужое' }],
    ['POST /api/channels/:id/connect', [c], {}],
    ['POST /api/channels/:id/disconnect', [c], {}],
    ['POST /api/channels/:id/check', [c], {}],
    ['GET /api/channels/:id/keys', [c]],
    ['POST /api/channels/:id/keys', [c], { title: 'чужое' }],
    ['GET /api/portals/:id', [p]],
    ['PATCH /api/portals/:id', [p], { name: 'чужое' }],
    ['POST /api/portals/:id/authorise', [p], {}],
    ['POST /api/portals/:id/check', [p], {}],
    ['POST /api/portals/:id/refresh', [p], {}],
    ['POST /api/portals/:id/sync', [p], {}],
    ['GET /api/portals/:id/directory', [p]],
    ['GET /api/conversations/:id', [i]],
    ['GET /api/conversations/:id/messages', [i]],
    [
      'POST /api/conversations/:id/messages',
      [i],
      { clientId: randomUUID(), text: 'чужое', attachmentIds: [] },
    ],
    ['POST /api/conversations/:id/messages/:messageId/retry', [i, m], {}],
    ['POST /api/conversations/:id/assign', [i], { userId: null }],
    ['POST /api/conversations/:id/read', [i], { upTo: 1 }],
    ['POST /api/conversations/:id/typing', [i], {}],
    ['PATCH /api/conversations/:id/tags', [i], { add: ['чужое'] }],
    ['PATCH /api/conversations/:id/request', [request!.id], { comment: 'чужое' }],
    ['GET /api/conversations/:id/why', [i]],
    ['POST /api/conversations/:id/transfer/retry', [i], {}],
    ['POST /api/conversations/:id/move-transcript', [i], { type: 'deal', id: '1' }],
    ['POST /api/conversations/:id/close', [i], { reason: 'spam' }],
    ['PATCH /api/contacts/:id', [row!.contact.id], { name: 'чужое' }],
    ['GET /api/journal/:eventId', [event!.eventId]],
    ['POST /api/journal/:eventId/retry', [event!.eventId], {}],
    ['GET /api/attachments/:id', [file.id]],
    ['POST /api/reconciliation/findings/:id', [findingId], { repair: 'seen' }],
    ['PATCH /api/integrations/:id', [integration!.id], { name: 'чужое' }],
    ['GET /api/settings/:section/versions/:version', ['chats', '1']],
    ['POST /api/settings/:section/versions/:version/restore', ['chats', '1'], { version: version + 1 }],
    ['GET /api/reconciliation?integration', []],
    ['POST /api/reconciliation?integration', [], {}],
    ['GET /api/integration?integration', []],
    ['PUT /api/integration?integration', [], { portalId: theirs.id }],
    ['GET /api/integration/file?integration', []],
    ['POST /api/integration/file/plan?integration', [], { yaml: '' }],
    ['POST /api/integration/file/apply?integration', [], { yaml: '', versions: {} }],
    ['GET /api/settings/lint?integration', []],
    ['GET /api/settings/:section?integration', ['chats']],
    ['PUT /api/settings/:section?integration', ['chats'], { value, version }],
    ['POST /api/settings/:section/lint?integration', ['chats'], { value }],
    ['GET /api/settings/:section/sentences?integration', ['chats']],
    ['POST /api/settings/:section/sentences?integration', ['chats'], { value }],
    ['POST /api/settings/:section/preview-title?integration', ['chats'], { template: '' }],
    ['POST /api/settings/:section/dry-run?integration', ['chats'], { value, count: 100 }],
    [
      'POST /api/settings/:section/dry-run/traces?integration',
      ['chats'],
      { value, decisionId: randomUUID() },
    ],
    ['GET /api/settings/:section/versions?integration', ['chats']],
    ['GET /api/settings/:section/versions/:version?integration', ['chats', '1']],
    [
      'POST /api/settings/:section/versions/:version/restore?integration',
      ['chats', '1'],
      { version: version + 1 },
    ],
    ['PATCH /api/members/:userId', [userId], { role: 'operator' }],
    ['DELETE /api/members/:userId', [userId]],
    ['DELETE /api/channels/:id/keys/:keyId', [c, k]],
    ['DELETE /api/channels/:id', [c]],
    ['DELETE /api/employee-links/:portalId/:portalUserId', [p, portalUserId]],
    ['DELETE /api/portals/:id', [p]],
    ['DELETE /api/integrations/:id', [integration!.id]],
  ]
  const take = (client: CabinetClient, [name, ids, body]: Attempt) => {
    const [method = '', pattern = ''] = name.split(' ')
    const rest = [...ids]
    const path = pattern
      .replace(/:\w+/g, () => rest.shift()!)
      .replace('?integration', `?integration=${integration!.id}`)
    return client.ask(method, path, body === undefined ? {} : { body })
  }
  for (const attempt of attempts) {
    const answer = await take(foreigner, attempt)
    expect([answer.status, (answer.body as { code: string }).code], attempt[0]).toEqual([
      404,
      'request/not-found',
    ])
  }
  expect(attempts.map(([name]) => name).sort()).toEqual(routes.flatMap(triedAt).sort())
  expect((await foreigner.ask('PUT', '/api/integration', { body: { portalId: p } })).status).toBe(422)

  // What is theirs: not a trace of us in any answer.
  const lists = routes
    .filter(({ method, allow, url }) => method === 'GET' && allow !== 'anybody' && !OTHERS.test(url))
    .filter(({ url }) => !ABOUT_ONE_SESSION.includes(url))
    .map(({ url }) => url.replace(':section', 'chats'))
  const asked = [
    ...lists,
    '/api/conversations?status=all',
    `/api/conversations?status=all&search=${encodeURIComponent(MARK)}`,
    '/api/conversations?status=all&search=1',
    `/api/journal?channelId=${site.id}`,
  ]
  for (const path of asked) {
    const answer = await foreigner.ask('GET', path)
    expect(answer.status, path).toBe(200)
    const text = JSON.stringify(answer.body)
    for (const ours of [
      MARK,
      c,
      site.id,
      p,
      i,
      request!.id,
      userId,
      '79001234567',
      site.publicKey,
      integration!.id,
    ])
      expect(text, `${path} tells ${ours}`).not.toContain(ours)
  }

  // Nothing of ours has moved, and their stream was silent all the while.
  expect(await owner.call('GET', `/api/conversations/${row!.id}`)).toMatchObject({
    status: 'open',
    contact: { name: MARK },
    contactCard: conversation.contactCard,
  })
  expect((await owner.call<{ data: Channel[] }>('GET', '/api/channels')).data).toHaveLength(2)
  expect(stream.text()).not.toMatch(/^data:/m)
  await stream.close()

  // And none of those attempts was at something that is not there at all.
  for (const attempt of attempts) {
    // Nothing was decided here; a dry run of the same integration is tried beside it.
    if (attempt[0].includes('/dry-run/traces')) continue
    expect([404, 500], attempt[0]).not.toContain((await take(owner, attempt)).status)
  }
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
