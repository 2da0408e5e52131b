import { expect, test } from 'vitest'
import { deletePortal } from '../../store/portals.ts'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'
import { syncDirectory } from '../portals/sync-directory.ts'

const outcomes = `select distinct outcome, reason from inbound_events where kind = 'message-received'`
const PLACE = { leadStageId: '', pipelineId: '0', dealStageId: '' }

async function newClient(world: FlowWorld, visitor: string, phone: string): Promise<void> {
  await world.share(visitor, { name: `Клиент ${visitor}`, phone })
  await world.write(visitor, 'Здравствуйте')
  await world.process()
}

/** The directory as it was read a while ago. */
async function directoryAged(world: FlowWorld): Promise<void> {
  await world.query(`update portals set synced_at = now() - interval '30 minutes' returning 1`)
}

const read = (world: FlowWorld) =>
  syncDirectory(world.database, world.pump(), world.workspaceId, world.portalId)

test('a stage deleted in mid-work: the card goes to the default stage, and the directory is read again', async () => {
  await using world = await flowWorld()
  world.portal.schema.addStage(0, { id: 'UC_HOT', name: 'Горячие' })
  await read(world)
  await world.saveChats({
    firstPlace: { ...PLACE, dealStageId: 'PREPARATION' },
    firstPlaceRules: [
      {
        id: 'r1',
        title: 'Все горячие',
        active: true,
        when: { combinator: 'and', rules: [] },
        place: { ...PLACE, dealStageId: 'UC_HOT' },
      },
    ],
  })
  await newClient(world, 'v1', '+79120000001')
  expect(world.portal.crm.deals.at(-1)).toMatchObject({ stageId: 'UC_HOT' })
  world.portal.edit.update('deal', world.portal.crm.deals.at(-1)!.id, { stageId: 'NEW' })

  world.portal.schema.removeStage('UC_HOT')
  await directoryAged(world)
  const deals = world.portal.crm.deals.length
  await newClient(world, 'v2', '+79120000002')
  expect(world.portal.crm.deals.length).toBe(deals + 1)
  const deal = world.portal.crm.deals.at(-1)!
  expect(deal).toMatchObject({ stageId: 'PREPARATION' })
  expect(world.portal.crm.commentsOf('deal', deal.id)).toHaveLength(1)
  expect(await world.query(outcomes)).toEqual([{ outcome: 'passed', reason: null }])
  expect(await world.query(`select changes from directory_changes order by at desc limit 1`)).toEqual([
    { changes: [{ kind: 'stage', what: 'removed', id: 'deal:0:UC_HOT', name: 'Горячие' }] },
  ])
})

test('a stage deleted right after the directory was read: the card is made on the first stage of its pipeline', async () => {
  await using world = await flowWorld()
  world.portal.schema.addStage(1, { id: 'UC_HOT', name: 'Горячие' })
  await read(world)
  await world.saveChats({ firstPlace: { ...PLACE, pipelineId: '1', dealStageId: 'C1:UC_HOT' } })
  world.portal.schema.removeStage('C1:UC_HOT')
  await newClient(world, 'v1', '+79120000001')
  expect(world.portal.crm.deals.at(-1)).toMatchObject({ categoryId: 1, stageId: 'C1:NEW' })
  expect(
    await world.query(
      `select status, error ->> 'code' as code from plan_steps where key = 'create-deal' and retired_at is null`,
    ),
  ).toEqual([{ status: 'done', code: 'portal/fields-left-out' }])
})

test('a mapped field deleted in mid-work never keeps a client out', async () => {
  await using world = await flowWorld()
  world.portal.schema.addUserField('deal', {
    fieldName: 'UF_CRM_WORDS',
    userTypeId: 'string',
    label: 'Первые слова',
  })
  await read(world)
  const mapping = (target: string) => ({
    id: target,
    active: true,
    entity: 'deal' as const,
    source: 'openingText',
    target,
    policy: 'only-if-empty' as const,
  })
  await world.saveChats({ mapFields: true, fieldMappings: [mapping('UF_CRM_WORDS'), mapping('UF_CRM_CITY')] })
  await newClient(world, 'v1', '+79120000001')
  expect(world.portal.crm.deals.at(-1)).toMatchObject({ ufCrmWords: 'Здравствуйте' })

  world.portal.schema.removeUserField('deal', 'UF_CRM_WORDS')
  await directoryAged(world)
  await newClient(world, 'v2', '+79120000002')
  expect(world.portal.crm.deals.at(-1)).toMatchObject({ ufCrmCity: 'Здравствуйте' })

  await read(world)
  await newClient(world, 'v3', '+79120000003')
  expect(world.portal.crm.deals.at(-1)).toMatchObject({ ufCrmCity: 'Здравствуйте' })
  expect(await world.query(outcomes)).toEqual([{ outcome: 'passed', reason: null }])
})

test('a responsible dismissed in mid-work: the next card goes to the default one', async () => {
  await using world = await flowWorld()
  await world.saveChats({
    defaultResponsibleId: '1',
    responsibleRules: [
      { id: 'r1', title: 'Всё Вере', active: true, when: { combinator: 'and', rules: [] }, userId: '7' },
    ],
  })
  await newClient(world, 'v1', '+79120000001')
  expect(world.portal.crm.deals.at(-1)).toMatchObject({ assignedById: 7 })
  world.portal.edit.dismiss(7)
  const { changes } = await read(world)
  expect(changes).toEqual([{ kind: 'user', what: 'dismissed', id: '7', name: expect.any(String) }])
  await newClient(world, 'v2', '+79120000002')
  expect(world.portal.crm.deals.at(-1)).toMatchObject({ assignedById: 1 })
})

test('a reading asked for while one runs is the same reading', async () => {
  await using world = await flowWorld()
  const { hits } = world.portal.counts
  const [first, second] = await Promise.all([read(world), read(world)])
  expect(world.portal.counts.hits).toBe(hits + 1)
  expect(second).toBe(first)
  expect(first.changes).toEqual([])
  expect(first.fields.length).toBeGreaterThan(50)
})

test('a portal deleted in mid-work: what waits for it ends with that reason, and stays in the inbox', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  const deals = world.portal.crm.deals.length
  world.portal.faults.add({ kind: 'cut-before', method: 'crm.item.add', count: 1 })
  await world.share('v1', { phone: '+79120000001' })
  await world.write('v1', 'Первое')
  await world.process()
  expect(await world.query(`select status from plan_steps where key = 'create-deal'`)).toEqual([
    { status: 'unknown' },
  ])
  await world.database.inWorkspace(world.workspaceId, (tx) => deletePortal(tx, world.portalId))
  world.portal.faults.clear()
  await world.write('v1', 'Второе')
  await world.processLater()
  expect(world.portal.crm.deals.length).toBe(deals)
  expect(await world.query(outcomes)).toEqual([{ outcome: 'not_passed', reason: 'no-integration' }])
  expect(await world.query(`select text from messages where text <> '' order by sequence`)).toEqual([
    { text: 'Первое' },
    { text: 'Второе' },
  ])
})

test('the limits of a portal follow its licence', async () => {
  await using world = await flowWorld()
  const plans = () => world.query('select plan from portals')
  await read(world)
  expect(await plans()).toEqual([{ plan: { rate: 2, burst: 50 } }])
  world.portal.state.plan = 'enterprise'
  await read(world)
  expect(await plans()).toEqual([{ plan: { rate: 5, burst: 250 } }])
})
