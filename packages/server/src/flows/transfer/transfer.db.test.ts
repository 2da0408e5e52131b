import { expect, test } from 'vitest'
import { flowWorld } from '../../testing/flow-world.ts'

const outcomes = 'select kind, outcome, reason from inbound_events order by seq'

test('a conversation becomes one deal with its contact and transcript, and the event passes', async () => {
  await using world = await flowWorld()
  await world.saveChats({ notifyResponsible: true })
  const deals = world.portal.crm.deals.length
  await world.share('v1', { name: 'Анна Петрова', phone: '8 (912) 345-67-89' })
  await world.write('v1', 'Здравствуйте, сколько стоит доставка?')
  await world.process()
  expect(world.portal.crm.deals.length).toBe(deals + 1)
  const deal = world.portal.crm.deals.at(-1)!
  expect(JSON.stringify(world.portal.crm.commentsOf('deal', deal.id))).toContain('сколько стоит доставка')
  expect(world.portal.crm.commentsOf('deal', deal.id)).toHaveLength(1)
  expect(
    world.portal.crm.contacts.filter((one) => JSON.stringify(one).includes('+79123456789')),
  ).toHaveLength(1)
  expect(world.portal.crm.notifications).toHaveLength(1)
  expect(await world.query(outcomes)).toEqual([
    { kind: 'contact-shared', outcome: 'not_passed', reason: 'service-event' },
    { kind: 'message-received', outcome: 'passed', reason: null },
  ])
})

test('a second conversation of the same person goes into the same deal', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  await world.share('v1', { name: 'Анна', phone: '+79123456789' })
  await world.write('v1', 'Первый вопрос')
  await world.process()
  const deals = world.portal.crm.deals.length
  await world.share('v2', { name: 'Анна', phone: '+79123456789' })
  await world.write('v2', 'Второй вопрос')
  await world.process()
  expect(world.portal.crm.deals.length).toBe(deals)
  const comments = world.portal.crm.commentsOf('deal', world.portal.crm.deals.at(-1)!.id)
  expect(comments).toHaveLength(2)
})

test('messages of a conversation keep one comment, rewritten no oftener than every five seconds', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  await world.share('v1', { phone: '+79123456789' })
  await world.write('v1', 'раз')
  await world.process()
  const updates = () => world.portal.counts.byMethod['crm.timeline.comment.update'] ?? 0
  await world.write('v1', 'два')
  await world.process()
  expect(updates()).toBe(0)
  await world.write('v1', 'три')
  world.advance(6_000)
  await world.processLater()
  expect(updates()).toBe(1)
  const comments = world.portal.crm.commentsOf('deal', world.portal.crm.deals.at(-1)!.id)
  expect(comments).toHaveLength(1)
  expect(JSON.stringify(comments)).toMatch(/раз.*два.*три/)
  expect(
    await world.query(`select count(*)::int as n from inbound_events where outcome = 'pending'`),
  ).toEqual([{ n: 0 }])
})

test('a conversation without contact data is held and passed in full when a phone appears', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  const deals = world.portal.crm.deals.length
  await world.write('v1', 'Секретный вопрос')
  await world.process()
  expect(world.portal.crm.deals.length).toBe(deals)
  expect(await world.query(outcomes)).toEqual([
    { kind: 'message-received', outcome: 'held', reason: 'no-contact-data' },
  ])
  await world.share('v1', { phone: '+79123456789' })
  await world.process()
  expect(world.portal.crm.deals.length).toBe(deals + 1)
  expect(JSON.stringify(world.portal.crm.commentsOf('deal', world.portal.crm.deals.at(-1)!.id))).toContain(
    'Секретный вопрос',
  )
  expect(await world.query(`select distinct outcome from inbound_events`)).toEqual([{ outcome: 'passed' }])
})

test('while Main is off nothing is written, and the reason is kept', async () => {
  await using world = await flowWorld()
  await world.share('v1', { phone: '+79123456789' })
  await world.write('v1', 'Есть кто?')
  const hits = world.portal.counts.hits
  await world.process()
  expect(world.portal.counts.hits).toBe(hits)
  expect(await world.query(outcomes)).toContainEqual({
    kind: 'message-received',
    outcome: 'not_passed',
    reason: 'main-off',
  })
})

test('a reply lost after the portal wrote is found, never repeated', async () => {
  await using world = await flowWorld()
  await world.saveChats({ notifyResponsible: true })
  const deals = world.portal.crm.deals.length
  const contacts = world.portal.crm.contacts.length
  world.portal.faults.add({ kind: 'cut-after', method: 'batch', skip: 1, count: 2 })
  await world.share('v1', { name: 'Анна', phone: '+79123456789' })
  await world.write('v1', 'Здравствуйте')
  await world.processLater()
  expect(world.portal.crm.deals.length).toBe(deals + 1)
  expect(world.portal.crm.contacts.length).toBe(contacts + 1)
  expect(world.portal.crm.commentsOf('deal', world.portal.crm.deals.at(-1)!.id)).toHaveLength(1)
  expect(
    await world.query(`select distinct outcome from inbound_events where kind = 'message-received'`),
  ).toEqual([{ outcome: 'passed' }])
})

test('one hundred people at once cost far less than one request each', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  const { hits, refused } = world.portal.counts
  const deals = world.portal.crm.deals.length
  await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      await world.share(`v${i}`, { name: `Клиент ${i}`, phone: `+7912000${1000 + i}` })
      await world.write(`v${i}`, 'Здравствуйте')
    }),
  )
  await world.process()
  expect(world.portal.crm.deals.length).toBe(deals + 100)
  expect(world.portal.counts.refused).toBe(refused)
  expect(world.portal.counts.hits - hits).toBeLessThan(45)
})

test('in classic mode a first contact becomes a lead', async () => {
  await using world = await flowWorld({ crmMode: 'classic' })
  await world.saveChats({})
  const leads = world.portal.crm.leads.length
  await world.share('v1', { name: 'Анна', phone: '+79123456789' })
  await world.write('v1', 'Здравствуйте')
  await world.process()
  expect(world.portal.crm.leads.length).toBe(leads + 1)
})

test('without a portal the reason says so', async () => {
  await using world = await flowWorld({ connected: false })
  await world.write('v1', 'Здравствуйте')
  await world.process()
  expect(await world.query(outcomes)).toEqual([
    { kind: 'message-received', outcome: 'not_passed', reason: 'no-integration' },
  ])
})

test('a portal that wants a new consent holds everything, and lets it go when connected again', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  const deals = world.portal.crm.deals.length
  await world.setPortalState('reauthorise')
  await world.share('v1', { phone: '+79123456789' })
  await world.write('v1', 'Здравствуйте')
  await world.process()
  expect(await world.query(outcomes)).toContainEqual({
    kind: 'message-received',
    outcome: 'held',
    reason: 'reauthorise',
  })
  await world.setPortalState('connected')
  await world.process()
  expect(world.portal.crm.deals.length).toBe(deals + 1)
  expect(await world.query(outcomes)).toContainEqual({
    kind: 'message-received',
    outcome: 'passed',
    reason: null,
  })
})
