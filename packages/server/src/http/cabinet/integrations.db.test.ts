import { setTimeout as sleep } from 'node:timers/promises'
import type { HubError } from '@trunkline/contracts/errors'
import type { Channel } from '@trunkline/contracts/http/channels'
import type { Conversation } from '@trunkline/contracts/http/conversations'
import type { DecisionView, Home } from '@trunkline/contracts/http/journal'
import type { Me } from '@trunkline/contracts/http/people'
import type { Portal } from '@trunkline/contracts/http/portals'
import { Integration, type SettingsDocument } from '@trunkline/contracts/http/settings'
import type { IntegrationId, UserId } from '@trunkline/contracts/ids'
import { type PortalHandle, type Sandbox, startSandbox } from '@trunkline/sandbox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Member } from '../../flows/people/user-book.ts'
import { removeIntegration } from '../../flows/settings/integrations.ts'
import { saveSection } from '../../flows/settings/save-section.ts'
import type { Tx } from '../../store/database.ts'
import { settingsInForce } from '../../store/settings.ts'
import { type CabinetWorld, cabinetWorld } from '../../testing/cabinet-world.ts'
import { consent } from '../../testing/portal-consent.ts'

const APP = { clientId: 'app.two', clientSecret: 'two-secret' }

/** One company, two portals, an integration and a site chat for each. */
interface Side {
  readonly sandbox: Sandbox
  readonly portal: PortalHandle
  readonly channel: Channel
  portalId: string
  integration: string
}

let world: CabinetWorld
const sides: Side[] = []

beforeAll(async () => {
  world = await cabinetWorld({
    env: { BITRIX24_CLIENT_ID: APP.clientId, BITRIX24_CLIENT_SECRET: APP.clientSecret },
  })
  for (const title of ['Розница', 'Опт']) {
    const sandbox = await startSandbox({ seed: 'demo', portal: { crmMode: 'simple' } })
    sandbox.registerApp({
      ...APP,
      redirectUri: `${world.app.url}/oauth/bitrix24/callback`,
      scope: ['crm', 'user', 'im', 'department'],
      title: 'Trunkline',
    })
    const channel = await world.owner.call<Channel>('POST', '/api/channels', {
      type: 'site-widget',
      title,
      settings: { allowedOrigins: ['https://site.example'] },
    })
    sides.push({ sandbox, portal: sandbox.portals[0]!, channel, portalId: '', integration: '' })
  }
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  for (const { sandbox } of sides) await sandbox.stop()
})

async function connect(side: Side): Promise<void> {
  const begun = await world.owner.call<{ portal: Portal; authorizeUrl: string }>('POST', '/api/portals', {
    domain: side.portal.url,
  })
  side.portalId = begun.portal.id
  await consent(side.portal, begun.authorizeUrl)
  await world.owner.call('POST', `/api/portals/${side.portalId}/sync`)
}

const at = (path: string, side: Side) => `${path}?integration=${side.integration}`

async function save(side: Side, section: string, change: Record<string, unknown>) {
  const { value, version } = await world.owner.call<SettingsDocument>(
    'GET',
    at(`/api/settings/${section}`, side),
  )
  return world.owner.ask('PUT', at(`/api/settings/${section}`, side), {
    body: { value: { ...value, ...change }, version },
  })
}

async function talk(side: Side, visitor: string, phone: string): Promise<void> {
  await world.visitorShares(side.channel.publicKey, visitor, { name: `Клиент ${visitor}`, phone })
  await world.visitorWrites(side.channel.publicKey, visitor, 'Здравствуйте')
}

const integrations = async () => {
  const { data } = await world.owner.call<{ data: Integration[] }>('GET', '/api/integrations')
  for (const one of data) expect([...Value.Errors(Integration, one)]).toEqual([])
  return data
}

describe('two integrations of one company', () => {
  it('are made with names of their own, each with its portal', async () => {
    const [retail, wholesale] = sides as [Side, Side]
    await connect(retail)
    const added = await world.owner.ask('POST', '/api/integrations', { body: { name: ' Опт ' } })
    expect(added).toMatchObject({ status: 201, body: { name: 'Опт', portalId: null } })
    expect((await world.owner.ask('POST', '/api/integrations', { body: { name: 'Опт' } })).status).toBe(422)
    const [first, second] = await integrations()
    await world.owner.call('PATCH', `/api/integrations/${first!.id}`, { name: 'Розница' })
    retail.integration = first!.id
    wholesale.integration = second!.id
    // The one that waits for a portal gets the next that is connected.
    await connect(wholesale)
    expect((await integrations()).map(({ name, portalId }) => [name, portalId])).toEqual([
      ['Розница', retail.portalId],
      ['Опт', wholesale.portalId],
    ])
    const operator = await world.colleague('operator')
    expect((await operator.ask('GET', '/api/integrations')).status).toBe(403)
    expect((await operator.ask('POST', '/api/integrations', { body: { name: 'x' } })).status).toBe(403)
  })

  it('have settings of their own, and a channel belongs to one of them', async () => {
    const [retail, wholesale] = sides as [Side, Side]
    for (const side of sides) {
      expect((await save(side, 'main', { active: true })).status).toBe(200)
      const saved = await save(side, 'chats', {
        active: true,
        enabled: true,
        channelIds: [side.channel.id],
        defaultResponsibleId: '1',
        titleTemplate: `${side.channel.title} {{ name }}`,
      })
      expect(saved.status).toBe(200)
    }
    const both = await save(wholesale, 'chats', { channelIds: [wholesale.channel.id, retail.channel.id] })
    expect(both.status).toBe(422)
    expect(both.body).toMatchObject({
      errors: [
        {
          pointer: '/value/channelIds/1',
          code: 'channel-elsewhere',
          message: { ru: expect.stringContaining('Розница') },
        },
      ],
    })
    const yaml = await world.owner.call<string>('GET', at('/api/integration/file', wholesale))
    expect(yaml).toContain('Опт {{ name }}')
    expect(yaml).not.toContain('Розница {{ name }}')
    const none = await world.owner.ask('GET', `/api/settings/chats?integration=${retail.channel.id}`)
    expect(none.status).toBe(404)
  })

  it('bring each conversation to its own portal, the same person included', async () => {
    const [retail, wholesale] = sides as [Side, Side]
    const before = sides.map(({ portal }) => portal.crm.deals.length)
    await talk(retail, 'r1', '+79120000001')
    await talk(wholesale, 'w1', '+79120000001')
    await talk(wholesale, 'w2', '+79120000002')
    await world.app.processAll()
    expect(sides.map(({ portal }, i) => portal.crm.deals.length - before[i]!)).toEqual([1, 2])
    expect(retail.portal.crm.deals.at(-1)).toMatchObject({ title: 'Розница Клиент r1' })
    expect(wholesale.portal.crm.deals.slice(-2).map((deal) => deal['title'])).toEqual([
      expect.stringMatching(/^Опт /),
      expect.stringMatching(/^Опт /),
    ])
    const home = await world.owner.call<Home>('GET', '/api/home')
    expect(home.ledger).toMatchObject({ difference: 0, pending: 0, failed: 0 })
    // Each conversation links into its own portal.
    for (const [side, visitor] of [
      [retail, 'r1'],
      [wholesale, 'w2'],
    ] as const) {
      const [row] = await world.query<{ id: string }>('select id from conversations where talk = $1', [
        visitor,
      ])
      const card = await world.owner.call<{ contactCard: { crm: { url: string }[] } }>(
        'GET',
        `/api/conversations/${row!.id}`,
      )
      for (const link of card.contactCard.crm) expect(link.url.startsWith(side.portal.url)).toBe(true)
      expect(card.contactCard.crm.length).toBeGreaterThan(0)
      const why = await world.owner.call<{ decisions: DecisionView[] }>(
        'GET',
        `/api/conversations/${row!.id}/why`,
      )
      expect(why.decisions[0]).toMatchObject({ outcome: 'passed' })
    }
  })

  it('do not stop one another: one without its keys holds only its own', async () => {
    const [retail, wholesale] = sides as [Side, Side]
    await world.query(`update portals set state = 'reauthorise' where id = $1 returning 1`, [retail.portalId])
    const before = sides.map(({ portal }) => portal.crm.deals.length)
    await talk(retail, 'r3', '+79120000013')
    await talk(wholesale, 'w3', '+79120000023')
    await world.app.processAll()
    expect(sides.map(({ portal }, i) => portal.crm.deals.length - before[i]!)).toEqual([0, 1])
    const held = await world.query<{ talk: string; reason: string }>(
      `select c.talk, t.reason from transfers t join conversations c on c.id = t.conversation_id where t.state = 'held'`,
    )
    expect(held).toEqual([{ talk: 'r3', reason: 'reauthorise' }])
    await world.query(`update portals set state = 'connected' where id = $1 returning 1`, [retail.portalId])
  })

  it('hand a channel over: what was begun ends where it is, what is new goes to the other portal', async () => {
    const [retail, wholesale] = sides as [Side, Side]
    expect((await save(retail, 'chats', { enabled: false, channelIds: [] })).status).toBe(200)
    const taken = await save(wholesale, 'chats', { channelIds: [wholesale.channel.id, retail.channel.id] })
    expect(taken.status).toBe(200)
    await world.app.processAll()
    const before = sides.map(({ portal }) => portal.crm.deals.length)
    await talk(retail, 'r4', '+79120000044')
    // This one was passed to the first portal already.
    await world.visitorWrites(retail.channel.publicKey, 'r1', 'Ещё вопрос')
    await world.app.processAll()
    expect(sides.map(({ portal }, i) => portal.crm.deals.length - before[i]!)).toEqual([0, 1])
    expect(wholesale.portal.crm.deals.at(-1)).toMatchObject({ title: 'Опт Клиент r4' })
    const owners = await world.query<{ talk: string; name: string }>(
      `select c.talk, i.name from transfers t join conversations c on c.id = t.conversation_id
        join integrations i on i.id = t.integration_id where c.talk in ('r1', 'r4') order by 1`,
    )
    expect(owners).toEqual([
      { talk: 'r1', name: 'Розница' },
      { talk: 'r4', name: 'Опт' },
    ])
  })

  it('one is deleted: it passes nothing more, its channel is free, and what it wrote stays readable', async () => {
    const [retail, wholesale] = sides as [Side, Side]
    const r1 = await idOf('r1')
    const before = await card(r1)
    expect(before.contactCard.crm.length).toBeGreaterThan(0)
    // One conversation of it waits for the keys of its portal.
    await world.query(`update portals set state = 'reauthorise' where id = $1 returning 1`, [retail.portalId])
    const given = await save(wholesale, 'chats', { channelIds: [wholesale.channel.id] })
    expect(given.status).toBe(200)
    const back = await save(retail, 'chats', { enabled: true, channelIds: [retail.channel.id] })
    expect(back.status).toBe(200)
    await talk(retail, 'r5', '+79120000055')
    await world.app.processAll()
    expect((await integrations()).map(({ waiting }) => waiting)).toEqual([1, 0])

    const path = `/api/integrations/${retail.integration}`
    const operator = await world.colleague('operator')
    expect((await operator.ask('DELETE', path)).status).toBe(403)
    expect((await world.owner.ask('DELETE', path)).status).toBe(204)
    await world.app.processAll()

    expect((await integrations()).map(({ name }) => name)).toEqual(['Опт'])
    expect((await world.owner.ask('GET', at('/api/settings/main', retail))).status).toBe(404)
    expect((await world.owner.ask('GET', at('/api/reconciliation', retail))).status).toBe(404)
    expect((await world.owner.ask('DELETE', path)).status).toBe(404)
    const last = await world.owner.ask('DELETE', `/api/integrations/${wholesale.integration}`)
    expect(last).toMatchObject({ status: 409 })
    // What waited is settled, and the ledger adds up.
    const home = await world.owner.call<Home>('GET', '/api/home')
    expect(home.ledger).toMatchObject({ difference: 0, pending: 0, held: 0 })
    expect((await card(await idOf('r5'))).transfer).toBe('not_passed')

    // Its portal is not written to any more, and a conversation that goes on is decided by whoever is left.
    const taken = await save(wholesale, 'chats', { channelIds: [wholesale.channel.id, retail.channel.id] })
    expect(taken.status).toBe(200)
    const cards = sides.map(({ portal }) => portal.crm.deals.length)
    const said = () => sides.map(({ portal }) => portal.crm.comments.map(({ text }) => text).join('\n'))
    const [saidThere] = said()
    await world.visitorWrites(retail.channel.publicKey, 'r1', 'Вы ещё здесь?')
    await world.visitorWrites(retail.channel.publicKey, 'r5', 'И я')
    await world.app.processAll()
    // The person of r1 has a deal there already, from the other chat.
    expect(sides.map(({ portal }, i) => portal.crm.deals.length - cards[i]!)).toEqual([0, 1])
    expect(said()).toEqual([saidThere, expect.stringContaining('Вы ещё здесь?')])

    // History: both cards, and both decisions under the name of who made them.
    const after = await card(r1)
    expect(after.contactCard.crm.slice(0, before.contactCard.crm.length)).toEqual(before.contactCard.crm)
    expect(after.contactCard.crm.at(-1)!.url.startsWith(wholesale.portal.url)).toBe(true)
    const why = await world.owner.call<{ decisions: DecisionView[] }>('GET', `/api/conversations/${r1}/why`)
    expect(new Set(why.decisions.map(({ integration }) => integration))).toEqual(new Set(['Опт', 'Розница']))
    for (const decision of why.decisions.filter(({ outcome }) => outcome === 'passed'))
      expect(decision.steps.length).toBeGreaterThan(0)
  })
})

describe('at one moment', () => {
  const me = () => world.owner.call<Me>('GET', '/api/me')

  /** Two transactions of which the second begins while the first is done and not yet committed. */
  async function both(first: (tx: Tx) => Promise<unknown>, second: (tx: Tx) => Promise<unknown>) {
    const workspaceId = (await me()).workspace.id
    const { database } = world.app.context
    const isDone = Promise.withResolvers<void>()
    const begun = database.inWorkspace(workspaceId, async (tx) => {
      await first(tx).finally(isDone.resolve)
      await sleep(150)
    })
    await isDone.promise
    const ended = await Promise.allSettled([begun, database.inWorkspace(workspaceId, second)])
    return ended.map((one) => (one.status === 'fulfilled' ? 'saved' : (one.reason as HubError).code))
  }

  let actor: Member
  let ids: IntegrationId[]
  beforeAll(async () => {
    const { userId, name } = await me()
    actor = { userId: userId as UserId, name }
    await world.owner.call('POST', '/api/integrations', { name: 'Вторая' })
    ids = (await integrations()).map(({ id }) => id as IntegrationId)
    expect(ids).toHaveLength(2)
  })

  it('one channel is taken by one of two integrations', async () => {
    const channel = await world.owner.call<Channel>('POST', '/api/channels', {
      type: 'site-widget',
      title: 'Спорный',
      settings: { allowedOrigins: ['https://site.example'] },
    })
    const take = (id: IntegrationId) => async (tx: Tx) => {
      const { chats, versions } = await settingsInForce(tx, id)
      const value = { ...chats, enabled: false, channelIds: [...chats.channelIds, channel.id] }
      await saveSection(tx, actor, 'chats', { value, version: versions.chats, reason: undefined }, id)
    }
    expect(await both(take(ids[0]!), take(ids[1]!))).toEqual(['saved', 'settings/not-saved'])
  })

  it('the last two integrations are not deleted both', async () => {
    const remove = (id: IntegrationId) => (tx: Tx) => removeIntegration(tx, actor, id)
    expect(await both(remove(ids[0]!), remove(ids[1]!))).toEqual(['saved', 'request/conflict'])
    expect(await integrations()).toHaveLength(1)
  })
})

async function idOf(visitor: string): Promise<string> {
  const [row] = await world.query<{ id: string }>('select id from conversations where talk = $1', [visitor])
  return row!.id
}

function card(id: string) {
  return world.owner.call<Conversation>('GET', `/api/conversations/${id}`)
}
