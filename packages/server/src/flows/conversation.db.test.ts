import { HubError } from '@trunkline/contracts/errors'
import { expect, test } from 'vitest'
import { newId } from '../ids.ts'
import { flowWorld } from '../testing/flow-world.ts'

const transcript = `select m.text from messages m order by m.occurred_at, m.sequence`

test('the same message delivered many times is there once', async () => {
  await using world = await flowWorld({ connected: false })
  const clientId = newId()
  for (let i = 0; i < 5; i++) {
    await world.write('v1', 'Здравствуйте', { clientId })
    if (i % 2 === 0) await world.process()
  }
  await world.process()
  expect(await world.query(transcript)).toEqual([{ text: 'Здравствуйте' }])
  expect(await world.query('select count(*)::int as n from inbound_events')).toEqual([{ n: 1 }])
})

test('messages that arrive in disorder are read in the order in which they were written', async () => {
  await using world = await flowWorld({ connected: false })
  const start = Date.now()
  for (const n of [3, 1, 5, 2, 4])
    await world.write('v1', `сообщение ${n}`, { at: new Date(start + n * 1000) })
  await world.process()
  expect(await world.query(transcript)).toEqual([1, 2, 3, 4, 5].map((n) => ({ text: `сообщение ${n}` })))
  expect(await world.query('select count(*)::int as n from conversations')).toEqual([{ n: 1 }])
})

test('two visitors at once with one phone become one contact', async () => {
  await using world = await flowWorld({ connected: false })
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      world
        .share(`v${i}`, { name: 'Анна', phone: '+7 912 345-67-89' })
        .then(() => world.write(`v${i}`, 'Здравствуйте')),
    ),
  )
  await world.process()
  expect(await world.query('select count(*)::int as n from contacts where merged_into is null')).toEqual([
    { n: 1 },
  ])
  expect(await world.query('select count(distinct contact_id)::int as n from conversations')).toEqual([
    { n: 1 },
  ])
})

test('an answer leaves once, in order, and the customer waits no longer', async () => {
  await using world = await flowWorld({ connected: false })
  await world.write('v1', 'Есть в наличии?')
  await world.process()
  const id = await world.conversationOf('v1')
  expect(await world.query('select 1 from conversations where unanswered_since is not null')).toHaveLength(1)
  const clientId = newId()
  const [first, again] = await Promise.all([
    world.answer(id, 'Есть', clientId),
    world.answer(id, 'Есть', clientId),
  ])
  expect(again).toBe(first)
  await world.answer(id, 'Сколько вам нужно?')
  await world.process()
  expect(
    await world.query(`select text, delivery from messages where direction = 'outbound' order by sequence`),
  ).toEqual([
    { text: 'Есть', delivery: 'sent' },
    { text: 'Сколько вам нужно?', delivery: 'sent' },
  ])
  expect(await world.query('select 1 from conversations where unanswered_since is not null')).toHaveLength(0)
})

test('an empty answer is refused with a message at its field', async () => {
  await using world = await flowWorld({ connected: false })
  await world.write('v1', 'Есть в наличии?')
  await world.process()
  const refused = await world.answer(await world.conversationOf('v1'), '  ').catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(HubError)
  expect((refused as HubError).fields[0]?.pointer).toBe('/text')
})

test('the operator’s answer reaches the card of the customer', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  await world.share('v1', { name: 'Анна', phone: '+79123456789' })
  await world.write('v1', 'Есть в наличии?')
  await world.process()
  await world.answer(await world.conversationOf('v1'), 'Есть, три штуки')
  world.advance(6_000)
  await world.processLater()
  const [comment] = world.portal.crm.commentsOf('deal', world.portal.crm.deals.at(-1)!.id)
  expect(comment?.text).toMatch(/Анна[\s\S]*Есть в наличии\?[\s\S]*Мария[\s\S]*Есть, три штуки/)
})
