import { expect, test } from 'vitest'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'
import { statementsOf } from '../../testing/statements.ts'

/** Each leaves a phone and writes once. */
async function firstContacts(world: FlowWorld, from: number, count: number): Promise<void> {
  for (let number = from; number < from + count; number++) {
    await world.share(`v${number}`, { name: 'Анна', phone: `+7912000${number}` })
    await world.write(`v${number}`, 'Есть ли в наличии?')
  }
  await world.process()
}

/** What was sent, the most frequent first: for whoever has to find out what became more. */
function told(statements: readonly string[]): string {
  const counts = Map.groupBy(statements, (text) => text.replaceAll(/\s+/g, ' ').slice(0, 90))
  return [...counts]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([text, all]) => `${all.length} ${text}`)
    .join('\n')
}

test('a first contact needs at most 54 statements, in a crowd 36, two accepted hooks and a form included', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  const deals = world.portal.crm.deals.length
  // What is read once for all is not what a conversation costs.
  await firstContacts(world, 1000, 8)
  const alone = await statementsOf(() => firstContacts(world, 2000, 1))
  const crowd = await statementsOf(() => firstContacts(world, 3000, 40))
  expect(world.portal.crm.deals.length).toBe(deals + 49)
  expect(alone.length, told(alone)).toBeLessThanOrEqual(54)
  expect(crowd.length / 40, told(crowd)).toBeLessThanOrEqual(36)
})
