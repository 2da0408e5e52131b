import type { Repair } from '@trunkline/contracts/crm/reconciliation'
import type { ChatsSettings } from '@trunkline/contracts/settings/chats'
import { expect, test } from 'vitest'
import { runLane } from '../../store/run-lane.ts'
import { localWake } from '../../store/wake.ts'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'
import { classifyTransferError } from '../transfer/transfer-contact.ts'
import { reconciliationView } from '../views/reconciliation-view.ts'
import { askReconciliation, RECONCILE_LANE } from './ask-reconciliation.ts'
import { lookAgain } from './look-again.ts'
import { repairFinding, wantRepair } from './repair-finding.ts'
import { createReconcile } from './run-reconciliation.ts'

const ADMIN = 1
const BY = { userId: 'operator-1', name: 'Мария' }

/** Conversations of new clients, each with a deal of its own. Their deals, in order. */
async function passed(
  world: FlowWorld,
  count: number,
  settings: Partial<ChatsSettings> = {},
): Promise<number[]> {
  await world.saveChats(settings)
  const before = world.portal.crm.deals.length
  for (let i = 0; i < count; i++) {
    await world.share(`v${i}`, { name: `Клиент ${i}`, phone: `+7912345678${i}` })
    await world.write(`v${i}`, `слово ${i}`)
  }
  await world.processLater()
  const made = world.portal.crm.deals.slice(before)
  expect(made).toHaveLength(count)
  return Array.from({ length: count }, (_, i) => {
    const deal = made.find(({ id }) =>
      world.portal.crm.commentsOf('deal', id).some(({ text }) => text.includes(`слово ${i}`)),
    )
    return deal!.id
  })
}

interface Found {
  readonly id: string
  readonly kind: string
}

/** Works on what was asked for, as a node does. */
async function work(world: FlowWorld): Promise<void> {
  const lane = runLane({
    database: world.database,
    wake: localWake(),
    paused: true,
    lane: RECONCILE_LANE,
    classify: classifyTransferError,
    handler: createReconcile({ database: world.database, pumpOf: () => world.pump() }),
  })
  await lane.drain()
  await lane.stop()
}

const ask = (world: FlowWorld) =>
  world.database.inWorkspace(world.workspaceId, (tx) => askReconciliation(tx, BY))

/** Compares; what is open then, and how many requests the portal saw. */
async function compare(world: FlowWorld): Promise<{ open: Found[]; hits: number }> {
  const before = world.portal.counts.hits
  await ask(world)
  await work(world)
  expect(
    await world.query('select state, error from reconciliations order by asked_at desc limit 1'),
  ).toEqual([{ state: 'done', error: null }])
  return {
    open: await world.query<Found>(
      `select id, kind from reconciliation_findings where state = 'open' order by kind`,
    ),
    hits: world.portal.counts.hits - before,
  }
}

const texts = (world: FlowWorld, dealId: number) =>
  world.portal.crm.commentsOf('deal', dealId).map(({ text }) => text)

async function repair(world: FlowWorld, found: Found | undefined, how: Repair): Promise<void> {
  await world.database.inWorkspace(world.workspaceId, (tx) =>
    repairFinding(tx, found!.id, how, { ...BY, now: new Date() }),
  )
}

test('what stands as it was written costs two requests and finds nothing', async () => {
  await using world = await flowWorld()
  await passed(world, 5)
  expect(await compare(world)).toEqual({ open: [], hits: 2 })
  const [run] = await world.query<{ checked: unknown }>('select checked from reconciliations')
  expect(run!.checked).toEqual({ conversations: 5, cards: 10, comments: 5, activities: 0 })
})

test('a deleted deal is found, decided anew into one new deal, and the next comparison is clean', async () => {
  await using world = await flowWorld()
  const [deal] = await passed(world, 2)
  world.portal.edit.remove('deal', deal!, ADMIN)
  const deals = world.portal.crm.deals.length
  const first = await compare(world)
  expect(first.open.map(({ kind }) => kind)).toEqual(['card-gone'])
  expect(first.hits).toBe(3)
  await repair(world, first.open[0], 'decide-anew')
  // A second click is the same one.
  await repair(world, first.open[0], 'decide-anew')
  await world.processLater()
  expect(world.portal.crm.deals).toHaveLength(deals + 1)
  const made = world.portal.crm.deals.at(-1)!
  expect(texts(world, made.id)).toEqual([expect.stringContaining('слово 0')])
  expect((await compare(world)).open).toEqual([])
  expect(
    await world.query(
      `select action, actor_name as by, details ->> 'repair' as repair from audit_log where action like 'reconciliation-rep%'`,
    ),
  ).toEqual([{ action: 'reconciliation-repaired', by: 'Мария', repair: 'decide-anew' }])
})

test('a deleted comment is found and written into its card once more', async () => {
  await using world = await flowWorld()
  const [deal] = await passed(world, 1)
  const { state } = world.portal
  state.comments = state.comments.filter(({ entityId }) => entityId !== deal)
  const { open, hits } = await compare(world)
  expect(open.map(({ kind }) => kind)).toEqual(['comment-gone'])
  expect(hits).toBe(3)
  await repair(world, open[0], 'write-again')
  await world.processLater()
  expect(texts(world, deal!)).toEqual([expect.stringContaining('слово 0')])
  expect((await compare(world)).open).toEqual([])
  // It goes on in the new one.
  await world.write('v0', 'ещё слово')
  world.advance(6_000)
  await world.processLater()
  expect(texts(world, deal!)).toEqual([expect.stringMatching(/слово 0.*ещё слово/s)])
})

test('a deleted activity is found and made again, due no sooner than tomorrow', async () => {
  await using world = await flowWorld()
  await passed(world, 1, { firstContactCreates: 'card-and-activity' })
  const { state } = world.portal
  const todos = () => state.activities.filter(({ generation }) => generation === 'todo')
  const before = todos()
  expect(before.length).toBeGreaterThan(0)
  const [lost] = await world.query<{ id: string }>(
    `select remote_id as id from plan_steps where step ->> 'kind' = 'create-activity'`,
  )
  state.activities = state.activities.filter(({ id }) => String(id) !== lost!.id)
  const { open } = await compare(world)
  expect(open.map(({ kind }) => kind)).toEqual(['activity-gone'])
  await repair(world, open[0], 'write-again')
  await world.processLater()
  expect(todos()).toHaveLength(before.length)
  const made = todos().at(-1)!
  expect(Date.parse(String(made.fields['DEADLINE']))).toBeGreaterThan(Date.now() + 23 * 3_600_000)
  expect((await compare(world)).open).toEqual([])
})

test('a second comment of ours in one card is found and removed; an employee who quotes our link is left alone', async () => {
  await using world = await flowWorld()
  const [deal] = await passed(world, 1)
  const { state } = world.portal
  const [ours] = world.portal.crm.commentsOf('deal', deal!)
  state.comments.push({ ...ours!, id: 90_001 }, { ...ours!, id: 90_002, authorId: 7 })
  const { open, hits } = await compare(world)
  expect(open.map(({ kind }) => kind)).toEqual(['comment-doubled'])
  expect(hits).toBe(2)
  await repair(world, open[0], 'remove-extra')
  await world.processLater()
  expect(world.portal.crm.commentsOf('deal', deal!).map(({ id }) => id)).toEqual([ours!.id, 90_002])
  expect((await compare(world)).open).toEqual([])
})

test('two deals made for people who turn out to be one are found, and the transcript moves to the older one', async () => {
  await using world = await flowWorld()
  const [kept] = await passed(world, 1)
  await world.share('v9', { name: 'Клиент', email: 'one@client.example' })
  await world.write('v9', 'слово 9')
  await world.processLater()
  const extra = world.portal.crm.deals.at(-1)!.id
  expect(extra).not.toBe(kept)
  await world.share('v9', { phone: '+79123456780' })
  await world.processLater()
  const { open } = await compare(world)
  expect(open.map(({ kind }) => kind)).toEqual(['cards-doubled'])
  const deals = world.portal.crm.deals.length
  await repair(world, open[0], 'move')
  await world.processLater()
  expect(world.portal.crm.deals).toHaveLength(deals)
  expect(texts(world, extra)).toEqual([])
  expect(texts(world, kept!)).toHaveLength(2)
  expect((await compare(world)).open).toEqual([])
})

test('a card with our mark that no step made is found; marked as seen it is not told again', async () => {
  await using world = await flowWorld()
  const [deal] = await passed(world, 1)
  const [step] = await world.query<{ id: string }>(`select id from plan_steps where key = 'create-deal'`)
  const { edit } = world.portal
  edit.create('deal', { title: 'Вторая', originatorId: 'trunkline', originId: step!.id }, ADMIN)
  edit.create('contact', { name: 'Чужой', originatorId: 'trunkline', originId: 'from-another-life' }, ADMIN)
  edit.create('deal', { title: 'Не наша', originatorId: 'shop', originId: step!.id }, ADMIN)
  const { open } = await compare(world)
  expect(open.map(({ kind }) => kind)).toEqual(['card-stray', 'card-stray'])
  expect(
    await world.query(`select finding -> 'known' ->> 'id' as known from reconciliation_findings order by 1`),
  ).toEqual([{ known: String(deal) }, { known: null }])
  for (const one of open) await repair(world, one, 'seen')
  expect((await compare(world)).open).toEqual([])
  await expect(repair(world, open[0], 'decide-anew')).rejects.toMatchObject({ code: 'request/invalid' })
})

test('the conversation moves into a second card of its step; neither card is deleted, and both are known then', async () => {
  await using world = await flowWorld()
  const [deal] = await passed(world, 1)
  const [step] = await world.query<{ id: string }>(`select id from plan_steps where key = 'create-deal'`)
  const second = world.portal.edit.create(
    'deal',
    { title: 'Вторая', originatorId: 'trunkline', originId: step!.id },
    ADMIN,
  )
  const { open } = await compare(world)
  await repair(world, open[0], 'tie')
  await world.processLater()
  expect(texts(world, deal!)).toEqual([])
  expect(texts(world, second.id)).toEqual([expect.stringContaining('слово 0')])
  expect(world.portal.crm.deals.map(({ id }) => id)).toEqual(expect.arrayContaining([deal, second.id]))
  expect((await compare(world)).open).toEqual([])
  await world.write('v0', 'ещё слово')
  world.advance(6_000)
  await world.processLater()
  expect(texts(world, second.id)).toEqual([expect.stringMatching(/слово 0.*ещё слово/s)])
})

test('a finding that is no more vanishes when somebody is about to repair it, and nothing is done', async () => {
  await using world = await flowWorld()
  const [deal] = await passed(world, 1)
  const [step] = await world.query<{ id: string }>(`select id from plan_steps where key = 'create-deal'`)
  const { edit, state } = world.portal
  const kept = state.comments.filter(({ entityId }) => entityId === deal)
  state.comments = state.comments.filter(({ entityId }) => entityId !== deal)
  const second = edit.create(
    'deal',
    { title: 'Вторая', originatorId: 'trunkline', originId: step!.id },
    ADMIN,
  )
  const { open } = await compare(world)
  expect(open.map(({ kind }) => kind)).toEqual(['card-stray', 'comment-gone'])
  const look = async () => {
    for (const { id } of open) await world.database.inWorkspace(world.workspaceId, (tx) => wantRepair(tx, id))
    await lookAgain(
      { database: world.database, pumpOf: () => world.pump() },
      world.workspaceId,
      world.portalId,
    )
    return world.query<{ kind: string; state: string }>(
      'select kind, state from reconciliation_findings order by kind',
    )
  }
  expect((await look()).map((row) => row.state)).toEqual(['open', 'open'])
  // Somebody was faster: the comment is back, the second deal is deleted.
  state.comments.push(...kept)
  edit.remove('deal', second.id, ADMIN)
  expect((await look()).map((row) => row.state)).toEqual(['vanished', 'vanished'])
  for (const one of open)
    await expect(repair(world, one, 'write-again')).rejects.toMatchObject({ code: 'request/conflict' })
  await world.processLater()
  expect(texts(world, deal!)).toHaveLength(1)
})

test('what was found in a former portal is neither shown nor repaired in the present one', async () => {
  await using world = await flowWorld()
  const [deal] = await passed(world, 1)
  world.portal.state.comments = []
  const { open } = await compare(world)
  const shown = () => world.database.inWorkspace(world.workspaceId, (tx) => reconciliationView(tx))
  expect(await shown()).toMatchObject({ open: 1, findings: [{ id: open[0]!.id }] })
  await world.query('update integrations set portal_id = null')
  expect(await shown()).toMatchObject({ open: 0, findings: [] })
  await expect(repair(world, open[0], 'write-again')).rejects.toMatchObject({ code: 'request/conflict' })
  await world.processLater()
  expect(texts(world, deal!)).toEqual([])
})

test('what a person put right by hand is no finding any more', async () => {
  await using world = await flowWorld()
  const [deal] = await passed(world, 1)
  const { state } = world.portal
  const [ours] = world.portal.crm.commentsOf('deal', deal!)
  state.comments.push({ ...ours!, id: 90_001 })
  expect((await compare(world)).open).toHaveLength(1)
  state.comments = state.comments.filter(({ id }) => id !== 90_001)
  expect((await compare(world)).open).toEqual([])
  expect(await world.query('select state from reconciliation_findings')).toEqual([{ state: 'vanished' }])
})

test('asked twice it is one comparison, and a conversation that is being written is not judged', async () => {
  await using world = await flowWorld()
  const [deal] = await passed(world, 1)
  const { state } = world.portal
  state.comments = state.comments.filter(({ entityId }) => entityId !== deal)
  await world.write('v0', 'ещё слово')
  await ask(world)
  await ask(world)
  await world.query(`update conversations set revision = revision + 1`)
  await work(world)
  expect(await world.query('select state from reconciliations')).toEqual([{ state: 'done' }])
  expect(await world.query('select 1 from reconciliation_findings')).toEqual([])
})

test('a portal that cuts the connection is asked again, and one that refuses our keys is told of', async () => {
  await using world = await flowWorld()
  const [deal] = await passed(world, 1)
  world.portal.edit.remove('deal', deal!, ADMIN)
  world.portal.faults.add({ kind: 'cut-after', skip: 0, count: 1 })
  expect((await compare(world)).open.map(({ kind }) => kind)).toEqual(['card-gone'])
  world.portal.revokeApp('app.test')
  await ask(world)
  await work(world)
  const [run] = await world.query<{ state: string; error: { ru: string } | null }>(
    'select state, error from reconciliations order by asked_at desc limit 1',
  )
  expect(run).toMatchObject({ state: 'failed', error: { ru: expect.stringMatching(/./) as string } })
})

test.each([0, 1, 2])('a portal that loses answer %i of a repair still gets it once', async (skip) => {
  await using world = await flowWorld()
  const [deal] = await passed(world, 1)
  const { state } = world.portal
  state.comments = state.comments.filter(({ entityId }) => entityId !== deal)
  const { open } = await compare(world)
  await repair(world, open[0], 'write-again')
  world.portal.faults.add({ kind: 'cut-after', skip, count: 1 })
  await world.processLater()
  expect(texts(world, deal!)).toHaveLength(1)
})
