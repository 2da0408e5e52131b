import type { UserId } from '@trunkline/contracts/ids'
import { expect, test } from 'vitest'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'
import { moveTranscript } from './move-transcript.ts'

const ADMIN = 1
const BY = { userId: 'operator-1' as UserId, name: 'Мария' }

/** A known client with three open deals; the talk goes into the newest one. */
async function threeDeals(world: FlowWorld): Promise<{ older: number; newest: number }> {
  const { edit } = world.portal
  const contact = edit.create(
    'contact',
    { name: 'Анна', fm: [{ typeId: 'PHONE', valueType: 'MOBILE', value: '+79123456789' }] },
    ADMIN,
  )
  const deal = (title: string) => edit.create('deal', { title, contactIds: [contact.id] }, ADMIN).id
  const older = deal('Старая')
  deal('Средняя')
  const newest = deal('Новая')
  await world.saveChats({ commentPriority: 'deal' })
  await world.share('v1', { name: 'Анна', phone: '+79123456789' })
  await world.write('v1', 'первое слово')
  await world.process()
  expect(world.portal.crm.commentsOf('deal', newest)).toHaveLength(1)
  return { older, newest }
}

async function move(world: FlowWorld, dealId: number): Promise<void> {
  const id = await world.conversationOf('v1')
  await world.database.inWorkspace(world.workspaceId, (tx) =>
    moveTranscript(tx, id, { type: 'deal', id: String(dealId) }, { ...BY, now: new Date() }),
  )
}

const texts = (world: FlowWorld, dealId: number) =>
  world.portal.crm.commentsOf('deal', dealId).map(({ text }) => text)

test('the transcript moves to a candidate that lost, leaves the old card, and goes on in the new one', async () => {
  await using world = await flowWorld()
  const { older, newest } = await threeDeals(world)
  const { deals } = world.portal.crm
  await move(world, older)
  await world.process()
  expect(texts(world, older)).toEqual([expect.stringContaining('первое слово')])
  expect(texts(world, newest)).toEqual([])

  await world.write('v1', 'второе слово')
  world.advance(6_000)
  await world.processLater()
  expect(texts(world, older)).toEqual([expect.stringMatching(/первое слово.*второе слово/s)])
  expect(texts(world, newest)).toEqual([])
  expect(world.portal.crm.deals).toHaveLength(deals.length)
  expect(
    await world.query(`select action, actor_name as by, details ->> 'to' as "to" from audit_log`),
  ).toContainEqual({
    action: 'transcript-moved',
    by: 'Мария',
    to: `deal:${older}`,
  })
  const [decision] = await world.query<{ trace: readonly { code: string; values: unknown }[] }>(
    `select trace from decisions where trace -> 0 ->> 'code' = 'moved'`,
  )
  expect(decision!.trace[0]!.values).toEqual({
    from: [`deal:${newest}`],
    to: `deal:${older}`,
    title: 'Старая',
    by: 'Мария',
  })
})

test('it may be moved back, and each card holds it at most once', async () => {
  await using world = await flowWorld()
  const { older, newest } = await threeDeals(world)
  await move(world, older)
  await world.process()
  await move(world, newest)
  await world.process()
  expect(texts(world, newest)).toHaveLength(1)
  expect(texts(world, older)).toEqual([])
})

test.each([
  ['cut-before', 0],
  ['cut-after', 0],
  ['cut-before', 1],
  ['cut-after', 1],
  ['cut-after', 2],
] as const)(
  'a portal that makes %s of request %i of a move leaves exactly one transcript',
  async (kind, skip) => {
    await using world = await flowWorld()
    const { older, newest } = await threeDeals(world)
    await move(world, older)
    world.portal.faults.add({ kind, skip, count: 1 })
    await world.processLater()
    expect(texts(world, older)).toHaveLength(1)
    expect(texts(world, newest)).toEqual([])
  },
)

test('a new card that is deleted before the transcript came leaves it where it was', async () => {
  await using world = await flowWorld()
  const { older, newest } = await threeDeals(world)
  await move(world, older)
  world.portal.edit.remove('deal', older, ADMIN)
  await world.processLater()
  await world.write('v1', 'второе слово')
  world.advance(6_000)
  await world.processLater()
  expect(texts(world, newest)).toEqual([expect.stringMatching(/первое слово.*второе слово/s)])
  expect(await world.query(`select distinct state from transfers`)).toEqual([{ state: 'passed' }])
})

test('what was said before a new card was found deleted is in the old one, without a further word', async () => {
  await using world = await flowWorld()
  const { older, newest } = await threeDeals(world)
  await move(world, older)
  world.portal.edit.remove('deal', older, ADMIN)
  await world.write('v1', 'второе слово')
  world.advance(6_000)
  await world.processLater()
  expect(texts(world, newest)).toEqual([expect.stringMatching(/первое слово.*второе слово/s)])
})

test('a card of somebody else is refused, and so is a conversation that was never passed', async () => {
  await using world = await flowWorld()
  await threeDeals(world)
  const stranger = world.portal.edit.create('deal', { title: 'Чужая' }, ADMIN)
  await expect(move(world, stranger.id)).rejects.toMatchObject({ code: 'request/invalid' })
  await world.saveChats({ enabled: false })
  await world.share('v2', { phone: '+79120000000' })
  await world.write('v2', 'Здравствуйте')
  await world.process()
  const id = await world.conversationOf('v2')
  await expect(
    world.database.inWorkspace(world.workspaceId, (tx) =>
      moveTranscript(tx, id, { type: 'deal', id: String(stranger.id) }, { ...BY, now: new Date() }),
    ),
  ).rejects.toMatchObject({ code: 'request/conflict' })
})
