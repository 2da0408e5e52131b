import { expect, test } from 'vitest'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'

/** The demo company's administrator. */
const ADMIN = 1

/** A conversation of Anna that became a deal; its number in the portal. */
async function talkWithDeal(world: FlowWorld): Promise<number> {
  await world.saveChats({ notifyResponsible: true })
  await world.share('v1', { name: 'Анна', phone: '+79123456789' })
  await world.write('v1', 'первое слово')
  await world.process()
  return world.portal.crm.deals.at(-1)!.id
}

async function writeLater(world: FlowWorld, text: string): Promise<void> {
  await world.write('v1', text)
  world.advance(6_000)
  await world.processLater()
}

const outcomesNow = (world: FlowWorld) =>
  world.query(`select distinct outcome, reason from inbound_events where kind = 'message-received'`)

test('after its deal was deleted in the portal a conversation is decided anew and makes one new deal', async () => {
  await using world = await flowWorld()
  const first = await talkWithDeal(world)
  const deals = world.portal.crm.deals.length
  const contacts = world.portal.crm.contacts.length
  world.portal.edit.remove('deal', first, ADMIN)
  await writeLater(world, 'второе слово')

  expect(world.portal.crm.deals.length).toBe(deals)
  expect(world.portal.crm.contacts.length).toBe(contacts)
  const second = world.portal.crm.deals.at(-1)!
  expect(second.id).not.toBe(first)
  const comments = world.portal.crm.commentsOf('deal', second.id)
  expect(comments).toHaveLength(1)
  expect(JSON.stringify(comments)).toMatch(/первое слово.*второе слово/)
  expect(world.portal.crm.notifications).toHaveLength(2)
  expect(await outcomesNow(world)).toEqual([{ outcome: 'passed', reason: null }])
  expect(
    await world.query(
      `select entity_id as id, gone_at is not null as gone from crm_links where entity_type = 'deal' order by at`,
    ),
  ).toEqual([
    { id: String(first), gone: true },
    { id: String(second.id), gone: false },
  ])
  const [decision] = await world.query<{ trace: readonly { code: string; values: unknown }[] }>(
    'select trace from decisions order by at desc limit 1',
  )
  expect(decision!.trace).toContainEqual({
    code: 'card-gone',
    verdict: 'note',
    values: { cards: [`deal:${first}`] },
  })

  // It goes on in the new deal, and no message makes a third.
  await writeLater(world, 'третье слово')
  expect(world.portal.crm.deals.length).toBe(deals)
  expect(JSON.stringify(world.portal.crm.commentsOf('deal', second.id))).toContain('третье слово')
})

test('when the client has another open deal the conversation goes there', async () => {
  await using world = await flowWorld()
  const first = await talkWithDeal(world)
  const contact = world.portal.crm.contacts.at(-1)!.id
  const other = world.portal.edit.create('deal', { title: 'Другая', contactIds: [contact] }, ADMIN)
  world.portal.edit.remove('deal', first, ADMIN)
  const deals = world.portal.crm.deals.length
  await writeLater(world, 'второе слово')
  expect(world.portal.crm.deals.length).toBe(deals)
  expect(JSON.stringify(world.portal.crm.commentsOf('deal', other.id))).toMatch(/первое слово.*второе слово/)
})

test('with deal and contact deleted both are made again, each once', async () => {
  await using world = await flowWorld()
  const first = await talkWithDeal(world)
  const contact = world.portal.crm.contacts.at(-1)!.id
  world.portal.edit.remove('deal', first, ADMIN)
  world.portal.edit.remove('contact', contact, ADMIN)
  const { deals, contacts } = world.portal.crm
  const before = [deals.length, contacts.length] as const
  await writeLater(world, 'второе слово')
  expect(world.portal.crm.deals.length).toBe(before[0] + 1)
  expect(world.portal.crm.contacts.length).toBe(before[1] + 1)
  const deal = world.portal.crm.deals.at(-1)!
  expect(JSON.stringify(deal)).toContain(String(world.portal.crm.contacts.at(-1)!.id))
})

test('a reply lost while the new deal is made never makes two', async () => {
  await using world = await flowWorld()
  const first = await talkWithDeal(world)
  world.portal.edit.remove('deal', first, ADMIN)
  const deals = world.portal.crm.deals.length
  // The update is refused, the cards are asked for, the client is looked for; then the write loses its answer, twice.
  world.portal.faults.add({ kind: 'cut-after', method: 'batch', skip: 3, count: 2 })
  await writeLater(world, 'второе слово')
  expect(world.portal.crm.deals.length).toBe(deals + 1)
  expect(world.portal.crm.commentsOf('deal', world.portal.crm.deals.at(-1)!.id)).toHaveLength(1)
  expect(await outcomesNow(world)).toEqual([{ outcome: 'passed', reason: null }])
})

test.each([0, 1, 2, 3, 4, 5])(
  'a portal that cuts request %i of noticing and writing anew leaves one new deal',
  async (skip) => {
    await using world = await flowWorld()
    const first = await talkWithDeal(world)
    world.portal.edit.remove('deal', first, ADMIN)
    const deals = world.portal.crm.deals.length
    world.portal.faults.add({ kind: skip % 2 === 0 ? 'cut-before' : 'cut-after', skip, count: 1 })
    await writeLater(world, 'второе слово')
    expect(world.portal.crm.deals.length).toBe(deals + 1)
    expect(world.portal.crm.commentsOf('deal', world.portal.crm.deals.at(-1)!.id)).toHaveLength(1)
  },
)

test('a portal that answers nonsense about a card that stands makes no second one', async () => {
  await using world = await flowWorld()
  await talkWithDeal(world)
  const deals = world.portal.crm.deals.length
  world.portal.faults.add({
    kind: 'empty-error',
    method: 'crm.timeline.comment.update,crm.item.get',
    count: 4,
  })
  await writeLater(world, 'второе слово')
  expect(world.portal.crm.deals.length).toBe(deals)
  expect(await world.query(`select 1 from crm_links where gone_at is not null`)).toEqual([])
})

test('a comment of ours that was deleted is written into its card once more', async () => {
  await using world = await flowWorld()
  const deal = await talkWithDeal(world)
  const deals = world.portal.crm.deals.length
  const [comment] = world.portal.crm.commentsOf('deal', deal)
  const { state } = world.portal
  state.comments = state.comments.filter((one) => one.id !== comment!.id)
  await writeLater(world, 'второе слово')
  expect(world.portal.crm.deals.length).toBe(deals)
  const comments = world.portal.crm.commentsOf('deal', deal)
  expect(comments).toHaveLength(1)
  expect(JSON.stringify(comments)).toMatch(/первое слово.*второе слово/)
})
