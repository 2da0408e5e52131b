import { expect, test } from 'vitest'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'

/** The demo company's administrator. */
const ADMIN = 1

/** A client who is in the portal already, with cards of these titles. */
function client(
  world: FlowWorld,
  phone: string,
  cards: { readonly deals?: readonly string[]; readonly leads?: readonly string[] },
): { readonly contact: number; readonly deals: number[]; readonly leads: number[] } {
  const { edit } = world.portal
  const fm = [{ typeId: 'PHONE', valueType: 'MOBILE', value: phone }]
  const contact = edit.create('contact', { name: 'Клиент', fm }, ADMIN).id
  const make = (entity: 'deal' | 'lead') => (title: string) =>
    edit.create(entity, { title, contactIds: [contact] }, ADMIN).id
  return {
    contact,
    deals: (cards.deals ?? []).map(make('deal')),
    leads: (cards.leads ?? []).map(make('lead')),
  }
}

const counted = (world: FlowWorld) => {
  const { deals, leads, contacts, comments, activities, notifications } = world.portal.crm
  return {
    deals: deals.length,
    leads: leads.length,
    contacts: contacts.length,
    comments: comments.length,
    activities: activities.length,
    notifications: notifications.length,
  }
}

async function writes(
  world: FlowWorld,
  visitor: string,
  phone: string,
  text = 'Здравствуйте',
): Promise<void> {
  await world.share(visitor, { phone })
  await world.write(visitor, text)
}

test('moving from another service: 100 known clients get 100 comments and no card, a stranger is not passed (CHAT-48)', async () => {
  await using world = await flowWorld()
  await world.saveChats({ firstContactCreates: 'nothing', notifyResponsible: true })
  const clients = Array.from({ length: 100 }, (_, i) =>
    client(world, `+7912000${1000 + i}`, { deals: [`Давняя сделка ${i}`] }),
  )
  const before = counted(world)
  await Promise.all(clients.map((_, i) => writes(world, `v${i}`, `+7912000${1000 + i}`, `Вопрос ${i}`)))
  await writes(world, 'stranger', '+79129999999')
  await world.process()

  expect(counted(world)).toEqual({ ...before, comments: before.comments + 100 })
  for (const [i, { deals }] of clients.entries()) {
    expect(world.portal.crm.commentsOf('deal', deals[0]!).map(({ text }) => text)).toEqual([
      expect.stringContaining(`Вопрос ${i}`),
    ])
  }
  expect(
    await world.query(
      `select outcome, reason, count(*)::int as n from inbound_events where kind = 'message-received' group by 1, 2 order by 3`,
    ),
  ).toEqual([
    { outcome: 'not_passed', reason: 'unknown-client', n: 1 },
    { outcome: 'passed', reason: null, n: 100 },
  ])
})

test('200 messages of one new customer over three channels at once become one contact, one deal, one notice', async () => {
  await using world = await flowWorld()
  const channels = [world.channelId, await world.openChannel('Второй'), await world.openChannel('Третий')]
  await world.saveChats({ channelIds: channels, notifyResponsible: true })
  const before = counted(world)
  await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const channel = channels[i % 3]!
      if (i < 3) await world.share(`v${i}`, { name: 'Анна', phone: '+79123456789' }, { channel })
      await world.write(`v${i % 3}`, `Сообщение ${i}`, { channel })
    }),
  )
  await world.processLater()

  const { deals, contacts, notifications } = counted(world)
  expect({ deals, contacts, notifications }).toEqual({
    deals: before.deals + 1,
    contacts: before.contacts + 1,
    notifications: before.notifications + 1,
  })
  const texts = world.portal.crm.commentsOf('deal', world.portal.crm.deals.at(-1)!.id).map(({ text }) => text)
  expect(texts).toHaveLength(3)
  const whole = texts.join('\n')
  for (let i = 0; i < 200; i++) expect(whole).toMatch(new RegExp(`Сообщение ${i}(?!\\d)`))
  expect(
    await world.query(`select distinct outcome from inbound_events where kind = 'message-received'`),
  ).toEqual([{ outcome: 'passed' }])
})

// The first hit looks the client up, the second carries both comments: the portal may die before, between and after them.
test.each([
  ['before the first write', { kind: 'cut-before' }],
  ['between the two writes', { kind: 'cut-after', afterCommands: 1 }],
  ['after the second write', { kind: 'cut-after' }],
] as const)('“to both”: a portal that dies %s ends with exactly two comments (CHAT-51)', async (_, fault) => {
  await using world = await flowWorld({ crmMode: 'classic' })
  await world.saveChats({ commentPriority: 'both' })
  const { deals, leads } = client(world, '+79123456789', {
    deals: ['Старая сделка', 'Сделка'],
    leads: ['Старый лид', 'Лид'],
  })
  const before = counted(world)
  world.portal.faults.add({ ...fault, method: 'crm.timeline.comment.add', count: 1 })
  await writes(world, 'v1', '+79123456789')
  await world.processLater()
  expect(world.portal.crm.commentsOf('deal', deals[1]!)).toHaveLength(1)
  expect(world.portal.crm.commentsOf('lead', leads[1]!)).toHaveLength(1)
  expect(counted(world)).toEqual({ ...before, comments: before.comments + 2 })
})

test('only an activity: one to-do in the found card with its comment, no card (CHAT-45)', async () => {
  await using world = await flowWorld()
  await world.saveChats({ repeatedContactCreates: 'activity', notifyResponsible: true })
  const { deals } = client(world, '+79123456789', { deals: ['Сделка'] })
  const before = counted(world)
  await writes(world, 'v1', '+79123456789')
  await world.process()
  await world.write('v1', 'Ещё вопрос')
  world.advance(6_000)
  await world.processLater()
  expect(counted(world)).toEqual({
    ...before,
    comments: before.comments + 1,
    activities: before.activities + 1,
  })
  expect(world.portal.crm.activities.at(-1)).toMatchObject({
    generation: 'todo',
    ownerTypeId: 2,
    ownerId: deals[0],
  })
})

test('a lost answer about a to-do is found, never repeated', async () => {
  await using world = await flowWorld()
  await world.saveChats({ firstContactCreates: 'card-and-activity', notifyResponsible: true })
  const before = counted(world)
  world.portal.faults.add({ kind: 'cut-after', method: 'batch', skip: 1, count: 2 })
  await writes(world, 'v1', '+79123456789')
  await world.processLater()
  expect(counted(world)).toEqual({
    leads: before.leads,
    deals: before.deals + 1,
    contacts: before.contacts + 1,
    comments: before.comments + 1,
    activities: before.activities + 1,
    notifications: before.notifications + 1,
  })
})

test('a new deal is tied to the company that was found by the phone, and to its contact (CHAT-44)', async () => {
  await using world = await flowWorld()
  await world.saveChats({ repeatedContactCreates: 'card' })
  const fm = [{ typeId: 'PHONE', valueType: 'WORK', value: '+74951112233' }]
  const firm = world.portal.edit.create('company', { title: 'Ромашка', fm }, ADMIN)
  const contact = world.portal.edit.create('contact', { name: 'Секретарь', fm }, ADMIN)
  await writes(world, 'known', '+74951112233')
  await world.process()
  expect(world.portal.crm.deals.at(-1)).toMatchObject({ companyId: firm.id, contactIds: [contact.id] })

  const only = world.portal.edit.create(
    'company',
    { title: 'Лютик', fm: [{ ...fm[0]!, value: '+74954445566' }] },
    ADMIN,
  )
  const contacts = world.portal.crm.contacts.length
  await writes(world, 'firm', '+74954445566')
  await world.process()
  expect(world.portal.crm.contacts.length).toBe(contacts + 1)
  expect(world.portal.crm.deals.at(-1)).toMatchObject({ companyId: only.id })
})

test('as many notices as created cards: none for a comment, one for a new deal (CHAT-65)', async () => {
  await using world = await flowWorld()
  await world.saveChats({ notifyResponsible: true })
  client(world, '+79120000001', { deals: ['Сделка'] })
  const before = counted(world)
  await writes(world, 'known', '+79120000001')
  for (let i = 2; i < 7; i++) await writes(world, `new${i}`, `+7912000000${i}`)
  await world.process()
  const after = counted(world)
  expect(after.deals - before.deals).toBe(5)
  expect(after.notifications - before.notifications).toBe(5)
})

test('copies in the contact and the company stand beside the deal, each once, and grow with it (CHAT-64)', async () => {
  await using world = await flowWorld()
  await world.saveChats({ copyToPerson: true })
  const { contact, deals } = client(world, '+79123456789', { deals: ['Сделка'] })
  await writes(world, 'v1', '+79123456789', 'раз')
  await world.process()
  await world.write('v1', 'два')
  world.advance(6_000)
  await world.processLater()
  for (const comments of [
    world.portal.crm.commentsOf('deal', deals[0]!),
    world.portal.crm.commentsOf('contact', contact),
  ]) {
    expect(comments.map(({ text }) => text)).toEqual([expect.stringMatching(/раз.*два/s)])
  }
})
