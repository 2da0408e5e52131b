import { expect, test } from 'vitest'
import { type FlowWorld, flowWorld } from '../testing/flow-world.ts'
import { retryTransfer } from './journal/retry.ts'

/** As if every worker that took the lane's keys had died over them. */
const killWorkers = (world: FlowWorld, lane: string) =>
  world.query('update mailbox set deaths = 10 where lane = $1', [lane])
const outcomes = (world: FlowWorld) =>
  world.query<{ outcome: string; reason: string | null }>(
    `select outcome, reason from inbound_events where kind is distinct from 'contact-shared' order by seq`,
  )
const FAILED = { outcome: 'failed', reason: 'bug' }
const PASSED = { outcome: 'passed', reason: null }

test('a transfer over which workers die ends as failed, visibly; "try again" passes it once', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  const deals = world.portal.crm.deals.length
  await world.share('v1', { phone: '+79123456789' })
  await world.process()
  await world.write('v1', 'Здравствуйте')
  await world.process()
  await world.write('v1', 'Вы тут?')
  // The transfer of the second message waits for the comment's time.
  await world.process()
  await killWorkers(world, 'transfer')
  await expect(world.processLater()).rejects.toThrow('given-up: worker-died')
  expect(await outcomes(world)).toEqual([PASSED, FAILED])
  expect(await world.query(`select 1 from mailbox where lane = 'transfer'`)).toEqual([])

  const conversationId = await world.conversationOf('v1')
  await world.database.inWorkspace(world.workspaceId, (tx) => retryTransfer(tx, conversationId))
  world.advance(6_000)
  await world.processLater()
  expect(await outcomes(world)).toEqual([PASSED, PASSED])
  expect(world.portal.crm.deals.length).toBe(deals + 1)
  expect(JSON.stringify(world.portal.crm.commentsOf('deal', world.portal.crm.deals.at(-1)!.id))).toMatch(
    /Здравствуйте.*Вы тут/,
  )
})

test('what a customer says after that is not kept waiting: it passes with what had failed', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  await world.share('v1', { phone: '+79123456789' })
  await world.process()
  await world.write('v1', 'раз')
  await world.process()
  await world.write('v1', 'два')
  await world.process()
  await killWorkers(world, 'transfer')
  await expect(world.processLater()).rejects.toThrow('given-up')
  await world.write('v1', 'три')
  world.advance(6_000)
  await world.processLater()
  expect(await outcomes(world)).toEqual([PASSED, PASSED, PASSED])
})

test('a talk over which workers die ends as failed in the journal, and the next message is taken in', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  await world.write('v1', 'яд')
  await killWorkers(world, 'talk')
  await expect(world.process()).rejects.toThrow('given-up: worker-died')
  expect(await outcomes(world)).toEqual([FAILED])
  await world.write('v1', 'Здравствуйте')
  await world.process()
  expect(await outcomes(world)).toEqual([FAILED, { outcome: 'held', reason: 'no-contact-data' }])
})

test('an answer that cannot be sent is shown as unknown, and the one behind it goes out', async () => {
  await using world = await flowWorld()
  await world.write('v1', 'Сколько?')
  await world.process()
  const conversationId = await world.conversationOf('v1')
  await world.answer(conversationId, 'яд')
  await world.answer(conversationId, 'Сто рублей')
  await killWorkers(world, 'outbound')
  await expect(world.process()).rejects.toThrow('given-up: worker-died')
  await world.process()
  expect(
    await world.query(`select text, delivery from messages where direction = 'outbound' order by sequence`),
  ).toEqual([
    { text: 'яд', delivery: 'unknown' },
    { text: 'Сто рублей', delivery: 'sent' },
  ])
})
