import type { UserId } from '@trunkline/contracts/ids'
import { expect, test } from 'vitest'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'
import { closeConversation } from '../inbox/change-conversation.ts'

const outcomesNow = (world: FlowWorld) =>
  world.query(
    `select distinct outcome, reason from inbound_events where kind = 'message-received' order by 1, 2`,
  )

async function begin(world: FlowWorld, text = 'раз'): Promise<void> {
  await world.share('v1', { name: 'Анна', phone: '+79123456789' })
  await world.write('v1', text)
  await world.process()
}

/** An operator ends the newest conversation of the visitor. */
async function close(world: FlowWorld, reason: 'resolved' | 'no-answer' | 'spam' | 'other' = 'resolved') {
  const id = await world.conversationOf('v1')
  await world.database.inWorkspace(world.workspaceId, (tx) =>
    closeConversation(tx, id, {
      by: 'operator-1' as UserId,
      byName: 'Мария',
      reason,
      note: undefined,
      now: new Date(),
    }),
  )
  await world.process()
}

const newestDeal = (world: FlowWorld) => world.portal.crm.deals.at(-1)!
const texts = (world: FlowWorld, dealId: number) =>
  world.portal.crm.commentsOf('deal', dealId).map(({ text }) => text)

test('50 messages in 60 seconds: one comment, at most 13 updates, the whole text (CHAT-62)', async () => {
  await using world = await flowWorld({ clock: 'frozen' })
  await world.saveChats({})
  const updates = () => world.portal.counts.byMethod['crm.timeline.comment.update'] ?? 0
  await begin(world, 'слово 1')
  const before = updates()
  for (let i = 2; i <= 50; i++) {
    world.advance(1_200)
    await world.write('v1', `слово ${i}`)
    await world.process()
  }
  world.advance(6_000)
  await world.processLater()
  expect(updates() - before).toBeGreaterThan(3)
  expect(updates() - before).toBeLessThanOrEqual(13)
  const [comment, ...others] = texts(world, newestDeal(world).id)
  expect(others).toEqual([])
  for (let i = 1; i <= 50; i++) expect(comment).toMatch(new RegExp(`слово ${i}(?!\\d)`))
})

test('when the operator answers: nothing before, the whole conversation then', async () => {
  await using world = await flowWorld()
  await world.saveChats({ timing: 'operator' })
  const deals = world.portal.crm.deals.length
  await begin(world)
  expect(world.portal.crm.deals.length).toBe(deals)
  expect(await outcomesNow(world)).toEqual([{ outcome: 'held', reason: 'waiting-for-operator' }])
  await world.answer(await world.conversationOf('v1'), 'Добрый день')
  await world.process()
  expect(world.portal.crm.deals.length).toBe(deals + 1)
  expect(texts(world, newestDeal(world).id)).toEqual([expect.stringMatching(/раз.*Добрый день/s)])
  expect(await outcomesNow(world)).toEqual([{ outcome: 'passed', reason: null }])
})

test('when the operator answers: a chat that was closed without an answer is passed when it closes', async () => {
  await using world = await flowWorld()
  await world.saveChats({ timing: 'operator' })
  const deals = world.portal.crm.deals.length
  await begin(world)
  await close(world, 'no-answer')
  expect(world.portal.crm.deals.length).toBe(deals + 1)
})

test.each(['resolved', 'no-answer', 'spam', 'other'] as const)(
  'at the end: 0 cards before, 1 with the whole conversation after, closed as %s (CHAT-63)',
  async (reason) => {
    await using world = await flowWorld()
    await world.saveChats({ timing: 'end' })
    const deals = world.portal.crm.deals.length
    await begin(world)
    await world.write('v1', 'два')
    await world.answer(await world.conversationOf('v1'), 'ответ')
    await world.process()
    expect(world.portal.crm.deals.length).toBe(deals)
    expect(await outcomesNow(world)).toEqual([{ outcome: 'held', reason: 'waiting-for-end' }])
    await close(world, reason)
    expect(world.portal.crm.deals.length).toBe(deals + 1)
    expect(texts(world, newestDeal(world).id)).toEqual([expect.stringMatching(/раз.*два.*ответ/s)])
  },
)

test('at the end: what is written after it passes at the next end, in the same card, only the new part (CHAT-63)', async () => {
  await using world = await flowWorld()
  await world.saveChats({ timing: 'end' })
  await begin(world, 'до конца')
  await close(world)
  const deals = world.portal.crm.deals.length
  const deal = newestDeal(world).id
  await world.write('v1', 'после конца', { at: new Date(Date.now() + 60_000) })
  await world.process()
  expect(texts(world, deal)).toHaveLength(1)
  await close(world)
  expect(world.portal.crm.deals.length).toBe(deals)
  const [first, second, ...others] = texts(world, deal)
  expect(others).toEqual([])
  expect(first).toContain('до конца')
  expect(first).not.toContain('после конца')
  expect(second).toContain('после конца')
  expect(second).not.toContain('до конца')
})

test('a conversation too long for one comment goes on in part 2 of the same card', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  await begin(world, `начало ${'а'.repeat(9_000)}`)
  for (const word of ['середина', 'конец']) {
    await world.write('v1', `${word} ${'б'.repeat(9_000)}`)
    world.advance(6_000)
    await world.processLater()
  }
  const parts = texts(world, newestDeal(world).id)
  expect(parts).toHaveLength(2)
  expect(parts.join('\n')).toMatch(/начало.*середина.*конец/s)
  expect(parts[1]).toContain('часть 2')
})

test('a plan that waited while the conversation outgrew one comment is written with all its parts', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  world.portal.faults.add({ kind: 'cut-before', method: 'crm.item.add', count: 1 })
  await begin(world, `начало ${'а'.repeat(9_000)}`)
  expect(await world.query(`select status from plan_steps where key = 'create-deal'`)).toEqual([
    { status: 'unknown' },
  ])
  await world.write('v1', `середина ${'б'.repeat(9_000)}`)
  await world.write('v1', `конец ${'в'.repeat(9_000)}`)
  await world.processLater()
  const parts = texts(world, newestDeal(world).id)
  expect(parts).toHaveLength(2)
  expect(parts.join('\n')).toMatch(/начало.*середина.*конец/s)
})
