import { Channel } from '@trunkline/contracts/http/channels'
import { Conversation, ConversationRow, Message } from '@trunkline/contracts/http/conversations'
import { Home, JournalEvent, JournalRow, WhyView } from '@trunkline/contracts/http/journal'
import type { AuditEntry, Me } from '@trunkline/contracts/http/people'
import { Portal, PortalDirectory } from '@trunkline/contracts/http/portals'
import { Integration, SettingsDocument } from '@trunkline/contracts/http/settings'
import { type PortalHandle, type Sandbox, startSandbox } from '@trunkline/sandbox'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CabinetClient } from '../../testing/cabinet-client.ts'
import { type CabinetWorld, cabinetWorld } from '../../testing/cabinet-world.ts'
import { consent } from '../../testing/portal-consent.ts'

const APP = { clientId: 'app.whole', clientSecret: 'whole-secret' }

let world: CabinetWorld
let sandbox: Sandbox
let portal: PortalHandle

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'demo', portal: { crmMode: 'simple' } })
  portal = sandbox.portals[0]!
  world = await cabinetWorld({
    env: { BITRIX24_CLIENT_ID: APP.clientId, BITRIX24_CLIENT_SECRET: APP.clientSecret },
  })
  sandbox.registerApp({
    ...APP,
    redirectUri: `${world.app.url}/oauth/bitrix24/callback`,
    scope: ['crm', 'user', 'im', 'department'],
    title: 'Trunkline',
  })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await sandbox.stop()
})

/** An answer that has exactly the shape the cabinet was built against. */
async function get<S extends TSchema>(schema: S, client: CabinetClient, path: string): Promise<Static<S>> {
  const body = await client.call<Static<S>>('GET', path)
  expect([...Value.Errors(schema, body)], path).toEqual([])
  return body
}

describe('from nothing to a deal that explains itself', () => {
  let channel: Channel
  let portalId: string
  let conversationId: string

  it('a channel is added and works at once', async () => {
    channel = await world.owner.call<Channel>('POST', '/api/channels', {
      type: 'site-widget',
      title: 'Чат на сайте',
      settings: { allowedOrigins: ['https://site.example'] },
    })
    expect([...Value.Errors(Channel, channel)]).toEqual([])
    expect(channel).toMatchObject({ state: 'connected', passed: [], hookUrl: null })
    expect(channel.publicKey.length).toBeGreaterThanOrEqual(22)
  })

  it('the portal is connected through its own consent page, which tells the cabinet and closes', async () => {
    const bad = await world.owner.ask('POST', '/api/portals', { body: { domain: 'not an address' } })
    expect(bad.body).toMatchObject({ code: 'portal/bad-domain', errors: [{ pointer: '/domain' }] })
    const begun = await world.owner.call<{ portal: Portal; authorizeUrl: string }>('POST', '/api/portals', {
      domain: portal.url,
    })
    expect([...Value.Errors(Portal, begun.portal)]).toEqual([])
    expect(begun.portal.health).toMatchObject({ state: 'connecting', action: 'authorise' })
    portalId = begun.portal.id

    const page = await consent(portal, begun.authorizeUrl)
    expect(page.status).toBe(200)
    expect(page.text).toContain(portalId)
    expect(page.policy).toContain("default-src 'none'")
    expect(page.policy).not.toContain("'unsafe-inline'")

    await world.owner.call('POST', `/api/portals/${portalId}/sync`)
    const connected = await get(Portal, world.owner, `/api/portals/${portalId}`)
    expect(connected).toMatchObject({
      health: { state: 'connected' },
      crmMode: 'simple',
      actingUser: { admin: true },
    })
    const directory = await get(PortalDirectory, world.owner, `/api/portals/${portalId}/directory`)
    expect(directory.users.length).toBeGreaterThan(2)
    expect(
      directory.pipelines.some((pipeline) => pipeline.entity === 'deal' && pipeline.stages.length > 2),
    ).toBe(true)
    const integration = await get(Integration, world.owner, '/api/integration')
    expect(integration.portalId).toBe(portalId)
    const { data: audit } = await world.owner.call<{ data: AuditEntry[] }>('GET', '/api/audit')
    const { name } = await world.owner.call<Me>('GET', '/api/me')
    expect(audit.find((entry) => entry.action === 'portal-connected')).toMatchObject({ actorName: name })
  })

  it('a used consent is worth nothing', async () => {
    const again = await world.owner.call<{ authorizeUrl: string }>(
      'POST',
      `/api/portals/${portalId}/authorise`,
    )
    const first = await consent(portal, again.authorizeUrl)
    expect(first.status).toBe(200)
    const replay = await fetch(first.url, { headers: { 'accept-language': 'ru' } })
    expect(replay.status).toBe(409)
    expect(await replay.text()).toContain('Портал не подключён')
  })

  it('settings choose from the portal and refuse what does not fit', async () => {
    await save('main', { active: true })
    const chats = await get(SettingsDocument, world.owner, '/api/settings/chats')
    expect(chats.options['channels']).toMatchObject([{ value: channel.id, label: 'Чат на сайте' }])
    expect(chats.options['portal-user']!.length).toBeGreaterThan(2)
    const refused = await world.owner.ask('PUT', '/api/settings/chats', {
      body: {
        value: { ...chats.value, enabled: true, defaultResponsibleId: '9999' },
        version: chats.version,
      },
    })
    expect(refused.status).toBe(422)
    const pointers = (refused.body as { errors: { pointer: string }[] }).errors.map((error) => error.pointer)
    expect(pointers.sort()).toEqual(['/value/channelIds', '/value/defaultResponsibleId'])
    await save('chats', { active: true, enabled: true, channelIds: [channel.id], defaultResponsibleId: '1' })
    expect(await get(SettingsDocument, world.owner, '/api/settings/chats')).toMatchObject({
      version: 1,
      effective: true,
    })
    expect((await get(Channel, world.owner, `/api/channels/${channel.id}`)).passed).toEqual(['chats'])
  })

  it('settings saved by somebody else meanwhile are not overwritten', async () => {
    const document = await get(SettingsDocument, world.owner, '/api/settings/chats')
    await save('chats', { notifyResponsible: false })
    const stale = await world.owner.ask('PUT', '/api/settings/chats', {
      body: { value: document.value, version: document.version },
    })
    expect([stale.status, (stale.body as { code: string }).code]).toEqual([409, 'request/conflict'])
  })

  it('a visitor writes: the conversation is in the inbox and one deal with its contact in the portal', async () => {
    const deals = portal.crm.deals.length
    await world.visitorShares(channel.publicKey, 'v1', { name: 'Анна Петрова', phone: '8 (912) 345-67-89' })
    await world.visitorWrites(channel.publicKey, 'v1', 'Здравствуйте, сколько стоит доставка?')
    const list = await world.owner.call<{ data: ConversationRow[] }>('GET', '/api/conversations?status=open')
    expect(list.data.flatMap((row) => [...Value.Errors(ConversationRow, row)])).toEqual([])
    expect(list.data).toMatchObject([
      {
        number: 1,
        contact: { name: 'Анна Петрова' },
        unread: 1,
        transfer: 'passed',
        lastMessage: { direction: 'inbound' },
      },
    ])
    conversationId = list.data[0]!.id
    expect(portal.crm.deals).toHaveLength(deals + 1)
  })

  it('the answer of an operator leaves, and stands in the timeline of the same deal', async () => {
    const deals = portal.crm.deals.length
    const clientId = '01900000-0000-7000-8000-000000000001'
    const body = { clientId, text: 'Бесплатно от 1000 ₽', attachmentIds: [] }
    const sent = await world.owner.call<Message>(
      'POST',
      `/api/conversations/${conversationId}/messages`,
      body,
    )
    expect([...Value.Errors(Message, sent)]).toEqual([])
    const twice = await world.owner.call<Message>(
      'POST',
      `/api/conversations/${conversationId}/messages`,
      body,
    )
    expect(twice.id).toBe(sent.id)
    await world.app.processAll()
    const { data } = await world.owner.call<{ data: Message[] }>(
      'GET',
      `/api/conversations/${conversationId}/messages`,
    )
    expect(data.map((message) => [message.direction, message.delivery])).toEqual([
      ['inbound', 'none'],
      ['outbound', 'sent'],
    ])
    const deal = portal.crm.deals.at(-1)!
    expect(portal.crm.deals).toHaveLength(deals)
    expect(JSON.stringify(portal.crm.commentsOf('deal', deal.id))).toContain('Бесплатно от 1000')
  })

  it('why it went so is told in both languages, with the card to open', async () => {
    const { decisions } = await get(WhyView, world.owner, `/api/conversations/${conversationId}/why`)
    const deal = portal.crm.deals.at(-1)!
    const url = `${portal.url}/crm/deal/details/${deal.id}/`
    expect(decisions[0]).toMatchObject({
      outcome: 'passed',
      contactClass: 'first',
      summary: { ru: 'Передано в Битрикс24.' },
    })
    expect(decisions[0]!.trace.length).toBeGreaterThan(8)
    for (const line of decisions[0]!.trace) expect(line.ru, line.code).not.toBe(line.en)
    expect(decisions[0]!.steps.map((step) => [step.kind, step.status])).toEqual(
      expect.arrayContaining([
        ['create-contact', 'done'],
        ['create-deal', 'done'],
        ['comment', 'done'],
      ]),
    )
    expect(decisions[0]!.steps.find((step) => step.kind === 'create-deal')?.link?.url).toBe(url)
    const conversation = await get(Conversation, world.owner, `/api/conversations/${conversationId}`)
    expect(conversation.contactCard.crm.map((link) => link.url)).toContain(url)
    expect(conversation.contactCard.phones).toEqual(['+79123456789'])
    expect(conversation.can).toMatchObject({ write: true, typing: true })
  })

  it('the journal holds every event, and the first page adds up', async () => {
    const journal = await world.owner.call<{ data: JournalRow[] }>('GET', '/api/journal')
    expect(journal.data.flatMap((row) => [...Value.Errors(JournalRow, row)])).toEqual([])
    expect(journal.data.map((row) => row.outcome).sort()).toEqual(['not_passed', 'passed'])
    const passed = journal.data.find((row) => row.outcome === 'passed')!
    const event = await get(JournalEvent, world.owner, `/api/journal/${passed.eventId}`)
    expect(event.history.map((one) => one.outcome)).toEqual(['passed'])
    expect(event.decision?.id).toBe(passed.decisionId)
    expect(JSON.stringify(event.raw)).toContain('сколько стоит доставка')
    const filtered = await world.owner.call<{ data: JournalRow[] }>(
      'GET',
      '/api/journal?outcome=passed&search=%D0%90%D0%BD%D0%BD%D0%B0',
    )
    expect(filtered.data).toHaveLength(1)
    const home = await get(Home, world.owner, '/api/home')
    expect(home.ledger).toMatchObject({ accepted: 2, passed: 1, notPassed: 1, difference: 0 })
    expect(home.today).toMatchObject({ conversations: 1, messages: 2, entities: 2 })
    expect(home.today.medianFirstAnswerS).not.toBeNull()
    expect(home.nextSteps).toEqual([])
  })

  it('a transfer that failed is tried again from the journal, and makes one card', async () => {
    const deals = portal.crm.deals.length
    portal.faults.add({ kind: 'empty-error', method: 'crm.item.add', count: 1 })
    await world.visitorShares(channel.publicKey, 'v2', { name: 'Борис', phone: '+79995550011' })
    await world.visitorWrites(channel.publicKey, 'v2', 'Есть кто?')
    const failed = await world.owner.call<{ data: JournalRow[] }>('GET', '/api/journal?outcome=failed')
    expect(failed.data).toMatchObject([{ reason: 'portal-refused', canRetry: true }])
    const why = await get(WhyView, world.owner, `/api/conversations/${failed.data[0]!.conversation!.id}/why`)
    expect(why.decisions[0]).toMatchObject({ outcome: 'failed', reason: 'portal-refused' })
    await world.owner.call('POST', `/api/journal/${failed.data[0]!.eventId}/retry`)
    await world.app.processAll()
    expect(portal.crm.deals).toHaveLength(deals + 1)
    const contact = portal.crm.contacts.at(-1)!
    expect(portal.crm.deals.at(-1)?.['contactId']).toBe(contact.id)
    const after = await get(JournalEvent, world.owner, `/api/journal/${failed.data[0]!.eventId}`)
    expect(after.history.map((one) => one.outcome)).toEqual(['failed', 'pending', 'passed'])
    expect((await world.owner.ask('POST', `/api/journal/${failed.data[0]!.eventId}/retry`)).status).toBe(409)
  })

  it('a portal that lost its keys says so, and is mended by checking and by new keys', async () => {
    const before = await get(Portal, world.owner, `/api/portals/${portalId}`)
    await world.owner.call('POST', `/api/portals/${portalId}/refresh`)
    const after = await get(Portal, world.owner, `/api/portals/${portalId}`)
    expect(Date.parse(after.tokenExpiresAt!)).toBeGreaterThanOrEqual(Date.parse(before.tokenExpiresAt!))
    portal.setPaid(APP.clientId, false)
    const unpaid = await world.owner.call<Portal>('POST', `/api/portals/${portalId}/check`)
    expect(unpaid.health).toMatchObject({ state: 'needs-attention', action: 'check' })
    portal.setPaid(APP.clientId, true)
    const paid = await world.owner.call<Portal>('POST', `/api/portals/${portalId}/check`)
    expect(paid.health).toMatchObject({ state: 'connected', reason: null, action: null })
  })

  it('a portal is renamed and taken away; its conversations keep their history', async () => {
    await world.owner.call('PATCH', `/api/portals/${portalId}`, { name: 'Главный' })
    expect((await get(Portal, world.owner, `/api/portals/${portalId}`)).name).toBe('Главный')
    await world.owner.call('DELETE', `/api/portals/${portalId}`)
    expect((await get(Integration, world.owner, '/api/integration')).portalId).toBeNull()
    const { decisions } = await get(WhyView, world.owner, `/api/conversations/${conversationId}/why`)
    expect(decisions).toHaveLength(1)
  })

  async function save(section: string, change: Record<string, unknown>): Promise<void> {
    const document = await world.owner.call<SettingsDocument>('GET', `/api/settings/${section}`)
    await world.owner.call('PUT', `/api/settings/${section}`, {
      value: { ...document.value, ...change },
      version: document.version,
    })
  }
})
