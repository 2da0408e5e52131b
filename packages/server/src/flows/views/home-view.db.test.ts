import { expect, test } from 'vitest'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'
import { homeView } from './home-view.ts'

const ledgerOf = async (world: FlowWorld) =>
  (await world.database.inWorkspace(world.workspaceId, (tx) => homeView(tx, { setsUp: false }))).ledger

/** Past the rights of the product, which cannot rewrite history: what a broken disk or a careless person could do. */
async function tamper(world: FlowWorld, text: string): Promise<void> {
  const client = await world.database.owner.connect()
  try {
    await client.query('begin')
    await client.query(`select set_config('app.workspace', $1, true)`, [world.workspaceId])
    expect((await client.query(text)).rowCount).toBe(1)
    await client.query('commit')
  } finally {
    client.release()
  }
}

async function twoEnded(): Promise<FlowWorld> {
  const world = await flowWorld()
  await world.saveChats({})
  await world.share('v1', { name: 'Анна', phone: '+79123456789' })
  await world.write('v1', 'Здравствуйте')
  await world.process()
  return world
}

test('the ledger adds up while events wait, and after they ended', async () => {
  await using world = await twoEnded()
  expect(await ledgerOf(world)).toMatchObject({
    accepted: 2,
    passed: 1,
    notPassed: 1,
    pending: 0,
    difference: 0,
  })
  await world.write('v2', 'Есть кто?')
  expect(await ledgerOf(world)).toMatchObject({ accepted: 3, pending: 1, difference: 0 })
  await world.process()
  expect(await ledgerOf(world)).toMatchObject({ accepted: 3, held: 1, pending: 0, difference: 0 })
})

test.each([
  ['an event lost its line in the ledger', `delete from outcomes where outcome = 'passed'`],
  [
    'a line says something else than its event',
    `update outcomes set outcome = 'held' where outcome = 'passed'`,
  ],
  [
    'an event says something else than its line',
    `update inbound_events set outcome = 'held' where outcome = 'passed'`,
  ],
  ['an accepted event is not there any more', `delete from inbound_events where outcome = 'passed'`],
])('the difference shows that %s', async (_, text) => {
  await using world = await twoEnded()
  await tamper(world, text)
  expect(await ledgerOf(world)).toMatchObject({ accepted: 2, notPassed: 1, difference: 1 })
})

test('a company that passes its requests alone is ready as well', async () => {
  await using world = await flowWorld()
  const open = async () => {
    const { nextSteps } = await world.database.inWorkspace(world.workspaceId, (tx) =>
      homeView(tx, { setsUp: true }),
    )
    return nextSteps.filter((step) => !step.done).map((step) => step.code)
  }
  expect(await open()).toContain('activate-chats')
  await world.saveRequests({})
  expect(await open()).toEqual(['first-conversation'])
  await world.leave({ fields: [{ name: 'phone', value: '+79123456789' }] })
  await world.process()
  expect(await open()).toEqual([])
})

test('a portal that asks to be connected again is not set up anew', async () => {
  await using world = await twoEnded()
  await world.setPortalState('reauthorise')
  const { nextSteps, portals } = await world.database.inWorkspace(world.workspaceId, (tx) =>
    homeView(tx, { setsUp: true }),
  )
  expect(nextSteps).toEqual([])
  expect(portals).toMatchObject([{ health: { state: 'needs-attention' } }])
})
